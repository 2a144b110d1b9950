"""Records that are run on demand, one call each: what a call's end means, and what is kept of it.

What is kept has the form of a batch job's output, so that nothing that reads it differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from lambdas.core.families.base import RowError, sum_stated

# Stands where a batch job has its ARN, whose last part names the folder of its output.
ON_DEMAND = "on-demand"
# From its first turn on. A model that has been busy for a day will not be free for this run.
GIVE_UP_S = 24 * 3600
# Of a call that failed and is not billed. What only has to wait is not counted. Twelve tries to
# reach the service take up to 150 s, and fit in one turn.
MOST_TRIES: Final[Mapping[str, int]] = MappingProxyType({"again": 3, "unreached": 12})
_SLOWEST_BACK_OFF_S = 20.0
# A row that is longer than Collect reads would be none.
_LONGEST_TEXT = 1_000
# InvokeModel takes a body of 25,000,000 bytes (service model of botocore 1.43).
MAX_RECORD_BYTES = 2**25

# wait: not carried out, may be when asked again. again: carried out in vain, not billed.
# final: would fail again, or may be billed. refused: so would every other record.
# unreached: the service has no address, or none that answers; so will every other record find.
Kind = Literal["wait", "again", "final", "refused", "unreached"]

# The service's own errors that waiting mends, most of them with status 429 or 503.
_WAIT_FOR = frozenset(
    {
        "ModelNotReadyException",
        "ServiceQuotaExceededException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# What a ValidationException says where the model itself, not the record, cannot be asked so.
_OF_THE_MODEL = ("model identifier is invalid", "on-demand throughput", "support the model")


class Record(msgspec.Struct, rename="camel"):
    """A line of a job's `input.jsonl`; the body stays as it is written there."""

    record_id: str
    model_input: msgspec.Raw


class Part(msgspec.Struct):
    """What is kept of one record as soon as it has ended, and of nothing else.

    `row` is its line of the output; tokens are `None` where they are not stated.
    """

    row: msgspec.Raw
    succeeded: bool
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer: JSON on one line, and the tokens where they are stated."""

    body: bytes
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A call without an answer; `code` is an HTTP status, as in the error rows of a batch job."""

    kind: Kind
    code: int
    message: str


class _Answered(msgspec.Struct, rename="camel"):
    model_input: msgspec.Raw
    model_output: msgspec.Raw
    record_id: str


class _Failed(msgspec.Struct, rename="camel"):
    model_input: msgspec.Raw
    error: RowError
    record_id: str


def part_name(record_id: str) -> str:
    """Return where a record's part lies, below the folder of the output."""
    return f"parts/{record_id}.json"


def part_of(record: Record, end: Reply | Failure) -> Part:
    """Return what is kept of a record that has ended so."""
    if isinstance(end, Failure):
        error = RowError(end.code, plain_text(end.message))
        failed = _Failed(record.model_input, error, record.record_id)
        return Part(msgspec.Raw(msgspec.json.encode(failed)), succeeded=False)
    answered = _Answered(record.model_input, msgspec.Raw(end.body), record.record_id)
    row = msgspec.Raw(msgspec.json.encode(answered))
    return Part(row, True, end.tokens_in, end.tokens_out)


def failure_of(name: str, status: int, message: str) -> Failure:
    """Return what an error of the service means.

    Args:
        name: of the exception, such as `ThrottlingException`.
        status: of the HTTP response.
        message: in the service's words.

    >>> failure_of("ModelTimeoutException", 408, "too long").kind
    'again'
    """
    return Failure(_kind(name, status, message), status, f"{name}: {message}")


def _kind(name: str, status: int, message: str) -> Kind:
    if name in _WAIT_FOR or status in {429, 503}:
        return "wait"
    if status in {401, 403, 404} or any(words in message for words in _OF_THE_MODEL):
        return "refused"
    return "again" if status in {408, 424} or status >= 500 else "final"


def plain_text(text: str) -> str:
    r"""Return the beginning of a text that came from without, as one that JSON can hold.

    >>> plain_text("half a \ud83d"), len(plain_text("long" * 1_000))
    ('half a ?', 1000)
    """
    return text[:_LONGEST_TEXT].encode(errors="replace").decode()


def given_up() -> Failure:
    """Return how a record ends that was not answered in all the time there is."""
    hours = GIVE_UP_S // 3600
    return Failure("final", 429, f"not answered within {hours} hours: the model was busy")


def lost() -> Failure:
    """Return how a record ends whose function died while the model was asked."""
    words = "the function died before it had the answer, which may be billed; not asked again"
    return Failure("final", 504, words)


def back_off_s(tries: int, share: float) -> float:
    """Return the seconds until a call is made again: a share of 1, 2, 4 … 20.

    Args:
        tries: before, from 0.
        share: from 0 to 1, by chance, so that callers who were refused together part.

    >>> [back_off_s(tries, 0.5) for tries in (0, 1, 9)]
    [0.5, 1.0, 10.0]
    """
    return share * min(2.0 ** min(tries, 9), _SLOWEST_BACK_OFF_S)


@dataclass(slots=True)
class Tally:
    """The counts of a manifest; grows part by part."""

    succeeded: int = 0
    failed: int = 0
    tokens_in: int | None = 0
    tokens_out: int | None = 0

    def add(self, part: Part) -> None:
        """Count a part; tokens that one answer leaves out are those of no answer."""
        if not part.succeeded:
            self.failed += 1
            return
        self.succeeded += 1
        self.tokens_in = sum_stated((self.tokens_in, part.tokens_in))
        self.tokens_out = sum_stated((self.tokens_out, part.tokens_out))

    def manifest(self) -> dict[str, int]:
        """Return a `manifest.json.out` as a batch job has it, without tokens not stated."""
        total = self.succeeded + self.failed
        counts = {
            "totalRecordCount": total,
            "processedRecordCount": total,
            "successRecordCount": self.succeeded,
            "errorRecordCount": self.failed,
        }
        stated = {"inputTokenCount": self.tokens_in, "outputTokenCount": self.tokens_out}
        return counts | {name: count for name, count in stated.items() if count is not None}
