"""The report of a run: accuracy by setting, what each job brought, what a reader must know."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lambdas.core.curve import Point
from lambdas.core.errors import NothingAnsweredError
from lambdas.core.lane import LaneSums
from lambdas.core.plan import Plan
from lambdas.core.settings import Setting
from lambdas.core.wording import count_of

# Attributes of a job's record that the report gives, in this order.
_JOB_FIELDS = (
    "job",
    "job_name",
    "job_arn",
    "setting",
    "lane",
    "wave",
    "status",
    "message",
    "first_path",
    "paths",
    "records_planned",
    "succeeded",
    "errors",
    "malformed",
    "duplicates",
    "foreign",
    "missing_paths",
    "answered",
    "unanswered",
    "cut_off",
    "filtered",
    "tokens_in",
    "tokens_out",
    "tokens_estimated",
    "submitted_at",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A setting with the sums over all its lanes, and the records of its jobs."""

    setting: Setting
    sums: LaneSums
    jobs: tuple[Mapping[str, Any], ...]

    @property
    def accuracy(self) -> float | None:
        """Accuracy of the vote with ties won at random, exact: no seed's luck is in it.

        `None` where no question is labelled, or no path at all has an answer.
        """
        return self.sums.expected / self.sums.labelled if self._is_scored else None

    @property
    def voted_accuracy(self) -> float | None:
        """Share of the labelled questions whose vote, ties as the seed drew them, is right."""
        return self.sums.correct / self.sums.labelled if self._is_scored else None

    @property
    def curve(self) -> tuple[Point, ...]:
        """Accuracy against paths; empty where there is no accuracy."""
        return self.sums.curve.points() if self._is_scored else ()

    @property
    def _is_scored(self) -> bool:
        return bool(self.sums.labelled) and self.sums.paths > self.sums.unanswered


def scored_settings(
    plan: Plan, sums: Mapping[str, LaneSums], jobs: Sequence[Mapping[str, Any]]
) -> list[Scored]:
    """Return the settings in the plan's order.

    Args:
        plan: of the run.
        sums: by setting's name, over all its lanes.
        jobs: the records of all jobs of the run.

    Raises:
        NothingAnsweredError: no job of any setting brought a completion.
    """
    if not any(each.paths - each.unanswered for each in sums.values()):
        raise NothingAnsweredError(_why_nothing(jobs))
    return [
        Scored(
            setting,
            sums[setting.name],
            tuple(job for job in jobs if job["setting"] == setting.name),
        )
        for setting in plan.settings
    ]


def make_report(
    plan: Plan,
    request: Mapping[str, Any],
    settings: Sequence[Scored],
    *,
    seconds: float,
) -> dict[str, Any]:
    """Return `report.json`.

    Args:
        plan: of the run.
        request: as it was understood, defaults filled in.
        settings: all of the run.
        seconds: from the run's start to now.
    """
    jobs = [job for scored in settings for job in scored.jobs]
    return {
        "run_id": plan.run_id,
        "request": dict(request),
        "dataset": {"questions": plan.questions, "labelled": plan.labelled},
        "settings": [_setting(scored) for scored in settings],
        "jobs": [{name: job[name] for name in _JOB_FIELDS if name in job} for job in jobs],
        "totals": {
            "records": sum(job["records_planned"] for job in jobs),
            "generations": sum(scored.sums.paths for scored in settings),
            "tokens": _tokens(jobs),
            "cost_usd": None,
            "seconds": round(seconds, 1),
        },
        "warnings": [
            *plan.warnings,
            *_job_warnings(jobs),
            *(warning for scored in settings for warning in _setting_warnings(scored)),
        ],
    }


def curve_rows(settings: Sequence[Scored]) -> list[tuple[str, int, float, float]]:
    """Return setting, paths, mean and sd of every point of every curve."""
    return [
        (scored.setting.name, point.paths, point.mean, point.sd)
        for scored in settings
        for point in scored.curve
    ]


def headline(settings: Sequence[Scored]) -> str:
    """Return the accuracies in one line."""
    shown = [
        f"{scored.setting.name} {scored.accuracy:.2%}"
        for scored in settings
        if scored.accuracy is not None
    ]
    return ", ".join(shown) or "voted, not scored: no question has an answer to compare with"


def _setting(scored: Scored) -> dict[str, Any]:
    sums = scored.sums
    return {
        "setting": scored.setting.name,
        "temperature": scored.setting.temperature,
        "questions": sums.questions,
        "labelled": sums.labelled,
        "generations": sums.paths,
        "paths": {
            "min": sums.fewest,
            "mean": sums.paths / sums.questions,
            "max": sums.most,
        },
        "accuracy": scored.accuracy,
        "voted_accuracy": scored.voted_accuracy,
        "unanswered": sums.unanswered,
        "unvoted_questions": sums.silent,
        "tied_questions": sums.tied,
        "curve": [asdict(point) for point in scored.curve],
        "tokens": _tokens(scored.jobs),
        "cost_usd": None,
    }


def _tokens(jobs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "input": sum(job.get("tokens_in", 0) for job in jobs),
        "output": sum(job.get("tokens_out", 0) for job in jobs),
        "estimated": any(job.get("tokens_estimated", False) for job in jobs),
    }


def _setting_warnings(scored: Scored) -> list[str]:
    name, sums = scored.setting.name, scored.sums
    warnings = []
    lost = scored.setting.paths * sums.questions - sums.paths
    if lost:
        warnings.append(
            f"{name}: {count_of(lost, 'path')} of {scored.setting.paths * sums.questions:,} did"
            f" not come back; the curve ends at {count_of(sums.fewest, 'path')}, the fewest a"
            " question has"
        )
    if sums.unanswered:
        cut_off = sum(job.get("cut_off", 0) for job in scored.jobs)
        warnings.append(
            f"{name}: {count_of(sums.unanswered, 'path')} of {sums.paths:,} without a readable"
            f" answer, {cut_off:,} of them cut off at max_tokens; they do not vote"
        )
    if sums.silent:
        warnings.append(f"{name}: {count_of(sums.silent, 'question')} got no vote at all")
    if _tokens(scored.jobs)["estimated"]:
        warnings.append(f"{name}: tokens are estimated at four characters each; none were stated")
    return warnings


def _job_warnings(jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    by_text: dict[str, list[str]] = {}
    for job in jobs:
        for text in _job_remarks(job):
            by_text.setdefault(text, []).append(job["job"])
    return [f"{_named(names)}: {text}" for text, names in by_text.items()]


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


def _why_nothing(jobs: Sequence[Mapping[str, Any]]) -> str:
    return "no path of any job can be read: " + "; ".join(_job_warnings(jobs))
