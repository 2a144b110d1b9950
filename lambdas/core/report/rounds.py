"""How long a run's batch jobs took, as its estimate speaks of it: in jobs, rounds and seconds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lambdas.contract.report import JobReport
from lambdas.core.costs.time import rounds


@dataclass(frozen=True, slots=True)
class ActualTime:
    """What a run's batch jobs took.

    Attributes:
        jobs: in batch, of all waves.
        rounds: of at most so many jobs as may run side by side; a wave begins with a new one.
        seconds: from the first job's submission to the last one's end, `None` if not known.
    """

    jobs: int
    rounds: int
    seconds: float | None


def actual_time(jobs: Sequence[JobReport], jobs_at_once: int) -> ActualTime:
    """Return what a run's batch jobs took.

    Args:
        jobs: of the run; those that ran on demand do not count.
        jobs_at_once: how many may run side by side.
    """
    batch = [job for job in jobs if not job.on_demand]
    by_wave = Counter(job.wave for job in batch)
    began = [datetime.fromisoformat(job.submitted_at) for job in batch if job.submitted_at]
    ended = [datetime.fromisoformat(job.ended_at) for job in batch if job.ended_at]
    known = bool(began and ended)
    return ActualTime(
        jobs=len(batch),
        rounds=rounds(by_wave.values(), jobs_at_once),
        seconds=(max(ended) - min(began)).total_seconds() if known else None,
    )
