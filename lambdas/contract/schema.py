"""Data at rest: the format, the plan of a run, its partitions and questions.

Whatever one step writes and another reads is a type here or beside: jobs in `jobs.py`, votes in
`votes.py`, table entries in `entries.py`, the report in `report.py`, where all of it lies in
`keys.py`. JSON objects and table entries carry `format`; JSONL and CSV files have that of their
run's `plan.json`. A member that is added later has a default.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec
from pydantic import ValidationError

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.costs import CostLimit, Estimate, ModelPrices
from lambdas.contract.names import DecimalMark, InvocationType, Task, TieRule

# Of everything at rest. Raised when an older reader would misread what is written now.
FORMAT = 1

RunStatus = Literal["planning", "running", "succeeded", "failed"]
# The setting of temperature 0, with one path.
GREEDY = "greedy"
# The setting whose records take several temperatures in turn.
MIX = "mix"
# What stands for all sampled settings together, where one of them would be named.
FINAL = "final"


@dataclass(frozen=True, slots=True)
class Setting:
    """How paths are sampled.

    Attributes:
        name: as reports show it.
        temperature: of its paths; `None` for a mix.
        paths: most of a question.
        temperatures: of a mix: record j of a question has `temperatures[j % len(temperatures)]`.
    """

    name: str
    temperature: float | None
    paths: int
    temperatures: tuple[float, ...] = ()

    def temperature_of(self, record: int) -> float:
        """Return the temperature of a question's record, records counted from 0.

        >>> Setting("mix", None, 9, (0.5, 0.7, 1.0)).temperature_of(4)
        0.7
        """
        if self.temperature is not None:
            return self.temperature
        return self.temperatures[record % len(self.temperatures)]


@dataclass(frozen=True, slots=True)
class Shard:
    """A range of the dataset: its name, first question's index, number of questions."""

    name: str
    first: int
    questions: int


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """How answers are read: the task, and for `exact` where the answer stands.

    Attributes:
        task: of the run.
        pattern: an RE2 regular expression whose first group, or match, is the answer.
        json_key: the JSON member that holds the answer.
        confidence: whether the prompt asks for a self-reported confidence on the last line.
        decimal_mark: what separates whole numbers from decimals in golds and completions; `None`
            if neither request nor dataset decides it.
        yes_no: whether the dataset's golds are booleans: `true` and "correct" then count as "yes".
        next_question: what the prompt writes at the start of a line before a question. Where a
            completion repeats it behind its answer, the model invents the next question.
    """

    task: Task
    pattern: str | None = None
    json_key: str | None = None
    confidence: bool = False
    decimal_mark: DecimalMark | None = None
    yes_no: bool = False
    next_question: tuple[str, ...] = ()


