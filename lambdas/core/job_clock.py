"""The clock of a job: how long it has been waited for, and how long to wait until the next look.

Submit, Poll and Invoke each read it from the receipt before, and write it into their own.
"""

from dataclasses import dataclass, replace
from typing import Self, TypedDict

from lambdas.core.job_status import next_wait_s


class JobTimes(TypedDict):
    """The times in a job's receipt, in seconds.

    `wait_s`: until the next look. `since`: epoch seconds of submission, or of the first attempt.
    `waited_s`: all waits since; on demand, invocations as well. `over_s`: waits since the job was
    first found overdue or without its output, above 0 from then on.
    """

    wait_s: int
    since: float
    waited_s: float
    over_s: float


class JobReceipt(JobTimes):
    """What Submit, Poll and Invoke return of a job.

    `submitted`: whether Bedrock has the job, or it runs on demand. `job_arn`: "" before. `ended`:
    whether nothing more comes of it. `status`: as in the job's entry, "" if unknown.
    """

    submitted: bool
    job_arn: str
    ended: bool
    status: str


@dataclass(frozen=True, slots=True)
class JobClock:
    """The times of a job at a look.

    Attributes:
        now: epoch seconds.
        since: epoch seconds of submission, or of the first attempt.
        waited_s: waits since.
        over_s: waits since the job was first found overdue or unwritten; 0 if it never was.
        poll_every_s: the shortest wait, a setting of the stack.
    """

    now: float
    since: float
    waited_s: float
    over_s: float
    poll_every_s: int

    @classmethod
    def at(cls, before: JobTimes | None, now: float, poll_every_s: int) -> Self:
        """Return the clock at a look.

        Args:
            before: the times of the receipt before, `None` at the first look.
            now: epoch seconds.
            poll_every_s: the shortest wait.
        """
        if before is None:
            return cls(now, now, 0, 0, poll_every_s)
        wait_s, over_s = before["wait_s"], before["over_s"]
        over_s = over_s + wait_s if over_s else 0
        return cls(now, before["since"], before["waited_s"] + wait_s, over_s, poll_every_s)

    @property
    def passed_s(self) -> float:
        """Seconds since submission or the first attempt.

        Waits are the better clock in a test that has days pass in seconds: they say how long they
        were to be.
        """
        return max(self.now - self.since, self.waited_s)

    def restarted(self) -> Self:
        """Return the clock of a job that was submitted just now."""
        return replace(self, since=self.now, waited_s=0, over_s=0)

    def after_attempt(self, *, submitted: bool) -> JobTimes:
        """Return the times after an attempt to submit the job."""
        return self._times(self.passed_s, live=submitted)

    def after_look(self, *, over: bool) -> JobTimes:
        """Return the times after a look at a submitted job.

        Args:
            over: whether the job was found overdue or unwritten.
        """
        times = self._times(self.over_s if over else self.passed_s, live=True)
        return {**times, "over_s": max(self.over_s, 1)} if over else times

    def after_invocation(self, *, has_slot: bool, worked_s: float) -> JobTimes:
        """Return the times after an invocation of Invoke.

        `waited_s` alone counts here: an aborted execution may be redriven days later.

        Args:
            has_slot: whether the job has its slot.
            worked_s: seconds that the invocation took.
        """
        times = self._times(self.waited_s, live=has_slot)
        return {**times, "waited_s": self.waited_s + worked_s}

    def _times(self, passed_s: float, *, live: bool) -> JobTimes:
        return {
            "wait_s": next_wait_s(passed_s, self.poll_every_s, live=live),
            "since": self.since,
            "waited_s": self.waited_s,
            "over_s": self.over_s,
        }
