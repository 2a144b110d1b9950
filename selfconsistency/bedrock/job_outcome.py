"""How a job is to end, by the faults it was created under."""

from dataclasses import dataclass

from selfconsistency.bedrock.jobs import Job


@dataclass(frozen=True, slots=True)
class Ending:
    """A terminal status and the message that goes with it."""

    status: str
    message: str = ""


STOPPED = Ending("Stopped")


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """The end of a job and the share of its records that are answered before it."""

    ending: Ending
    share: float = 1.0


_BAD = {
    "expire_jobs": Ending("Expired", "The job did not finish before its timeout."),
    "fail_jobs": Ending("Failed", "The job failed for a reason of the service's own."),
    "stop_jobs": Ending("Stopped", "The job was stopped by the service."),
}
_PARTIAL = Ending("PartiallyCompleted", "The job reached its timeout.")


def outcome_of(job: Job) -> JobOutcome:
    """Return the job's outcome; the fault is counted."""
    faults = job.injection.faults
    for name, ending in _BAD.items():
        if hits(job, name):
            return JobOutcome(ending, faults.salvage_share)
    if hits(job, "partial_jobs"):
        return JobOutcome(_PARTIAL, faults.partial_share)
    return JobOutcome(Ending("Completed"))


def hits(job: Job, name: str) -> bool:
    """Whether a fault that names jobs by number names this one; it is counted then."""
    hit = not job.foreign and job.fault_number in getattr(job.injection.faults, name)
    if hit:
        job.injection.note(name)
    return hit
