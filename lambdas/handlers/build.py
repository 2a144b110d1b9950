"""Build: write the input of a job."""

from collections.abc import Iterator
from typing import TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import questions_in, records_for
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.keys import BUILDING, plan_key
from lambdas.contract.schema import Plan
from lambdas.core.sampling.plan import setting_named
from lambdas.core.sampling.records import record_writer
from lambdas.handlers.decorators import logger, observed


class BuildReceipt(TypedDict):
    """The job's records and the bytes of its input; `collected` if its answers are in already."""

    records: int
    size_bytes: int
    collected: bool


@observed
def handler(task: object, context: LambdaContext) -> BuildReceipt:
    """Read the questions of each slice and write their records, unless the job has its input.

    A redriven run repeats its last wave. Skip jobs already collected, and never rewrite input that
    Bedrock is reading: a file that is there is complete, and stays.
    """
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)

    entry = run_table().update_job(job, _planned(job))
    if entry.collected or entry.job_arn:
        logger.info("found built", collected=entry.collected)
        return _receipt(job, entry.input_bytes or 0, collected=entry.collected)

    run_table().update_job(job, JobEntry(status=BUILDING))
    plan = run_store().read_document(plan_key(job.run_id), Plan)
    size_bytes = sum(
        _write(plan, job, number, job_slice) for number, job_slice in enumerate(job.slices)
    )
    run_table().update_job(job, JobEntry(input_bytes=size_bytes))
    logger.info("built", records=job.records, size_bytes=size_bytes)
    return _receipt(job, size_bytes, collected=False)


def _planned(job: Job) -> JobEntry:
    """Return what a job is to bring, and where its input is."""
    return JobEntry(
        job=job.job,
        wave=job.wave,
        setting=" + ".join(job.settings),
        partitions=tuple(job_slice.partition for job_slice in job.slices),
        paths_planned=job.completions,
        records_planned=job.records,
        on_demand=job.on_demand,
        input_keys=tuple(job.input_keys),
    )


def _write(plan: Plan, job: Job, number: int, job_slice: JobSlice) -> int:
    """Write the records of a slice, and return their bytes."""
    store = run_store()
    writer = record_writer(plan, setting_named(plan, job_slice.setting))
    records = records_for(store, plan, job, job_slice)

    def lines() -> Iterator[bytes]:
        return writer.lines(questions_in(store, job.run_id, job_slice.shard), records)

    return store.write_once(job.input_keys[number], lines)


def _receipt(job: Job, size_bytes: int, *, collected: bool) -> BuildReceipt:
    return {"records": job.records, "size_bytes": size_bytes, "collected": collected}
