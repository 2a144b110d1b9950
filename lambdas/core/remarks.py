"""What a reader of the report must know: lost, unreadable and estimated things."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.core.lane import LaneSums
from lambdas.core.settings import Setting
from lambdas.core.wording import count_of


def setting_warnings(
    setting: Setting, sums: LaneSums, jobs: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return what of a setting's paths is missing, unreadable or estimated."""
    name = setting.name
    warnings = []
    if sums.unsampled:
        warnings.append(
            f"{name}: {count_of(sums.unsampled, 'question')} of {sums.questions:,} without any"
            " path; its accuracy is over the others alone, and not comparable with that of a"
            " setting that has them"
        )
    lost = setting.paths * sums.questions - sums.paths
    if lost:
        warnings.append(
            f"{name}: {count_of(lost, 'path')} of {setting.paths * sums.questions:,} did"
            f" not come back{_curve_end(sums)}"
        )
    if sums.unanswered:
        cut_off = sum(job.get("cut_off", 0) for job in jobs)
        warnings.append(
            f"{name}: {count_of(sums.unanswered, 'path')} of {sums.paths:,} without a readable"
            f" answer, {cut_off:,} of them cut off at max_tokens; they do not vote"
        )
    if sums.silent:
        warnings.append(f"{name}: {count_of(sums.silent, 'question')} got no vote at all")
    if any(job.get("tokens_estimated") for job in jobs):
        warnings.append(f"{name}: tokens are estimated at four characters each; none were stated")
    return warnings


def job_warnings(jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what jobs brought beside good rows, each remark once with the jobs it is of."""
    by_text: dict[str, list[str]] = {}
    for job in jobs:
        for text in _job_remarks(job):
            by_text.setdefault(text, []).append(f"{job['wave']:02d}/{job['job']}")
    return [f"{_named(names)}: {text}" for text, names in by_text.items()]


def _curve_end(sums: LaneSums) -> str:
    if not sums.curve.means:
        return ""
    fewest = count_of(len(sums.curve.means), "path")
    return f"; the curve ends at {fewest}, the fewest a question in it has"


def _job_remarks(job: Mapping[str, Any]) -> list[str]:
    counts = ("errors", "malformed", "duplicates", "foreign")
    found = [f"{job[name]} {name}" for name in counts if job.get(name)]
    remarks = [f"rows of its output: {', '.join(found)}"] if found else []
    remarks += [f"error of a record: {message}" for message in job.get("error_messages", ())]
    if job["status"] != "Completed":
        remarks.append(f"ended {job['status']}")
    return [*remarks, *filter(None, (job.get("message"), job.get("disagreement")))]


def _named(jobs: Sequence[str]) -> str:
    most = 5
    more = f" and {len(jobs) - most} more" if len(jobs) > most else ""
    return f"{'job' if len(jobs) == 1 else 'jobs'} {', '.join(jobs[:most])}{more}"
