"""Tokens of a job: as Bedrock counted them, or else estimated."""

from dataclasses import dataclass
from typing import TypeGuard

import msgspec

from lambdas.core.outputs.receipts import Receipts

# English text has about four characters a token in the vocabularies of all families here.
_CHARACTERS_PER_TOKEN = 4
# More tokens of one record than any context window holds: a count beyond is none.
_MOST_TOKENS = 10**8
# Codes of the error rows of calls whose answer was lost, or could not be read.
MAYBE_BILLED = frozenset({502, 504})
# Codes of error rows that are no fault of the record's: time-outs, dependencies, too many requests.
_PASSING = frozenset({408, 424, 429})


class Manifest(
    msgspec.Struct,
    rename={
        "succeeded": "successRecordCount",
        "errors": "errorRecordCount",
        "tokens_in": "inputTokenCount",
        "tokens_out": "outputTokenCount",
    },
):
    """The counts of a job's `manifest.json.out`; `None` where it does not give one."""

    succeeded: int | None = None
    errors: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens read and written, and whether they are an estimate."""

    read: int
    written: int
    estimated: bool


def is_count(tokens: object, records: int = 1) -> TypeGuard[int]:
    """Return whether a number from without can be the tokens of so many records."""
    if not isinstance(tokens, int) or isinstance(tokens, bool):
        return False
    return 0 <= tokens <= _MOST_TOKENS * records


def is_passing(code: int | None) -> bool:
    """Return whether an error row's record may be answered when it is asked for again.

    >>> is_passing(429), is_passing(503), is_passing(400)
    (True, True, False)
    """
    return code is not None and (code in _PASSING or 500 <= code < 600)


def stated(tokens: object) -> int | None:
    """Return the tokens of one record as they are stated, `None` for what cannot be a count.

    >>> stated(9), stated(-9), stated("9"), stated(10**44)
    (9, None, None, None)
    """
    return tokens if is_count(tokens) else None


def tokens_of(
    receipts: Receipts, manifest: Manifest | None, *, input_bytes: int, records: int
) -> Tokens:
    """Return a job's tokens: those of its manifest, else of its rows, else an estimate.

    Args:
        receipts: of the job's output.
        manifest: of the job, `None` where it has none.
        input_bytes: the size of its input, for the estimate.
        records: of its input, of which those without stated tokens are estimated: each as an
            equal share of the input, and the completions that were read of it.

    Rows that cannot be read are estimated as well: they were answered, and are paid for. So are
    calls on demand whose answer was lost, which are in no manifest.
    """
    unstated, counted = receipts.maybe_billed, _counted(manifest, records)
    if counted is None:
        unstated += receipts.unstated + receipts.unreadable + receipts.malformed
        counted = Tokens(
            receipts.tokens_in,
            receipts.tokens_out + receipts.characters_out // _CHARACTERS_PER_TOKEN,
            estimated=False,
        )
    unstated_bytes = input_bytes * min(unstated, records) // records
    return Tokens(
        counted.read + unstated_bytes // _CHARACTERS_PER_TOKEN,
        counted.written,
        estimated=unstated > 0,
    )


def _counted(manifest: Manifest | None, records: int) -> Tokens | None:
    """Return the tokens of a manifest, `None` where it gives none that can be true."""
    if manifest is None or not (manifest.tokens_in and manifest.tokens_out):
        return None
    if not (is_count(manifest.tokens_in, records) and is_count(manifest.tokens_out, records)):
        return None
    return Tokens(manifest.tokens_in, manifest.tokens_out, estimated=False)


def disagreement(receipts: Receipts, manifest: Manifest | None) -> str | None:
    """Return how the manifest's counts differ from the rows read, `None` where they agree."""
    if manifest is None:
        return None
    pairs = (
        ("succeeded", manifest.succeeded, receipts.succeeded),
        ("failed", manifest.errors, receipts.errors),
    )
    apart = [
        f"{told} records {word}, {read} rows read"
        for word, told, read in pairs
        if is_count(told) and told != read
    ]
    return f"its manifest says {'; '.join(apart)}" if apart else None
