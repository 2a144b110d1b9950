"""Poll: look how a batch job stands, and whether what it has to leave is there."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import JobState, batch
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.job_ends import Look, Verdict, is_written, verdict
from lambdas.core.jobs import Job
from lambdas.core.keys import output_folder
from lambdas.core.statuses import has_ended, next_wait_s
from lambdas.handlers.observed import logger, metrics, observed

_TOLD = {
    "overdue": "has outlived its time and was stopped",
    "unwritten": "has ended and its output is not there yet",
    "left": "has outlived its time and does not stop; look for it in Bedrock's console",
}


class PollReceipt(TypedDict):
    """How the job stands, and when to look again where it is not over.

    `waited_s` are the waits since it was submitted, `over_s` those since it was first found
    overdue or without its output.
    """

    submitted: bool
    job_arn: str
    ended: bool
    status: str
    wait_s: int
    since: float
    waited_s: float
    over_s: float


@dataclass(frozen=True, slots=True)
class _Found:
    """How a job stands now, and what that means."""

    state: JobState
    verdict: Verdict


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> PollReceipt:
    """Read the batch job's status, note it; stop a job that has outlived its time."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    before, now = task["bedrock"], time.time()
    job_arn, since = before["job_arn"], before["since"]
    # A job submitted by an earlier version of this app has no such counts.
    waited_s = before.get("waited_s", 0) + before["wait_s"]
    # Waits are the better clock where they are made shorter than they say, as in a rehearsal.
    live_s = max(now - since, waited_s)
    over_s = before.get("over_s", 0) and before["over_s"] + before["wait_s"]

    found = _found(job, job_arn, live_s, over_s)
    _act(job, job_arn, found)

    is_over = found.verdict in {"overdue", "unwritten"}
    waiting_s = over_s if is_over else live_s
    logger.info("looked", state=found.state, verdict=found.verdict)
    return {
        "submitted": True,
        "job_arn": job_arn,
        "ended": found.verdict in {"ended", "left"},
        "status": found.state.status,
        "wait_s": next_wait_s(waiting_s, int(os.environ[Env.POLL_EVERY_S]), live=True),
        "since": since,
        "waited_s": waited_s,
        # From the first such look on it is above 0.
        "over_s": max(over_s, 1) if is_over else over_s,
    }


def _found(job: Job, job_arn: str, live_s: float, over_s: float) -> _Found:
    state = batch().state(job_arn) or JobState("", "", 0)
    written = False
    if has_ended(state.status):
        keys = run_store().keys(output_folder(job.run_id, job.wave, job.job, job_arn))
        written = is_written(job, keys)
    look = Look(state.status, state.records_done, live_s, over_s, written)
    return _Found(state, verdict(look, int(os.environ[Env.JOB_TIMEOUT_H])))


def _act(job: Job, job_arn: str, found: _Found) -> None:
    """Note how the job stands, and stop it where it has outlived its time."""
    told = _TOLD.get(found.verdict)
    if found.verdict in {"overdue", "left"}:
        metrics.add_metric("StuckJobs", MetricUnit.Count, 1)
        if not batch().stop(job_arn):
            logger.warning("could not stop a job that outlived its time", job_arn=job_arn)
    state, now = found.state, datetime.now(UTC).isoformat(timespec="seconds")
    if state.status:
        run_table().update_job(
            job.run_id,
            job.wave,
            job.job,
            status=state.status,
            message=f"{state.status}: {told}. {state.message}".rstrip() if told else state.message,
            records_done=state.records_done,
            **({"overdue": True} if found.verdict == "overdue" else {}),
            **({"ended_at": now} if found.verdict in {"ended", "left"} else {}),
        )
