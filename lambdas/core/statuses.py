"""The life of a batch job: its statuses, and how long to wait before the next look."""

# Terminal statuses of GetModelInvocationJob (service model of botocore 1.43). Expired: did not
# begin in time. PartiallyCompleted: not every record within the job's time; what is there is
# paid for.
ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})

# An execution's history holds 25,000 events. Looking each tenth of the time already waited, at most
# 15 minutes apart, sees a job that outlives its 168 hours in fewer than 900 looks, and one that
# first waits a year for its place in 1,100 more: docs/decisions/0022-long-and-large.md.
_SLOWEST_LIVE_S = 900
_SLOWEST_WAITING_S = 3600
# Of a wait of more than eight days, in which each hour would be too often.
_WAITING_SHARE = 200


def has_ended(status: str) -> bool:
    """Return whether a job has ended; a status not known yet is taken as live."""
    return status in ENDED


def next_wait_s(waited_s: float, poll_every_s: int, *, live: bool) -> int:
    """Return the seconds until the next look at a job.

    Args:
        waited_s: seconds since the job was submitted, or was first to be.
        poll_every_s: the shortest wait, a setting of the stack.
        live: whether the job is submitted, or still waits for its place.

    >>> [next_wait_s(waited, 60, live=True) for waited in (0, 1_500, 400_000)]
    [60, 150, 900]
    >>> [next_wait_s(days * 86_400, 60, live=False) for days in (1, 25)]
    [3600, 10800]
    """
    waiting_s = max(_SLOWEST_WAITING_S, int(waited_s / _WAITING_SHARE))
    slowest_s = _SLOWEST_LIVE_S if live else waiting_s
    return max(poll_every_s, min(int(waited_s / 10), slowest_s))
