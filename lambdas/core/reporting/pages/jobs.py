"""The jobs of a run, each with what it brought."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lambdas.contract import usd
from lambdas.core.reporting.pages.figures import duration
from lambdas.core.reporting.pages.markup import Row, Section, folded, table
from lambdas.core.wording import count_of

_HEADS = (
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
    "Cost",
    "Time",
)
_COUNTS = (
    "records_planned",
    "succeeded",
    "errors",
    "answered",
    "unanswered",
    "tokens_in",
    "tokens_out",
)


def jobs_section(report: Mapping[str, Any]) -> Section | None:
    """Return the jobs, folded; `None` where the report has none."""
    jobs = report.get("jobs")
    if not jobs:
        return None
    shown = table("jobs-figures", "Jobs", _HEADS, map(_row, jobs))
    return Section("jobs", "Jobs", folded(count_of(len(jobs), "job"), shown))


def _row(job: Mapping[str, Any]) -> Row:
    ran = f"{job.get('status', '')}{', on demand' if job.get('on_demand') else ''}"
    counts = (f"{job[name]:,}" if job.get(name) is not None else "" for name in _COUNTS)
    wave = f"{job['wave']:02d}/" if "wave" in job else ""
    return Row(
        (
            f"{wave}{job.get('job', '')}",
            job.get("setting", ""),
            ran,
            *counts,
            usd(job.get("cost_usd")),
            _time(job),
        )
    )


def _time(job: Mapping[str, Any]) -> str:
    began, ended = job.get("submitted_at"), job.get("ended_at")
    if not began or not ended:
        return ""
    return duration((datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds())
