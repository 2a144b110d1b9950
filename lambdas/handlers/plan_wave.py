"""PlanWave: lay out the next wave's jobs, or find that there is nothing more to sample."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.selections import jobs_in
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.jobs import Job
from lambdas.core.keys import need_key, run_key, wave_entry, wave_key
from lambdas.core.plan import Plan, lanes_of
from lambdas.core.waves.layout import first_needs
from lambdas.core.waves.need import LaneNeed
from lambdas.core.waves.next_jobs import next_jobs
from lambdas.core.waves.story import story_of
from lambdas.handlers.observed import logger, observed
from lambdas.handlers.redrivable import redrivable


class WaveTask(TypedDict):
    """The run, and the wave to lay out, from 1."""

    run_id: str
    execution_arn: str
    next_wave: int


class WaveReceipt(TypedDict):
    """The wave; `jobs` is 0 when the wave before was the last, which `wave` then names."""

    run_id: str
    wave: int
    next_wave: int
    jobs: int
    jobs_key: str
    lanes_key: str


@observed
@redrivable
def handler(task: WaveTask, context: LambdaContext) -> WaveReceipt:
    """Read the plan and what the lanes need, write the wave's jobs and lanes.

    After a wave in which Bedrock refused a job there is none.
    """
    run_id, wave = task["run_id"], task["next_wave"]
    logger.append_keys(run_id=run_id, wave=wave)
    plan = run_store().read_as(run_key(run_id, "plan.json"), Plan)
    earlier = [job for each in range(1, wave) for job in jobs_in(run_store(), run_id, each)]

    noted = run_table().update_run(run_id, plan.execution_arn, no_job_is_live=True, next_wave=wave)
    needs = _needs(plan, wave - 1)
    jobs = [] if noted.get("refused") else next_jobs(plan, wave, needs, earlier)
    last = wave if jobs else wave - 1
    jobs_key = wave_key(run_id, last, "jobs.jsonl")
    lanes_key = wave_key(run_id, last, "lanes.jsonl")

    if wave > 1:
        _tell(plan, wave - 1, earlier, before=_needs(plan, wave - 2), after=needs)
    if jobs:
        run_store().write_all(jobs_key, _lines(jobs))
        run_store().write_all(lanes_key, _lines(lanes_of(plan, wave)))
        _tell(plan, wave, jobs, before=needs, after=needs)
        _update_run(plan, wave, [*earlier, *jobs], needs)
    logger.info("laid out", jobs=len(jobs))
    return {
        "run_id": run_id,
        "wave": last,
        "next_wave": last + 1,
        "jobs": len(jobs),
        "jobs_key": jobs_key,
        "lanes_key": lanes_key,
    }


def _needs(plan: Plan, wave: int) -> list[LaneNeed]:
    """Return what the lanes need after a wave, 0 before the first."""
    if wave < 1:
        return first_needs(plan)
    return [
        run_store().read_as(need_key(plan.run_id, wave, lane.lane), LaneNeed)
        for lane in lanes_of(plan, wave)
    ]


def _tell(
    plan: Plan,
    wave: int,
    jobs: Sequence[Job],
    before: Sequence[LaneNeed],
    after: Sequence[LaneNeed],
) -> None:
    """Note what a wave asks for, and what it has settled once it has ended."""
    of_wave = [job for job in jobs if job.wave == wave]
    story = story_of(plan, wave, of_wave, before, after)
    run_table().update(plan.run_id, wave_entry(wave), asdict(story))


def _update_run(plan: Plan, wave: int, jobs: Sequence[Job], needs: Sequence[LaneNeed]) -> None:
    asked = sum(job.completions for job in jobs)
    in_all = plan.questions * sum(setting.paths for setting in plan.settings)
    run_table().update_run(
        plan.run_id,
        plan.execution_arn,
        wave=wave,
        jobs_planned=len(jobs),
        open_questions=sum(need.questions - need.finished for need in needs),
        paths_planned=asked if plan.stops_early else max(asked, in_all),
    )


def _lines(rows: Iterable[Any]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"
