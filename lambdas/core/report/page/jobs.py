"""The waves of a run with their chart, and its jobs."""

from collections.abc import Iterator, Sequence

from lambdas.contract import usd
from lambdas.contract.report import JobReport, Report, StoredRequest
from lambdas.contract.run_request import Worth
from lambdas.contract.schema import GREEDY
from lambdas.contract.votes import WaveSummary
from lambdas.core.report.bought import Bought, bought_by
from lambdas.core.report.build import job_seconds_of
from lambdas.core.report.page.format import duration, percent, points
from lambdas.core.report.page.html import (
    Section,
    TableCell,
    TableRow,
    chart,
    folded,
    paragraph,
    table,
)
from lambdas.core.text import count_of

_WAVE_HEADS = (
    "Wave",
    "Jobs",
    "Records",
    TableCell("Completions", "requested"),
    "Setting",
    "Questions sampled",
    "Decided",
)
_EXHAUSTED_HEAD = TableCell("Exhausted", "undecided, no paths or budget left")
_EARLY_STOP = (
    "After each wave, questions whose vote is decided stop; only open questions get more paths."
)
_WORTH = (
    "A question gets further paths as long as each is expected to add at least {points} points to"
    " the chance that its vote is right. After each wave it gets as many as pay, and stops if none"
    " does."
)
_BUDGET = (
    "After each wave, the questions with the least certain votes get more paths, as far as the"
    " budget allows."
)
_ALL_PATHS = "A question is done once it has all its paths; only the others get more."
_BOUGHT_TITLE = "What each wave bought"
_BOUGHT_HEADS = (
    "Wave",
    "Setting",
    "Questions sampled",
    TableCell("Paths", "requested in the wave"),
    TableCell("Paths per question", "mean so far"),
    TableCell("Accuracy", "after the wave"),
    TableCell("Points per 1,000 paths", "more accuracy than before the wave"),
)
_BOUGHT_NOTE = (
    "Accuracy is over all questions, those that stopped earlier included. Points per 1,000 paths"
    " are the points that a wave added, for each thousand paths it requested."
)
_JOB_HEADS = (
    "Job",
    "Setting",
    "Status",
    "Records",
    "Succeeded",
    "Errors",
    "Answered",
    "Unanswered",
    "Tokens in",
    "Tokens out",
)


def waves_section(report: Report) -> Section | None:
    """Return the waves with their chart, `None` if there are none."""
    waves = report.waves
    if not waves:
        return None
    exhausted = any(setting.exhausted for wave in waves for setting in wave.settings)
    heads = (*_WAVE_HEADS, *((_EXHAUSTED_HEAD,) if exhausted else ()), "Still open")
    parts = (
        paragraph(_rule_text(report.request)) if len(waves) > 1 else "",
        _chart(waves),
        table("waves-figures", "Waves", heads, _wave_rows(waves, exhausted=exhausted)),
        _bought_section(waves),
    )
    return Section("waves", "Waves", "\n".join(filter(None, parts)))


def jobs_section(report: Report) -> Section | None:
    """Return the jobs, folded; `None` if there are none."""
    if not report.jobs:
        return None
    word = report.cost_word
    heads = (*_JOB_HEADS, *((word.capitalize(),) if word else ()), "Time")
    rows = (_job_row(job, priced=bool(word)) for job in report.jobs)
    shown = table("jobs-figures", "Jobs", heads, rows)
    return Section("jobs", "Jobs", folded(count_of(len(report.jobs), "job"), shown))


def _rule_text(request: StoredRequest) -> str:
    if request.budget:
        return _BUDGET
    if isinstance(request.early_stop, Worth):
        return _WORTH.format(points=f"{100 * request.early_stop.worth:.3g}")
    return _EARLY_STOP if request.early_stop else _ALL_PATHS


def _chart(waves: Sequence[WaveSummary]) -> str:
    if len(waves) < 2:
        return ""
    texts: dict[str, list[str]] = {}
    exhausted: dict[str, int] = {}
    for wave in waves:
        for each in wave.settings:
            if each.setting != GREEDY:
                decided = f"{each.decided:,} in wave {wave.wave}"
                texts.setdefault(each.setting, []).append(decided)
                exhausted[each.setting] = exhausted.get(each.setting, 0) + each.exhausted
    for name, count in exhausted.items():
        if count:
            texts[name].append(f"{count:,} exhausted")
    bars = "; ".join(f"{name} {', '.join(each)}" for name, each in texts.items())
    title = "When questions were decided"
    return chart("waves", title, f"Stacked bars of decided questions: {bars}.") if bars else ""


def _wave_rows(waves: Sequence[WaveSummary], *, exhausted: bool) -> Iterator[TableRow]:
    for wave in waves:
        submitted: tuple[TableCell | str, ...] = (
            f"{wave.wave}",
            f"{wave.jobs:,}",
            f"{wave.records:,}",
            f"{wave.generations:,}",
        )
        kind = "first"
        for each in wave.settings:
            left = (f"{each.exhausted:,}",) if exhausted else ()
            counts = (f"{each.questions:,}", f"{each.decided:,}", *left, f"{each.open:,}")
            yield TableRow((*submitted, each.setting, *counts), kind)
            # What a wave submitted stands beside its first setting only.
            submitted, kind = (TableCell("", screen_reader=f"wave {wave.wave}"), "", "", ""), ""


def _bought_section(waves: Sequence[WaveSummary]) -> str:
    """Return accuracy and mean paths after each wave, "" unless several are known."""
    known = bought_by(waves)
    if not known:
        return ""
    rows = (
        TableRow(
            (
                f"{each.wave}",
                each.setting,
                f"{each.questions:,}",
                f"{each.paths:,}",
                "" if each.mean_paths is None else f"{each.mean_paths:.4g}",
                percent(each.accuracy),
                "" if each.points_per_thousand is None else points(each.points_per_thousand / 100),
            )
        )
        for each in known
    )
    shown = table("waves-bought", _BOUGHT_TITLE, _BOUGHT_HEADS, rows)
    drawn = chart("bought", "Accuracy after each wave", _bought_text(known))
    return f"<h3>{_BOUGHT_TITLE}</h3>\n{drawn}\n{shown}\n{paragraph(_BOUGHT_NOTE, 'note')}"


def _bought_text(known: Sequence[Bought]) -> str:
    names = dict.fromkeys(each.setting for each in known)
    lines = "; ".join(
        f"{name} "
        + ", ".join(
            f"{percent(each.accuracy)} after wave {each.wave}"
            for each in known
            if each.setting == name
        )
        for name in names
    )
    return f"Line chart of accuracy against the mean paths per question: {lines}."


def _job_row(job: JobReport, *, priced: bool) -> TableRow:
    tokens = (job.tokens_in, job.tokens_out)
    seconds = job_seconds_of(job)
    return TableRow(
        (
            f"{job.wave:02d}/{job.job}",
            job.setting,
            f"{job.status}{', on demand' if job.on_demand else ''}",
            f"{job.records_planned:,}",
            f"{job.succeeded:,}",
            f"{job.errors:,}",
            f"{job.answered:,}",
            f"{job.unanswered:,}",
            *("" if count is None else f"{count:,}" for count in tokens),
            *((usd(job.cost_usd),) if priced else ()),
            "" if seconds is None else duration(seconds),
        )
    )
