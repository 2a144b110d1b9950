"""Abort: stop what still runs of a run that failed or was ended, and say why in its record."""

import os
from datetime import UTC, datetime
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.batch import batch
from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.ending import read_ending, reason_of
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

    A child that fails calls this, for it alone knows why; then the state machine; and then an
    EventBridge rule, when the execution has ended, however it ended. The first reason stands;
    the last call stops a job that a function submitted in the very moment of an earlier one.
    """
    ending = read_ending(task)
    logger.append_keys(run_id=ending.run_id)
    given = reason_of(ending)

    ended_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    why = run_table().fail_run(ending.run_id, ending.execution_arn, given, ended_at)
    names = job_name_prefix(os.environ[Env.BUCKET], ending.run_id)
    stopped = batch().stop_live(names) if why else []

    logger.info("aborted", given=given.reason, failed=why is not None, stopped=stopped)
    told = why or given
    return {"run_id": ending.run_id, "reason": told.reason, "message": told.message}
