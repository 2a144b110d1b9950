"""Records that run on demand, one call each: what an error means, and what to store of a call.

A stored reply has the form of a batch job's output, so that both are read the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from lambdas.contract.jobs import StoredReply
from lambdas.core.models.base import RowError
from lambdas.core.prices import sum_known
from lambdas.core.service_errors import STATUSES, is_refusal

# Replaces a batch job's ARN, whose last part names the folder of its output.
ON_DEMAND = "on-demand"
# Counted from the first call. A model that was busy for a day will not be free for this run.
GIVE_UP_S = 24 * 3600
# Tries of a call that failed and is not billed; waiting for a busy model is no try. Twelve tries
# to reach the service take up to 150 s and fit in one invocation.
MAX_TRIES: Final[Mapping[str, int]] = MappingProxyType({"retry": 3, "unreachable": 12})
_MAX_BACK_OFF_S = 20.0
# Collect does not read longer rows.
_MAX_MESSAGE_CHARACTERS = 1_000
# InvokeModel takes a body of 25,000,000 bytes (service model of botocore 1.43).
MAX_RECORD_BYTES = 2**25
# Not carried out: too many requests, or a service or model that is not ready.
_WAITING = frozenset({429, 503})
# wait: not carried out, may succeed later. retry: carried out in vain, not billed.
# final: would fail again, or may be billed. refused: as every other record would be.
# unreachable: the service has no address, or none that answers, for every other record as well.
FailureKind = Literal["wait", "retry", "final", "refused", "unreachable"]


class Record(msgspec.Struct, rename="camel"):
    """A line of a job's `input.jsonl`; the body stays as it is written there."""

    record_id: str
    model_input: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's reply: JSON on one line, and its tokens, `None` where they are not stated.

    `tokens_in` includes those that came out of the prompt cache and those that went into it.
    """

    body: bytes
    tokens_in: int | None = None
    tokens_out: int | None = None
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A call without a reply; `code` is an HTTP status, as in the error rows of a batch job."""

    kind: FailureKind
    code: int
    message: str


class _SuccessRow(msgspec.Struct, rename="camel"):
    model_input: msgspec.Raw
    model_output: msgspec.Raw
    record_id: str


class _ErrorRow(msgspec.Struct, rename="camel"):
    model_input: msgspec.Raw
    error: RowError
    record_id: str


def reply_name(record_id: str) -> str:
    """Return the key of a record's stored reply, below the folder of the output."""
    return f"replies/{record_id}.json"


def stored_reply(record: Record, outcome: Reply | Failure) -> StoredReply:
    """Return what to store of a record's last call."""
    if isinstance(outcome, Failure):
        error = RowError(outcome.code, plain_text(outcome.message))
        failed = _ErrorRow(record.model_input, error, record.record_id)
        return StoredReply(msgspec.Raw(msgspec.json.encode(failed)), succeeded=False)
    succeeded = _SuccessRow(record.model_input, msgspec.Raw(outcome.body), record.record_id)
    row = msgspec.Raw(msgspec.json.encode(succeeded))
    return StoredReply(
        row,
        True,
        outcome.tokens_in,
        outcome.tokens_out,
        outcome.cache_read,
        outcome.cache_write,
    )


def classify_error(name: str, status: int, message: str) -> Failure:
    """Return what an error of the service means.

    Args:
        name: of the exception, such as `ThrottlingException`.
        status: of the HTTP response.
        message: of the service.

    >>> classify_error("ModelTimeoutException", 408, "too long").kind
    'retry'
    """
    return Failure(_failure_kind(name, status, message), status, f"{name}: {message}")


def _failure_kind(name: str, status: int, message: str) -> FailureKind:
    if _WAITING & {STATUSES.get(name), status}:
        return "wait"
    if is_refusal(status, message):
        return "refused"
    return "retry" if status in {408, 424} or status >= 500 else "final"


def plain_text(text: str) -> str:
    r"""Return the beginning of a text from outside, as one that JSON can hold.

    >>> plain_text("half a \ud83d"), len(plain_text("long" * 1_000))
    ('half a ?', 1000)
    """
    return text[:_MAX_MESSAGE_CHARACTERS].encode(errors="replace").decode()


def timed_out() -> Failure:
    """Return the failure of a record without a reply in `GIVE_UP_S`."""
    hours = GIVE_UP_S // 3600
    return Failure("final", 429, f"not answered within {hours} hours: the model was busy")


def interrupted() -> Failure:
    """Return the failure of a record whose function died during the call."""
    message = "the function died before the reply arrived; not retried: the call may be billed"
    return Failure("final", 504, message)


def back_off_s(tries: int, share: float) -> float:
    """Return the seconds to wait before the next try: a share of 1, 2, 4 … 20.

    Args:
        tries: before this one, from 0.
        share: random, from 0 to 1, so that callers who were refused together do not return
            together.

    >>> [back_off_s(tries, 0.5) for tries in (0, 1, 9)]
    [0.5, 1.0, 10.0]
    """
    return share * min(2.0 ** min(tries, 9), _MAX_BACK_OFF_S)


@dataclass(slots=True)
class ManifestCounts:
    """The counts of a manifest; grows reply by reply."""

    succeeded: int = 0
    failed: int = 0
    tokens_in: int | None = 0
    tokens_out: int | None = 0
    cache_read: int = 0
    cache_write: int = 0

    def add(self, reply: StoredReply) -> None:
        """Count a reply; if one does not state its tokens, the sum is unknown."""
        if not reply.succeeded:
            self.failed += 1
            return
        self.succeeded += 1
        self.tokens_in = sum_known((self.tokens_in, reply.tokens_in))
        self.tokens_out = sum_known((self.tokens_out, reply.tokens_out))
        self.cache_read += reply.cache_read
        self.cache_write += reply.cache_write

    def manifest(self) -> dict[str, int]:
        """Return a `manifest.json.out` like a batch job's, without unknown tokens."""
        total = self.succeeded + self.failed
        counts = {
            "totalRecordCount": total,
            "processedRecordCount": total,
            "successRecordCount": self.succeeded,
            "errorRecordCount": self.failed,
        }
        cached = self.cache_read + self.cache_write
        stated = {
            "inputTokenCount": None if self.tokens_in is None else self.tokens_in - cached,
            "outputTokenCount": self.tokens_out,
            "cacheReadInputTokenCount": self.cache_read or None,
            "cacheWriteInputTokenCount": self.cache_write or None,
        }
        return counts | {name: count for name, count in stated.items() if count is not None}
