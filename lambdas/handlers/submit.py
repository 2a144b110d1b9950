"""Submit: create a job's batch job, once there is a place for it."""

import os
import time
from datetime import UTC, datetime
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import Submission, batch
from lambdas.aws.refusals import note_refused
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.errors import JobRefusedError, RunEndedError
from lambdas.core.job_ends import REFUSED
from lambdas.core.jobs import Job
from lambdas.core.keys import job_key, job_name, job_token, place_name
from lambdas.core.statuses import next_wait_s
from lambdas.handlers.observed import logger, observed
from lambdas.handlers.redrivable import redrivable


class SubmitReceipt(TypedDict):
    """Whether the job is submitted, and when to look again; `ended` where Bedrock refuses it.

    `since` is when the job was submitted, or first to be, in seconds since 1970; `waited_s` are
    the waits since then.
    """

    submitted: bool
    job_arn: str
    ended: bool
    status: str
    wait_s: int
    since: float
    waited_s: float
    over_s: float


@observed
@redrivable
def handler(task: dict[str, Any], context: LambdaContext) -> SubmitReceipt:
    """Take a place, create the batch job or find the one created before, note its ARN."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    before, now = task.get("bedrock", {}), time.time()

    place = _place(job)
    try:
        job_arn = _submitted(job) if place else None
    except JobRefusedError as refused:
        logger.warning("found refused")
        note_refused(job, refused)
        return _receipt("", before, now, status=REFUSED)
    if job_arn is not None:
        _stop_if_ended(job, job_arn)

    logger.info("asked for a batch job", place=place, job_arn=job_arn)
    return _receipt(job_arn or "", {} if job_arn else before, now)


def _receipt(job_arn: str, before: dict[str, Any], now: float, status: str = "") -> SubmitReceipt:
    since = before.get("since", now)
    waited_s = before.get("waited_s", 0) + before.get("wait_s", 0)
    poll_every_s = int(os.environ[Env.POLL_EVERY_S])
    wait_s = next_wait_s(max(now - since, waited_s), poll_every_s, live=bool(job_arn))
    return {
        "submitted": bool(job_arn),
        "job_arn": job_arn,
        "ended": status == REFUSED,
        "status": status,
        "wait_s": 1 if status == REFUSED else wait_s,
        "since": since,
        "waited_s": waited_s,
        "over_s": 0,
    }


def _place(job: Job) -> bool:
    return run_table().take_place(job.run_id, place_name(job.wave, job.job), job.jobs_at_once)


def _stop_if_ended(job: Job, job_arn: str) -> None:
    """Stop a job whose run failed while it was created: Abort may have looked too early for it."""
    try:
        # Not by taking the place once more: a late call would, after the job has left it.
        run_table().check_running(job.run_id)
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
            message="",
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
        timeout_h=int(os.environ[Env.JOB_TIMEOUT_H]),
        kms_key_arn=os.environ.get(Env.KMS_KEY_ARN, ""),
        subnet_ids=_listed(Env.VPC_SUBNET_IDS),
        security_group_ids=_listed(Env.VPC_SECURITY_GROUP_IDS),
    )


def _listed(name: str) -> tuple[str, ...]:
    return tuple(filter(None, os.environ.get(name, "").split(",")))
