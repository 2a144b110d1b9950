"""How an execution came to its end: which run it had, and what a user should be told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.core.start import read_start

# The longest Cause that a Fail state takes (Step Functions quotas).
MAX_MESSAGE = 32_000
# What a distributed map says when a child failed; why is known to the child alone.
IN_A_CHILD = frozenset({"States.ExceedToleratedFailureThreshold", "States.MapRunFailed"})


@dataclass(frozen=True, slots=True)
class Ending:
    """An execution that failed or was ended.

    `error` is what a Catch gave, `Error` and `Cause`; `None` for an execution ended from outside.
    """

    run_id: str
    execution_arn: str
    status: str
    error: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in a word and in a sentence."""

    reason: str
    message: str


def read_ending(event: Mapping[str, Any]) -> Ending:
    """Return which execution ended and how.

    Args:
        event: the payload of the state Abort, or an EventBridge event "Step Functions Execution
            Status Change".
    """
    detail = event.get("detail")
    if detail is None:
        run_id = read_start(event["start"], event["execution_name"]).run_id
        return Ending(run_id, event["execution_arn"], "FAILED", event["error"])
    start = json.loads(detail.get("input") or "{}")
    error = {"Error": detail.get("error") or "", "Cause": detail.get("cause") or ""}
    return Ending(
        read_start(start, detail["name"]).run_id,
        detail["executionArn"],
        detail["status"],
        error if error["Error"] else None,
    )


def reason_of(ending: Ending) -> Reason:
    """Return why the run failed, as its user should read it."""
    if ending.error is None:
        word = ending.status.replace("_", " ").lower()
        return Reason(ending.status, f"the execution was {word}; its live jobs were stopped")
    return told(ending.error)


def told(error: Mapping[str, str]) -> Reason:
    """Return the reason in an error of Step Functions.

    A function's own error comes as JSON in `Cause`, with its type and message.
    """
    name, cause = error.get("Error", ""), error.get("Cause", "")
    try:
        raised = json.loads(cause)
    except ValueError:
        raised = None
    if isinstance(raised, dict) and "errorMessage" in raised:
        name = raised.get("errorType") or name
        cause = str(raised["errorMessage"])
    return Reason(name or "Error", (cause or name)[:MAX_MESSAGE])
