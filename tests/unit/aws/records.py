"""The run that tests of the table are about, and its records as they lie there."""

from typing import Any

from lambdas.core.ending import Reason

RUN, EXECUTION = "run-1", "arn:execution-1"
STARTED_AT = "2026-11-22T06:00:00Z"
WHY, ENDED_AT = Reason("Error", "why"), "2026-11-22T07:00:00Z"


def record(stored: Any, entry: str = "run") -> dict[str, Any]:
    """Return an entry of the run, empty where it is not there."""
    found: dict[str, Any] = stored.get_item(Key={"run_id": RUN, "entry": entry}).get("Item", {})
    return found


def mark(stored: Any, status: str) -> None:
    """Give the run a status, whatever it has."""
    stored.update_item(
        Key={"run_id": RUN, "entry": "run"},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": status},
    )
