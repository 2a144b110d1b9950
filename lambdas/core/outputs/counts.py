"""Counts of a job's output: by kind of row and path, and the tokens that are billed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import accumulate, pairwise
from typing import TypeGuard

import msgspec

from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import Job, JobSlice, OutputFigures, SliceFigures
from lambdas.core.models.base import Completion, whole_number
from lambdas.core.outputs.errors import RecordError

# Error rows of calls on demand whose reply was lost or could not be read: they may be billed.
MAYBE_BILLED = frozenset({502, 504})
_MAX_MESSAGES = 3
_MAX_MESSAGE_CHARACTERS = 200
_SHOWN_CHARACTERS = 90
# English text has about four characters per token in the vocabularies of all families here.
_CHARACTERS_PER_TOKEN = 4
# More tokens for one record than any context window holds; a larger count is wrong.
MAX_RECORD_TOKENS = 10**8
# A table entry holds 400 kB, too little for the texts of many slices. The whole job has some.
_MAX_SLICES_WITH_TEXTS = 20


@dataclass(slots=True)
class OutputCounts:
    """Counts of a job's output while it is read; grows row by row.

    Members are those of `OutputFigures`, with tokens as far as rows state them.
    """

    rows: int = 0
    succeeded: int = 0
    errors: int = 0
    refused: int = 0
    duplicates: int = 0
    foreign: int = 0
    malformed: int = 0
    unreadable: int = 0
    missing_paths: int = 0
    answered: int = 0
    unanswered: int = 0
    unread_paths: int = 0
    cut_off: int = 0
    filtered: int = 0
    empty: int = 0
    odd_stops: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    unstated: int = 0
    characters_out: int = 0
    maybe_billed: int = 0
    error_messages: list[str] = field(default_factory=list)
    unread: str = ""

    def add_error(self, error: RecordError) -> None:
        """Count an error row; keep its message if it is one of the first different ones.

        That of the first refused record stands before all others.
        """
        self.errors += 1
        message = error.message[:_MAX_MESSAGE_CHARACTERS]
        if error.refused and not self.refused:
            self.error_messages = [message, *self.error_messages][:_MAX_MESSAGES]
        self.refused += error.refused
        self.add_message(message)

    def add_message(self, message: str) -> None:
        """Keep an error message, if it is one of the first different ones."""
        if message not in self.error_messages and len(self.error_messages) < _MAX_MESSAGES:
            self.error_messages.append(message)

    def add_unanswered(self, completion: Completion) -> None:
        """Count a path without an answer; keep the end of the first completion that was whole."""
        self.unanswered += 1
        self.unread_paths += 1
        self.cut_off += completion.cut_off
        self.filtered += completion.filtered
        self.empty += not completion.text.strip()
        if not (self.unread or completion.cut_off or completion.filtered):
            self.unread = " ".join(completion.text[-_SHOWN_CHARACTERS:].split())


class Manifest(
    msgspec.Struct,
    rename={
        "processed": "processedRecordCount",
        "succeeded": "successRecordCount",
        "errors": "errorRecordCount",
        "tokens_in": "inputTokenCount",
        "tokens_out": "outputTokenCount",
        "cache_read": "cacheReadInputTokenCount",
        "cache_write": "cacheWriteInputTokenCount",
    },
):
    """The counts of a job's `manifest.json.out`; `None` for those that it does not give.

    Prompt tokens in the cache are counted apart from the others.
    """

    succeeded: int | None = None
    errors: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    processed: int | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of prompts and of completions; `estimated` if not all of them are stated.

    Those that came out of the prompt cache, and those that went into it, are among `tokens_in`.
    """

    tokens_in: int
    tokens_out: int
    estimated: bool
    cache_read: int = 0
    cache_write: int = 0


def output_entry(
    job: Job, counts: Sequence[OutputCounts], manifest: Manifest | None, input_bytes: int
) -> JobEntry:
    """Return what the entry of a collected job says of its output.

    Args:
        job: as it was planned.
        counts: of each of its slices.
        manifest: of the job, `None` if it has none.
        input_bytes: the size of its input.
    """
    total = _sum(counts)
    figures = output_figures(total, manifest, input_bytes, job.records)
    entry = JobEntry(**dict(figures), disagreement=disagreement(total, manifest))
    if len(job.slices) == 1:
        return entry
    slices = [
        _slice_figures(job, job_slice, each, input_bytes)
        for job_slice, each in zip(job.slices, counts, strict=True)
    ]
    return entry.model_copy(update={"slices": _with_shared_tokens(slices, figures)})


def output_figures(
    counts: OutputCounts, manifest: Manifest | None, input_bytes: int, records: int
) -> OutputFigures:
    """Return the figures of some records' output.

    Args:
        counts: of the output.
        manifest: of the job, `None` if it has none.
        input_bytes: the size of the records.
        records: how many there are.
    """
    tokens = tokens_of(counts, manifest, input_bytes=input_bytes, records=records)
    figures = {
        **asdict(counts),
        "error_messages": tuple(counts.error_messages),
        "tokens_in": tokens.tokens_in,
        "tokens_out": tokens.tokens_out,
        "tokens_estimated": tokens.estimated,
        "cache_read_tokens": tokens.cache_read,
        "cache_write_tokens": tokens.cache_write,
    }
    return OutputFigures(**figures)


