"""Lets jobs pass one after another, in order of creation."""

from threading import Condition

from local.bedrock.errors import JobStoppedError
from local.bedrock.job import Job

LOOK_EVERY_S = 0.05


class Turnstile:
    """A job passes when every job before it has left."""

    def __init__(self) -> None:
        self._left: set[int] = set()
        self._next = 1
        self._changed = Condition()

    def wait(self, job: Job) -> None:
        """Wait for the job's turn.

        Raises:
            JobStoppedError: the job was asked to stop meanwhile.
        """
        with self._changed:
            while self._next < job.number:
                if job.stop.is_set():
                    raise JobStoppedError
                self._changed.wait(LOOK_EVERY_S)

    def leave(self, number: int) -> None:
        """Let those behind pass; may be called more than once."""
        with self._changed:
            if number >= self._next:
                self._left.add(number)
            while self._next in self._left:
                self._left.discard(self._next)
                self._next += 1
            self._changed.notify_all()
