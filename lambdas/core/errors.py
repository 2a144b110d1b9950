"""Every error of the project: what is wrong with a run, in words for its user."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Checked = TypeVar("Checked")

SHOWN_PROBLEMS = 40


class SelfConsistencyError(Exception):
    """A run cannot go on; the message gives the value, what was expected, the way out."""


class RequestError(SelfConsistencyError):
    """A request or its question set is refused, before anything is paid for.

    Args:
        problems: one sentence each, all that were found.
        more: how many further problems were found and not kept.
    """

    def __init__(self, problems: Sequence[str], more: int = 0) -> None:
        shown = list(problems[:SHOWN_PROBLEMS])
        hidden = len(problems) - len(shown) + more
        if hidden:
            shown.append(f"and {hidden} more")
        super().__init__("; ".join(shown))
        self.problems = tuple(problems)
        self.more = more


class RunEndedError(SelfConsistencyError):
    """The run was stopped or failed meanwhile, so nothing more may be submitted for it."""


class NothingAnsweredError(SelfConsistencyError):
    """No job of the run brought a single completion."""


class MissingObjectError(SelfConsistencyError):
    """An object that the run needs cannot be read."""


class JobRefusedError(SelfConsistencyError):
    """Bedrock refused a job for a reason that waiting does not mend."""


class RunFailedError(SelfConsistencyError):
    """What ends the execution of a failed run; the reason is the run's own."""


class StillLiveError(SelfConsistencyError):
    """Jobs of a failed run could not be stopped, and go on being billed."""


class TableBusyError(SelfConsistencyError):
    """The table took no entry for minutes, try after try."""


class Problems:
    """Gathers what several checks find, so that all of it is refused in one message."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._more = 0

    def attempt(self, check: Callable[[], Checked]) -> Checked | None:
        """Return what a check returns, `None` where it refuses; its problems are kept."""
        try:
            return check()
        except RequestError as refused:
            self._found += refused.problems
            self._more += refused.more
        except MissingObjectError as missing:
            self._found.append(str(missing))
        return None

    def refusal(self) -> RequestError:
        """Return the error that names all problems so far."""
        return RequestError(self._found, self._more)
