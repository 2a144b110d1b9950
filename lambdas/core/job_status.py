"""A batch job's status: whether it is over and its output there, and when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lambdas.contract.jobs import Job
from lambdas.contract.keys import (
    BUILDING,
    COMPLETED,
    INVOKING,
    MANIFEST,
    REFUSED,
    SUBMITTED,
    UNKNOWN,
    WAITING,
    row_keys,
)

# Terminal statuses of GetModelInvocationJob (service model of botocore 1.43). Expired: it did not
# start in time. PartiallyCompleted: some records were not processed in time; the others are billed.
ENDED = frozenset({COMPLETED, "PartiallyCompleted", "Failed", "Stopped", "Expired"})
# Of a job that has not ended, as they follow each other. A refused job may be submitted again.
_LIVE = (
    BUILDING,
    REFUSED,
    WAITING,
    SUBMITTED,
    "Validating",
    "Scheduled",
    INVOKING,
    "InProgress",
    "Stopping",
)
# An execution's history holds 25,000 events. Looking after each tenth of the time waited so far, at
# most 15 minutes apart, takes fewer than 900 looks at a job that outlives its 168 hours, and 1,100
# more at one that first waits a year for its slot: docs/decisions/0022-long-and-large.md.
_MAX_LIVE_WAIT_S = 900
_MAX_WAITING_WAIT_S = 3600
# Of a wait of more than eight days, in which once an hour would be too often.
_WAITING_SHARE = 200
# Bedrock itself ends a job at its timeout; a job that is still live this much later is stuck.
GRACE_H = 12
# How long to wait for an ended job's output, for a stopped job to end, and for Bedrock to know a
# new job.
MAX_OVER_S = 3600
# overdue: stop it. unwritten: it ended, but its output is not there yet. abandoned: the stop
# request had no effect; continue without the job.
JobOutcome = Literal["live", "overdue", "unwritten", "ended", "abandoned"]


@dataclass(frozen=True, slots=True)
class JobObservation:
    """What is known of a job.

    Attributes:
        status: Bedrock's, "" if it does not say now.
        records_done: by Bedrock's own count.
        live_s: seconds since the job was submitted.
        over_s: seconds since it was first found overdue or unwritten; 0 if it never was.
        written: whether all its output is there.
    """

    status: str
    records_done: int
    live_s: float
    over_s: float
    written: bool


def has_ended(status: str) -> bool:
    """Return whether a job has ended; an unknown status counts as live."""
    return status in ENDED


def statuses_after(status: str) -> tuple[str, ...]:
    """Return the statuses that come after one: a job that has one of them does not go back.

    A live job may be refused at any time. A status that is not known here comes before the ends
    alone, and before it comes any. The ends come after each other, for the first one stands.

    >>> statuses_after("InProgress")[0], "Completed" in statuses_after("InProgress")
    ('Stopping', True)
    >>> statuses_after("Refused")
    ()
    """
    if status in {"", REFUSED}:
        return ()
    live = _LIVE[_LIVE.index(status) + 1 :] if status in _LIVE else ()
    return (*live, *sorted(ENDED))


def next_wait_s(waited_s: float, poll_every_s: int, *, live: bool) -> int:
    """Return the seconds until the next look at a job.

    Args:
        waited_s: seconds since the job was submitted, or since the first attempt.
        poll_every_s: the shortest wait, a setting of the stack.
        live: whether the job is submitted, or still waits for its slot.

    >>> [next_wait_s(waited, 60, live=True) for waited in (0, 1_500, 400_000)]
    [60, 150, 900]
    >>> [next_wait_s(days * 86_400, 60, live=False) for days in (1, 25)]
    [3600, 10800]
    """
    max_waiting_s = max(_MAX_WAITING_WAIT_S, int(waited_s / _WAITING_SHARE))
    max_s = _MAX_LIVE_WAIT_S if live else max_waiting_s
    return max(poll_every_s, min(int(waited_s / 10), max_s))


def job_outcome(observed: JobObservation, timeout_h: int) -> JobOutcome:
    """Return whether a job is over.

    Args:
        observed: what is known of the job.
        timeout_h: after which Bedrock is to end it.

    >>> job_outcome(JobObservation("Completed", 100, 60.0, 0.0, written=False), 168)
    'unwritten'
    """
    waited_enough = observed.over_s >= MAX_OVER_S
    if has_ended(observed.status):
        unwritten = _leaves_output(observed) and not observed.written
        return "unwritten" if unwritten and not waited_enough else "ended"
    if observed.status == UNKNOWN:
        return "ended" if observed.live_s > MAX_OVER_S else "live"
    if observed.live_s <= (timeout_h + GRACE_H) * 3600:
        return "live"
    return "abandoned" if waited_enough else "overdue"


def is_written(job: Job, output_keys: Sequence[str]) -> bool:
    """Return whether a job's output is there: rows of each of its inputs, and the manifest."""
    rows = row_keys(output_keys)
    return any(key.endswith(f"/{MANIFEST}") for key in output_keys) and all(
        job.output_keys(number, rows) for number in range(len(job.slices))
    )


def _leaves_output(observed: JobObservation) -> bool:
    return observed.status in {COMPLETED, "PartiallyCompleted"} or observed.records_done > 0
