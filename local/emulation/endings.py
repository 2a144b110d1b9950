"""How an execution begins, ends and is reopened, in ministack's record of it."""

from typing import Any

from local.emulation.attempts import Execution

_DETAILS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
}


def end(execution: Execution, status: str, **told: Any) -> None:
    """End an execution; `told` are its output, or error and cause, in the words of the service."""
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

    event, details = _DETAILS[status]
    execution.update(status=status, stopDate=stepfunctions.now_iso(), **told)
    stepfunctions._add_event(execution, event, {details: told})


def reopen(execution: Execution) -> str:
    """Have an execution run again where it stands, and return the time of it."""
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

    redriven_at: str = stepfunctions.now_iso()
    count = execution.get("redriveCount", 0) + 1
    execution.update(status="RUNNING", stopDate=None, output=None)
    execution.update(redriveCount=count, redriveDate=redriven_at)
    for outlived in ("error", "cause"):
        execution.pop(outlived, None)
    stepfunctions._add_event(
        execution, "ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": count}}
    )
    return redriven_at


def described(execution: Execution) -> dict[str, Any]:
    """Return what DescribeExecution and status events tell of an execution's redrives."""
    status = execution["status"]
    of_map = "mapRunArn" in execution
    told = {"redriveCount": execution.get("redriveCount", 0)}
    if "redriveDate" in execution:
        told["redriveDate"] = execution["redriveDate"]
    if not is_redrivable(execution):
        reason = f"Execution is {status} and cannot be redriven"
        return {**told, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {**told, "redriveStatus": "REDRIVABLE_BY_MAP_RUN" if of_map else "REDRIVABLE"}


def is_redrivable(execution: Execution) -> bool:
    """Tell whether an execution has ended without success."""
    return execution["status"] in ("FAILED", "ABORTED", "TIMED_OUT")
