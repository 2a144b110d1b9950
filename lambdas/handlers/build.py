"""Build: write a job's records."""

from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.selections import wanted_of
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.keys import job_key, questions_key, run_key
from lambdas.core.plan import Job, Part, Plan, form_of, sampling_of
from lambdas.core.records import RecordWriter
from lambdas.core.voting.lane import MAX_QUESTION_BYTES, read_shard
from lambdas.handlers.observed import logger, observed


class BuildReceipt(TypedDict):
    """The job's input: its records and bytes."""

    records: int
    size_bytes: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> BuildReceipt:
    """Read the questions of each part, write their records."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    run_table().update_job(
        job.run_id,
        job.wave,
        job.job,
        status="building",
        job=job.job,
        wave=job.wave,
        setting=" + ".join(job.settings),
        lanes=[part.lane for part in job.parts],
        paths_planned=job.completions,
        records_planned=job.records,
        on_demand=job.on_demand,
    )
    plan = run_store().read_as(run_key(job.run_id, "plan.json"), Plan)

    sizes = [_write(plan, job, number, part) for number, part in enumerate(job.parts)]
    logger.info("built", records=job.records, size_bytes=sum(sizes))
    return {"records": job.records, "size_bytes": sum(sizes)}


def _write(plan: Plan, job: Job, number: int, part: Part) -> int:
    """Write the records of a part, and return their bytes."""
    store = run_store()
    writer = RecordWriter(form_of(plan), plan.prompt, sampling_of(plan, part))
    wanted = wanted_of(store, plan, job, part)
    questions = read_shard(store.lines(questions_key(job.run_id, part.shard), MAX_QUESTION_BYTES))
    key = job_key(job.run_id, job.wave, job.job, job.input_name(number))
    return store.write_all(key, writer.lines(questions, wanted))
