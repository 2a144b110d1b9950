"""A lane's vote: the answers of all its jobs, counted by question, voted and summed up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import fsum

import msgspec

from lambdas.core.curve import Curve, question_chances
from lambdas.core.lines import Line
from lambdas.core.output import Answers
from lambdas.core.plan import Lane
from lambdas.core.sets.question import Question
from lambdas.core.sizing import Shard
from lambdas.core.vote import majority

# A question of `questions.MAX_LINE_BYTES`, with every character escaped.
MAX_QUESTION_BYTES = 2 * 2**20
_ENCODER = msgspec.json.Encoder()
_ANSWERS = msgspec.json.Decoder(Answers)
_QUESTION = msgspec.json.Decoder(Question)


class Voted(msgspec.Struct):
    """A line of `votes.jsonl`: what one setting answers to one question.

    `correct` is `None` where the right answer is not known, or no path came back; `answer` is
    where no path has one.
    """

    question_id: str
    setting: str
    answer: str | None
    gold: str | None
    correct: bool | None
    paths: int
    support: int
    votes: dict[str, int]
    unanswered: int
    tied: bool
    wave: int


@dataclass(frozen=True, slots=True)
class LaneSums:
    """Sums over a lane's questions; those of several shards add up to those of the setting.

    Attributes:
        questions: all of them.
        unsampled: those of which no path came back; they count in `fewest` alone.
        labelled: those whose right answer is known.
        correct: those whose vote is right.
        expected: the same with ties won at random by chance: a question whose right answer is
            one of two tied counts a half. A sum of chances, free of the seed's luck.
        silent: those without any vote.
        tied: those whose vote was a tie.
        paths: paths that came back, over all questions.
        fewest: paths of the question with the fewest.
        most: paths of the question with the most.
        unanswered: paths without a readable answer.
        curve: over the labelled questions.
    """

    questions: int
    unsampled: int
    labelled: int
    correct: int
    expected: float
    silent: int
    tied: int
    paths: int
    fewest: int
    most: int
    unanswered: int
    curve: Curve

    def __add__(self, other: "LaneSums") -> "LaneSums":
        return LaneSums(
            questions=self.questions + other.questions,
            unsampled=self.unsampled + other.unsampled,
            labelled=self.labelled + other.labelled,
            correct=self.correct + other.correct,
            expected=self.expected + other.expected,
            silent=self.silent + other.silent,
            tied=self.tied + other.tied,
            paths=self.paths + other.paths,
            fewest=min(self.fewest, other.fewest),
            most=max(self.most, other.most),
            unanswered=self.unanswered + other.unanswered,
            curve=self.curve + other.curve,
        )


class LaneVote:
    """Votes a lane: first `count` the answers of its jobs, then `vote` its questions."""

    def __init__(self, lane: Lane, shard: Shard, seed: int) -> None:
        self._lane = lane
        self._shard = shard
        self._seed = seed
        self._votes: list[dict[str, int]] = [{} for _ in range(shard.questions)]
        self._unanswered = [0] * shard.questions
        self._voted: list[Voted] = []

    def count(self, lines: Iterable[Line]) -> None:
        """Count a job's answers; jobs may come in any order."""
        for line in lines:
            if line.content:
                self._add(_ANSWERS.decode(line.content))

    def vote(self, questions: Iterable[Question]) -> Iterator[bytes]:
        """Yield a line of `votes.jsonl` for each question of the shard."""
        for question in questions:
            voted = self._vote(question)
            self._voted.append(voted)
            yield _ENCODER.encode(voted) + b"\n"

    def sums(self) -> LaneSums:
        """Return the sums over the questions voted on."""
        voted = [each for each in self._voted if each.paths]
        chances = [
            question_chances(each.votes, each.gold, each.unanswered)
            for each in voted
            if each.gold is not None
        ]
        return LaneSums(
            questions=len(self._voted),
            unsampled=len(self._voted) - len(voted),
            labelled=len(chances),
            correct=sum(each.correct is True for each in voted),
            expected=fsum(each[-1] for each in chances),
            silent=sum(each.answer is None for each in voted),
            tied=sum(each.tied for each in voted),
            paths=sum(each.paths for each in voted),
            fewest=min((each.paths for each in self._voted), default=0),
            most=max((each.paths for each in self._voted), default=0),
            unanswered=sum(each.unanswered for each in voted),
            curve=Curve.of(chances),
        )

    def _add(self, answers: Answers) -> None:
        number = answers.q - self._shard.first
        votes = self._votes[number]
        for answer in answers.a:
            if answer is None:
                self._unanswered[number] += 1
            else:
                votes[answer] = votes.get(answer, 0) + 1

    def _vote(self, question: Question) -> Voted:
        number = question.index - self._shard.first
        # Taken out: a lane of texts is large, and need not be held twice.
        votes, self._votes[number] = self._votes[number], {}
        winner = majority(
            votes, seed=self._seed, setting=self._lane.setting, question_id=question.id
        )
        answer = winner.answer if winner else None
        paths = sum(votes.values()) + self._unanswered[number]
        return Voted(
            question_id=question.id,
            setting=self._lane.setting,
            answer=answer,
            gold=question.gold,
            correct=answer == question.gold if question.gold is not None and paths else None,
            paths=paths,
            support=winner.support if winner else 0,
            votes=dict(sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))),
            unanswered=self._unanswered[number],
            tied=bool(winner and winner.tied > 1),
            wave=self._lane.wave,
        )


def read_shard(lines: Iterable[Line]) -> Iterator[Question]:
    """Yield the questions of a shard as Plan wrote them."""
    for line in lines:
        if line.content:
            yield _QUESTION.decode(line.content)


def write_shard(questions: Iterable[Question]) -> Iterator[bytes]:
    """Yield the lines of a shard."""
    for question in questions:
        yield _ENCODER.encode(question) + b"\n"
