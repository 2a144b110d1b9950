"""Poll: look at a batch job's status, and whether its output is there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.bedrock_batch import JobState, batch
from lambdas.aws.run_files import read_manifest, records_written
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import JobEntry
from lambdas.contract.environment import environment
from lambdas.contract.jobs import Job
from lambdas.contract.keys import COMPLETED, output_folder
from lambdas.core.job_clock import JobClock, JobReceipt
from lambdas.core.job_status import JobObservation, JobOutcome, has_ended, is_written, job_outcome
from lambdas.handlers.decorators import add_metric, logger, observed, redrivable_child

_OUTCOME_MESSAGES: dict[JobOutcome, str] = {
    "overdue": "exceeded its timeout and was stopped",
    "unwritten": "ended, and its output is not there yet",
    "abandoned": "exceeded its timeout and does not stop; look for it in Bedrock's console",
}


@dataclass(frozen=True, slots=True)
class PollTask(Job):
    """A job, and the receipt of the look before, or of Submit."""

    bedrock: JobReceipt


@dataclass(frozen=True, slots=True)
class _Observed:
    """A job's state, and what that means."""

    state: JobState
    outcome: JobOutcome


@observed
@redrivable_child
def handler(task: object, context: LambdaContext) -> JobReceipt:
    """Read and note the batch job's status; stop a job that exceeded its timeout."""
    job = msgspec.convert(task, PollTask)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    clock = JobClock.at(job.bedrock, time.time(), environment().poll.poll_every_s)

    found = _observe(job, clock)
    if found.outcome in {"overdue", "abandoned"}:
        _stop(job.bedrock["job_arn"])
    if found.state.status:
        run_table().update_job(job, _changes(found))

    logger.info("looked", state=found.state, outcome=found.outcome)
    times = clock.after_look(over=found.outcome in {"overdue", "unwritten"})
    return {
        "submitted": True,
        "job_arn": job.bedrock["job_arn"],
        "ended": found.outcome in {"ended", "abandoned"},
        "status": found.state.status,
        **times,
    }


def _observe(job: PollTask, clock: JobClock) -> _Observed:
    job_arn = job.bedrock["job_arn"]
    state = batch().state(job_arn) or JobState("", "", 0)
    written = False
    if has_ended(state.status):
        keys = run_store().keys(output_folder(job.run_id, job.wave, job.job, job_arn))
        written = is_written(job, keys) or _has_all_read(state, keys)
    observed = JobObservation(
        state.status, state.records_done, clock.passed_s, clock.over_s, written
    )
    return _Observed(state, job_outcome(observed, environment().poll.job_timeout_h))


def _has_all_read(state: JobState, output_keys: Sequence[str]) -> bool:
    """Return whether a job that ended early has a row of each record that was processed.

    It may have no output file for an input file of which nothing was read.
    """
    manifest = read_manifest(run_store(), output_keys)
    if state.status == COMPLETED or manifest is None:
        return False
    processed = manifest.processed or 0
    if not state.records_done and manifest.processed is None:
        return False
    return records_written(run_store(), output_keys) >= max(state.records_done, processed)


def _stop(job_arn: str) -> None:
    add_metric("StuckJobs", MetricUnit.Count, 1)
    if not batch().stop(job_arn):
        logger.warning("could not stop a job that exceeded its timeout", job_arn=job_arn)


def _changes(found: _Observed) -> JobEntry:
    """Return what the job's entry is to say."""
    state, outcome = found.state, found.outcome
    text = _OUTCOME_MESSAGES.get(outcome)
    changes = JobEntry(
        status=state.status,
        message=f"{state.status}: {text}. {state.message}".rstrip() if text else state.message,
        records_done=state.records_done,
    )
    if outcome == "overdue":
        return changes.model_copy(update={"overdue": True})
    if outcome in {"ended", "abandoned"}:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return changes.model_copy(update={"ended_at": now})
    return changes
