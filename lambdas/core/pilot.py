"""The pilot: a few questions asked on demand before the first batch job; its answers never vote.

A batch job is paid for as a whole, also where the model ignores the format of the answer, thinks
until its tokens run out, or may not be used. The pilot finds this out for cents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.contract.jobs import JobFigures
from lambdas.contract.report import PilotReport, Tokens
from lambdas.contract.schema import Plan, Question, Setting
from lambdas.core.answers.reader import answer_reader
from lambdas.core.costs.actual import total_cost
from lambdas.core.errors import JobRefusedError, NoOnDemandError
from lambdas.core.models.base import UNDECODABLE, Completion, Form, OutputRow
from lambdas.core.on_demand import ManifestCounts, Record
from lambdas.core.outputs.counts import Manifest, OutputCounts, output_figures
from lambdas.core.outputs.errors import read_error
from lambdas.core.outputs.reader import OutputReader
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.sampling.plan import form_of
from lambdas.core.sampling.records import record_writer
from lambdas.core.text import Line, count_of, shown

_RECORD = msgspec.json.Decoder(Record)
# The path of each question.
_PATH = RecordSpec(0, 1)
_SHOWN_ENDS = 3
_END_CHARACTERS = 90
_NOT_IN_TIME = "the model did not answer in time"


@dataclass(frozen=True, slots=True)
class SettingPilot:
    """What the pilot of one setting brought.

    Attributes:
        setting: its name.
        counts: of its replies.
        figures: of its calls, as of a job that ran on demand.
        ends: of completions without an answer, and final errors; none if there is an answer.
        passing: errors of calls that failed for a reason that passes with time.
        refusal: what ended the calls, `None` if nothing did.
    """

    setting: str
    counts: OutputCounts
    figures: JobFigures
    ends: tuple[str, ...]
    passing: tuple[str, ...]
    refusal: JobRefusedError | None = None

    @property
    def judged(self) -> int:
        """Calls that say something of the request: with a completion, or a final error."""
        return self.counts.rows - len(self.passing)


def pilot_questions(questions: Sequence[Question], wanted: int) -> list[Question]:
    """Return so many questions of a shard, spread evenly over it.

    >>> shard = [Question(index, str(index), "?", None) for index in range(10)]
    >>> [question.index for question in pilot_questions(shard, 3)]
    [0, 3, 6]
    """
    return [questions[number * len(questions) // wanted] for number in range(wanted)]


def pilot_records(plan: Plan, setting: Setting, questions: Iterable[Question]) -> list[Record]:
    """Return the records of these questions in a setting, one completion each."""
    writer = record_writer(plan, setting)
    asked = list(questions)
    # In a mix each is asked at another temperature.
    specs = {each.index: (_PATH._replace(number=turn),) for turn, each in enumerate(asked)}
    lines = writer.lines(asked, specs)
    return [_RECORD.decode(line) for line in lines]


def read_pilot(
    plan: Plan,
    setting: Setting,
    shard: Sequence[Question],
    asked: Sequence[Record],
    lines: Sequence[Line],
    *,
    manifest: ManifestCounts,
    refusal: JobRefusedError | None = None,
) -> SettingPilot:
    """Return what the pilot of a setting brought.

    Args:
        plan: of the run.
        setting: of the replies.
        shard: all questions of the shard that was asked from.
        asked: the records; those without a row were not asked in time.
        lines: rows of the replies.
        manifest: counts of the replies; headers may state tokens that no row has.
        refusal: what ended the calls, `None` if nothing did.
    """
    form = form_of(plan)
    read_answer = answer_reader(plan.answer_spec, shard)
    records = {question.index: (_PATH,) for question in shard}
    reader = OutputReader(
        records, 0, form, first=shard[0].index, read_answer=read_answer, on_demand=True
    )
    reader.read(lines)
    stated = msgspec.convert(manifest.manifest(), Manifest)
    input_bytes = sum(len(bytes(record.model_input)) for record in asked)
    figures = output_figures(reader.counts, stated, input_bytes, len(asked))
    billed = JobFigures(**dict(figures), on_demand=True)
    rows = list(_rows(form, lines))
    passing = [row for row in rows if row.error and read_error(row.error).passing]
    final = [row for row in rows if row not in passing]
    return SettingPilot(
        setting.name,
        reader.counts,
        billed,
        ends=() if reader.counts.answered else tuple(_ends(form, final)),
        passing=tuple(_ends(form, passing)),
        refusal=refusal,
    )


def pilot_report(plan: Plan, settings: Sequence[SettingPilot]) -> PilotReport:
    """Return the pilot of a run in figures; `settings` are those that were asked."""
    counts = [each.counts for each in settings]
    figures = [each.figures for each in settings]
    ends = [end for each in settings for end in each.ends]
    passing = [end for each in settings for end in each.passing]
    refused = _refused(settings)
    total = total_cost(figures, plan.prices)
    tokens = Tokens(
        sum(each.tokens_in or 0 for each in figures),
        sum(each.tokens_out or 0 for each in figures),
        estimated=total.estimated,
    )
    return PilotReport(
        asked=sum(each.rows for each in counts),
        readable=sum(each.answered for each in counts),
        cut_off=sum(each.cut_off for each in counts),
        failed=sum(each.errors + each.malformed for each in counts),
        unreadable_settings=tuple(
            each.setting for each in settings if each.counts.rows and not each.counts.answered
        ),
        ends=(*ends, *passing)[:_SHOWN_ENDS],
        tokens=tokens,
        cost_usd=total.cost_usd,
        skipped="" if refused else _skipped(plan, settings),
        refused=refused,
    )


def pilot_problem(plan: Plan, report: PilotReport) -> str | None:
    """Return why a run is doomed by its pilot, with the way out; `None` if it is not."""
    if report.refused:
        return f"pilot: {report.refused}; no batch job is submitted"
    if report.skipped or report.readable:
        return None
    answers = count_of(report.asked, "answer")
    return "\n".join(
        (
            f"pilot: none of {answers} can be read, so no batch job is submitted;"
            f" {_way_out(plan, report)}",
            *(f"one ends {shown(end)}" for end in report.ends),
        )
    )


def pilot_warnings(report: PilotReport | None) -> list[str]:
    """Return what a reader of the report must know of the pilot."""
    if report is None:
        return []
    if report.skipped:
        return [f"the pilot was not carried out: {report.skipped}"]
    return [
        f"{setting}: none of the pilot's answers could be read"
        for setting in report.unreadable_settings
    ]


def _skipped(plan: Plan, settings: Sequence[SettingPilot]) -> str:
    """Return why nothing can be said of the model, "" if something can.

    Without a readable answer, at least half of the calls must say something of the request, and
    more than one of several: the others may fail for a reason that passes.
    """
    missing = (each.refusal for each in settings if isinstance(each.refusal, NoOnDemandError))
    if first := next(missing, None):
        return str(first)
    wanted, judged = plan.pilot * len(plan.settings), sum(each.judged for each in settings)
    answered = any(each.counts.answered for each in settings)
    if answered or judged >= max(wanted / 2, min(wanted, 2)):
        return ""
    error = next((error for each in settings for error in each.passing), "")
    if judged:
        calls = count_of(wanted, "call")
        return f"only {judged} of {calls} can be judged: {error or _NOT_IN_TIME}"
    return f"all calls failed for the time being: {error}" if error else _NOT_IN_TIME


def _refused(settings: Sequence[SettingPilot]) -> str:
    refusals = (each.refusal for each in settings if each.refusal)
    first = next(refusals, None)
    return "" if first is None or isinstance(first, NoOnDemandError) else str(first)


def _way_out(plan: Plan, report: PilotReport) -> str:
    skip = 'start it anew with "pilot": 0 to submit it all the same'
    if report.failed == report.asked:
        return f"every call failed; correct the request, or {skip}"
    if 2 * report.cut_off >= report.asked:
        return (
            f"{report.cut_off} were cut off at max_tokens, {plan.max_tokens}: raise it (models that"
            f" think may need thousands), or {skip}"
        )
    return (
        "have prompt or template ask for the answer as the task reads it, correct pattern or"
        f" json_key, or {skip}"
    )


def _rows(form: Form, lines: Iterable[Line]) -> Iterator[OutputRow[Any]]:
    """Yield the rows that can be decoded."""
    for line in lines:
        try:
            yield form.rows.decode(line.content or b"")
        except UNDECODABLE:
            continue


def _ends(form: Form, rows: Iterable[OutputRow[Any]]) -> Iterator[str]:
    """Yield how each reply ends: the completion's text, or the error."""
    for row in rows:
        if row.modelOutput is not None:
            yield from map(_end, form.read(row.modelOutput).completions[:1])
        elif row.error:
            yield read_error(row.error).message[:_END_CHARACTERS]


def _end(completion: Completion) -> str:
    return " ".join(completion.text[-_END_CHARACTERS:].split())
