"""Whether a run that has failed goes on: its execution has been redriven since."""

from typing import Any

from lambdas.aws.clients import states_client
from lambdas.aws.table import run_table


def reopened(run_id: str, execution_arn: str, *, or_open: bool = True) -> dict[str, Any] | None:
    """Open a failed run again if Step Functions has redriven its execution since it failed.

    Step Functions tells a redriven step nothing of it, and a function may look only here: the
    event of a redrive may come after the steps it starts.

    Args:
        run_id: of the run.
        execution_arn: of its execution.
        or_open: whether one that has been opened for this redrive already counts as well.

    Returns:
        The run's record; `None` where the run stays as it is.
    """
    redrives = _redrives(execution_arn)
    return run_table().reopen(run_id, execution_arn, redrives, or_open=or_open)


def redriven_since(execution_arn: str, redrives: int) -> bool:
    """Return whether an execution that had ended, redriven so often before, goes on again."""
    return _redrives(execution_arn) > redrives


def _redrives(execution_arn: str) -> int:
    """Return how often an execution that goes on has been redriven, 0 for one that does not."""
    states = states_client()
    try:
        described = states.describe_execution(executionArn=execution_arn)
    except states.exceptions.ExecutionDoesNotExist:
        return 0
    return described.get("redriveCount", 0) if described["status"] == "RUNNING" else 0
