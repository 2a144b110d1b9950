"""Warnings of a report: what was lost, is unreadable, estimated, undecided or ran on demand."""

from collections.abc import Iterator, Sequence, Set

from lambdas.contract.entries import JobEntry
from lambdas.contract.keys import COMPLETED, slot_name
from lambdas.contract.schema import GREEDY, Plan, Setting
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from lambdas.core.costs.actual import on_demand_records
from lambdas.core.errors import FailureReason, JobRefusedError
from lambdas.core.text import count_of, shown
from lambdas.core.voting.sums import PartitionSums

# Share of a setting's paths.
_MANY_CUT_OFF = 0.01
_NAMED_JOBS = 5
_TOO_FEW = "too few records for a batch job, and this model does not run on demand"


def incomplete_reason(jobs: Sequence[JobEntry], refused: Set[str]) -> FailureReason | None:
    """Return why a run is incomplete; `None` if no job is refused.

    Args:
        jobs: of the run.
        refused: the run's jobs that are refused, in whole or in part, named like slots.

    Raises:
        JobRefusedError: the other jobs brought nothing either.
    """
    found = [job for job in jobs if slot_name(job.wave, job.job) in refused]
    if not found:
        return None
    message = found[0].message
    if not any(job.succeeded for job in jobs):
        raise JobRefusedError(f"{message}; nothing was sampled: fix that and redrive the execution")
    covered = "what came back" if any(job.succeeded for job in found) else "the others"
    return FailureReason(
        JobRefusedError.__name__,
        f"{count_of(len(found), 'job')} of {len(jobs):,} refused, the report covers {covered}:"
        f" {message}; fix that and redrive the execution: it asks for what was refused only",
    )


def job_warnings(jobs: Sequence[JobEntry]) -> list[str]:
    """Return what went wrong in jobs, each warning once after the jobs that it is about."""
    names_by_text: dict[str, list[str]] = {}
    for job in jobs:
        for text in _job_texts(job):
            names_by_text.setdefault(text, []).append(f"{job.wave:02d}/{job.job}")
    return [f"{_list_jobs(names)}: {text}" for text, names in names_by_text.items()]


def wave_warnings(plan: Plan, waves: Sequence[WaveSummary], *, refused: bool = False) -> list[str]:
    """Return what the run left undone: lost paths without a retry, undecided questions.

    Args:
        plan: of the run.
        waves: of the run.
        refused: whether a job is refused.
    """
    last = waves[-1].settings if waves else ()
    return [
        f"{setting.setting}: {text}"
        for setting in last
        for text in _left_undone(plan, setting, refused=refused)
    ]


def setting_warnings(
    plan: Plan, setting: Setting, sums: PartitionSums, jobs: Sequence[JobEntry]
) -> list[str]:
    """Return what of a setting's paths is lost, unreadable, estimated or ran on demand."""
    texts = (
        *_path_texts(sums),
        _answers_text(plan, sums, jobs),
        _confidence_text(plan, setting, sums),
        _on_demand_text(plan, jobs),
        _tokens_text(jobs),
    )
    return [f"{setting.name}: {text}" for text in texts if text is not None]


def _job_texts(job: JobEntry) -> Iterator[str]:
    rows = (
        (job.errors - job.refused, "errors"),
        (job.refused, "refused"),
        (job.malformed, "malformed"),
        (job.duplicates, "duplicates"),
        (job.foreign, "foreign"),
        (job.unreadable, "in an unknown format"),
    )
    completions = (
        (job.filtered, "withheld"),
        (job.empty, "without text"),
        (job.odd_stops, "stopped for an unknown reason"),
    )
    yield from _counts_text("output rows", rows)
    yield from _counts_text("completions", completions)
    yield from (f"record error: {message}" for message in job.error_messages)
    if job.status != COMPLETED:
        yield f"ended {job.status}"
    if job.overdue:
        yield "exceeded its timeout and was stopped"
    yield from filter(None, (job.message, job.disagreement))


