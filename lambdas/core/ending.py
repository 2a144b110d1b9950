"""How an execution came to its end: which run it had, and what a user should be told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.core.requests.start import read_start

# The longest Cause that a Fail state takes (Step Functions quotas).
MAX_MESSAGE = 32_000


@dataclass(frozen=True, slots=True)
class Ending:
    """An execution that failed or was ended.

    `error` is what a Catch gave, `Error` and `Cause`; `None` for an execution ended from outside.
    `redrives` is how often the execution had been redriven by then, `None` where that is not told.
    """

    run_id: str
    execution_arn: str
    status: str
    error: Mapping[str, str] | None
    redrives: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a word and in a sentence."""

    reason: str
    message: str


def read_ending(event: Mapping[str, Any]) -> Ending:
    """Return which execution ended and how.

    Args:
        event: the payload of a state that calls Abort, in the parent or in a child, which knows
            the run's id; or an EventBridge event "Step Functions Execution Status Change".
    """
    if "run_id" in event:
        return Ending(event["run_id"], event["execution_arn"], "FAILED", event["error"])
    detail = event.get("detail")
    if detail is None:
        run_id = read_start(event["start"], event["execution_name"]).run_id
        return Ending(run_id, event["execution_arn"], "FAILED", event["error"])
    try:
        start = json.loads(detail.get("input") or "{}")
    except (ValueError, RecursionError):
        # Refused as a request all the same; its run has the execution's name.
        start = {}
    error = {"Error": detail.get("error") or "", "Cause": detail.get("cause") or ""}
    return Ending(
        read_start(start, detail["name"]).run_id,
        detail["executionArn"],
        detail["status"],
        error if error["Error"] else None,
        detail.get("redriveCount"),
    )


def reason_of(ending: Ending) -> Reason:
    """Return why the run failed, as its user should read it.

    A function's own error comes as JSON in `Cause`, with its type and message.
    """
    if ending.error is None:
        word = ending.status.replace("_", " ").lower()
        return Reason(
            ending.status,
            f"the execution was {word}; its live jobs were stopped. Redrive it to go on",
        )
    name, cause = ending.error.get("Error", ""), ending.error.get("Cause", "")
    try:
        raised = json.loads(cause)
    except (ValueError, RecursionError):
        raised = None
    if isinstance(raised, dict) and "errorMessage" in raised:
        name = raised.get("errorType") or name
        cause = str(raised["errorMessage"])
    return Reason(name or "Error", (cause or name)[:MAX_MESSAGE])


def failure_of(receipt: Mapping[str, Any]) -> str:
    """Return why a run failed in a sentence, from what came of cleaning up after it.

    Args:
        receipt: of Abort or of an incomplete Report; or what a Catch gave where Abort failed.

    >>> failure_of({"reason": "RequestError", "message": "paths is 0, must be …"})
    'RequestError: paths is 0, must be …'
    """
    if "message" in receipt:
        return f"{receipt['reason']}: {receipt['message']}"
    return (
        "the run failed, and so did Abort: its jobs may still be live, see Bedrock's console. Abort"
        f" says: {receipt.get('Error')}: {receipt.get('Cause')}"
    )[:MAX_MESSAGE]
