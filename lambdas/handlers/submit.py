"""Submit: create a job's batch job, once it has a slot."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.bedrock_batch import Submission, batch
from lambdas.aws.run_table import run_table
from lambdas.contract.entries import JobEntry
from lambdas.contract.environment import environment
from lambdas.contract.jobs import Job
from lambdas.contract.keys import (
    REFUSED,
    SKIPPED,
    SUBMITTED,
    WAITING,
    job_key,
    job_name,
    job_token,
)
from lambdas.core.errors import JobRefusedError, RunEndedError
from lambdas.core.job_clock import JobClock, JobReceipt
from lambdas.core.outputs.readability import must_stop
from lambdas.handlers.decorators import logger, observed, redrivable_child


@dataclass(frozen=True, slots=True)
class SubmitTask(Job):
    """A job, and the receipt of the attempt before."""

    bedrock: JobReceipt | None = None


@observed
@redrivable_child
def handler(task: object, context: LambdaContext) -> JobReceipt:
    """Acquire a slot, create the batch job or find the one created before, note its ARN.

    The receipt says `submitted` once Bedrock has the job, and `ended` if Bedrock refuses it, if the
    run was stopped before the job was created, or if this is a late copy of the step and the job is
    over.
    """
    job = msgspec.convert(task, SubmitTask)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    clock = JobClock.at(job.bedrock, time.time(), environment().submit.poll_every_s)

    name = job_name(environment().bucket, job.run_id, job.wave, job.job)
    entry = run_table().acquire_slot(job, JobEntry(status=WAITING, job_name=name))
    if entry is not None and entry.is_over:
        logger.info("found over", status=entry.status)
        return _over(clock, entry.status)
    # Not before: the counts come with the slot that Collect releases.
    stopped = entry is not None and must_stop(run_table().run(job.run_id))
    try:
        job_arn = None if entry is None else entry.job_arn or _create(job, name, stopped=stopped)
    except JobRefusedError as refused:
        logger.warning("found refused")
        run_table().refuse_job(job, str(refused))
        return _over(clock, REFUSED)
    if job_arn == "":
        logger.warning("found the run stopped")
        run_table().skip_job(job)
        return _over(clock, SKIPPED)
    if job_arn is not None:
        _stop_if_run_ended(job, job_arn)

    logger.info("tried to submit", has_slot=entry is not None, job_arn=job_arn)
    submitted = job_arn is not None
    times = (clock.restarted() if submitted else clock).after_attempt(submitted=submitted)
    return {
        "submitted": submitted,
        "job_arn": job_arn or "",
        "ended": False,
        "status": "",
        **times,
    }


def _over(clock: JobClock, status: str) -> JobReceipt:
    times = clock.after_attempt(submitted=False)
    return {
        **times,
        "submitted": False,
        "job_arn": "",
        "ended": True,
        "status": status,
        "wait_s": 1,
    }


def _create(job: Job, name: str, *, stopped: bool) -> str | None:
    """Create the batch job and return its ARN; `None` if the account has no room for it now.

    A job of a stopped run is only looked for, because an earlier attempt may have created it: ""
    if it does not exist.
    """
    job_arn = batch().find(name) if stopped else batch().create(_submission(job, name))
    if not job_arn:
        return job_arn
    now = datetime.now(UTC).isoformat(timespec="seconds")
    changes = JobEntry(status=SUBMITTED, message="", job_arn=job_arn, submitted_at=now)
    noted = run_table().note_submitted(job, changes)
    if noted.job_arn != job_arn:
        # A copy of this step was faster, and Bedrock no longer knew its token: nobody would
        # collect this job.
        batch().stop(job_arn)
    return noted.job_arn


def _submission(job: Job, name: str) -> Submission:
    bucket, variables = environment().bucket, environment().submit
    folder = f"s3://{bucket}/{job_key(job.run_id, job.wave, job.job, '')}"
    return Submission(
        name=name,
        token=job_token(bucket, job.run_id, job.wave, job.job),
        role_arn=variables.batch_role_arn,
        model_id=job.model_id,
        invocation_type=job.invocation_type,
        input_uri=f"{folder}{job.submitted_name}",
        output_uri=f"{folder}output/",
        timeout_h=variables.job_timeout_h,
        kms_key_arn=variables.kms_key_arn,
        subnet_ids=variables.vpc_subnet_ids,
        security_group_ids=variables.vpc_security_group_ids,
    )


def _stop_if_run_ended(job: Job, job_arn: str) -> None:
    """Stop a job whose run failed while it was created: Abort may have listed jobs before."""
    try:
        # Not by acquiring the slot again: a late call would do so after the job has released it.
        run_table().check_running(job.run_id)
    except RunEndedError:
        batch().stop(job_arn)
        raise
