"""Poll: look how a batch job stands."""

import os
import time
from datetime import UTC, datetime
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import JobState, batch
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.plan import Job
from lambdas.core.statuses import has_ended, next_wait_s
from lambdas.handlers.observed import logger, observed


class PollReceipt(TypedDict):
    """How the job stands, and when to look again where it has not ended."""

    submitted: bool
    job_arn: str
    ended: bool
    status: str
    wait_s: int
    since: float


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> PollReceipt:
    """Read the batch job's status, note it."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    job_arn, since = task["bedrock"]["job_arn"], task["bedrock"]["since"]

    state = batch().state(job_arn)
    ended = state is not None and has_ended(state.status)

    if state is not None:
        _note(job, state, ended)
    logger.info("looked", state=state)
    return {
        "submitted": True,
        "job_arn": job_arn,
        "ended": ended,
        "status": state.status if state else "",
        "wait_s": next_wait_s(time.time() - since, int(os.environ[Env.POLL_EVERY_S]), live=True),
        "since": since,
    }


def _note(job: Job, state: JobState, ended: bool) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    run_table().update_job(
        job.run_id,
        job.wave,
        job.job,
        status=state.status,
        message=state.message,
        records_done=state.records_done,
        **({"ended_at": now} if ended else {}),
    )