def tokens_of(
    counts: OutputCounts, manifest: Manifest | None, *, input_bytes: int, records: int
) -> Tokens:
    """Return a job's tokens: those of its manifest, else of its rows, else an estimate.

    Args:
        counts: of the job's output.
        manifest: of the job, `None` if it has none.
        input_bytes: the size of its input, for the estimate.
        records: of its input. One without stated tokens is estimated as an equal share of the
            input, and the completions that were read.

    Rows that cannot be read are estimated as well: they were answered, and are billed. So are
    calls on demand whose reply was lost, which no manifest counts.
    """
    unstated, stated_tokens = counts.maybe_billed, _manifest_tokens(manifest, counts, records)
    if stated_tokens is None:
        unstated += counts.unstated + counts.unreadable + counts.malformed
        stated_tokens = Tokens(
            counts.tokens_in,
            counts.tokens_out + counts.characters_out // _CHARACTERS_PER_TOKEN,
            estimated=False,
            cache_read=counts.cache_read_tokens,
            cache_write=counts.cache_write_tokens,
        )
    unstated_bytes = input_bytes * min(unstated, records) // records
    return replace(
        stated_tokens,
        tokens_in=stated_tokens.tokens_in + unstated_bytes // _CHARACTERS_PER_TOKEN,
        estimated=unstated > 0,
    )


def disagreement(counts: OutputCounts, manifest: Manifest | None) -> str | None:
    """Return how the manifest's counts differ from the rows read, `None` if they agree."""
    if manifest is None:
        return None
    pairs = (
        ("succeeded", manifest.succeeded, counts.succeeded),
        ("failed", manifest.errors, counts.errors),
    )
    differences = [
        f"{stated_records} records {word}, {read} rows read"
        for word, stated_records, read in pairs
        if is_count(stated_records) and stated_records != read
    ]
    return f"its manifest says {'; '.join(differences)}" if differences else None


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Return a total in whole shares by weight; they add up to it.

    Bedrock counts the tokens of a whole job; its slices get shares by what each seems to have.

    >>> apportion(100, [1, 1, 1])
    [33, 33, 34]
    """
    whole = sum(weights) or len(weights)
    edges = [0, *accumulate(weights if sum(weights) else [1] * len(weights))]
    return [total * end // whole - total * start // whole for start, end in pairwise(edges)]


def is_count(tokens: object, records: int = 1) -> TypeGuard[int]:
    """Return whether a number from outside can be the tokens of so many records."""
    if not isinstance(tokens, int) or isinstance(tokens, bool):
        return False
    return 0 <= tokens <= MAX_RECORD_TOKENS * records


def stated(tokens: object) -> int | None:
    """Return the stated tokens of one record, `None` for what cannot be a count.

    >>> stated(9), stated("9"), stated(-9), stated(10**44)
    (9, 9, None, None)
    """
    count = whole_number(tokens)
    return count if is_count(count) else None


def _sum(counts: Sequence[OutputCounts]) -> OutputCounts:
    """Return the counts of several slices together; messages of refusals come first."""
    total = OutputCounts()
    for each in sorted(counts, key=lambda each: not each.refused):
        for member in fields(OutputCounts):
            value = getattr(each, member.name)
            if isinstance(value, int):
                setattr(total, member.name, getattr(total, member.name) + value)
        for message in each.error_messages:
            total.add_message(message)
        total.unread = total.unread or each.unread
    return total


def _slice_figures(
    job: Job, job_slice: JobSlice, counts: OutputCounts, input_bytes: int
) -> SliceFigures:
    slice_bytes = input_bytes * job_slice.records // job.records
    figures = dict(output_figures(counts, None, slice_bytes, job_slice.records))
    if len(job.slices) > _MAX_SLICES_WITH_TEXTS:
        del figures["error_messages"], figures["unread"]
    return SliceFigures(
        **figures,
        setting=job_slice.setting,
        records_planned=job_slice.records,
        paths_planned=job_slice.completions,
    )


def _with_shared_tokens(
    slices: Sequence[SliceFigures], total: OutputFigures
) -> tuple[SliceFigures, ...]:
    """Return the slices with their shares of the job's tokens.

    If the manifest states what rows do not, no slice's tokens are estimated.
    """
    shares = {
        name: apportion(getattr(total, name) or 0, [getattr(each, name) or 0 for each in slices])
        for name in ("tokens_in", "tokens_out", "cache_read_tokens", "cache_write_tokens")
    }
    return tuple(
        each.model_copy(
            update={
                **{name: share[number] for name, share in shares.items()},
                "tokens_estimated": each.tokens_estimated and total.tokens_estimated,
            }
        )
        for number, each in enumerate(slices)
    )


def _manifest_tokens(
    manifest: Manifest | None, counts: OutputCounts, records: int
) -> Tokens | None:
    """Return the tokens of a manifest, `None` if it has none that can be true.

    Of the tokens in the cache, the higher count is taken: not every manifest has them.
    """
    if manifest is None:
        return None
    read = max(counts.cache_read_tokens, _count_or_0(manifest.cache_read, records))
    write = max(counts.cache_write_tokens, _count_or_0(manifest.cache_write, records))
    if not (is_count(manifest.tokens_in, records) and is_count(manifest.tokens_out, records)):
        return None
    tokens_in = manifest.tokens_in + read + write
    if not (tokens_in and manifest.tokens_out):
        return None
    return Tokens(tokens_in, manifest.tokens_out, False, read, write)


def _count_or_0(tokens: int | None, records: int) -> int:
    return tokens if is_count(tokens, records) else 0
