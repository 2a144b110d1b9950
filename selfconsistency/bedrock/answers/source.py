"""What an answer source is asked and gives back, and which paths of a question come next."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

import msgspec

# What decoding JSON that others wrote may raise.
UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
CHARS_PER_TOKEN = 4
# A record's id less its last digits: records that differ in these alone ask the same question.
_STEM = re.compile(r"^(.*?\D)\d*$", re.DOTALL)
_FIRST_PATH = re.compile(r"\Aq\d{7}s(\d{2,})\Z")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation; `role` is system, user or assistant."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one record asks: `count` completions of a conversation.

    `path` is the first of them where the caller says so, else None: those that come next.
    """

    record_id: str
    turns: tuple[Turn, ...]
    temperature: float | None
    count: int
    max_tokens: int
    path: int | None = None
    top_p: float | None = None

    @property
    def prompt(self) -> str:
        """The whole conversation as one text."""
        return self.turns[-1].text if len(self.turns) == 1 else _joined(self.turns)


@dataclass(frozen=True, slots=True)
class Completion:
    """One sampled text; `finished` is false when it was cut off at `max_tokens`."""

    text: str
    finished: bool = True
    tokens: int | None = None

    @property
    def token_count(self) -> int:
        """Tokens as the source counted them, else estimated."""
        return estimated_tokens(self.text) if self.tokens is None else self.tokens


@dataclass(frozen=True, slots=True)
class Place:
    """Which completions of a question a record is to get: `row` of equal questions, `first` path.

    A row of -1 stands for a question that the source does not know.
    """

    row: int
    first: int


class AnswerError(Exception):
    """A record gets an error row with this code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class AnswerSource(Protocol):
    """Answers records, thread-safe. Before a job is answered, each of its records reserves.

    Jobs reserve one after another in order of creation, so that what a record
    gets does not depend on which of several jobs in flight is quicker.

    Attributes:
        at_once: how many records of a job to ask for at a time.
    """

    at_once: int

    @property
    def broken(self) -> str | None:
        """Why no further answer can come, `None` while all is well."""

    def reserve(self, scope: str, asked: Asked) -> Place:
        """Set completions aside for a record; `scope` names the run that asks."""

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        """Return `asked.count` completions.

        Raises:
            AnswerError: there are none.
        """


def estimated_tokens(text: str) -> int:
    """Estimate the tokens of a text, at least one."""
    return max(1, -(-len(text) // CHARS_PER_TOKEN))


def setting_of(temperature: float | None) -> str:
    """Return the name of a sampling setting: `greedy`, `T0.5`, `T1.0`, or "" if none was given."""
    if temperature is None:
        return ""
    return "greedy" if temperature == 0 else f"T{float(temperature)}"


def path_of(record_id: str) -> int | None:
    """Return the first path of a record whose id names it, as `q0000012s05` does.

    >>> path_of("q0000012s05"), path_of("record 5")
    (5, None)
    """
    found = _FIRST_PATH.match(record_id)
    return int(found[1]) if found else None


def stem_of(record_id: str) -> str:
    """Return what the ids of all records of one question have in common.

    >>> stem_of("q0000012s05")
    'q0000012s'
    """
    found = _STEM.match(record_id)
    return found[1] if found else record_id


def _joined(turns: tuple[Turn, ...]) -> str:
    return "\n".join(turn.text for turn in turns)


@dataclass(slots=True)
class _Reached:
    """How far one question has been read under one setting."""

    rows: dict[str, int] = field(default_factory=dict)
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))


class Places:
    """Gives out consecutive paths.

    A question text that is known several times has as many rows. Records whose
    ids have one stem (`q0000012s` of `q0000012s05`) stay on one row; the stems
    take the rows in order of appearance, and more stems than rows share the last.
    A record without an id goes to the row that is the least far.

    Attributes:
        turns: temperatures of a mix, which the records of a question take in turn; else 1. Paths
            count for each temperature, but a record's id names a path of the whole mix.
    """

    def __init__(self, turns: int = 1) -> None:
        self.turns = turns
        self._reached: dict[tuple[str, str, str], _Reached] = defaultdict(_Reached)
        self._lock = Lock()

    def take(self, scope: str, question: str, asked: Asked, rows: int) -> Place:
        """Set `asked.count` paths aside: from the one asked for, else the next ones."""
        with self._lock:
            reached = self._reached[scope, question, setting_of(asked.temperature)]
            row = self._row(reached, asked.record_id, rows)
            named = self._named(asked)
            first = reached.used[row] if named is None else named
            reached.used[row] = max(reached.used[row], first + asked.count)
        return Place(row, first)

    def _named(self, asked: Asked) -> int | None:
        """Return the path asked for, counted for its temperature; `None` for the next one."""
        if asked.path is None or self.turns == 1:
            return asked.path
        # How many paths earlier records had is not known if they may have several.
        return asked.path // self.turns if asked.count == 1 else None

    @staticmethod
    def _row(reached: _Reached, record_id: str, rows: int) -> int:
        if rows == 1:
            return 0
        if not record_id:
            return min(range(rows), key=lambda row: reached.used[row])
        return reached.rows.setdefault(stem_of(record_id), min(len(reached.rows), rows - 1))
