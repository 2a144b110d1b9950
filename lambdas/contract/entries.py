"""Table entries: what the DynamoDB table holds of a run; `keys.py` has the entries' names.

Steps fill in an entry bit by bit. So every member has a default, and `to_attributes` gives only
the members that a step sets. Beside the entries here, a wave's is a `WaveSummary`, a vote's a
`VoteRecord`, and a curve point's a `CurvePoint`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError

from lambdas.contract import DecimalMark, Task
from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.jobs import JobFigures, SliceFigures
from lambdas.contract.keys import REFUSED
from lambdas.contract.report import PilotReport, Totals
from lambdas.contract.schema import RunStatus, broken, check_format
from lambdas.contract.votes import WaveSummary


class Entry(BaseModel):
    """An entry of the table."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def of(cls, item: Mapping[str, Any], name: str) -> Self:
        """Return an entry from the table; one without any member set if there is none.

        Args:
            item: as boto3's resource returns it, empty if there is no entry.
            name: of the entry, for the message.

        Raises:
            FormatError: the entry has another format, or is broken.
        """
        if item:
            check_format(item.get("format"), name)
        try:
            return cls.model_validate(from_dynamodb(item))
        except ValidationError as error:
            raise broken(name, error) from error

    def to_attributes(self) -> dict[str, Any]:
        """Return the members that were set, by name."""
        return self.model_dump(exclude_unset=True)


class InputObject(BaseModel):
    """An object that a run reads: the request, the dataset or the exemplars."""

    model_config = ConfigDict(frozen=True)

    key: str
    size_bytes: int
    etag: str = ""
    version_id: str | None = None


class StartedBy(BaseModel):
    """Who and what started a run, as the execution's input says."""

    model_config = ConfigDict(frozen=True)

    kind: str
    """"upload" or "execution"."""
    execution_name: str | None = None
    requester: str | None = None
    """Of an upload: account id, or service."""
    source_ip: str | None = None
    """From which the object was uploaded."""
    key: str | None = None
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    """Orders the events of one key."""


class ExpectedCost(BaseModel):
    """What a run is expected to cost, and the upper bound, in USD; `None` without prices."""

    model_config = ConfigDict(frozen=True)

    cost_usd: float | None = None
    ceiling_usd: float | None = None


class DatasetFindings(BaseModel):
    """How a dataset is read, before anything is paid for."""

    model_config = ConfigDict(frozen=True)

    questions: int
    labelled: int
    """Questions with a known correct answer."""
    task: Task | None
    asked: tuple[str, ...]
    """Members in the prompt, in order."""
    options: tuple[str, ...]
    """Members with the options."""
    answers: tuple[str, ...]
    """Members with the right answer."""
    unused: tuple[str, ...]
    """Members that are not empty and used for nothing."""
    golds: tuple[str, ...]
    """The first right answers, in canonical form."""
    yes_no: bool
    """Whether all right answers are booleans."""
    decimal_mark: DecimalMark | None
    """Of the numbers, `None` if nothing decides it."""
    unscored_lines: tuple[int, ...]
    """Of rows whose answer cannot be scored; the first 1,000."""
    warnings: tuple[str, ...]
    """What the user should know before it is paid for."""


class RunEntry(Entry):
    """The entry `run`: the state of a run."""

    run_id: str = ""
    started_at: str = ""
    """ISO 8601, UTC."""
    ended_at: str = ""
    status: RunStatus | None = None
    reason: str = ""
    """The type of what failed."""
    message: str = ""
    """Why it failed; of a run that succeeded, its accuracies in one line."""
    execution_arn: str = ""
    redrives: int = 0
    """Of the execution, when a step last reopened the run or marked it as failed."""
    started_by: StartedBy | None = None
    inputs: dict[str, InputObject] = {}
    """By role: "request", "dataset" and "few_shot"."""
    objects: dict[str, str] = {}
    """Keys of what Plan wrote, by file name."""
    outputs: dict[str, str] = {}
    """Keys of what Report wrote, by file name."""
    request: dict[str, Any] = {}
    """With defaults filled in; without `template`, which may be long."""
    model_id: str = ""
    """Empty in a rehearsal whose request names none."""
    answered_by: tuple[AnsweredBy, ...] = ()
    questions: int = 0
    labelled: int = 0
    dataset: DatasetFindings | None = None
    settings: tuple[str, ...] = ()
    estimate: ExpectedCost | None = None
    wave: int = 0
    """The last wave that was planned, from 1."""
    next_wave: int = 0
    open_questions: int | None = None
    """Questions that waited for paths when the wave began, once per setting."""
    jobs_planned: int = 0
    """Of all waves so far."""
    paths_planned: int = 0
    """Paths requested so far with early stopping, else paths of the whole run."""
    active_jobs: frozenset[str] = frozenset()
    """Slots of the counting semaphore of live jobs, as `01-j0001`."""
    stop_if_unreadable: float | None = None
    """Share of unread answers above which nothing more is submitted; `None` for no such limit."""
    collected_jobs: int = 0
    """Jobs whose answers are counted below."""
    collected_paths: int = 0
    """Paths that the model answered in these jobs, readable or not."""
    unread_paths: int = 0
    """Those of them whose answer cannot be read."""
    stopped: bool = False
    """Whether jobs were left out because too many answers could not be read."""
    refused: frozenset[str] = frozenset()
    """Jobs refused in whole or in part that no redrive has asked for again, named like slots."""
    pilot: PilotReport | None = None
    totals: Totals | None = None
    report_key: str = ""
    warnings: int = 0


class UploadEntry(Entry):
    """The entry `upload` below `upload_partition`: which run an uploaded content has."""

    claimed_by: str = ""
    """The run's id."""
    uploaded_s: float = 0
    """Epoch seconds."""


class JobEntry(Entry, JobFigures):
    """An entry `job#W#JOB`: the state of a job, and the figures of its output."""

    slices: tuple[SliceFigures, ...] = ()
    """Of a job that several settings share: what each has of it."""
    input_keys: tuple[str, ...] = ()
    input_bytes: int | None = None
    """Set once all input is written."""
    output_keys: tuple[str, ...] = ()
    """Of files with rows."""
    records_done: int = 0
    """By Bedrock's own count."""
    collected: bool = False
    """Whether its answers are collected."""
    refused_in: int | None = None
    """How often the run had been redriven when the job was last refused."""
    overdue: bool = False
    """Whether it exceeded its timeout and was stopped."""
    lease_until: float | None = None
    """On demand: when the lease of the invocation that works on the job ends, epoch seconds."""
    in_flight: frozenset[str] = frozenset()
    """On demand: ids of the records whose calls are open."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do for the job, unless a redrive submits it again."""
        return self.collected or self.status == REFUSED


def wave_of(item: Mapping[str, Any], name: str) -> WaveSummary:
    """Return a wave's entry as it was read.

    Args:
        item: as boto3's resource returns it.
        name: of the entry, for the message.

    Raises:
        FormatError: the entry has another format, or is broken.
    """
    check_format(item.get("format"), name)
    try:
        return msgspec.convert(from_dynamodb(item), WaveSummary)
    except msgspec.ValidationError as error:
        raise broken(name, error) from error


def from_dynamodb(value: Any) -> Any:
    """Return a value from the table with int or float for each decimal, in members too."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: from_dynamodb(member) for key, member in value.items()}
    if isinstance(value, list):
        return [from_dynamodb(member) for member in value]
    return value


def to_dynamodb(value: Any) -> Any:
    """Return a value for the table with a decimal for each float, in members too."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: to_dynamodb(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [to_dynamodb(member) for member in value]
    return value
