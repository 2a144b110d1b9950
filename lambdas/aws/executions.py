"""Why an execution failed, where only a child of one of its maps knows."""

from functools import cache
from typing import TYPE_CHECKING

from lambdas.aws.clients import stepfunctions_client

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class Executions:
    """The executions of the workflow and of the children of its maps."""

    def __init__(self, client: "SFNClient") -> None:
        self._client = client

    def failed_child(self, execution_arn: str) -> dict[str, str] | None:
        """Return `Error` and `Cause` of a failed child, `None` where none failed.

        A distributed map says only that too many children failed, not why.
        """
        runs = self._client.list_map_runs(executionArn=execution_arn)["mapRuns"]
        for run in reversed(runs):
            failed = self._client.list_executions(
                mapRunArn=run["mapRunArn"], statusFilter="FAILED", maxResults=1
            )["executions"]
            if failed:
                child = self._client.describe_execution(executionArn=failed[0]["executionArn"])
                return {"Error": child.get("error", ""), "Cause": child.get("cause", "")}
        return None


@cache
def executions() -> Executions:
    """Return the executions of this account."""
    return Executions(stepfunctions_client())
