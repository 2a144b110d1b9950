"""PlanWave: lay out the next wave's jobs, or find that there is nothing more to sample."""

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.keys import run_key, wave_key
from lambdas.core.plan import Plan, jobs_of, lanes_of
from lambdas.handlers.observed import logger, observed


class WaveTask(TypedDict):
    """The run, and the wave to lay out, from 1."""

    run_id: str
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
def handler(task: WaveTask, context: LambdaContext) -> WaveReceipt:
    """Read the plan, write the wave's jobs and lanes."""
    run_id, wave = task["run_id"], task["next_wave"]
    logger.append_keys(run_id=run_id, wave=wave)
    store = run_store()
    plan = store.read_as(run_key(run_id, "plan.json"), Plan)

    jobs = jobs_of(plan, wave)
    last = wave if jobs else wave - 1
    jobs_key, lanes_key = (
        wave_key(run_id, last, "jobs.jsonl"),
        wave_key(run_id, last, "lanes.jsonl"),
    )

    if jobs:
        store.write_all(jobs_key, _lines(jobs))
        store.write_all(lanes_key, _lines(lanes_of(plan, wave)))
        so_far = sum(len(jobs_of(plan, each)) for each in range(1, wave + 1))
        run_table().update_run(run_id, plan.execution_arn, wave=wave, jobs_planned=so_far)
    logger.info("laid out", jobs=len(jobs))
    return {
        "run_id": run_id,
        "wave": last,
        "next_wave": last + 1,
        "jobs": len(jobs),
        "jobs_key": jobs_key,
        "lanes_key": lanes_key,
    }


def _lines(rows: Iterable[Any]) -> Iterator[bytes]:
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"
