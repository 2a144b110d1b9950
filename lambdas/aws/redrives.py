"""Whether a run that has failed goes on: its execution has been redriven since."""

from typing import Any

from lambdas.aws.clients import states_client
from lambdas.aws.table import run_table


def reopened(run_id: str, execution_arn: str) -> dict[str, Any] | None:
    """Open a failed run again if Step Functions has redriven its execution since it failed.

    Step Functions tells a redriven step nothing of it, and a function may look only here: the
    event of a redrive may come after the steps it starts.

    Returns:
        The run's record; `None` where the run stays as it is.
    """
    states = states_client()
    try:
        described = states.describe_execution(executionArn=execution_arn)
    except states.exceptions.ExecutionDoesNotExist:
        return None
    if described["status"] != "RUNNING":
        return None
    return run_table().reopen(run_id, execution_arn, described.get("redriveCount", 0))
