"""What a reader of the report must know: lost, unreadable and estimated things."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.core.costs.spent import on_demand_records
from lambdas.core.job_ends import REFUSED
from lambdas.core.plan import Plan
from lambdas.core.settings import GREEDY, Setting
from lambdas.core.voting.sums import LaneSums
from lambdas.core.wording import count_of, shown

# What a job's record counts, and the word for it.
_ROWS = {
    "errors": "errors",
    "malformed": "malformed",
    "duplicates": "duplicates",
    "foreign": "foreign",
    "unreadable": "of a form not known",
}
_COMPLETIONS = {
    "filtered": "withheld",
    "empty": "without text",
    "odd_stops": "stopped for a reason not known",
}
# Share of a setting's paths.
_MANY_CUT_OFF = 0.01


def setting_warnings(
    plan: Plan, setting: Setting, sums: LaneSums, jobs: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return what of a setting's paths is missing, unreadable, estimated or ran on demand."""
    remarks = (
        *_of_paths(sums),
        _of_answers(plan, sums, jobs),
        _of_confidence(plan, setting, sums),
        _of_on_demand(plan, jobs),
        _of_tokens(jobs),
    )
    return [f"{setting.name}: {remark}" for remark in remarks if remark is not None]


def wave_warnings(
    plan: Plan, waves: Sequence[Mapping[str, Any]], jobs: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Return what was not granted when the run ended: lost paths again, or all of a question's."""
    last = waves[-1]["settings"] if waves else ()
    few = "in records too few for a batch job, and this model runs in no other"
    limited = "that might have passed max_cost_usd"
    told = []
    for each in last:
        lost, short, name = each.get("lost", 0), each.get("short", 0), each["setting"]
        if lost:
            why = few if plan.batch_only and plan.max_cost_usd is None else limited
            if any(job["status"] == REFUSED for job in jobs):
                why = "no wave follows a refused job; redriven, the run goes on from there"
            told.append(f"{name}: {count_of(lost, 'lost path')} not asked for again: {why}")
        left = each["open"] + (0 if plan.budget else short)
        if plan.batch_only and left:
            told.append(
                f"{name}: {count_of(left, 'question')} not settled, with fewer paths than they"
                f" might have: the rest would be {few}"
            )
    return told


def job_warnings(jobs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what jobs brought beside good rows, each remark once with the jobs it is of."""
    by_text: dict[str, list[str]] = {}
    for job in jobs:
        for text in _job_remarks(job):
            by_text.setdefault(text, []).append(f"{job['wave']:02d}/{job['job']}")
    return [f"{_named(names)}: {text}" for text, names in by_text.items()]


def _of_paths(sums: LaneSums) -> Iterator[str]:
    if sums.unsampled:
        yield (
            f"{count_of(sums.unsampled, 'question')} of {sums.questions:,} without any"
            " path; its accuracy is over the others alone, and not comparable with that of a"
            " setting that has them"
        )
    if sums.sampled > sums.paths:
        lost = count_of(sums.sampled - sums.paths, "path")
        yield f"{lost} of {sums.sampled:,} did not come back{_curve_end(sums)}"
    if sums.silent:
        yield f"{count_of(sums.silent, 'question')} got no vote at all"


def _of_answers(plan: Plan, sums: LaneSums, jobs: Sequence[Mapping[str, Any]]) -> str | None:
    if not sums.unanswered:
        return None
    cut_off = sum(job.get("cut_off", 0) for job in jobs)
    way_out = ""
    if cut_off > _MANY_CUT_OFF * sums.paths:
        way_out = (
            f"; raise max_tokens, which was {plan.max_tokens:,} (a model that thinks before it"
            " answers may need thousands)"
        )
    unread = next((job["unread"] for job in jobs if job.get("unread")), None)
    example = f"; one of them ends {shown(unread)}" if unread else ""
    return (
        f"{count_of(sums.unanswered, 'path')} of {sums.paths:,} without a readable"
        f" answer, {cut_off:,} of them cut off at max_tokens; they do not vote{way_out}{example}"
    )


def _of_confidence(plan: Plan, setting: Setting, sums: LaneSums) -> str | None:
    if "confidence" not in plan.variants or setting.name == GREEDY or sums.stated == sums.paths:
        return None
    way_out = ""
    if plan.prompt.exemplars and 2 * sums.stated < sums.paths:
        way_out = '; models follow exemplars, which state none: try "few_shot": "none"'
    return (
        f"{sums.stated:,} of {count_of(sums.paths, 'path')} state a confidence; the others weigh as"
        f" much as these do on average{way_out}"
    )


def _of_on_demand(plan: Plan, jobs: Sequence[Mapping[str, Any]]) -> str | None:
    ran = on_demand_records(jobs)
    if not ran:
        return None
    records = sum(job["records_planned"] for job in jobs)
    part = "its" if ran == records else f"{ran:,} of its"
    several = sum(1 for job in jobs if job.get("on_demand")) > 1
    reason = "in jobs of fewer records than" if several else "fewer than"
    return (
        f"{part} {count_of(records, 'record')} ran on demand, {reason} the"
        f" {plan.min_records:,} of a batch job; at the on-demand price"
    )


def _of_tokens(jobs: Sequence[Mapping[str, Any]]) -> str | None:
    if not any(job.get("tokens_estimated") for job in jobs):
        return None
    return "tokens are estimated at four characters each where the model states none"


def _curve_end(sums: LaneSums) -> str:
    if not sums.curve.means:
        return ""
    fewest = count_of(len(sums.curve.means), "path")
    return f"; the curve ends at {fewest}, the fewest a question in it has"


def _job_remarks(job: Mapping[str, Any]) -> list[str]:
    rows, completions = _counted(job, _ROWS), _counted(job, _COMPLETIONS)
    remarks = [f"rows of its output: {rows}"] if rows else []
    remarks += [f"completions: {completions}"] if completions else []
    remarks += [f"error of a record: {message}" for message in job.get("error_messages", ())]
    if job["status"] != "Completed":
        remarks.append(f"ended {job['status']}")
    if job.get("overdue"):
        remarks.append("outlived its time, and was stopped for it")
    return [*remarks, *filter(None, (job.get("message"), job.get("disagreement")))]


def _counted(job: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return ", ".join(f"{job[name]:,} {word}" for name, word in words.items() if job.get(name))


def _named(jobs: Sequence[str]) -> str:
    most = 5
    more = f" and {len(jobs) - most} more" if len(jobs) > most else ""
    return f"{'job' if len(jobs) == 1 else 'jobs'} {', '.join(jobs[:most])}{more}"
