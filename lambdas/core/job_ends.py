"""When a batch job is over: it has ended, and left what it has to leave, or has had its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lambdas.core.jobs import Job
from lambdas.core.keys import MANIFEST, row_keys
from lambdas.core.statuses import has_ended

# Our own words for a job that Bedrock did not take, and for one that it does not know.
REFUSED = "Refused"
UNKNOWN = "Unknown"
# Bedrock itself ends a job at its timeout; one that outlives it by this is stuck.
GRACE_H = 12
# For which an ended job's output is waited for, a stuck job's end, and a job to become known.
MOST_OVER_S = 3600

# overdue: to be stopped. unwritten: ended, its output is not there yet. left: it does not even
# stop, and is gone on without.
Verdict = Literal["live", "overdue", "unwritten", "ended", "left"]


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a job.

    Attributes:
        status: as Bedrock says; "" where it does not say now.
        records_done: by the service's own count.
        live_s: seconds since it was submitted.
        over_s: seconds since it was first found overdue or unwritten; 0 unless it was.
        written: whether all its output is there.
    """

    status: str
    records_done: int
    live_s: float
    over_s: float
    written: bool


def verdict(look: Look, timeout_h: int) -> Verdict:
    """Return whether a job is over.

    Args:
        look: at the job.
        timeout_h: after which Bedrock is to end it.

    >>> verdict(Look("Completed", 100, 60.0, 0.0, written=False), 168)
    'unwritten'
    """
    waited = look.over_s >= MOST_OVER_S
    if has_ended(look.status):
        unwritten = _leaves_output(look) and not look.written
        return "unwritten" if unwritten and not waited else "ended"
    if look.status == UNKNOWN:
        return "ended" if look.live_s > MOST_OVER_S else "live"
    if look.live_s <= (timeout_h + GRACE_H) * 3600:
        return "live"
    return "left" if waited else "overdue"


def is_written(job: Job, output_keys: Sequence[str]) -> bool:
    """Return whether a job's output is there: rows of each of its inputs, and the manifest."""
    rows = row_keys(output_keys)
    return any(key.endswith(f"/{MANIFEST}") for key in output_keys) and all(
        job.output_keys(part, rows) for part in range(len(job.parts))
    )


def _leaves_output(look: Look) -> bool:
    return look.status in {"Completed", "PartiallyCompleted"} or look.records_done > 0
