"""Every error of the project: what is wrong with a run, in words for its user."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Checked = TypeVar("Checked")
SHOWN_PROBLEMS = 40


class SelfConsistencyError(Exception):
    """A run cannot continue; the message gives the value, what was expected, the way out."""


class RequestError(SelfConsistencyError):
    """A request or its dataset is refused before anything is paid for.

    The message has a line for each problem.

    Args:
        problems: one sentence each.
        more: how many further problems were only counted.
    """

    def __init__(self, problems: Sequence[str], more: int = 0) -> None:
        shown = list(problems[:SHOWN_PROBLEMS])
        hidden = len(problems) - len(shown) + more
        if hidden:
            shown.append(f"and {hidden} more")
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)
        self.more = more


class RunEndedError(SelfConsistencyError):
    """The run was stopped or failed meanwhile, so nothing more may be submitted for it."""


class RedriveUnknownError(RunEndedError):
    """The run has failed, and Step Functions does not say, or not yet, that it was redriven.

    The state machine repeats a step of a child execution that raises this, by this name.
    """


class NothingAnsweredError(SelfConsistencyError):
    """No job of the run returned a single completion."""


class MissingObjectError(SelfConsistencyError):
    """An object that the run needs cannot be read."""


class JobRefusedError(SelfConsistencyError):
    """Bedrock refused a job for a reason that waiting does not fix."""


class NoOnDemandError(JobRefusedError):
    """Bedrock offers the model in no way on demand, or cannot be reached for it."""


class UnreadableAnswersError(SelfConsistencyError):
    """A run was stopped, because too many of the model's answers could not be read."""


class RunFailedError(SelfConsistencyError):
    """Ends the execution of a failed run; the message is the run's own reason."""


class StillLiveError(SelfConsistencyError):
    """Jobs of a failed run could not be stopped and continue to be billed."""


class TableBusyError(SelfConsistencyError):
    """The table refused a write for minutes, in spite of retries."""


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why a run failed: the error's name, and a sentence."""

    reason: str
    message: str


_NUMBERS = re.compile(r"\d[\d,]*")


class RowProblems:
    """Collects the problems of a file's rows; those that differ in numbers alone are one message.

    Attributes:
        count: rows with a problem, as often as one was added.
        more: problems of further kinds than are kept.
        first_message: of the first problem, "" without any.
    """

    def __init__(self, file: str) -> None:
        self.count = self.more = 0
        self.first_message = ""
        self._file = file
        self._first: dict[str, tuple[int, str]] = {}
        self._counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self.count)

    def add(self, line: int, message: str) -> None:
        """Add the problem of a line."""
        kind = _NUMBERS.sub("0", message)
        self.count += 1
        self.first_message = self.first_message or message
        if kind not in self._first and len(self._first) == SHOWN_PROBLEMS:
            self.more += 1
            return
        self._first.setdefault(kind, (line, message))
        self._counts[kind] += 1

    def messages(self) -> list[str]:
        """Return one message a kind: the first line's, and how many more there are."""
        return [
            f"{self._file} line {line}{self._and_more(kind)}: {message}"
            for kind, (line, message) in self._first.items()
        ]

    def _and_more(self, kind: str) -> str:
        more = self._counts[kind] - 1
        return f" and {more:,} more" if more else ""


class Problems:
    """Collects the problems that several checks find, so that one error names them all.

    Attributes:
        messages: only as many as an error shows; a large file may have millions.
        more: how many more there are.
    """

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.more = 0

    def __bool__(self) -> bool:
        return bool(self.messages)

    def add(self, *messages: str, more: int = 0) -> None:
        """Add problems, and how many more there are."""
        room = SHOWN_PROBLEMS - len(self.messages)
        self.messages += messages[:room]
        self.more += more + len(messages[room:])

    def attempt(self, check: Callable[[], Checked]) -> Checked | None:
        """Return what a check returns; add its problems and return `None` if it refuses."""
        try:
            return check()
        except RequestError as refused:
            self.add(*refused.problems, more=refused.more)
        except MissingObjectError as missing:
            self.add(str(missing))
        return None

    def error(self) -> RequestError:
        """Return the error that names all problems so far."""
        return RequestError(self.messages, self.more)

    def raise_any(self) -> None:
        """Raise a `RequestError` if there are problems."""
        if self:
            raise self.error()
