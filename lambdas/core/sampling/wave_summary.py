"""What a wave requests and decides, for the table and the report, and the run's totals so far."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.schema import Plan
from lambdas.contract.votes import Backlog, SettingWaveSummary, WaveSummary, WaveTotals
from lambdas.core.sampling.scheduling import plan_jobs, retry_records_in


def summarize_wave(
    plan: Plan,
    wave: int,
    jobs: Sequence[Job],
    before: Sequence[Backlog],
    after: Sequence[Backlog],
) -> WaveSummary:
    """Return the summary of a wave.

    Args:
        plan: of the run.
        wave: counted from 1.
        jobs: of the wave.
        before: backlogs of all partitions before the wave.
        after: backlogs after it; equal to `before` while the wave runs.
    """
    has_ended = list(before) != list(after)
    out_of_budget = has_ended and plan.budget is not None and not plan_jobs(plan, wave + 1, after)
    summaries = []
    for setting in plan.settings:
        slices = [each for job in jobs for each in job.slices if each.setting == setting.name]
        counts_before = _Counts.of(setting.name, before)
        counts_after = _Counts.of(setting.name, after, out_of_budget=out_of_budget)
        questions = counts_after.requested if has_ended else _planned_questions(slices)
        summaries.append(
            _summarize_setting(setting.name, questions, slices, counts_before, counts_after)
        )
    return WaveSummary(
        wave=wave,
        jobs=len(jobs),
        records=sum(job.records for job in jobs),
        generations=sum(job.completions for job in jobs),
        settings=tuple(summaries),
    )


def add_wave(totals: WaveTotals, jobs: Sequence[Job]) -> WaveTotals:
    """Return the totals of the run after a wave.

    Args:
        totals: after the wave before.
        jobs: of the wave.
    """
    return WaveTotals(
        wave_jobs=len(jobs),
        jobs=totals.jobs + len(jobs),
        completions=totals.completions + sum(job.completions for job in jobs),
        retry_records=totals.retry_records + retry_records_in(jobs),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts of one setting's questions, of its paths, and of its right votes."""

    decided: int
    exhausted: int
    open: int
    underfilled: int
    lost: int
    refused: int
    requested: int
    questions: int
    labelled: int
    expected: float
    returned: int

    @classmethod
    def of(
        cls, setting: str, backlogs: Sequence[Backlog], *, out_of_budget: bool = False
    ) -> "_Counts":
        partitions = [backlog for backlog in backlogs if backlog.setting == setting]
        decided = sum(each.decided for each in partitions)
        exhausted = sum(each.exhausted for each in partitions)
        still_open = sum(each.questions for each in partitions) - decided - exhausted
        return cls(
            decided=decided,
            exhausted=exhausted + still_open if out_of_budget else exhausted,
            open=0 if out_of_budget else still_open,
            underfilled=sum(each.underfilled for each in partitions),
            lost=sum(each.lost_paths for each in partitions),
            refused=sum(lost.untried for each in partitions for lost in each.lost),
            requested=sum(each.requested_questions for each in partitions),
            questions=sum(each.questions for each in partitions),
            labelled=sum(each.labelled for each in partitions),
            expected=sum(each.expected for each in partitions),
            returned=sum(each.returned_paths for each in partitions),
        )


def _planned_questions(slices: Sequence[JobSlice]) -> int:
    """Return the questions that slices have records of, as far as the slices show it."""
    questions: dict[str, int] = defaultdict(int)
    for job_slice in slices:
        questions[job_slice.partition] = max(questions[job_slice.partition], job_slice.questions)
    return sum(questions.values())


def _summarize_setting(
    setting: str, questions: int, slices: Sequence[JobSlice], before: _Counts, after: _Counts
) -> SettingWaveSummary:
    return SettingWaveSummary(
        setting=setting,
        questions=questions,
        generations=sum(each.completions for each in slices),
        retried=sum(each.completions for each in slices if each.retry_paths is not None),
        decided=after.decided - before.decided,
        exhausted=after.exhausted - before.exhausted,
        open=after.open,
        underfilled=after.underfilled,
        lost=after.lost,
        refused=after.refused,
        accuracy=after.expected / after.labelled if after.labelled else None,
        mean_paths=after.returned / after.questions if after.returned else None,
    )
