"""How an execution failed: which run it had, and the reason that its user reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.core.errors import FailureReason
from lambdas.core.requests.start import read_start

# The longest Cause that a Fail state accepts (Step Functions quotas).
MAX_MESSAGE = 32_000


@dataclass(frozen=True, slots=True)
class FailedExecution:
    """An execution that failed or was stopped.

    Attributes:
        run_id: of its run.
        execution_arn: its ARN.
        status: as Step Functions names it.
        error: `Error` and `Cause` of a Catch; `None` if it was stopped from outside.
        redrives: how often it had been redriven, `None` if the event does not say; from a child
            perhaps fewer.
    """

    run_id: str
    execution_arn: str
    status: str
    error: Mapping[str, str] | None
    redrives: int | None = None


def read_failure(event: Mapping[str, Any]) -> FailedExecution:
    """Return which execution failed and how.

    Args:
        event: JSON of AWS's making: the payload of a state that calls Abort, in the parent or in a
            child, which knows the run's id; or an EventBridge event "Step Functions Execution
            Status Change".
    """
    detail = event.get("detail")
    if "run_id" in event or detail is None:
        run_id = event.get("run_id") or read_start(event["start"], event["execution_name"]).run_id
        arn, redrives = event["execution_arn"], event.get("redrives")
        return FailedExecution(run_id, arn, "FAILED", event["error"], redrives)
    try:
        start = json.loads(detail.get("input") or "{}")
    except (ValueError, RecursionError):
        # Plan refuses such an input as a request; its run has the execution's name.
        start = {}
    error = {"Error": detail.get("error") or "", "Cause": detail.get("cause") or ""}
    return FailedExecution(
        read_start(start, detail["name"]).run_id,
        detail["executionArn"],
        detail["status"],
        error if error["Error"] else None,
        detail.get("redriveCount"),
    )


def failure_reason(failed: FailedExecution) -> FailureReason:
    """Return why the run failed, as its user should read it.

    A function's own error is JSON in `Cause`, with its type and message.
    """
    if failed.error is None:
        status = failed.status.replace("_", " ").lower()
        return FailureReason(
            failed.status,
            f"the execution was {status}; its live jobs were stopped. Redrive it to resume the run",
        )
    name, cause = failed.error.get("Error", ""), failed.error.get("Cause", "")
    try:
        raised = json.loads(cause)
    except (ValueError, RecursionError):
        raised = None
    if isinstance(raised, dict) and "errorMessage" in raised:
        name = raised.get("errorType") or name
        cause = str(raised["errorMessage"])
    return FailureReason(name or "Error", (cause or name)[:MAX_MESSAGE])


def failure_message(receipt: Mapping[str, Any]) -> str:
    """Return why a run failed in one sentence, after its clean-up.

    Args:
        receipt: of Abort or of an incomplete Report; or what a Catch gave if Abort failed.

    >>> failure_message({"reason": "RequestError", "message": "paths is 0, must be …"})
    'RequestError: paths is 0, must be …'
    """
    if "message" in receipt:
        return f"{receipt['reason']}: {receipt['message']}"
    return (
        "the run failed, and so did Abort: its jobs may still be live, see Bedrock's console. Abort"
        f" says: {receipt.get('Error')}: {receipt.get('Cause')}"
    )[:MAX_MESSAGE]
