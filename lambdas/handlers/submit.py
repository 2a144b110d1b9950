"""Submit: create a job's batch job, once there is a place for it."""

import os
import time
from datetime import UTC, datetime
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import Submission, batch
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.errors import RunEndedError
from lambdas.core.keys import job_key, job_name, job_token, place_name
from lambdas.core.plan import Job
from lambdas.core.statuses import next_wait_s
from lambdas.handlers.observed import logger, observed


class SubmitReceipt(TypedDict):
    """Whether the job is submitted, and when to look again.

    `since` is when the job was first to be submitted, in seconds since 1970.
    """

    submitted: bool
    job_arn: str
    wait_s: int
    since: float


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> SubmitReceipt:
    """Take a place, create the batch job or find the one created before, note its ARN."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    now = time.time()
    since = task.get("bedrock", {}).get("since", now)

    place = _place(job)
    job_arn = _submitted(job) if place else None
    if job_arn is not None:
        _stop_if_ended(job, job_arn)

    logger.info("asked for a batch job", place=place, job_arn=job_arn)
    return {
        "submitted": job_arn is not None,
        "job_arn": job_arn or "",
        "wait_s": next_wait_s(
            now - since, int(os.environ[Env.POLL_EVERY_S]), live=job_arn is not None
        ),
        "since": since,
    }


def _place(job: Job) -> bool:
    return run_table().take_place(job.run_id, place_name(job.wave, job.job), job.jobs_at_once)


def _stop_if_ended(job: Job, job_arn: str) -> None:
    """Stop a job whose run failed while it was created: Abort may have looked too early for it."""
    try:
        _place(job)
    except RunEndedError:
        batch().stop(job_arn)
        raise


def _submitted(job: Job) -> str | None:
    """Return the job's ARN; `None` where the account has no room for it now."""
    name = job_name(os.environ[Env.BUCKET], job.run_id, job.wave, job.job)
    table = run_table()
    noted = table.updated_job(job.run_id, job.wave, job.job, status="waiting", job_name=name)
    job_arn = noted.get("job_arn") or batch().create(_submission(job, name))
    if job_arn is not None:
        submitted_at = datetime.now(UTC).isoformat(timespec="seconds")
        table.update_job(
            job.run_id,
            job.wave,
            job.job,
            status="Submitted",
            job_arn=job_arn,
            submitted_at=noted.get("submitted_at", submitted_at),
        )
    return job_arn


def _submission(job: Job, name: str) -> Submission:
    bucket = os.environ[Env.BUCKET]
    folder = f"s3://{bucket}/{job_key(job.run_id, job.wave, job.job, '')}"
    return Submission(
        name=name,
        token=job_token(bucket, job.run_id, job.wave, job.job),
        role_arn=os.environ[Env.BATCH_ROLE_ARN],
        model_id=job.model_id,
        invocation_type=job.invocation_type,
        input_uri=f"{folder}{job.submitted_name}",
        output_uri=f"{folder}output/",
    )
