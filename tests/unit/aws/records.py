"""The run that tests of the table are about, and its entries as the table has them."""

from typing import Any

from lambdas.core.errors import FailureReason
from tests.unit.core.samples import a_job

RUN, EXECUTION = "run-1", "arn:execution-1"
STARTED_AT = "2026-11-22T06:00:00Z"
WHY, ENDED_AT = FailureReason("Error", "why"), "2026-11-22T07:00:00Z"


def job(number: int = 1, *, slots: int = 3) -> Any:
    """Return a job of the run, which may have so many live jobs."""
    return a_job(
        run_id=RUN, execution_arn=EXECUTION, wave=1, job=f"j{number:04d}", jobs_at_once=slots
    )


def entry(stored: Any, name: str = "run") -> dict[str, Any]:
    """Return an entry of the run, empty if there is none."""
    found: dict[str, Any] = stored.get_item(Key={"run_id": RUN, "entry": name}).get("Item", {})
    return found


def mark(stored: Any, status: str) -> None:
    """Give the run a status, whatever it has."""
    stored.update_item(
        Key={"run_id": RUN, "entry": "run"},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": status},
    )
