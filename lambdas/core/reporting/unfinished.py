"""What a run lacks that Bedrock refused jobs of."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.core.ending import Reason
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_ends import REFUSED
from lambdas.core.wording import count_of

_WAY_OUT = "mend that and redrive the execution: it submits these alone"


def unfinished(jobs: Sequence[Mapping[str, Any]]) -> Reason | None:
    """Return why a run is incomplete; `None` where no job of it was refused.

    Args:
        jobs: the records of all its jobs.

    Raises:
        JobRefusedError: nothing came of the others either.
    """
    refused = [job for job in jobs if job["status"] == REFUSED]
    if not refused:
        return None
    why = str(refused[0].get("message", ""))
    if not any(job.get("succeeded") for job in jobs):
        raise JobRefusedError(f"{why}; nothing was sampled. Mend that and redrive the execution")
    return Reason(
        JobRefusedError.__name__,
        f"{count_of(len(refused), 'job')} of {len(jobs):,} refused, the report is of the others:"
        f" {why}; {_WAY_OUT}",
    )