def _counts_text(of: str, counts: Sequence[tuple[int, str]]) -> Iterator[str]:
    if any(count for count, _ in counts):
        yield f"{of}: {', '.join(f'{count:,} {word}' for count, word in counts if count)}"


def _list_jobs(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED_JOBS} more" if len(names) > _NAMED_JOBS else ""
    return f"{'job' if len(names) == 1 else 'jobs'} {', '.join(names[:_NAMED_JOBS])}{more}"


def _left_undone(plan: Plan, setting: SettingWaveSummary, *, refused: bool) -> Iterator[str]:
    if setting.lost:
        lost = count_of(setting.lost, "lost path")
        yield f"{lost} not retried: {_no_retry_reason(plan, refused=refused)}"
    undecided = setting.open + (0 if plan.budget else setting.underfilled)
    if plan.batch_only and undecided:
        yield (
            f"{count_of(undecided, 'question')} undecided, with fewer paths than allowed: the"
            f" remaining paths have {_TOO_FEW}"
        )


def _no_retry_reason(plan: Plan, *, refused: bool) -> str:
    if refused:
        return "no wave follows a refused job; redrive the execution to retry them"
    if plan.batch_only and plan.max_cost_usd is None:
        return _TOO_FEW
    return "they might have exceeded max_cost_usd"


def _path_texts(sums: PartitionSums) -> Iterator[str]:
    if sums.unsampled:
        yield (
            f"{count_of(sums.unsampled, 'question')} of {sums.questions:,} without any path;"
            " accuracy covers the others only, so do not compare it with a setting that has all"
        )
    if sums.requested > sums.paths:
        lost = count_of(sums.requested - sums.paths, "path")
        yield f"{lost} of {sums.requested:,} did not come back{_curve_end(sums)}"
    if sums.unvoted:
        yield f"{count_of(sums.unvoted, 'question')} without any vote"


def _curve_end(sums: PartitionSums) -> str:
    if not sums.curve.means:
        return ""
    fewest = count_of(len(sums.curve.means), "path")
    return f"; the curve ends at {fewest}, the fewest that a question in it has"


def _answers_text(plan: Plan, sums: PartitionSums, jobs: Sequence[JobEntry]) -> str | None:
    if not sums.unanswered:
        return None
    cut_off = sum(job.cut_off for job in jobs)
    way_out = ""
    if cut_off > _MANY_CUT_OFF * sums.paths:
        way_out = (
            f"; raise max_tokens, now {plan.max_tokens:,} (a reasoning model may need thousands)"
        )
    unread = next((job.unread for job in jobs if job.unread), None)
    example = f"; one of them ends {shown(unread)}" if unread else ""
    at_limit = f", {cut_off:,} of them cut off at max_tokens" if cut_off else ""
    return (
        f"{count_of(sums.unanswered, 'path')} of {sums.paths:,} without a readable answer"
        f"{at_limit}; they do not vote{way_out}{example}"
    )


def _confidence_text(plan: Plan, setting: Setting, sums: PartitionSums) -> str | None:
    if "confidence" not in plan.variants or setting.name == GREEDY:
        return None
    if sums.self_reported == sums.paths:
        return None
    way_out = ""
    if plan.prompt.exemplars and 2 * sums.self_reported < sums.paths:
        way_out = '; models imitate exemplars, which state none: try "few_shot": "none"'
    return (
        f"{sums.self_reported:,} of {count_of(sums.paths, 'path')} state a confidence; the others"
        f" get the mean weight of these{way_out}"
    )


def _on_demand_text(plan: Plan, jobs: Sequence[JobEntry]) -> str | None:
    on_demand = on_demand_records(jobs)
    if not on_demand:
        return None
    records = sum(job.records_planned for job in jobs)
    part = "all" if on_demand == records else f"{on_demand:,} of"
    return (
        f"{part} {count_of(records, 'record')} ran on demand, at the on-demand price: a batch job"
        f" needs at least {plan.min_records:,}"
    )


def _tokens_text(jobs: Sequence[JobEntry]) -> str | None:
    if not any(job.tokens_estimated for job in jobs):
        return None
    return "tokens are estimated at four characters each where the model does not state them"
