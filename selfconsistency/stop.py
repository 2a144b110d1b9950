"""Stop a run: end its execution, so that Abort marks it failed and stops its live jobs."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from selfconsistency.connection import Connection, Stack
from selfconsistency.follow import GONE, Execution, Pace, execution_arn, read_execution
from selfconsistency.progress import counts
from selfconsistency.runs import Run, read_run
from selfconsistency.shell import ClientError

_COMMAND = "selfconsistency stop"
# What some answer for an execution that has ended.
_NOT_RUNNING = "ValidationException"
_UNMARKED = (
    "the execution of run {run_id!r} is stopped, but Abort did not mark the run failed within"
    " {grace_s:.0f} s, so its jobs may be live and billed: see `selfconsistency show {run_id}`, and"
    " stop them in Bedrock's console"
)


@dataclass(frozen=True, slots=True)
class Stopping:
    """A run that is to be stopped, and its execution as Step Functions describes it."""

    run: Run
    execution: Execution

    @property
    def ended(self) -> bool:
        """Whether nothing of the run goes on, as far as the description is up to date."""
        return self.run.status == "succeeded" or self.execution.ended


def look_before_stop(connection: Connection, stack: Stack, run_id: str) -> Stopping:
    """Return the run and its execution.

    Raises:
        ClientError: there is no such run.
    """
    run = read_run(connection, stack, run_id)
    return Stopping(run, read_execution(connection, stack, run))


def stop(
    connection: Connection,
    stack: Stack,
    asked: Stopping,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Stop a run's execution, wait until the run is marked failed, and return whether it was.

    `False` is returned of a run that had ended, or did so by itself meanwhile.

    Step Functions' description may lag behind a redrive, so an execution that it says has ended is
    stopped as well, which changes nothing if that is true.

    Raises:
        ClientError: the run was not marked failed within the grace time.
    """
    if asked.run.status == "succeeded" or asked.execution.status == GONE:
        return False
    run_id, arn = asked.run.run_id, execution_arn(stack, asked.run)
    try:
        connection.step_functions().stop_execution(executionArn=arn, cause=_cause(connection))
    except AwsError as error:
        if error.response["Error"]["Code"] != _NOT_RUNNING:
            raise
    if asked.ended:
        return False
    left_s = pace.grace_s
    while not (run := read_run(connection, stack, run_id)).ended:
        if left_s <= 0:
            raise ClientError(_UNMARKED.format(run_id=run_id, grace_s=pace.grace_s))
        left_s -= pace.every_s
        sleep(pace.every_s)
    return run.status == "failed"


def before_stop(asked: Stopping) -> list[str]:
    """Return what is to be known before a run is stopped, or that it has ended."""
    run, execution = asked.run, asked.execution
    if asked.ended:
        status = run.status if run.ended else f"{run.status}, its execution {execution.status}"
        return [f"run {run.run_id} has ended ({status}): there is nothing to stop"]
    return [
        f"run {run.run_id} is {run.status_line}: {counts(run)}",
        "If it is stopped, Bedrock stops its live jobs and bills what they have answered by then."
        " Nothing more is submitted, and what came back stays.",
    ]


def after_stop(run_id: str, options: str) -> list[str]:
    """Return what becomes of a run that was stopped, and how to go on.

    Args:
        run_id: of the run.
        options: stack, Region and profile as they were given, with a blank in front; or "".
    """
    return [
        f"run {run_id} is stopped: it is marked failed, and Abort stops its live jobs, which may"
        " take some minutes",
        f"resume within 14 days with: selfconsistency redrive {run_id}{options}",
        "Collected jobs do not run again. Stopped jobs are collected, and only what they lost is"
        " sampled again, as one of the request's `attempts`.",
    ]


def _cause(connection: Connection) -> str:
    """Return who stops the run, for the execution's own record."""
    try:
        caller = connection.sts().get_caller_identity()["Arn"]
    except (AwsError, BotoCoreError):
        return f"stopped with `{_COMMAND}`"
    return f"stopped by {caller} with `{_COMMAND}`"
