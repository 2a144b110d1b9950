"""Warnings of a report: what was lost, is unreadable, estimated, undecided or ran on demand."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from lambdas.contract.answered_by import is_rehearsed
from lambdas.contract.entries import JobEntry, RunEntry
from lambdas.contract.keys import COMPLETED, SKIPPED, slot_name
from lambdas.contract.schema import GREEDY, Plan, Setting
from lambdas.contract.votes import SettingWaveSummary, VoteRecord, WaveSummary
from lambdas.core.costs.actual import on_demand_records
from lambdas.core.errors import FailureReason, JobRefusedError, UnreadableAnswersError
from lambdas.core.outputs.readability import stop_reason
from lambdas.core.text import count_of, shown
from lambdas.core.voting.sums import PartitionSums

_SHOWN_ANSWERS = 3
# For the most frequent votes of a setting.
_COMPARED_QUESTIONS = 10_000
# Share of a setting's paths.
_MANY_CUT_OFF = 0.01
_NAMED_JOBS = 5
_TOO_FEW = "too few records for a batch job, and this model does not run on demand"


class CommonAnswers:
    """The first right answers of a setting, and its most frequent votes.

    It holds no more votes than a few thousand questions can differ in.
    """

    def __init__(self) -> None:
        self._golds: list[str] = []
        self._votes: Counter[str] = Counter()
        self._questions = 0

    def add(self, vote: VoteRecord) -> None:
        """Add a question's vote, unless enough were added."""
        if self._questions == _COMPARED_QUESTIONS:
            return
        self._questions += 1
        if vote.gold is not None and len(self._golds) < _SHOWN_ANSWERS:
            self._golds.append(vote.gold)
        if vote.answer is not None:
            self._votes[vote.answer] += 1

    @property
    def golds(self) -> list[str]:
        """The first right answers, each once."""
        return [*dict.fromkeys(self._golds)]

    @property
    def answers(self) -> list[str]:
        """The most frequent votes."""
        return [answer for answer, _ in self._votes.most_common(_SHOWN_ANSWERS)]


def stopped_reason(run: RunEntry, jobs: Sequence[JobEntry]) -> FailureReason | None:
    """Return why a run is incomplete that was stopped; `None` if nothing was left out.

    The message may stand in a log; `stopped_warning` quotes the ends of texts as well.
    """
    if not _is_stopped(run, jobs):
        return None
    return FailureReason(UnreadableAnswersError.__name__, stop_reason(run, jobs, quote=False))


def stopped_warning(run: RunEntry, jobs: Sequence[JobEntry]) -> str | None:
    """Return the warning of a run that was stopped, `None` of any other."""
    return stop_reason(run, jobs, quote=True) if _is_stopped(run, jobs) else None


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


def left_out_reason(plan: Plan, waves: Sequence[WaveSummary]) -> FailureReason | None:
    """Return why a run is incomplete whose refused records were not asked again; else `None`.

    Args:
        plan: of the run, which is not stopped and has no refused job.
        waves: of the run.
    """
    left_out = sum(setting.refused for setting in waves[-1].settings) if waves else 0
    if not left_out:
        return None
    records = count_of(left_out, "refused record")
    limits = " or ".join(limit.name for limit in plan.cost_limits)
    way_out = f" with a higher {limits}" if limits else ""
    return FailureReason(
        JobRefusedError.__name__,
        f"{records} not asked again, the report covers what came back:"
        f" {_no_retry_reason(plan)}; start a new run{way_out}",
    )


def job_warnings(jobs: Sequence[JobEntry]) -> list[str]:
    """Return what went wrong in jobs, each warning once after the jobs that it is about."""
    names_by_text: dict[str, list[str]] = {}
    for job in jobs:
        for text in _job_texts(job):
            names_by_text.setdefault(text, []).append(f"{job.wave:02d}/{job.job}")
    return [f"{_list_jobs(names)}: {text}" for text, names in names_by_text.items()]


def zero_warning(setting: Setting, accuracy: float | None, common: CommonAnswers) -> str | None:
    """Return that no vote of a setting is right, with what is compared; `None` if one is.

    Args:
        setting: of the run.
        accuracy: of the setting, `None` if it is not scored.
        common: its votes and right answers.
    """
    if accuracy != 0:
        return None
    golds, answers = (" or ".join(map(shown, each)) for each in (common.golds, common.answers))
    return (
        f"{setting.name}: accuracy is 0 %: right answers are such as {golds}, the most frequent"
        f" votes {answers}; if these are to be equal, correct how answers are asked for and read:"
        " selfconsistency check shows both"
    )


def wave_warnings(
    plan: Plan,
    waves: Sequence[WaveSummary],
    *,
    refused: bool = False,
    stopped: bool = False,
) -> list[str]:
    """Return what the run left undone: lost paths without a retry, undecided questions.

    Args:
        plan: of the run.
        waves: of the run.
        refused: whether a job is refused.
        stopped: whether the run was stopped, because too many answers are unreadable.
    """
    last = waves[-1].settings if waves else ()
    return [
        f"{setting.setting}: {text}"
        for setting in last
        for text in _left_undone(plan, setting, refused=refused, stopped=stopped)
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
    if job.status == SKIPPED:
        yield "not submitted, because the run was stopped"
    elif job.status != COMPLETED:
        yield f"ended {job.status}"
    if job.overdue:
        yield "exceeded its timeout and was stopped"
    yield from filter(None, (job.message, job.disagreement))


def _counts_text(of: str, counts: Sequence[tuple[int, str]]) -> Iterator[str]:
    if any(count for count, _ in counts):
        yield f"{of}: {', '.join(f'{count:,} {word}' for count, word in counts if count)}"


def _is_stopped(run: RunEntry, jobs: Sequence[JobEntry]) -> bool:
    """Return whether jobs were left out; a run that is merely hard to read is complete."""
    return run.stopped or any(job.status == SKIPPED for job in jobs)


def _list_jobs(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED_JOBS} more" if len(names) > _NAMED_JOBS else ""
    return f"{'job' if len(names) == 1 else 'jobs'} {', '.join(names[:_NAMED_JOBS])}{more}"


def _left_undone(
    plan: Plan, setting: SettingWaveSummary, *, refused: bool, stopped: bool
) -> Iterator[str]:
    if setting.lost:
        lost = count_of(setting.lost, "lost path")
        yield f"{lost} not retried: {_no_retry_reason(plan, refused=refused, stopped=stopped)}"
    undecided = setting.open + (0 if plan.budget else setting.underfilled)
    if plan.batch_only and undecided:
        yield (
            f"{count_of(undecided, 'question')} undecided, with fewer paths than allowed: the"
            f" remaining paths have {_TOO_FEW}"
        )


def _no_retry_reason(plan: Plan, *, refused: bool = False, stopped: bool = False) -> str:
    if stopped:
        return "the run was stopped"
    if refused:
        return "no wave follows a refused job; redrive the execution to retry them"
    if plan.batch_only and not plan.cost_limits:
        return _TOO_FEW
    limits = " or ".join(f"{limit.name} ({limit.usd:g})" for limit in plan.cost_limits)
    return f"they might have exceeded {limits}"


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
    price = ", at the on-demand price"
    if plan.prices is None and is_rehearsed(plan.answered_by):
        price = ""
    return (
        f"{part} {count_of(records, 'record')} ran on demand{price}: a batch job needs at least"
        f" {plan.min_records:,}"
    )


def _tokens_text(jobs: Sequence[JobEntry]) -> str | None:
    if not any(job.tokens_estimated for job in jobs):
        return None
    return "tokens are estimated at four characters each where the model does not state them"
