"""The waves of a run with their chart, and its jobs."""

from collections.abc import Iterator, Sequence

from lambdas.contract import usd
from lambdas.contract.report import JobReport, Report, StoredRequest
from lambdas.contract.schema import GREEDY
from lambdas.contract.votes import WaveSummary
from lambdas.core.report.build import job_seconds_of
from lambdas.core.report.page.format import duration
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
_BUDGET = (
    "After each wave, the questions with the least certain votes get more paths, as far as the"
    " budget allows."
)
_ALL_PATHS = "A question is done once it has all its paths; only the others get more."
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
