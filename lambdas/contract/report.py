"""`report.json`: the figures of a run, as report page, client and users read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError, field_validator

from lambdas.contract.answered_by import AnsweredBy, is_rehearsed, made_up_label
from lambdas.contract.costs import Estimate, ModelPrices
from lambdas.contract.jobs import JobFigures
from lambdas.contract.names import VoteMethod
from lambdas.contract.run_request import RunRequest
from lambdas.contract.schema import FORMAT, broken, check_format
from lambdas.contract.statistics import (
    Advice,
    AgreementReport,
    CurvePoint,
    Forecast,
    Gain,
    Interval,
    PathCost,
)
from lambdas.contract.votes import WaveSummary


@dataclass(frozen=True, slots=True)
class VariantReport:
    """A vote beside the plain majority.

    Attributes:
        variant: its name; reports of older versions have others.
        accuracy: with ties won at random by chance, from 0 to 1.
        voted_accuracy: of the votes as cast.
        unvoted_questions: questions without a vote.
        interval: of the accuracy, 95 % over questions.
        versus: the gain over the plain majority; `None` without questions to compare.
        curve: accuracy by paths; empty where counts alone do not decide the vote.
    """

    variant: str
    accuracy: float
    voted_accuracy: float
    unvoted_questions: int
    interval: Interval
    versus: Gain | None
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class PathSpread:
    """Paths of a question: the fewest, the mean and the most."""

    min: int
    mean: float
    max: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of prompts and of completions; `estimated` where a model does not state all."""

    input: int
    output: int
    estimated: bool

    def plus(self, more: "Tokens") -> "Tokens":
        """Return these tokens and more."""
        estimated = self.estimated or more.estimated
        return Tokens(self.input + more.input, self.output + more.output, estimated=estimated)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingReport:
    """A setting's figures.

    Attributes:
        setting: its name, such as `greedy` or `T0.7`.
        temperature: at which its paths were sampled; `None` for a mix.
        questions: all of the run.
        labelled: those with a known answer and at least one path; accuracies are over these.
        unsampled_questions: those of which no path came back.
        generations: completions that came back.
        paths: of a question.
        accuracy: with ties won at random by chance, from 0 to 1; `None` where nothing is scored.
        voted_accuracy: of the votes as cast, ties as the seed drew them.
        interval: of the accuracy, 95 % over questions.
        standard_error: of the accuracy over questions.
        gain: over greedy; `None` for greedy, and without it.
        unanswered: paths without a readable answer.
        unvoted_questions: questions without a vote.
        tied_questions: questions whose vote was a tie.
        curve: accuracy by paths; empty where nothing is scored.
        curve_reach: why the curve ends before the paths that some questions have.
        agreement: `None` for greedy, and where no path has an answer.
        forecast: accuracy with twice the paths; `None` where the curve says too little.
        advice: how many paths are worth their cost, or what early stopping saved.
        variants: votes beside the plain majority.
        records: of its jobs; the prompt is billed once for each.
        on_demand: whether some of its records ran on demand.
        on_demand_records: how many.
        tokens: of its jobs.
        cost_usd: of its jobs; `None` without prices.
        cost_estimated: whether some tokens are estimated.
        usd_per_path: the cost divided by the mean number of paths of a question.
        path_costs: cost by paths of every question; `None` without prices or tokens.
        job_seconds: time of its jobs, summed.
        seconds_per_path: that time divided by the mean number of paths of a question.
        temperatures: of a mix, which the records of a question take in turn.
    """

    setting: str
    temperature: float | None
    questions: int
    labelled: int
    unsampled_questions: int
    generations: int
    paths: PathSpread
    accuracy: float | None
    voted_accuracy: float | None
    interval: Interval | None
    standard_error: float | None
    gain: Gain | None
    unanswered: int
    unvoted_questions: int
    tied_questions: int
    curve: tuple[CurvePoint, ...]
    curve_reach: str | None
    agreement: AgreementReport | None
    forecast: Forecast | None
    advice: Advice | None
    variants: tuple[VariantReport, ...]
    records: int
    on_demand: bool
    on_demand_records: int
    tokens: Tokens
    cost_usd: float | None
    cost_estimated: bool
    usd_per_path: float | None
    path_costs: tuple[PathCost, ...] | None
    job_seconds: float
    seconds_per_path: float | None
    temperatures: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalReport:
    """The run's one answer to each question: the vote of all sampled settings together.

    Attributes:
        settings: those that vote; greedy only if it is the only one.
        questions: all of the run.
        labelled: those with a known answer and at least one path; accuracies are over these.
        paths: of a question, over all these settings.
        accuracy: with ties won at random by chance, from 0 to 1; `None` where nothing is scored.
        voted_accuracy: of the votes as cast.
        interval: of the accuracy, 95 % over questions.
        standard_error: of the accuracy over questions.
        gain: over greedy; `None` without greedy, or where greedy is the only setting.
        p: p-value of the gain, without correction: it is the one comparison stated beforehand.
        unanswered: paths without a readable answer.
        unvoted_questions: questions without a vote.
        tied_questions: questions whose vote was a tie.
        curve: accuracy by paths drawn from all of these settings together; empty where nothing is
            scored, or where several settings stop early.
        curve_reach: why the curve ends before the paths that some questions have.
        agreement: `None` for greedy, and where no path has an answer.
        forecast: accuracy with twice the paths; `None` where the curve says too little.
        advice: what to sample next time; `None` where the run says too little.
        cost_usd: of the jobs of these settings; `None` without prices.
        usd_per_path: that cost divided by the mean number of paths of a question.
        path_costs: cost by paths of every question; `None` without prices or tokens.
    """

    settings: tuple[str, ...]
    questions: int
    labelled: int
    paths: PathSpread
    accuracy: float | None
    voted_accuracy: float | None
    interval: Interval | None
    standard_error: float | None
    gain: Gain | None
    p: float | None
    unanswered: int
    unvoted_questions: int
    tied_questions: int
    curve: tuple[CurvePoint, ...]
    curve_reach: str | None
    agreement: AgreementReport | None
    forecast: Forecast | None
    advice: Advice | None
    cost_usd: float | None
    usd_per_path: float | None
    path_costs: tuple[PathCost, ...] | None

    @property
    def is_pooled(self) -> bool:
        """Whether several settings vote together."""
        return len(self.settings) > 1


