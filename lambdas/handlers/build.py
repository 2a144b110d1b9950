"""Build: write a job's records."""

from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.keys import job_key, questions_key, run_key
from lambdas.core.lane import MAX_QUESTION_BYTES, read_shard
from lambdas.core.plan import Job, Plan, form_of, sampling_of
from lambdas.core.records import RecordWriter
from lambdas.handlers.observed import logger, observed


class BuildReceipt(TypedDict):
    """The job's input: its records and bytes."""

    records: int
    size_bytes: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> BuildReceipt:
    """Read the shard's questions, write their records."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    store = run_store()
    run_table().update_job(
        job.run_id,
        job.wave,
        job.job,
        status="building",
        job=job.job,
        wave=job.wave,
        lane=job.lane,
        setting=job.setting,
        first_path=job.first_path,
        paths=job.paths,
        records_planned=job.records,
        on_demand=job.on_demand,
    )
    plan = store.read_as(run_key(job.run_id, "plan.json"), Plan)

    writer = RecordWriter(
        form_of(plan), plan.prompt, sampling_of(plan, job), first_path=job.first_path
    )
    questions = read_shard(store.lines(questions_key(job.run_id, job.shard), MAX_QUESTION_BYTES))

    input_key = job_key(job.run_id, job.wave, job.job, "input.jsonl")
    size_bytes = store.write_all(input_key, writer.lines(questions))
    logger.info("built", records=job.records, size_bytes=size_bytes)
    return {"records": job.records, "size_bytes": size_bytes}
