"""One stretch of an execution, from its start or a redrive to its end, and where it stands."""

from contextvars import ContextVar
from dataclasses import dataclass
from threading import RLock
from typing import Any

# ministack's own record of an execution.
Execution = dict[str, Any]
_ends = RLock()


class StoppedError(Exception):
    """The execution has ended some other way meanwhile: by hand, by its time limit, with a map."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an execution stands.

    Attributes:
        state: the state's name; None after the last.
        given: the state's input; after the last, the output.
        entered: whether the history has it that the state was entered.
    """

    state: str | None
    given: Any
    entered: bool = False


class Attempt:
    """The only one that may carry an execution on and end it, until there is another.

    Args:
        execution: becomes this attempt's.
        role_arn: in whose name its states act.
    """

    def __init__(self, execution: Execution, role_arn: str) -> None:
        self.execution = execution
        self.role_arn = role_arn
        with _ends:
            execution["_attempt"] = self

    def goes_on(self) -> bool:
        """Tell whether the execution still runs, and runs in this attempt."""
        return self.execution["status"] == "RUNNING" and self.execution["_attempt"] is self

    def require(self) -> None:
        """Let a state go on.

        Raises:
            StoppedError: the execution has ended, or is another attempt's.
        """
        if not self.goes_on():
            raise StoppedError

    def claim_end(self) -> bool:
        """Take the right to end the execution, once; False if there is nothing to end."""
        with _ends:
            ends = self.goes_on()
            if ends:
                self.execution["_attempt"] = None
        return ends


# The attempt whose states this thread carries out.
current_attempt: ContextVar[Attempt | None] = ContextVar("current_attempt", default=None)


def claim_end_of(execution: Execution) -> bool:
    """Take the right to end an execution from the attempt that it is in, if it is in any."""
    attempt = execution.get("_attempt")
    return isinstance(attempt, Attempt) and attempt.claim_end()