class JobReport(JobFigures):
    """A job in the report, with its cost in USD; `None` without prices or counted tokens."""

    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """The dataset: all questions, and those with a known answer."""

    questions: int
    labelled: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the run.

    Attributes:
        records: of all jobs.
        generations: completions that came back.
        tokens: of all jobs.
        cost_usd: `None` without prices.
        cost_estimated: whether some tokens are estimated.
        seconds: from the run's start to its report.
    """

    records: int
    generations: int
    tokens: Tokens
    cost_usd: float | None
    cost_estimated: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class PilotReport:
    """The pilot: some questions asked on demand before the first batch job; no answer votes.

    Attributes:
        asked: calls, of all settings.
        readable: completions with an answer.
        cut_off: completions that ended at `max_tokens`.
        failed: calls without a completion.
        unreadable_settings: those of which no answer can be read.
        ends: of completions without an answer, the first ones; then errors.
        tokens: of all calls.
        cost_usd: `None` without prices.
        skipped: why the model could not be asked or judged, "" if it could.
        refused: why the service refuses every call, "" if it does not.
    """

    asked: int = 0
    readable: int = 0
    cut_off: int = 0
    failed: int = 0
    unreadable_settings: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    tokens: Tokens = Tokens(0, 0, estimated=False)
    cost_usd: float | None = None
    skipped: str = ""
    refused: str = ""


class StoredRequest(RunRequest):
    """The request as it was understood, defaults filled in; newer keys are passed over."""

    model_config = ConfigDict(extra="ignore", strict=False, frozen=True)

    @field_validator("variants", mode="before")
    @classmethod
    def _known_variants(cls, variants: Sequence[str]) -> list[str]:
        """Pass over votes that only older versions cast."""
        return [each for each in variants if each in get_args(VoteMethod)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`report.json`.

    Attributes:
        format: of this file, a whole number; a version of the app reads its own.
        run_id: of the run.
        request: as it was understood, defaults filled in.
        dataset: sizes of the dataset.
        settings: greedy first, then by temperature.
        waves: in their order.
        jobs: by wave and name.
        totals: over the run.
        prices: of the model; `None` where they are not known, and in a rehearsal unless the request
            gives them or names a model.
        estimate: what the run was expected to cost; `None` where nothing was estimated.
        warnings: what a reader must know, most important first.
        pilot: what it brought; `totals` include its tokens and cost. `None` without one.
        answered_by: who answered; empty in reports written before it was known, all on AWS.
        final: the vote of all sampled settings together; `None` in reports written before it was.
    """

    format: int = FORMAT
    run_id: str
    request: StoredRequest
    dataset: DatasetReport
    settings: tuple[SettingReport, ...]
    waves: tuple[WaveSummary, ...]
    jobs: tuple[JobReport, ...]
    totals: Totals
    prices: ModelPrices | None
    estimate: Estimate | None
    warnings: tuple[str, ...]
    pilot: PilotReport | None = None
    answered_by: tuple[AnsweredBy, ...] = ()
    final: FinalReport | None = None

    @property
    def is_rehearsed(self) -> bool:
        """Whether someone other than Bedrock answered."""
        return is_rehearsed(self.answered_by)

    @property
    def made_up_label(self) -> str:
        """What must stand wherever its figures do, "" where a model gave the answers."""
        return made_up_label(self.answered_by)

    @property
    def cost_word(self) -> str:
        """What its amounts are: "cost", in a rehearsal "would cost"; "" where it has none."""
        if not self.is_rehearsed:
            return "cost"
        return "would cost" if self.prices else ""


def encode_report(report: Report) -> bytes:
    """Return `report.json`."""
    return _adapter().dump_json(report)


def decode_report(content: bytes, name: str) -> Report:
    """Return the report in a file; members that this version does not know are passed over.

    Args:
        content: of the file.
        name: of it, for the message.

    Raises:
        FormatError: the report has another format, or is broken.
    """
    try:
        found = TypeAdapter(dict[str, object]).validate_json(content)
        check_format(found.get("format"), name)
        return _adapter().validate_python(found)
    except ValidationError as error:
        raise broken(name, error) from error


@cache
def _adapter() -> TypeAdapter[Report]:
    """Return what writes and reads the report; made when it is needed, for it takes a while."""
    return TypeAdapter(Report)
