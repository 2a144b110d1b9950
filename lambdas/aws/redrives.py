"""Redrives: whether Step Functions resumed the execution of a failed run, which then reopens."""

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.aws.clients import states_client
from lambdas.aws.run_table import run_table
from lambdas.core.errors import RedriveUnknownError


def reopen_if_redriven(run_id: str, execution_arn: str) -> None:
    """Reopen a failed run if Step Functions says that its execution was redriven since.

    For steps of child executions: the parent's redrive count is not in their context object, and
    the one they work out may be too low. DescribeExecution is eventually consistent:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.

    Args:
        run_id: of the run.
        execution_arn: of its execution, the children's parent.

    Raises:
        RedriveUnknownError: the run stays failed, for the answer was no, late or none; the state
            machine asks again for half a minute.
    """
    try:
        found = states_client().describe_execution(executionArn=execution_arn)
    except (BotoCoreError, ClientError) as error:
        raise RedriveUnknownError(
            f"run {run_id} has failed, and whether it was redriven cannot be told: {error}"
        ) from error
    status, redrives = found["status"], found.get("redriveCount", 0)
    if status != "RUNNING" or run_table().reopen(run_id, execution_arn, redrives) is None:
        raise RedriveUnknownError(
            f"run {run_id} has failed: its execution is {status} with redriveCount {redrives}, must"
            " be RUNNING with a higher one than when the run failed; redrive it to resume the run"
        )
