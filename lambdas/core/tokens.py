"""Tokens of a job: as Bedrock counted them, or else estimated."""

from dataclasses import dataclass

import msgspec

from lambdas.core.receipts import Receipts

# English text has about four characters a token in the vocabularies of all families here.
_CHARACTERS_PER_TOKEN = 4


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


def tokens_of(
    receipts: Receipts, manifest: Manifest | None, *, input_bytes: int, records: int
) -> Tokens:
    """Return a job's tokens: those of its manifest, else of its rows, else an estimate.

    Args:
        receipts: of the job's output.
        manifest: of the job, `None` where it has none.
        input_bytes: the size of its input, for the estimate.
        records: of its input, of which those without stated tokens are estimated.
    """
    if manifest and manifest.tokens_in and manifest.tokens_out:
        return Tokens(manifest.tokens_in, manifest.tokens_out, estimated=False)
    if not receipts.unstated:
        return Tokens(receipts.tokens_in, receipts.tokens_out, estimated=False)
    unstated_bytes = input_bytes * receipts.unstated // records
    return Tokens(
        receipts.tokens_in + unstated_bytes // _CHARACTERS_PER_TOKEN,
        receipts.tokens_out + receipts.characters_out // _CHARACTERS_PER_TOKEN,
        estimated=True,
    )


def disagreement(receipts: Receipts, manifest: Manifest | None) -> str | None:
    """Return how the manifest's counts differ from the rows read, `None` where they agree."""
    if manifest is None:
        return None
    pairs = (
        ("succeeded", manifest.succeeded, receipts.succeeded),
        ("failed", manifest.errors, receipts.errors),
    )
    apart = [
        f"{stated} records {word}, {read} rows read"
        for word, stated, read in pairs
        if stated is not None and stated != read
    ]
    return f"its manifest says {'; '.join(apart)}" if apart else None
