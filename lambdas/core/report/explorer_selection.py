"""Which questions of a run the explorer shows: the highlights, in bounded memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heappush, heappushpop
from itertools import chain, zip_longest
from typing import NamedTuple

import msgspec

from lambdas.contract.schema import Question
from lambdas.contract.votes import Example, Examples, VoteRecord
from lambdas.core.report.explorer_rows import HIGHLIGHTS, Highlight, Room, encode_row, highlights_of

# All rows together have room for this many characters of questions.
_ALL_CHARACTERS = 1_000_000
_FEWEST_CHARACTERS, _MOST_CHARACTERS = 300, 2_000
# What a row with paths takes besides their texts.
_ROOM_BESIDE_PATHS = Room(_MOST_CHARACTERS, 8_000)
# For each highlight: as many candidates again show highlights in datasets too large to show whole.
_CANDIDATES_PER_QUESTION_WITH_PATHS = 2
_ENCODER = msgspec.json.Encoder()
_EXAMPLES = msgspec.json.Decoder(dict[str, Examples])


@dataclass(frozen=True, slots=True)
class QuestionVotes:
    """A question with all votes on it.

    Attributes:
        question: of the dataset.
        votes: by setting, in the plan's order: greedy first if it is there.
        examples: completions that explain the votes, by setting.
    """

    question: Question
    votes: Mapping[str, VoteRecord]
    examples: Mapping[str, Examples]


@dataclass(frozen=True, slots=True)
class PathToShow:
    """A completion to show, and the index of the question that it must belong to."""

    question: int
    example: Example


@dataclass(frozen=True, slots=True)
class Limits:
    """What the explorer may show.

    Attributes:
        with_paths: most questions shown with texts of paths.
        questions: most questions shown.
        size_bytes: of all rows as JSON; compressed in the page, they take about a quarter.
    """

    with_paths: int = 200
    questions: int = 10_000
    size_bytes: int = 12_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be shown, encoded: ten thousand as objects would take ten times as much.

    Attributes:
        number: of the question in the run, from 0.
        question: its index in the dataset.
        short_row: the row without paths.
        full_row: the row with paths, whose texts are still missing; empty without paths.
        encoded_examples: where the texts are; empty without paths.
    """

    number: int
    question: int
    short_row: bytes
    full_row: bytes = b""
    encoded_examples: bytes = b""

    def examples(self) -> dict[str, Examples]:
        """Return where the texts of its paths are, by setting."""
        return _EXAMPLES.decode(self.encoded_examples)


class _Ranked(NamedTuple):
    """A candidate by its score; ties go to the earlier question."""

    score: float
    earlier: int
    candidate: Candidate


class ExampleSelector:
    """Takes a run's questions one by one and holds those that the explorer may show.

    Args:
        questions: of the run: the more, the less room each has.
        limits: of what is shown.

    It holds the questions with the highest scores for each highlight, and the first questions of
    the run. The limits bound its memory, however many questions there are and however long.
    """

    def __init__(self, questions: int, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.total = 0
        self._room = _room_of(questions, self.limits)
        self._most_ranked = _CANDIDATES_PER_QUESTION_WITH_PATHS * self.limits.with_paths
        self._ranked: dict[Highlight, list[_Ranked]] = {name: [] for name in HIGHLIGHTS}
        self._first: list[Candidate] = []
        self._first_bytes = 0

    def add(self, votes: QuestionVotes) -> None:
        """Consider the next question."""
        number, self.total = self.total, self.total + 1
        highlights = highlights_of(votes.votes)
        ranked = {name: score for name, score in highlights.items() if self._ranks(name, score)}
        is_first = self._has_room_for_first()
        if not (ranked or is_first):
            return
        candidate = self._candidate(votes, number, tuple(highlights))
        for name, score in ranked.items():
            self._rank(name, _Ranked(score, -number, candidate))
        if is_first:
            self._add_first(candidate)

    def candidates(self) -> list[Candidate]:
        """Return the questions to show, in order of preference; show them while there is room.

        Each highlight gives its best question in turn, so that each has a fair share; then come
        the first questions of the run. The first `with_paths` are shown with their paths.
        """
        by_number: dict[int, Candidate] = {}
        for candidate in chain(self._in_turn(), self._first):
            by_number.setdefault(candidate.number, candidate)
        return list(by_number.values())[: self.limits.questions]

    def paths_to_show(self) -> list[PathToShow]:
        """Return the completions whose texts are to be shown, each once."""
        found = (
            PathToShow(candidate.question, example)
            for candidate in self.candidates()[: self.limits.with_paths]
            for examples in candidate.examples().values()
            for example in (examples.winner, examples.rival, examples.unanswered)
            if example is not None
        )
        return list(dict.fromkeys(found))

    def _ranks(self, highlight: Highlight, score: float) -> bool:
        """Return whether the next question is among the best so far; it loses ties."""
        ranked = self._ranked[highlight]
        return len(ranked) < self._most_ranked or score > ranked[0].score

    def _rank(self, highlight: Highlight, entry: _Ranked) -> None:
        ranked = self._ranked[highlight]
        if len(ranked) < self._most_ranked:
            heappush(ranked, entry)
        else:
            heappushpop(ranked, entry)

    def _has_room_for_first(self) -> bool:
        return (
            len(self._first) < self.limits.questions and self._first_bytes < self.limits.size_bytes
        )

    def _add_first(self, candidate: Candidate) -> None:
        self._first_bytes += len(candidate.short_row)
        has_paths = candidate.number < self.limits.with_paths
        self._first.append(
            candidate if has_paths else replace(candidate, full_row=b"", encoded_examples=b"")
        )

    def _candidate(
        self, votes: QuestionVotes, number: int, highlights: tuple[Highlight, ...]
    ) -> Candidate:
        whole = votes.question, votes.votes, votes.examples, highlights
        return Candidate(
            number,
            votes.question.index,
            short_row=encode_row(*whole, self._room),
            full_row=encode_row(*whole, _ROOM_BESIDE_PATHS),
            encoded_examples=_encode_examples(votes.examples),
        )

    def _in_turn(self) -> Iterator[Candidate]:
        by_highlight = (sorted(ranked, reverse=True) for ranked in self._ranked.values())
        for entries in zip_longest(*by_highlight):
            yield from (entry.candidate for entry in entries if entry is not None)


def _room_of(questions: int, limits: Limits) -> Room:
    shown = max(1, min(questions, limits.questions))
    characters = min(_MOST_CHARACTERS, max(_FEWEST_CHARACTERS, _ALL_CHARACTERS // shown))
    return Room(characters, min(_ROOM_BESIDE_PATHS.size_bytes, limits.size_bytes // shown))


def _encode_examples(examples: Mapping[str, Examples]) -> bytes:
    """Return where paths are; the rival answer, which may be long, is in the row already."""
    places = {
        setting: Examples(winner=each.winner, rival=each.rival, unanswered=each.unanswered)
        for setting, each in examples.items()
    }
    return _ENCODER.encode(places)
