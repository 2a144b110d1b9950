"""Follow a run until it has ended, whether or not it lived to say so."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.errors import ClientError
from client.runs import Run, read_run
from client.stack import Stack

NO_EXECUTION = "ExecutionDoesNotExist"
_GOES_ON = frozenset({"RUNNING", "PENDING_REDRIVE"})
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long to wait for the record of a run whose execution ended."""

    every_s: float = 3.0
    grace_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution stands: Step Functions' status, its cause where it failed, its redrives.

    `GONE` is one of a known run that Step Functions keeps no more.
    """

    status: str
    cause: str = ""
    redrives: int = 0

    @property
    def ended(self) -> bool:
        """Whether it has stopped, however."""
        return self.status not in _GOES_ON


def follow(
    connection: Connection,
    stack: Stack,
    run_id: str,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
    *,
    redrives: int = 0,
) -> Iterator[Run]:
    """Yield the run as it stands, again and again; the last one has ended.

    A run that has been redriven is still failed until a step opens it again: `reopening`.

    Args:
        connection: a way into the account.
        stack: whose run it is.
        run_id: of the run.
        pace: how often to look.
        sleep: waits so many seconds.
        redrives: how often the execution has been redriven as far as the caller knows; Step
            Functions' own description may lag behind.

    Raises:
        ClientError: the run is unknown to the table and to the state machine.
    """
    left_s = pace.grace_s
    while True:
        run = read_run(connection, stack, run_id)
        execution = _execution_of(connection, stack, run)
        if execution is not None and execution.ended:
            left_s -= pace.every_s
        if execution is not None:
            run = _standing(run, execution, redrives, overdue=left_s < 0)
        yield run
        if run.ended:
            return
        sleep(pace.every_s)


def read_execution(connection: Connection, stack: Stack, run: Run) -> Execution:
    """Return how the run's execution stands.

    Raises:
        ClientError: there is no such execution, nor an entry of the run.
    """
    arn = execution_arn(stack, run)
    try:
        described = connection.step_functions().describe_execution(executionArn=arn)
    except AwsError as error:
        if error.response["Error"]["Code"] != NO_EXECUTION:
            raise
        if run.execution_arn:
            return Execution(GONE)
        raise ClientError(
            f"no run {run.run_id!r} in stack {stack.name!r}: `python -m client list` shows the "
            "recent ones"
        ) from error
    redrives = described.get("redriveCount", 0)
    return Execution(described["status"], described.get("cause", ""), redrives)


def execution_arn(stack: Stack, run: Run) -> str:
    """Return the ARN of the run's execution; without an entry, it has the run's name."""
    return run.execution_arn or stack.execution_arn(run.run_id)


def is_reopening(run: Run, execution: Execution) -> bool:
    """Return whether a run has been redriven since it failed, and no step has said so yet."""
    behind = run.redrives < execution.redrives
    return run.status == "failed" and behind and not execution.ended


def with_end(run: Run, execution: Execution) -> Run:
    """Return a run as failed whose execution ended without saying so in the run's entry."""
    cause = f": {execution.cause}" if execution.cause else ""
    message = f"the execution ended as {execution.status} and left the run unfinished{cause}"
    return replace(run, status="failed", message=message)


def _execution_of(connection: Connection, stack: Stack, run: Run) -> Execution | None:
    """Return the execution of a run that may go on: one that failed may have been redriven."""
    if run.status == "succeeded" or (run.ended and not run.execution_arn):
        return None
    return read_execution(connection, stack, run)


def _standing(run: Run, execution: Execution, redrives: int, *, overdue: bool) -> Run:
    if not run.ended:
        return with_end(run, execution) if overdue else run
    known = replace(execution, redrives=max(execution.redrives, redrives))
    awaited = run.redrives < redrives and not overdue
    if is_reopening(run, known) or awaited:
        return replace(run, status="reopening", message="")
    return run
