"""The report of a run: accuracy by setting, what each job brought, what a reader must know."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lambdas.core.costs.path_costs import PathCosts
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.costs.spent import job_cost_usd, on_demand_records, spent_on
from lambdas.core.plan import Plan
from lambdas.core.reporting.findings import findings_of
from lambdas.core.reporting.remarks import job_warnings, setting_warnings, wave_warnings
from lambdas.core.reporting.scored import Scored
from lambdas.core.settings import GREEDY

# Attributes of a job's record that the report gives, in this order.
_JOB_FIELDS = (
    "job",
    "job_name",
    "job_arn",
    "setting",
    "lanes",
    "wave",
    "status",
    "message",
    "paths_planned",
    "on_demand",
    "records_planned",
    "succeeded",
    "errors",
    "malformed",
    "duplicates",
    "foreign",
    "unreadable",
    "missing_paths",
    "answered",
    "unanswered",
    "cut_off",
    "filtered",
    "empty",
    "odd_stops",
    "tokens_in",
    "tokens_out",
    "tokens_estimated",
    "submitted_at",
    "ended_at",
)
_WAVE_FIELDS = ("wave", "jobs", "records", "generations", "settings")


def make_report(
    plan: Plan,
    request: Mapping[str, Any],
    settings: Sequence[Scored],
    *,
    jobs: Sequence[Mapping[str, Any]],
    waves: Sequence[Mapping[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    """Return `report.json`.

    Args:
        plan: of the run.
        request: as it was understood, defaults filled in.
        settings: all of the run.
        jobs: the records of all its jobs.
        waves: the records of all its waves.
        seconds: from the run's start to now.
    """
    prices = plan.estimate.prices if plan.estimate else None
    spent = spent_on(jobs, prices)
    greedy = next((each for each in settings if each.setting.name == GREEDY), None)
    costs = PathCosts(plan, prices)
    return {
        "run_id": plan.run_id,
        "request": dict(request),
        "dataset": {"questions": plan.questions, "labelled": plan.labelled},
        "settings": [
            _setting(scored, prices) | findings_of(plan, scored, greedy, costs)
            for scored in settings
        ],
        "waves": [{name: wave[name] for name in _WAVE_FIELDS} for wave in waves],
        "jobs": [_job(job, prices) for job in jobs],
        "totals": {
            "records": sum(job["records_planned"] for job in jobs),
            "generations": sum(scored.sums.paths for scored in settings),
            "tokens": _tokens(jobs),
            "cost_usd": spent.cost_usd,
            "cost_estimated": spent.estimated,
            "seconds": round(seconds, 1),
        },
        "prices": None if prices is None else asdict(prices),
        "estimate": _estimate(plan),
        "warnings": [
            *plan.warnings,
            *job_warnings(jobs),
            *wave_warnings(plan, waves, jobs),
            *(
                warning
                for scored in settings
                for warning in setting_warnings(plan, scored.setting, scored.sums, scored.jobs)
            ),
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
    if any(scored.sums.labelled for scored in settings):
        return ", ".join(shown) or "not scored: no path has a readable answer"
    return "voted, not scored: no question has an answer to compare with"


def _setting(scored: Scored, prices: ModelPrices | None) -> dict[str, Any]:
    sums, spent = scored.sums, spent_on(scored.jobs, prices)
    paths = sums.paths / sums.questions
    usd_per_path = spent.cost_usd / paths if spent.cost_usd is not None and paths else None
    job_seconds = sum(map(job_seconds_of, scored.jobs))
    on_demand = on_demand_records(scored.jobs)
    return {
        "setting": scored.setting.name,
        "temperature": scored.setting.temperature,
        "questions": sums.questions,
        "labelled": sums.labelled,
        "unsampled_questions": sums.unsampled,
        "generations": sums.paths,
        "paths": {
            "min": sums.fewest,
            "mean": paths,
            "max": sums.most,
        },
        "accuracy": scored.accuracy,
        "voted_accuracy": scored.voted_accuracy,
        "unanswered": sums.unanswered,
        "unvoted_questions": sums.silent,
        "tied_questions": sums.tied,
        "curve": [asdict(point) for point in scored.curve],
        "records": sum(job["records_planned"] for job in scored.jobs),
        "on_demand": on_demand > 0,
        "on_demand_records": on_demand,
        "tokens": _tokens(scored.jobs),
        "cost_usd": spent.cost_usd,
        "cost_estimated": spent.estimated,
        "usd_per_path": usd_per_path,
        "job_seconds": job_seconds,
        "seconds_per_path": job_seconds / paths if paths else None,
    }


def job_seconds_of(job: Mapping[str, Any]) -> float:
    """Return how long a job took from its submission to its end, 0 where it has no end.

    >>> job_seconds_of({"submitted_at": "2026-06-01T10:00:00", "ended_at": "2026-06-01T10:01:00"})
    60.0
    """
    if "submitted_at" not in job or "ended_at" not in job:
        return 0.0
    submitted, ended = (datetime.fromisoformat(job[name]) for name in ("submitted_at", "ended_at"))
    return (ended - submitted).total_seconds()


def _job(job: Mapping[str, Any], prices: ModelPrices | None) -> dict[str, Any]:
    shown = {name: job[name] for name in _JOB_FIELDS if name in job}
    return {**shown, "cost_usd": job_cost_usd(job, prices)}


def _estimate(plan: Plan) -> dict[str, Any] | None:
    if plan.estimate is None:
        return None
    fields = asdict(plan.estimate)
    del fields["prices"]
    return fields


def _tokens(jobs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "input": sum(job.get("tokens_in", 0) for job in jobs),
        "output": sum(job.get("tokens_out", 0) for job in jobs),
        "estimated": any(job.get("tokens_estimated", False) for job in jobs),
    }
