"""Follow a run until it has ended, whether or not it lived to say so."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.errors import ClientError
from client.runs import Run, read_run
from client.stack import Stack

_ABSENT = "ExecutionDoesNotExist"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long to wait for the record of a run whose execution ended."""

    every_s: float = 3.0
    grace_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution stands: Step Functions' status, and its cause where it failed."""

    status: str
    cause: str = ""

    @property
    def ended(self) -> bool:
        """Whether it has stopped, however."""
        return self.status != "RUNNING"


def follow(
    connection: Connection,
    stack: Stack,
    run_id: str,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Run]:
    """Yield the run as it stands, again and again; the last one has ended.

    Raises:
        ClientError: the run is unknown to the table and to the state machine.
    """
    left_s = pace.grace_s
    while True:
        run = read_run(connection, stack, run_id)
        execution = None if run.ended else read_execution(connection, stack, run)
        if execution is not None and execution.ended:
            left_s -= pace.every_s
        if execution is not None and left_s < 0:
            run = with_end(run, execution)
        yield run
        if run.ended:
            return
        sleep(pace.every_s)


def read_execution(connection: Connection, stack: Stack, run: Run) -> Execution:
    """Return how the run's execution stands.

    Raises:
        ClientError: there is no such execution, nor an entry of the run.
    """
    arn = run.execution_arn or stack.execution_arn(run.run_id)
    try:
        described = connection.step_functions().describe_execution(executionArn=arn)
    except AwsError as error:
        if error.response["Error"]["Code"] != _ABSENT:
            raise
        if run.execution_arn:
            return Execution("gone")
        raise ClientError(
            f"no run {run.run_id!r} in stack {stack.name!r}: `python -m client list` shows the "
            "recent ones"
        ) from error
    return Execution(described["status"], described.get("cause", ""))


def with_end(run: Run, execution: Execution) -> Run:
    """Return a run as failed whose execution ended without saying so in the run's entry."""
    cause = f": {execution.cause}" if execution.cause else ""
    message = f"the execution ended as {execution.status} and left the run unfinished{cause}"
    return replace(run, status="failed", message=message)