Field = Literal["question", "choices"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Texts and fields by turns: `texts[0]`, `fields[0]`, `texts[1]` … `texts[-1]`.

    Attributes:
        texts: one more than there are fields; exemplars stand in them.
        fields: what of the question stands between two texts; "question" at least once.
        exemplars: worked examples among the texts.
        exemplar_characters: how long these are in all.
    """

    texts: tuple[str, ...]
    fields: tuple[Field, ...]
    exemplars: int = 0
    exemplar_characters: int = 0

    def around(self, question: str, choices: str = "") -> str:
        r"""Return the whole prompt of a question and the block of its choices.

        >>> Prompt(("Q: ", "\n", "\nA:"), ("question", "choices")).around("Which?", "(A) x")
        'Q: Which?\n(A) x\nA:'
        """
        by_field = {"question": question, "choices": choices}
        filled = (
            by_field[field] + text for field, text in zip(self.fields, self.texts[1:], strict=True)
        )
        return self.texts[0] + "".join(filled)

    @property
    def characters(self) -> int:
        """How long the texts are, without any question."""
        return sum(map(len, self.texts))


@dataclass(frozen=True, slots=True)
class Stopping:
    """When a question leaves before it has all its paths; part of `plan.json`.

    Attributes:
        rule: `never`: with its last path; `certain`: once no further path can change the vote;
            `level` and `certified`: once the two leading counts suffice; `worth`: once further
            paths are worth less than they cost.
        bound: for `level` the posterior probability to reach, above 0.5 and below 1; for
            `certified` delta, above 0 and below 1; for `worth` the accuracy that one more path
            must buy, from 0 to 1; `None` for the others.
    """

    rule: Literal["never", "certain", "level", "certified", "worth"]
    bound: float | None = None


NEVER = Stopping("never")
# With sized waves: the first, and at most two more.
SIZED_WAVES = 3


def is_batch_only(model_id: str) -> bool:
    """Return whether Bedrock offers a model in batch jobs only, as custom models by this ARN."""
    return ":custom-model/" in model_id


@dataclass(frozen=True, slots=True)
class Plan:
    """What the steps of a run need to know; `plan.json`.

    Attributes:
        run_id: of the run.
        execution_arn: of its execution.
        started_at: ISO 8601, UTC.
        model_id: id or ARN of the model or inference profile.
        family: of the model, by name.
        invocation_type: the form of its records.
        answer_spec: how answers are read.
        prompt: what stands around each question.
        max_tokens: of one completion.
        top_p: of nucleus sampling; `None` for the model's own.
        settings: greedy first, then by temperature.
        shards: of the dataset, in order.
        questions: of the run.
        labelled: those with a known answer.
        waves: new paths of a question in each wave; they add up to a setting's paths. If waves are
            sized question by question, the first one, and the most that is left for the others.
        paths_per_job: paths of each question that one job samples.
        jobs_at_once: jobs that may be live at the same time.
        min_records: least records of a batch job.
        max_records: most records of a batch job.
        seed: decides ties.
        stopping: when a question leaves before it has all its paths.
        budget: mean paths of a question in a sampled setting; `None` for all.
        attempts: how often a path is sampled at most, once and then retried.
        variants: votes beside the plain majority; plans of older versions may name others.
        max_cost_usd: the request's own limit of the run's cost; `None` without one.
        stack_limit: the lowest limit of the stack that applies to the run; `None` without one.
        warnings: what a reader of the report must know of model and dataset.
        prices: of the model; `None` where they are not known.
        estimate: what the run is expected to cost.
        pilot: questions of each setting that are asked before the first batch job.
        model_fields: members for the model that the app does not set itself.
        thinking_tokens: likely ones of the thoughts before an answer; 0 without thoughts.
        answered_by: who answers; empty in plans written before it was known.
        ties: what decides a tie.
        confidence_temperature: of the weights of the variant `confidence`.
    """

    run_id: str
    execution_arn: str
    started_at: str
    model_id: str
    family: str
    invocation_type: InvocationType
    answer_spec: AnswerSpec
    prompt: Prompt
    max_tokens: int
    top_p: float | None
    settings: tuple[Setting, ...]
    shards: tuple[Shard, ...]
    questions: int
    labelled: int
    waves: tuple[int, ...]
    paths_per_job: int
    jobs_at_once: int
    min_records: int
    max_records: int
    seed: int
    stopping: Stopping = NEVER
    budget: float | None = None
    attempts: int = 1
    variants: tuple[str, ...] = ()
    max_cost_usd: float | None = None
    stack_limit: CostLimit | None = None
    warnings: tuple[str, ...] = ()
    prices: ModelPrices | None = None
    estimate: Estimate | None = None
    pilot: int = 0
    model_fields: dict[str, Any] = field(default_factory=dict)
    thinking_tokens: int = 0
    answered_by: tuple[AnsweredBy, ...] = ()
    ties: TieRule = "seed"
    confidence_temperature: float = 1.0

    @property
    def sampled(self) -> tuple[Setting, ...]:
        """The settings that vote together: all but greedy, or greedy if it is the only one."""
        return tuple(each for each in self.settings if each.name != GREEDY) or self.settings

    @property
    def last_wave(self) -> int:
        """The last wave that may request new paths, counted from 1."""
        return SIZED_WAVES if self.is_sized(2) else len(self.waves)

    def is_sized(self, wave: int) -> bool:
        """Return whether each question has its own number of new paths in a wave."""
        return self.stopping.rule == "worth" and wave > 1 and len(self.waves) > 1

    def paths_in(self, wave: int) -> int:
        """Return the new paths of a question in a wave, in a sized wave the most of them."""
        if self.is_sized(wave):
            return self.paths_after(wave - 1)
        return self.waves[wave - 1] if wave <= len(self.waves) else 0

    def paths_after(self, wave: int) -> int:
        """Return the most new paths that a question may still get after a wave."""
        if self.is_sized(wave + 1):
            return self.waves[1] if wave < self.last_wave else 0
        return sum(self.waves[wave:])

    @property
    def stops_early(self) -> bool:
        """Whether questions may end with different numbers of paths."""
        return self.stopping.rule != "never" or self.budget is not None

    @property
    def cost_limits(self) -> tuple[CostLimit, ...]:
        """The limits of the run's cost, each with its upper bounds: all must hold."""
        limits = [self.stack_limit] if self.stack_limit else []
        if self.max_cost_usd is not None:
            found = self.estimate
            ceilings = (found.ceiling_usd, found.record_ceiling_usd) if found else (None, None)
            limits.append(CostLimit("max_cost_usd", self.max_cost_usd, *ceilings))
        return tuple(limits)

    @property
    def batch_only(self) -> bool:
        """Whether Bedrock offers the model in batch jobs only."""
        return is_batch_only(self.model_id)


@dataclass(frozen=True, slots=True)
class Partition:
    """One setting on one shard, as Votes and Publish get it: a line of `partitions.jsonl`."""

    run_id: str
    execution_arn: str
    wave: int
    partition: str
    setting: str
    shard: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a multiple-choice question: its label, such as `B`, and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, ready for its place in the prompt.

    Attributes:
        index: its place in the dataset, from 0.
        id: of the dataset's own, or made from the index.
        text: as it stands in the prompt.
        gold: the right answer in canonical form, `None` where it is not known.
        choices: its options in order; none unless it is multiple choice.
        chosen: how many options are to be chosen; 0 where it is "all that apply".
    """

    index: int
    id: str
    text: str
    gold: str | None
    choices: tuple[Choice, ...] = ()
    chosen: int = 1


Kind = TypeVar("Kind")
_ENCODER = msgspec.json.Encoder()


class FormatError(ValueError):
    """Data of another format than this version reads, or broken data."""


def check_format(found: object, name: str) -> None:
    """Return if data can be read.

    Args:
        found: the member `format` of it, `None` where it has none.
        name: of the data, for the message.

    Raises:
        FormatError: it was written by an earlier version without formats, or by a newer one.
    """
    if found == FORMAT:
        return
    if found is None:
        raise FormatError(
            f"{name} has no format, must have format {FORMAT}: an earlier version of this app wrote"
            " it; deploy that version to finish the run, or start a new run"
        )
    if isinstance(found, int | Decimal) and found < FORMAT:
        raise FormatError(
            f"{name} has format {found}, this version reads format {FORMAT}: deploy the version"
            " that began the run to finish it, or start a new run"
        )
    raise FormatError(
        f"{name} has format {found}, this version reads format {FORMAT}: update the app to the"
        " version that wrote it"
    )


def broken(name: str, error: ValidationError | msgspec.DecodeError) -> FormatError:
    """Return the error for data of this format that lacks a member, or has a wrong one.

    Args:
        name: of the data, for the message.
        error: what validation found; its first problem is named.
    """
    why = str(error)
    if isinstance(error, ValidationError):
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "the document"
        why = f"{where}: {problem['msg']}"
    return FormatError(
        f"{name} is broken: {why}, must be as this version of the app writes format {FORMAT};"
        " restore it, deploy the version that began the run, or start a new run"
    )


def encode_document(content: object) -> bytes:
    """Return a JSON document with the format as its first member.

    >>> encode_document(Shard("000", 0, 120))
    b'{"format":1,"name":"000","first":0,"questions":120}'
    """
    body = msgspec.json.encode(content)
    return b'{"format":%d%s%s' % (FORMAT, b"" if body == b"{}" else b",", body[1:])


def decode_document(content: bytes, kind: type[Kind], name: str) -> Kind:
    """Return a document as the type it was written from.

    Args:
        content: of the object.
        kind: its type; members that it does not know are passed over.
        name: of the object, for the message.

    Raises:
        FormatError: the document has another format, or is broken.
    """
    try:
        check_format(msgspec.json.decode(content, type=_Formatted).format, name)
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise broken(name, error) from error


def encode_lines(rows: Iterable[object]) -> Iterator[bytes]:
    r"""Yield the lines of a JSONL file.

    >>> list(encode_lines([Shard("000", 0, 120)]))
    [b'{"name":"000","first":0,"questions":120}\n']
    """
    for row in rows:
        yield _ENCODER.encode(row) + b"\n"


class _Formatted(msgspec.Struct):
    format: object = None
