"""Abort: mark a run as failed, with the reason, and stop its live jobs."""

import time
from datetime import UTC, datetime
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.bedrock_batch import batch
from lambdas.aws.run_table import run_table
from lambdas.contract.environment import environment
from lambdas.contract.keys import job_name_prefix
from lambdas.core.errors import FailureReason, StillLiveError
from lambdas.core.run_failure import FailedExecution, failure_reason, read_failure
from lambdas.handlers.decorators import logger, observed

# Between attempts to stop what could not be stopped at once: seven of the function's 15 minutes.
_WAITS_S = (5, 15, 40, 120, 240)


class AbortReceipt(TypedDict):
    """The run, and why it failed: the error and cause of the execution."""

    run_id: str
    reason: str
    message: str


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> AbortReceipt:
    """Mark the run failed, then stop its live jobs.

    Up to three calls report one failure: a child execution, which alone knows the reason; then the
    state machine; then, however the execution ended, an EventBridge rule. The first reason stands.
    The last call stops a job that was submitted while an earlier call listed the jobs. A call that
    comes after the run was reopened by a redrive changes nothing.
    """
    failed = read_failure(task)
    logger.append_keys(run_id=failed.run_id)
    reported = failure_reason(failed)

    first = _fail(failed, reported)
    stopped = _stop_all(failed.run_id, failed.execution_arn) if first else []

    logger.info("aborted", given=reported.reason, failed=first is not None, stopped=stopped)
    why = first or reported
    return {"run_id": failed.run_id, "reason": why.reason, "message": why.message}


def _fail(failed: FailedExecution, reported: FailureReason) -> FailureReason | None:
    """Mark the run as failed, and return the first reason given; `None` if it did not fail."""
    return run_table().fail_run(
        failed.run_id,
        failed.execution_arn,
        reported,
        datetime.now(UTC).isoformat(timespec="milliseconds"),
        failed.redrives,
    )


def _stop_all(run_id: str, execution_arn: str) -> list[str]:
    """Stop the run's live jobs and return their names.

    Raises:
        StillLiveError: some could not be stopped in several attempts; the caller tries again.
    """
    prefix = job_name_prefix(environment().bucket, run_id)
    stopped: list[str] = []
    for wait_s in (*_WAITS_S, None):
        live = batch().live(prefix)
        if live is not None:
            done = [name for arn, name in live if batch().stop(arn)]
            stopped += done
            if len(done) == len(live):
                return stopped
        if wait_s is not None:
            time.sleep(wait_s)
            if not run_table().has_failed(run_id, execution_arn):
                return stopped
    raise StillLiveError(f"jobs {prefix}… could not be stopped; stop them in Bedrock's console")
