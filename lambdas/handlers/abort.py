"""Abort: stop what still runs of a run that failed or was ended, and say why in its record."""

import os
import time
from datetime import UTC, datetime
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import batch
from lambdas.aws.redrives import redriven_since, reopened
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.ending import Ending, read_ending, reason_of
from lambdas.core.errors import StillLiveError
from lambdas.core.keys import job_name_prefix
from lambdas.handlers.observed import logger, observed

# Between the tries to stop what could not be stopped at once; seven minutes of the function's 15.
_WAITS_S = (5, 15, 40, 120, 240)


class AbortReceipt(TypedDict):
    """The run, and why it failed: the error and cause of the execution."""

    run_id: str
    reason: str
    message: str


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> AbortReceipt:
    """Mark the run failed, then stop its live jobs.

    A child that fails calls this, for it alone knows why; then the state machine; and then an
    EventBridge rule, when the execution has ended, however it ended. The first reason stands;
    the last call stops a job that a function submitted in the very moment of an earlier one.
    """
    ending = read_ending(task)
    logger.append_keys(run_id=ending.run_id)
    given = reason_of(ending)

    ended_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    why = (
        None
        if _outlived(ending)
        else run_table().fail_run(
            ending.run_id, ending.execution_arn, given, ended_at, ending.redrives
        )
    )
    stopped = _stop_all(ending.run_id, ending.execution_arn) if why else []

    logger.info("aborted", given=given.reason, failed=why is not None, stopped=stopped)
    told = why or given
    return {"run_id": ending.run_id, "reason": told.reason, "message": told.message}


def _outlived(ending: Ending) -> bool:
    """Return whether a run goes on again since the end that is told of.

    A step of the machine tells of the present end, whose run no step may have opened since the
    redrive: it is opened here, so that it fails anew and with its own reason.
    """
    if ending.redrives is not None:
        return redriven_since(ending.execution_arn, ending.redrives)
    reopened(ending.run_id, ending.execution_arn)
    return False


def _stop_all(run_id: str, execution_arn: str) -> list[str]:
    """Stop the run's live jobs and return their names.

    Raises:
        StillLiveError: some could not be stopped in several tries; whoever called tries again.
    """
    names = job_name_prefix(os.environ[Env.BUCKET], run_id)
    stopped: list[str] = []
    for wait_s in (*_WAITS_S, None):
        live = batch().live(names)
        if live is not None:
            done = [name for arn, name in live if batch().stop(arn)]
            stopped += done
            if len(done) == len(live):
                return stopped
        if wait_s is not None:
            time.sleep(wait_s)
            if not run_table().has_failed(run_id, execution_arn):
                return stopped
    raise StillLiveError(f"jobs {names}… could not be stopped; stop them in Bedrock's console")
