"""What ministack shows of a map run and of its children."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from local.emulation.attempts import Execution, Place

_STATUSES: Final = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "aborted",
    "TIMED_OUT": "timedOut",
}
_OTHERS: Final = ("pending", "total", "resultsWritten", "failuresNotRedrivable", "pendingRedrive")


class Counts:
    """How many children there are of each status: items and executions alike."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._of = (record["itemCounts"], record["executionCounts"])

    @property
    def unsuccessful(self) -> int:
        """How many have ended otherwise than by succeeding."""
        counts: dict[str, int] = self._of[1]
        return counts["failed"] + counts["aborted"] + counts["timedOut"]

    def move(self, before: str | None, after: str) -> None:
        """Tell that a child has another status; None before it was started."""
        for counts in self._of:
            counts[_STATUSES[before] if before else "pending"] -= 1
            counts[_STATUSES[after]] += 1


def map_run_record(
    state: Mapping[str, Any], parent: Execution, label: str, total: int
) -> dict[str, Any]:
    """Return ministack's record of a map run that begins, all of its children pending."""
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

    _, _, _, region, account, _, machine = parent["stateMachineArn"].split(":")
    states = f"arn:aws:states:{region}:{account}"
    zero = dict.fromkeys((*_STATUSES.values(), *_OTHERS), 0)
    return {
        "mapRunArn": f"{states}:mapRun:{machine}/{label}:{stepfunctions.new_uuid()}",
        "executionArn": parent["executionArn"],
        "status": "RUNNING",
        "startDate": stepfunctions.now_iso(),
        "maxConcurrency": int(state.get("MaxConcurrency") or 0),
        "toleratedFailurePercentage": float(state.get("ToleratedFailurePercentage") or 0),
        "toleratedFailureCount": int(state.get("ToleratedFailureCount") or 0),
        "itemCounts": {**zero, "total": total, "pending": total},
        "executionCounts": {**zero, "total": total, "pending": total},
        "redriveCount": 0,
        "_stateMachineArn": f"{states}:stateMachine:{machine}/{label}",
    }


def threshold_of(state: Mapping[str, Any], total: int) -> Callable[[int], bool]:
    """Return what tells whether so many unsuccessful children are more than a map tolerates.

    >>> threshold_of({}, 4)(1)
    True
    >>> threshold_of({"ToleratedFailurePercentage": 50}, 4)(2)
    False
    """
    limits = [
        limit
        for name, limit in (
            ("ToleratedFailureCount", float(state.get("ToleratedFailureCount", 0))),
            (
                "ToleratedFailurePercentage",
                float(state.get("ToleratedFailurePercentage", 0)) * total / 100,
            ),
        )
        if name in state
    ]
    tolerated = min(limits, default=0.0)
    return lambda unsuccessful: unsuccessful > tolerated


def child_of(record: Mapping[str, Any], parent: Execution, given: Any, start_at: str) -> Execution:
    """Return ministack's record of a child execution that begins with an input."""
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

    name, machine_arn = stepfunctions.new_uuid(), record["_stateMachineArn"]
    child = {
        "executionArn": f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
        "stateMachineArn": machine_arn,
        "name": name,
        "status": "RUNNING",
        "startDate": stepfunctions.now_iso(),
        "stopDate": None,
        "input": json.dumps(given),
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": {"included": True},
        "mapRunArn": record["mapRunArn"],
        "events": [],
        "testCase": parent.get("testCase"),
        "mockAttempts": {},
        "_place": Place(start_at, given),
    }
    details = {"executionStartedEventDetails": {"input": child["input"]}}
    stepfunctions._add_event(child, "ExecutionStarted", details)
    return child
