"""The life of a batch job: its statuses, and how long to wait before the next look."""

# Terminal statuses of GetModelInvocationJob (service model of botocore 1.43). Expired: did not
# begin in time. PartiallyCompleted: not every record within the job's time; what is there is
# paid for.
ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})

# A turn of the polling loop is 11 events (a task 5, a Wait and each Choice 2), and an execution's
# history holds 25,000. Looking each tenth of the time already waited, at most 15 minutes apart,
# sees a job of 168 hours in about 700 turns; a child may first have waited months for its place.
_SLOWEST_LIVE_S = 900
_SLOWEST_WAITING_S = 3600


def has_ended(status: str) -> bool:
    """Return whether a job has ended; a status not known yet is taken as live."""
    return status in ENDED


def next_wait_s(waited_s: float, poll_every_s: int, *, live: bool) -> int:
    """Return the seconds until the next look at a job.

    Args:
        waited_s: seconds since the job's first step.
        poll_every_s: the shortest wait, a setting of the stack.
        live: whether the job is submitted, or still waits for its place.

    >>> [next_wait_s(waited, 60, live=True) for waited in (0, 1_500, 400_000)]
    [60, 150, 900]
    """
    slowest_s = _SLOWEST_LIVE_S if live else _SLOWEST_WAITING_S
    return max(poll_every_s, min(int(waited_s / 10), slowest_s))
