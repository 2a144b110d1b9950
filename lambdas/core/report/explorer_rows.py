"""A question as the report's explorer shows it: cut to size, with its highlights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from lambdas.contract.schema import FINAL, GREEDY, Question
from lambdas.contract.votes import Examples, VoteRecord
from lambdas.core.question import choices_block

Highlight = Literal["vote_gained", "vote_lost", "split", "unanswered", "wrong"]
HIGHLIGHTS: tuple[Highlight, ...] = get_args(Highlight)
# Of five paths 3 to 2 is split, 3 to 1 is not.
_SPLIT_MARGIN = 0.2
# Of an id, and of the right answer.
_NAME_CHARACTERS = 200
_REST = "…"
_NO_EXAMPLES = Examples()
_ENCODER = msgspec.json.Encoder()


def highlights_of(votes: Mapping[str, VoteRecord]) -> dict[Highlight, float]:
    """Return why a question is interesting, in the order of `HIGHLIGHTS`, each with a score.

    Args:
        votes: on one question, by setting. The vote that counts is the final one, if it is among
            them; else those of all settings but greedy, or greedy's if it is the only one.

    Returns:
        Highlight → score, higher for the more interesting of two questions:

        * vote_gained: greedy is wrong, a vote right; the share of paths for that vote.
        * vote_lost: greedy is right, a vote wrong; the share of paths for that vote.
        * split: the two strongest answers are at most a fifth of the paths apart; minus that
          margin, as a share of the paths.
        * unanswered: a path has no answer, or no path came back; the share of such paths, plus
          one for each setting without a vote.
        * wrong: a vote is wrong; the share of paths for it.

        Of several settings, that with the highest score counts. Without a known right answer, only
        `split` and `unanswered` are possible.

    >>> votes = {"6": 3, "8": 2}
    >>> highlights_of({"T0.7": VoteRecord("q0", "T0.7", "6", "8", False, 5, 3, votes, 0, False, 1)})
    {'split': -0.2, 'wrong': 0.6}
    """
    greedy = votes.get(GREEDY)
    sampled = [vote for name, vote in votes.items() if name != GREEDY] or list(votes.values())
    sampled = [votes[FINAL]] if FINAL in votes else sampled
    right, wrong = _highest_share(sampled, correct=True), _highest_share(sampled, correct=False)
    scores: dict[Highlight, float | None] = {
        "vote_gained": right if greedy and greedy.correct is False else None,
        "vote_lost": wrong if greedy and greedy.correct else None,
        "split": _split_score(sampled),
        "unanswered": _unanswered_score(votes.values()),
        "wrong": wrong,
    }
    return {highlight: score for highlight, score in scores.items() if score is not None}


class VoteRow(msgspec.Struct, omit_defaults=True):
    """A setting's vote on a question.

    Attributes:
        votes: answer and its paths, most first. If answers are left out, the last pair is `…`
            with their paths.
        answers_left_out: how many.
        winner_path: text of a path to the winner.
        rival_path: text of a path to the strongest other answer, which is `rival_answer`.
        unanswered_path: text of a path without an answer.
    """

    answer: str | None
    correct: bool | None
    paths: int
    support: int
    votes: list[tuple[str, int]]
    unanswered: int
    tied: bool
    wave: int
    answers_left_out: int = 0
    winner_path: str | None = None
    rival_path: str | None = None
    rival_answer: str | None = None
    unanswered_path: str | None = None


class QuestionRow(msgspec.Struct):
    """A question with its highlights, and its votes by setting in the plan's order."""

    id: str
    question: str
    gold: str | None
    highlights: tuple[Highlight, ...]
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


# Rows with long answers, or with many settings of scattered answers, need the later ones.
_DETAILS = (_Detail(20, 200), _Detail(8, 60), _Detail(3, 30))


def encode_row(
    question: Question,
    votes: Mapping[str, VoteRecord],
    examples: Mapping[str, Examples],
    highlights: tuple[Highlight, ...],
    room: Room,
) -> bytes:
    """Return a question's row as JSON: a `QuestionRow` without the texts of paths.

    Args:
        question: with its choices.
        votes: on it, by setting.
        examples: by setting, for the strongest other answers.
        highlights: of the question.
        room: for the row.

    A row larger than its room shows answers in less detail. With the least detail, which has no
    limit, a setting takes at most 1,200 bytes, even if every character is escaped.
    """
    row = b""
    for detail in _DETAILS:
        settings = {
            name: _vote_row(vote, examples.get(name, _NO_EXAMPLES), detail)
            for name, vote in votes.items()
        }
        row = _ENCODER.encode(_question_row(question, highlights, settings, room.characters))
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
    """Return a text of at most so many characters; a cut text ends with the mark.

    >>> cut("one two three", 8), cut("one", 8)
    ('one two…', 'one')
    """
    return text if len(text) <= characters else text[: characters - len(mark)] + mark


def _highest_share(votes: Iterable[VoteRecord], *, correct: bool) -> float | None:
    """Return the highest share of paths for a right vote, or for a wrong one."""
    shares = (vote.support / vote.paths for vote in votes if vote.correct is correct)
    return max(shares, default=None)


def _split_score(votes: Iterable[VoteRecord]) -> float | None:
    """Return minus the smallest margin, `None` if no vote is split."""
    margins = [_margin(vote) for vote in votes if len(vote.votes) > 1]
    narrowest = min(margins, default=1.0)
    return -narrowest if narrowest <= _SPLIT_MARGIN else None


def _margin(vote: VoteRecord) -> float:
    first, second, *_ = sorted(vote.votes.values(), reverse=True)
    return (first - second) / vote.paths


def _unanswered_score(votes: Iterable[VoteRecord]) -> float | None:
    paths = unanswered = no_vote = 0
    for vote in votes:
        paths += vote.paths
        unanswered += vote.unanswered
        no_vote += vote.answer is None
    return no_vote + unanswered / max(paths, 1) if no_vote or unanswered else None


def _question_row(
    question: Question,
    highlights: tuple[Highlight, ...],
    settings: dict[str, VoteRow],
    characters: int,
) -> QuestionRow:
    return QuestionRow(
        id=cut(question.id, _NAME_CHARACTERS),
        question=question_text(question, characters),
        gold=None if question.gold is None else cut(question.gold, _NAME_CHARACTERS),
        highlights=highlights,
        settings=settings,
    )


def _vote_row(vote: VoteRecord, examples: Examples, detail: _Detail) -> VoteRow:
    rival = examples.rival_answer
    return VoteRow(
        answer=None if vote.answer is None else cut(vote.answer, detail.characters),
        correct=vote.correct,
        paths=vote.paths,
        support=vote.support,
        votes=_pairs(vote.votes, detail),
        unanswered=vote.unanswered,
        tied=vote.tied,
        wave=vote.wave,
        answers_left_out=max(0, len(vote.votes) - detail.answers),
        rival_answer=None if rival is None else cut(rival, detail.characters),
    )


def _pairs(votes: Mapping[str, int], detail: _Detail) -> list[tuple[str, int]]:
    """Return the answers with the most paths; equal ones in the order of their texts."""
    pairs = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [(cut(answer, detail.characters), count) for answer, count in pairs[: detail.answers]]
    rest = sum(count for _, count in pairs[detail.answers :])
    return [*shown, (_REST, rest)] if rest else shown
