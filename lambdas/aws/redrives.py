"""Redrives: whether Step Functions resumed the execution of a failed run, which then reopens."""

from lambdas.aws.clients import states_client
from lambdas.aws.run_table import run_table
from lambdas.contract.entries import RunEntry


def reopen_if_redriven(run_id: str, execution_arn: str, *, or_open: bool = True) -> RunEntry | None:
    """Reopen a failed run if Step Functions redrove its execution after it failed.

    Step Functions tells a redriven step nothing of the redrive, and its event may arrive after
    the steps that it starts, so a function has to ask here.

    Args:
        run_id: of the run.
        execution_arn: of its execution.
        or_open: whether a run that another step already reopened for this redrive counts.

    Returns:
        The run's entry; `None` if the run stays as it is.
    """
    redrives = _redrives(execution_arn)
    return run_table().reopen(run_id, execution_arn, redrives, or_open=or_open)


def redriven_since(execution_arn: str, redrives: int) -> bool:
    """Return whether an execution that ended after so many redrives was redriven again."""
    return _redrives(execution_arn) > redrives


def _redrives(execution_arn: str) -> int:
    """Return how often a running execution was redriven, 0 for one that does not run."""
    states = states_client()
    try:
        found = states.describe_execution(executionArn=execution_arn)
    except states.exceptions.ExecutionDoesNotExist:
        return 0
    return found.get("redriveCount", 0) if found["status"] == "RUNNING" else 0
