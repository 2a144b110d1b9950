"""Jobs at rest: what a wave submits, and what comes back record by record."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from pydantic import BaseModel, ConfigDict

from lambdas.contract.keys import job_key
from lambdas.contract.names import InvocationType

_ONE_INPUT = "input.jsonl"
_INPUTS = "input/"


@dataclass(frozen=True, slots=True)
class JobSlice:
    """The records of one partition in a job.

    Attributes:
        partition: its name.
        setting: of the partition.
        shard: of the partition.
        questions: how many the slice has. In the first wave all of the shard, later the first
            open ones, in a retry all with lost paths.
        path_offset: paths of each question that other jobs of the same wave request before these.
        generations: completions of each record of a question, in order; empty in a retry. A
            question of a sized wave that is to get fewer paths has fewer or smaller ones.
        retry_paths: in a retry, the first lost path and the one after the last; else `None`.
        records: of the slice.
        completions: of all its records.
        untried: in a retry, those of the records that were only ever refused.
        record_offset: records of each question that other jobs of the same wave request before.
    """

    partition: str
    setting: str
    shard: str
    questions: int
    path_offset: int
    generations: tuple[int, ...]
    retry_paths: tuple[int, int] | None
    records: int
    completions: int
    untried: int = 0
    record_offset: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job; a line of `jobs.jsonl`.

    Slices with too few records for a batch job share one; each then has its own file below
    `input/`. A slice that finds no job to share runs on demand, as a job of its own.
    """

    run_id: str
    execution_arn: str
    wave: int
    job: str
    slices: tuple[JobSlice, ...]
    records: int
    on_demand: bool
    model_id: str
    invocation_type: InvocationType
    jobs_at_once: int

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that the job has records of."""
        return tuple(dict.fromkeys(job_slice.setting for job_slice in self.slices))

    @property
    def completions(self) -> int:
        """The completions that all its records request."""
        return sum(job_slice.completions for job_slice in self.slices)

    def input_name(self, number: int) -> str:
        """Return the name of the file with the records of a slice, slices counted from 0."""
        return _ONE_INPUT if len(self.slices) == 1 else f"{_INPUTS}{number:03d}.jsonl"

    @property
    def input_keys(self) -> list[str]:
        """The keys of the files with its records."""
        names = map(self.input_name, range(len(self.slices)))
        return [job_key(self.run_id, self.wave, self.job, name) for name in names]

    @property
    def submitted_name(self) -> str:
        """What Bedrock gets as input: the file, or the folder if there are several."""
        return _ONE_INPUT if len(self.slices) == 1 else _INPUTS

    def output_keys(self, number: int, keys: Sequence[str]) -> list[str]:
        """Return the output files with the rows of one slice.

        Args:
            number: of the slice, from 0.
            keys: of all output files of the job that have rows.
        """
        if len(self.slices) == 1:
            return list(keys)
        return [key for key in keys if key.endswith(f"/{number:03d}.jsonl.out")]


class RecordAnswers(
    msgspec.Struct,
    omit_defaults=True,
    rename={
        "question": "q",
        "first_path": "s",
        "answers": "a",
        "job_slice": "p",
        "file": "f",
        "start": "o",
        "size": "n",
        "failed": "e",
        "refused": "r",
        "repaired": "v",
        "confidences": "d",
    },
):
    """A record's answers in path order; a line of `answers.jsonl`, where names are one letter.

    Attributes:
        question: its index.
        first_path: of the record.
        answers: one per path; `None` if the path was sampled but has no readable answer.
        job_slice: index of the slice in the job.
        file: index of the output file, in the order of the files' keys.
        start: byte offset of the record's row in that file.
        size: bytes of the row, 0 if it has no completions.
        failed: paths without an answer because the service failed; they may be retried.
        refused: paths without an answer because the account may not use the model; no tries.
        repaired: what each answer's own equation comes to, where that is wrong, else `None`; `None`
            for all if not checked. Files of older versions have booleans under `c`, passed over.
        confidences: self-reported confidence of each path in percent; `None` if it reports none.
    """

    question: int
    first_path: int
    answers: list[str | None]
    job_slice: int = 0
    file: int = 0
    start: int = 0
    size: int = 0
    failed: int = 0
    repaired: list[str | None] | None = None
    confidences: list[int | None] | None = None
    refused: int = 0


class StoredReply(msgspec.Struct):
    """The reply to one on-demand record, stored as soon as it arrives.

    Attributes:
        row: its line of the output.
        succeeded: whether it has completions.
        tokens_in: of the prompt, those in the prompt cache included; `None` if not stated.
        tokens_out: of the completions; `None` if not stated.
        cache_read: how many of `tokens_in` came out of the prompt cache.
        cache_write: how many of `tokens_in` went into it.
    """

    row: msgspec.Raw
    succeeded: bool
    tokens_in: int | None = None
    tokens_out: int | None = None
    cache_read: int = 0
    cache_write: int = 0


class OutputFigures(BaseModel):
    """What the rows of a job's output came to; all 0 until the output is collected."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    rows: int = 0
    """Lines of the output."""
    succeeded: int = 0
    """Records with completions."""
    errors: int = 0
    """Records with an error row."""
    refused: int = 0
    """Of these, the records that were refused because the account may not use the model."""
    duplicates: int = 0
    """Further rows of a record already read."""
    foreign: int = 0
    """Rows whose id is none of the job's records."""
    malformed: int = 0
    """Lines that are no row."""
    unreadable: int = 0
    """Records whose output has not the form of the model's family."""
    missing_paths: int = 0
    """Paths requested that no row brought, not even as an error, and those of refused records."""
    answered: int = 0
    """Paths with an answer."""
    unanswered: int = 0
    """Paths without one; cut off and filtered ones and error rows among them."""
    unread_paths: int = 0
    """Paths that the model answered, and whose answer cannot be read: those of `unanswered` but
    for error rows."""
    cut_off: int = 0
    """Completions that ended at the token limit without stating an answer."""
    filtered: int = 0
    """Completions that the service or the model withheld."""
    empty: int = 0
    """Completions without a text."""
    odd_stops: int = 0
    """Completions that ended for an unknown reason."""
    unstated: int = 0
    """Records with completions that do not state their tokens."""
    characters_out: int = 0
    """Characters of the completions of those records."""
    maybe_billed: int = 0
    """Error rows of calls on demand whose answer was lost or could not be read."""
    tokens_in: int | None = None
    """Tokens of the prompts; `None` until they are counted."""
    tokens_out: int | None = None
    tokens_estimated: bool = False
    cache_read_tokens: int = 0
    """Of the tokens of the prompts, those that came out of the prompt cache."""
    cache_write_tokens: int = 0
    """Of the tokens of the prompts, those that went into the prompt cache."""
    error_messages: tuple[str, ...] = ()
    """The first different error messages."""
    unread: str = ""
    """How the first whole completion ends in which no answer was found."""


class SliceFigures(OutputFigures):
    """What one setting has of a job that several settings share."""

    setting: str = ""
    records_planned: int = 0
    paths_planned: int = 0


class JobFigures(OutputFigures):
    """A job: what it was to bring, how it ended, and what it brought."""

    job: str = ""
    """Its name in the wave, such as `j0001`."""
    wave: int = 0
    job_name: str = ""
    """The name that Bedrock knows it by."""
    job_arn: str = ""
    setting: str = ""
    """Several settings of a shared job are joined by " + "."""
    partitions: tuple[str, ...] = ()
    status: str = ""
    """Ours until it is submitted (`building`, `waiting`), then Bedrock's, or `Refused`."""
    message: str = ""
    """What Bedrock says of the status."""
    on_demand: bool = False
    records_planned: int = 0
    paths_planned: int = 0
    submitted_at: str = ""
    """ISO 8601, UTC; empty until it is submitted."""
    ended_at: str = ""
    disagreement: str | None = None
    """How the manifest's counts differ from the rows read."""
