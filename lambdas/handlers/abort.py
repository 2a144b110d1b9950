"""Abort: stop what still runs of a run that failed or was ended, and say why in its record."""

import os
from datetime import UTC, datetime
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import batch
from lambdas.aws.executions import executions
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.ending import IN_A_CHILD, Ending, Reason, read_ending, reason_of, told
from lambdas.core.keys import job_name_prefix
from lambdas.handlers.observed import logger, observed


class AbortReceipt(TypedDict):
    """The run, and why it failed: the error and cause of the execution."""

    run_id: str
    reason: str
    message: str


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> AbortReceipt:
    """Mark the run failed, then stop its live jobs.

    The state machine calls this when a state failed, and an EventBridge rule once more when the
    execution has ended, however it ended: the second call stops a job that a function submitted
    in the very moment of the first.
    """
    ending = read_ending(task)
    logger.append_keys(run_id=ending.run_id)
    why = _why(ending)

    failed = run_table().fail_run(
        ending.run_id,
        ending.execution_arn,
        message=why.message,
        ended_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )
    names = job_name_prefix(os.environ[Env.BUCKET], ending.run_id)
    stopped = batch().stop_live(names) if failed else []

    logger.info("aborted", failed=failed, stopped=stopped, reason=why.reason)
    return {"run_id": ending.run_id, "reason": why.reason, "message": why.message}


def _why(ending: Ending) -> Reason:
    if ending.error and ending.error.get("Error") in IN_A_CHILD:
        child = executions().failed_child(ending.execution_arn)
        return told(child) if child else reason_of(ending)
    return reason_of(ending)
