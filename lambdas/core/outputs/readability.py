"""Whether a run goes on: too few of a model's answers can be read, so more would be paid in vain.

The run's entry has the counts. Collect adds those of a job in the update that releases its slot:
a job that takes the slot afterwards sees them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract.entries import JobEntry, RunEntry
from lambdas.core.text import shown

# Fewer jobs say too little: a default run's first job is greedy, one path a question.
_JUDGED_JOBS = 3
_SHOWN_ENDS = 3


@dataclass(frozen=True, slots=True)
class CollectedPaths:
    """Paths of a collected job that the model answered, and those whose answer cannot be read."""

    answered: int
    unread: int

    @classmethod
    def of(cls, job: JobEntry) -> "CollectedPaths":
        """Return the counts of a job. Error rows are no answers: they say nothing of the texts."""
        return cls(job.answered + job.unread_paths, job.unread_paths)


def must_stop(run: RunEntry) -> bool:
    """Return whether a run submits nothing more, because too many answers cannot be read.

    It is judged over all settings of the run: one whose texts are unreadable beside readable ones
    is a finding, and not a mistake.
    """
    if run.stop_if_unreadable is None or run.collected_jobs < _JUDGED_JOBS:
        return False
    return run.unread_paths > run.stop_if_unreadable * run.collected_paths


def stop_reason(run: RunEntry, jobs: Sequence[JobEntry], *, quote: bool) -> str:
    """Return why a run was stopped, in one sentence with the way out.

    Args:
        run: with its counts.
        jobs: of the run.
        quote: whether to quote the ends of texts, which must not get into a log.
    """
    ends = [*dict.fromkeys(job.unread for job in jobs if job.unread)][:_SHOWN_ENDS] if quote else []
    quoted = f"; they end in {' or '.join(map(shown, ends))}" if ends else ""
    cut_off = sum(job.cut_off for job in jobs)
    at_limit = f", {cut_off:,} of them cut off at max_tokens" if cut_off else ""
    return (
        f"the run was stopped: {run.unread_paths:,} of {run.collected_paths:,} answers"
        f" ({_share(run):.1%}) could not be read{at_limit}, more than stop_if_unreadable"
        f" {run.stop_if_unreadable:g} allows{quoted}; votes and report cover"
        f" {run.collected_jobs:,} jobs; correct how the answers are asked for and read (task,"
        ' template, pattern, max_tokens) and start a new run; "stop_if_unreadable": null never'
        " stops one"
    )


def _share(run: RunEntry) -> float:
    return run.unread_paths / run.collected_paths if run.collected_paths else 0.0
