"""Which questions of a run the explorer shows: the most telling ones, in bounded memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heappush, heappushpop
from itertools import chain, zip_longest
from typing import NamedTuple

from lambdas.core.reporting.explorer_rows import Room, row_of
from lambdas.core.reporting.kept import Kept, WantedPath, encoded_places
from lambdas.core.reporting.reasons import REASONS, Reason, reasons_of
from lambdas.core.sets.question import Question
from lambdas.core.voting.examples import Examples
from lambdas.core.voting.lane import Voted

# All rows together have room for this many characters of questions.
_ALL_CHARACTERS = 1_000_000
_FEWEST_CHARACTERS, _MOST_CHARACTERS = 300, 2_000
# What a row with paths takes besides their texts.
_FULL = Room(_MOST_CHARACTERS, 8_000)
# Of each reason, for every question that may have paths: in large sets telling rows come first.
_TELLING_PER_PATHS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that the run has on it.

    Attributes:
        question: of the set.
        votes: by setting, in the plan's order: greedy first where it is there.
        examples: where telling completions lie, by setting.
    """

    question: Question
    votes: Mapping[str, Voted]
    examples: Mapping[str, Examples]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the explorer may show.

    Attributes:
        with_paths: questions at most that are shown with texts of paths.
        questions: shown at most.
        size_bytes: of all that is shown, as JSON; the page has it packed to about a quarter.
    """

    with_paths: int = 200
    questions: int = 10_000
    size_bytes: int = 12_000_000


class _Ranked(NamedTuple):
    """How telling a question is; of two alike the earlier one is more so."""

    telling: float
    earlier: int
    kept: Kept


class Telling:
    """Goes through a run's questions once and keeps what the explorer may show.

    Args:
        questions: of the run, as planned: many leave less room to each.
        limits: of what is shown.

    For each reason the most telling are kept, and of all questions the first. Memory is bounded by
    the limits, whatever the number of questions and the length of their texts.
    """

    def __init__(self, questions: int, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.total = 0
        self._room = _room_of(questions, self.limits)
        self._most_telling = _TELLING_PER_PATHS * self.limits.with_paths
        self._telling: dict[Reason, list[_Ranked]] = {reason: [] for reason in REASONS}
        self._first: list[Kept] = []
        self._first_bytes = 0

    def add(self, asked: Asked) -> None:
        """Look at the next question."""
        place, self.total = self.total, self.total + 1
        reasons = reasons_of(asked.votes)
        entered = {
            reason: telling for reason, telling in reasons.items() if self._enters(reason, telling)
        }
        is_first = self._has_room_for_first()
        if not (entered or is_first):
            return
        kept = self._kept(asked, place, tuple(reasons))
        for reason, telling in entered.items():
            self._enter(reason, _Ranked(telling, -place, kept))
        if is_first:
            self._add_first(kept)

    def kept(self) -> list[Kept]:
        """Return the questions in the order in which they are to be shown while there is room.

        The most telling of each reason come in turn, so that each has its fair share, and what
        one leaves goes to the others; then the first of the set. The first `with_paths` bring
        their paths.
        """
        found: dict[int, Kept] = {}
        for kept in chain(self._in_turn(), self._first):
            found.setdefault(kept.place, kept)
        return list(found.values())[: self.limits.questions]

    def wanted(self) -> list[WantedPath]:
        """Return the completions whose texts are to be shown, each once."""
        found = (
            WantedPath(kept.index, example)
            for kept in self.kept()[: self.limits.with_paths]
            for examples in kept.examples().values()
            for example in (examples.won, examples.lost, examples.silent)
            if example is not None
        )
        return list(dict.fromkeys(found))

    def _enters(self, reason: Reason, telling: float) -> bool:
        """Return whether a question is among the most telling so far; it is later than all."""
        ranked = self._telling[reason]
        return len(ranked) < self._most_telling or telling > ranked[0].telling

    def _enter(self, reason: Reason, entry: _Ranked) -> None:
        ranked = self._telling[reason]
        if len(ranked) < self._most_telling:
            heappush(ranked, entry)
        else:
            heappushpop(ranked, entry)

    def _has_room_for_first(self) -> bool:
        return (
            len(self._first) < self.limits.questions and self._first_bytes < self.limits.size_bytes
        )

    def _add_first(self, kept: Kept) -> None:
        self._first_bytes += len(kept.row)
        has_paths = kept.place < self.limits.with_paths
        self._first.append(kept if has_paths else replace(kept, full=b"", places=b""))

    def _kept(self, asked: Asked, place: int, why: tuple[Reason, ...]) -> Kept:
        question, votes, examples = asked.question, asked.votes, asked.examples
        return Kept(
            place,
            question.index,
            row=row_of(question, votes, examples, why, self._room),
            full=row_of(question, votes, examples, why, _FULL),
            places=encoded_places(examples),
        )

    def _in_turn(self) -> Iterator[Kept]:
        by_reason = (sorted(ranked, reverse=True) for ranked in self._telling.values())
        for entries in zip_longest(*by_reason):
            yield from (entry.kept for entry in entries if entry is not None)


def _room_of(questions: int, limits: Limits) -> Room:
    shown = max(1, min(questions, limits.questions))
    characters = min(_MOST_CHARACTERS, max(_FEWEST_CHARACTERS, _ALL_CHARACTERS // shown))
    return Room(characters, min(_FULL.size_bytes, limits.size_bytes // shown))
