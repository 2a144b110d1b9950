"""A question as the report's explorer shows it: cut to size, and measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from lambdas.core.records import choices_block
from lambdas.core.reporting.reasons import Reason
from lambdas.core.sets.question import Question
from lambdas.core.voting.examples import Examples
from lambdas.core.voting.lane import Voted

# Of an id, and of the right answer.
_NAME_CHARACTERS = 200
_REST = "…"
_NO_EXAMPLES = Examples()
_ENCODER = msgspec.json.Encoder()


class VoteRow(msgspec.Struct, omit_defaults=True):
    """A setting's vote on a question.

    `votes` are by count. Where `others`, how many answers are left out, is not 0, the last pair is
    `…` with their paths.

    `won`, `lost` and `silent` are texts of paths: for the winner, for `lost_answer`, the
    strongest other one, and without an answer.
    """

    answer: str | None
    correct: bool | None
    paths: int
    support: int
    votes: list[tuple[str, int]]
    unanswered: int
    tied: bool
    wave: int
    others: int = 0
    won: str | None = None
    lost: str | None = None
    lost_answer: str | None = None
    silent: str | None = None


class QuestionRow(msgspec.Struct):
    """A question with its votes by setting, in the plan's order; `why` it is telling."""

    id: str
    question: str
    gold: str | None
    why: tuple[Reason, ...]
    settings: dict[str, VoteRow]


@dataclass(frozen=True, slots=True)
class Room:
    """How large a row may be: characters of the question, bytes in all."""

    characters: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Detail:
    """How many answers of a setting are shown, and how many characters of each."""

    answers: int
    characters: int


# Only where answers are long or many settings are scattered is more than the first needed.
_DETAILS = (_Detail(20, 200), _Detail(8, 60), _Detail(3, 30))


def row_of(
    question: Question,
    votes: Mapping[str, Voted],
    examples: Mapping[str, Examples],
    why: tuple[Reason, ...],
    room: Room,
) -> bytes:
    """Return a question's row as JSON: a `QuestionRow` without the texts of paths.

    Args:
        question: with its choices.
        votes: on it, by setting.
        examples: by setting, of which the strongest other answers are shown.
        why: it is telling.
        room: for the row.

    Where it would be larger than its room, answers are told in less detail, and in the least
    where nothing fits: then a setting takes 1,200 bytes at most, each character being escaped.
    """
    row = b""
    for detail in _DETAILS:
        settings = {
            name: _vote(voted, examples.get(name, _NO_EXAMPLES), detail)
            for name, voted in votes.items()
        }
        row = _ENCODER.encode(_row(question, why, settings, room.characters))
        if len(row) <= room.size_bytes:
            break
    return row


def question_text(question: Question, characters: int) -> str:
    r"""Return a question with its choices, a line each, cut after so many characters.

    >>> question_text(Question(0, "q0", "What is three times four?", "12"), 12)
    'What is thr…'
    """
    block = choices_block(question.choices)
    return cut(f"{question.text}\n{block}" if block else question.text, characters)


def cut(text: str, characters: int, mark: str = _REST) -> str:
    """Return a text of at most so many characters, the mark at its end where it was longer.

    >>> cut("one two three", 8), cut("one", 8)
    ('one two…', 'one')
    """
    return text if len(text) <= characters else text[: characters - len(mark)] + mark


def _row(
    question: Question, why: tuple[Reason, ...], settings: dict[str, VoteRow], characters: int
) -> QuestionRow:
    return QuestionRow(
        id=cut(question.id, _NAME_CHARACTERS),
        question=question_text(question, characters),
        gold=None if question.gold is None else cut(question.gold, _NAME_CHARACTERS),
        why=why,
        settings=settings,
    )


def _vote(voted: Voted, examples: Examples, detail: _Detail) -> VoteRow:
    lost = examples.lost_answer
    return VoteRow(
        answer=None if voted.answer is None else cut(voted.answer, detail.characters),
        correct=voted.correct,
        paths=voted.paths,
        support=voted.support,
        votes=_pairs(voted.votes, detail),
        unanswered=voted.unanswered,
        tied=voted.tied,
        wave=voted.wave,
        others=max(0, len(voted.votes) - detail.answers),
        lost_answer=None if lost is None else cut(lost, detail.characters),
    )


def _pairs(votes: Mapping[str, int], detail: _Detail) -> list[tuple[str, int]]:
    """Return the answers with the most paths; in a tie of the last place, the first by text."""
    pairs = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [(cut(answer, detail.characters), count) for answer, count in pairs[: detail.answers]]
    rest = sum(count for _, count in pairs[detail.answers :])
    return [*shown, (_REST, rest)] if rest else shown
