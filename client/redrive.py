"""Redrive a failed run: Step Functions carries its execution on from the step that failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.errors import ClientError
from client.follow import (
    GONE,
    NO_EXECUTION,
    Execution,
    Pace,
    execution_arn,
    is_reopening,
    read_execution,
)
from client.runs import Run, read_run
from client.stack import Stack

_NOT_REDRIVABLE = "ExecutionNotRedrivable"


@dataclass(frozen=True, slots=True)
class Redriven:
    """How often an execution has been redriven; `before` where the last was not by this call."""

    redrives: int
    before: bool = False


def redrive(
    connection: Connection,
    stack: Stack,
    run_id: str,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
) -> Redriven:
    """Have a failed run go on; one whose execution is still about to end is waited for.

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
        # An execution that ended without a word in the run's record is redriven in the end.
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
        raise ClientError(f"run {run.run_id!r} is {run.status}; only failed runs can be redriven")
    if execution.status == GONE:
        raise _gone(run.run_id)


def _call(connection: Connection, arn: str, run_id: str) -> None:
    try:
        connection.step_functions().redrive_execution(executionArn=arn)
    except AwsError as error:
        told = error.response["Error"]
        if told["Code"] == NO_EXECUTION:
            raise _gone(run_id) from error
        if told["Code"] != _NOT_REDRIVABLE:
            raise
        raise ClientError(
            f"run {run_id!r} cannot be redriven: Step Functions says {told['Message']!r}; it takes"
            " executions that failed no more than 14 days ago, start an older one anew"
        ) from error


def _gone(run_id: str) -> ClientError:
    return ClientError(
        f"run {run_id!r} cannot be redriven: its execution is gone, Step Functions keeps one for"
        " 90 days; start it anew with `python -m client run`"
    )
