"""Build: write a job's records."""

from collections.abc import Mapping
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.selections import wanted_of
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.jobs import Job, Part
from lambdas.core.keys import questions_key, run_key
from lambdas.core.plan import Plan, form_of, sampling_of
from lambdas.core.records import RecordWriter
from lambdas.core.voting.lane import MAX_QUESTION_BYTES, read_shard
from lambdas.handlers.observed import logger, observed


class BuildReceipt(TypedDict):
    """The job's input, its records and bytes; `collected` where its answers are in already."""

    records: int
    size_bytes: int
    collected: bool


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> BuildReceipt:
    """Read the questions of each part, write their records, unless the job has them already.

    A run that is gone on with begins its last wave over: of its jobs some may be done, and what
    Bedrock has begun to read must stay as it is.
    """
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)

    noted = run_table().updated_job(job.run_id, job.wave, job.job, **_asked(job))
    collected, begun = bool(noted.get("collected")), "job_arn" in noted
    if collected or begun:
        logger.info("found built", collected=collected)
        return _receipt(job, int(noted["input_bytes"]), collected=collected)

    run_table().update_job(job.run_id, job.wave, job.job, status="building")
    plan = run_store().read_as(run_key(job.run_id, "plan.json"), Plan)
    size_bytes = sum(_write(plan, job, number, part) for number, part in enumerate(job.parts))
    run_table().update_job(job.run_id, job.wave, job.job, input_bytes=size_bytes)
    logger.info("built", records=job.records, size_bytes=size_bytes)
    return _receipt(job, size_bytes, collected=False)


def _receipt(job: Job, size_bytes: int, *, collected: bool) -> BuildReceipt:
    return {"records": job.records, "size_bytes": size_bytes, "collected": collected}


def _asked(job: Job) -> Mapping[str, Any]:
    """Return what a job is to bring, and where its input lies, as its record has it."""
    return {
        "job": job.job,
        "wave": job.wave,
        "setting": " + ".join(job.settings),
        "lanes": [part.lane for part in job.parts],
        "paths_planned": job.completions,
        "records_planned": job.records,
        "on_demand": job.on_demand,
        "input_keys": job.input_keys,
    }


def _write(plan: Plan, job: Job, number: int, part: Part) -> int:
    """Write the records of a part, and return their bytes."""
    store = run_store()
    writer = RecordWriter(form_of(plan), plan.prompt, sampling_of(plan, part))
    wanted = wanted_of(store, plan, job, part)
    questions = read_shard(store.lines(questions_key(job.run_id, part.shard), MAX_QUESTION_BYTES))
    return store.write_all(job.input_keys[number], writer.lines(questions, wanted))
