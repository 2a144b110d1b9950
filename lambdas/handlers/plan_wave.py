"""PlanWave: plan the jobs of the next wave, or find that there is nothing more to sample."""

from collections.abc import Sequence
from typing import TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import jobs_in
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import RunEntry
from lambdas.contract.jobs import Job
from lambdas.contract.keys import (
    backlog_key,
    jobs_key,
    partitions_key,
    plan_key,
    publish_key,
    wave_totals_key,
)
from lambdas.contract.schema import Plan, encode_lines
from lambdas.contract.votes import Backlog, WaveTotals
from lambdas.core.outputs.readability import must_stop
from lambdas.core.sampling.plan import partitions_of, published_of
from lambdas.core.sampling.scheduling import initial_backlogs, next_jobs
from lambdas.core.sampling.wave_summary import add_wave, summarize_wave
from lambdas.handlers.decorators import logger, observed, redrivable


class WaveTask(TypedDict):
    """The run, and the wave to plan, from 1."""

    run_id: str
    execution_arn: str
    redrives: int
    next_wave: int


class WaveReceipt(TypedDict):
    """The planned wave; if `jobs` is 0, `wave` is the one before, the run's last.

    `partitions_key` is that of the partitions that vote after the wave, or of what is published.
    """

    run_id: str
    wave: int
    next_wave: int
    jobs: int
    jobs_key: str
    partitions_key: str


@observed
@redrivable
def handler(task: WaveTask, context: LambdaContext) -> WaveReceipt:
    """Read the plan and the backlogs, write the wave's jobs, partitions and totals.

    No wave follows one in which Bedrock refused a job, or after which the run is stopped. A copy of
    the step that finds the wave planned returns the same receipt and changes nothing, as its jobs
    may be live or collected.
    """
    run_id, wave = task["run_id"], task["next_wave"]
    logger.append_keys(run_id=run_id, wave=wave)
    plan = run_store().read_document(plan_key(run_id), Plan)
    run = run_table().begin_wave(run_id, plan.execution_arn, wave, task["redrives"])
    if run is None:
        logger.info("found planned")
        return _receipt(run_id, wave, _totals(run_id, wave).wave_jobs)

    totals, backlogs = _totals(run_id, wave - 1), _backlogs(plan, wave - 1)
    jobs = [] if run.refused else next_jobs(plan, wave, backlogs, totals.retry_records)
    if jobs and must_stop(run):
        run_table().update_run(run_id, plan.execution_arn, RunEntry(stopped=True), task["redrives"])
        jobs = []
    if wave > 1:
        _summarize_ended(plan, wave - 1, backlogs)
    if jobs:
        _write_wave(plan, jobs, add_wave(totals, jobs), backlogs, task)
    else:
        last = wave - 1
        run_store().write_all(publish_key(run_id, last), encode_lines(published_of(plan, last)))
    logger.info("planned a wave", jobs=len(jobs))
    return _receipt(run_id, wave if jobs else wave - 1, len(jobs))


def _receipt(run_id: str, wave: int, jobs: int) -> WaveReceipt:
    return {
        "run_id": run_id,
        "wave": wave,
        "next_wave": wave + 1,
        "jobs": jobs,
        "jobs_key": jobs_key(run_id, wave),
        "partitions_key": partitions_key(run_id, wave) if jobs else publish_key(run_id, wave),
    }


def _totals(run_id: str, wave: int) -> WaveTotals:
    """Return the counts of the run up to a wave, 0 before the first."""
    if wave < 1:
        return WaveTotals()
    return run_store().read_document(wave_totals_key(run_id, wave), WaveTotals)


def _backlogs(plan: Plan, wave: int) -> list[Backlog]:
    """Return the partitions' backlogs after a wave, 0 before the first."""
    if wave < 1:
        return initial_backlogs(plan)
    return [
        run_store().read_document(backlog_key(plan.run_id, wave, partition.partition), Backlog)
        for partition in partitions_of(plan, wave)
    ]


def _summarize_ended(plan: Plan, wave: int, backlogs: Sequence[Backlog]) -> None:
    jobs = list(jobs_in(run_store(), plan.run_id, wave))
    summary = summarize_wave(plan, wave, jobs, before=_backlogs(plan, wave - 1), after=backlogs)
    run_table().put_wave(plan.run_id, summary, ended=True)


def _write_wave(
    plan: Plan,
    jobs: Sequence[Job],
    totals: WaveTotals,
    backlogs: Sequence[Backlog],
    task: WaveTask,
) -> None:
    """Write a planned wave. The run's entry comes last, because Reopen trusts the wave there."""
    store, run_id, wave = run_store(), plan.run_id, task["next_wave"]
    store.write_all(jobs_key(run_id, wave), encode_lines(jobs))
    store.write_all(partitions_key(run_id, wave), encode_lines(partitions_of(plan, wave)))
    store.write_document(wave_totals_key(run_id, wave), totals)
    summary = summarize_wave(plan, wave, jobs, before=backlogs, after=backlogs)
    run_table().put_wave(run_id, summary, ended=False)
    all_paths = plan.questions * sum(setting.paths for setting in plan.settings)
    run_table().finish_wave(
        run_id,
        plan.execution_arn,
        RunEntry(
            wave=wave,
            jobs_planned=totals.jobs,
            open_questions=sum(each.questions - each.finished for each in backlogs),
            paths_planned=totals.completions
            if plan.stops_early
            else max(totals.completions, all_paths),
        ),
        task["redrives"],
    )
