"""Resume a failed run: Step Functions redrives its execution from the step that failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError as AwsError

from selfconsistency.connection import Connection, Stack
from selfconsistency.follow import (
    GONE,
    NO_EXECUTION,
    Execution,
    Pace,
    execution_arn,
    is_reopening,
    read_execution,
)
from selfconsistency.runs import Run, read_run
from selfconsistency.shell import ClientError

_NOT_REDRIVABLE = "ExecutionNotRedrivable"


@dataclass(frozen=True, slots=True)
class Redriven:
    """How often an execution was redriven; `before`: somebody else did it last."""

    redrives: int
    before: bool = False


def redrive(
    connection: Connection,
    stack: Stack,
    run_id: str,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
) -> Redriven:
    """Redrive a failed run, once its execution has ended.

    Raises:
        ClientError: there is no such run, it has not failed, or Step Functions cannot redrive it.
    """
    left_s = pace.grace_s
    while True:
        run = read_run(connection, stack, run_id)
        execution = read_execution(connection, stack, run)
        _check(run, execution)
        if is_reopening(run, execution):
            return Redriven(execution.redrives, before=True)
        # An execution that ended without recording it is redriven after the grace time.
        if execution.ended and (run.ended or left_s <= 0):
            _call(connection, execution_arn(stack, run), run_id)
            return Redriven(execution.redrives + 1)
        if left_s <= 0:
            raise ClientError(
                f"run {run_id!r} has failed, but its execution is still {execution.status}, must"
                " have ended: it stops the run's jobs; try again in some minutes"
            )
        left_s -= pace.every_s
        sleep(pace.every_s)


def _check(run: Run, execution: Execution) -> None:
    if run.status == "succeeded" or (not run.ended and not execution.ended):
        raise ClientError(
            f"run {run.run_id!r} has the status {run.status}; only failed runs can be redriven"
        )
    if execution.status == GONE:
        raise _gone(run.run_id)


def _call(connection: Connection, arn: str, run_id: str) -> None:
    try:
        connection.step_functions().redrive_execution(executionArn=arn)
    except AwsError as error:
        refusal = error.response["Error"]
        if refusal["Code"] == NO_EXECUTION:
            raise _gone(run_id) from error
        if refusal["Code"] != _NOT_REDRIVABLE:
            raise
        raise ClientError(
            f"run {run_id!r} cannot be redriven: Step Functions says {refusal['Message']!r}; it"
            " takes executions that failed no more than 14 days ago, start a new run instead"
        ) from error


def _gone(run_id: str) -> ClientError:
    return ClientError(
        f"run {run_id!r} cannot be redriven: its execution is gone, Step Functions keeps one for"
        " 90 days; start a new run with `selfconsistency run`"
    )
