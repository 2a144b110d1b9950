"""Follow a run until it has ended, even if nothing could record its end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from botocore.exceptions import ClientError as AwsError

from lambdas.contract.entries import JobEntry
from selfconsistency.connection import Connection, Stack
from selfconsistency.runs import Run, read_run
from selfconsistency.shell import ClientError

NO_EXECUTION = "ExecutionDoesNotExist"
_LIVE = frozenset({"RUNNING", "PENDING_REDRIVE"})
GONE = "gone"


# A run may take days. From then on looks become rarer, up to so many times the pace.
_STEADY_S, _SLOWEST = 180.0, 20


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks, and to wait for the entry of a run whose execution ended."""

    every_s: float = 3.0
    grace_s: float = 60.0

    def after(self, followed_s: float) -> float:
        """Return the seconds to the next look at a run that has been followed for so long.

        >>> [Pace().after(minutes * 60) for minutes in (0, 3, 30, 60, 1440)]
        [3.0, 3.0, 30.0, 60.0, 60.0]
        """
        return self.every_s * min(max(followed_s / _STEADY_S, 1.0), _SLOWEST)


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution: Step Functions' status, its cause where it failed, its redrives.

    `GONE` is the status of one that Step Functions no longer keeps.
    """

    status: str
    cause: str = ""
    redrives: int = 0

    @property
    def ended(self) -> bool:
        """Whether it has stopped for any reason."""
        return self.status not in _LIVE


def follow(
    connection: Connection,
    stack: Stack,
    run_id: str,
    pace: Pace,
    sleep: Callable[[float], None] = time.sleep,
    *,
    redrives: int = 0,
) -> Iterator[Run]:
    """Yield the run's state again and again, ever more slowly; the last one has ended.

    A redriven run has the status `reopening` until a step reopens it.

    Args:
        connection: to the account.
        stack: whose run it is.
        run_id: of the run.
        pace: how often to look at first.
        sleep: waits so many seconds.
        redrives: of the execution as far as the caller knows; the description that Step
            Functions gives may lag behind.

    Raises:
        ClientError: the run is unknown to the table and to the state machine.
    """
    left_s, followed_s = pace.grace_s, 0.0
    jobs: tuple[JobEntry, ...] = ()
    while True:
        run = read_run(connection, stack, run_id, jobs)
        jobs = run.jobs
        execution = _execution_of(connection, stack, run)
        is_over = execution is not None and execution.ended
        if is_over:
            left_s -= pace.every_s
        if execution is not None:
            run = _status_now(run, execution, redrives, overdue=left_s < 0)
        yield run
        if run.ended:
            return
        wait_s = pace.every_s if is_over else pace.after(followed_s)
        followed_s += wait_s
        sleep(wait_s)


def read_execution(connection: Connection, stack: Stack, run: Run) -> Execution:
    """Return the run's execution.

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
            f"no run {run.run_id!r} in stack {stack.name!r}: `selfconsistency list` shows the "
            "recent ones"
        ) from error
    redrives = described.get("redriveCount", 0)
    return Execution(described["status"], described.get("cause", ""), redrives)


def execution_arn(stack: Stack, run: Run) -> str:
    """Return the ARN of the run's execution; without an entry, it has the run's name."""
    return run.execution_arn or stack.execution_arn(run.run_id)


def is_reopening(run: Run, execution: Execution) -> bool:
    """Return whether a run was redriven after it failed, and no step has reopened it yet."""
    behind = run.redrives < execution.redrives
    return run.status == "failed" and behind and not execution.ended


def with_end(run: Run, execution: Execution) -> Run:
    """Return a run as failed whose execution ended without recording it."""
    cause = f": {execution.cause}" if execution.cause else ""
    message = f"the execution ended as {execution.status} and left the run unfinished{cause}"
    return replace(run, status="failed", message=message)


def _execution_of(connection: Connection, stack: Stack, run: Run) -> Execution | None:
    """Return the execution of a run that may continue; a failed one may be redriven."""
    if run.status == "succeeded" or (run.ended and not run.execution_arn):
        return None
    return read_execution(connection, stack, run)


def _status_now(run: Run, execution: Execution, redrives: int, *, overdue: bool) -> Run:
    if not run.ended:
        return with_end(run, execution) if overdue else run
    known = replace(execution, redrives=max(execution.redrives, redrives))
    awaited = run.redrives < redrives and not overdue
    if is_reopening(run, known) or awaited:
        return replace(run, status="reopening", message="")
    return run
