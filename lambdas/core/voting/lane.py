"""A lane's vote: the paths of all its jobs, counted by question, voted and summed up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from lambdas.core.lines import Line
from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.plan import Lane, Plan, shard_named
from lambdas.core.sets.question import Question
from lambdas.core.voting.ballots import Ballot, chance_of, sums_of
from lambdas.core.voting.examples import Examples
from lambdas.core.voting.paths import ShardPaths, Tally
from lambdas.core.voting.sums import LaneSums
from lambdas.core.voting.vote import majority
from lambdas.core.voting.weighted import weighted_leaders
from lambdas.core.waves.wanted import Wanted

# A question of `questions.MAX_LINE_BYTES`, with every character escaped.
MAX_QUESTION_BYTES = 2 * 2**20
_ENCODER = msgspec.json.Encoder()
_ANSWERS = msgspec.json.Decoder(Answers)
_QUESTION = msgspec.json.Decoder(Question)


class VariantVote(msgspec.Struct):
    """A vote beside the plain majority; members as those of `Voted`."""

    answer: str | None
    correct: bool | None
    tied: bool


class Voted(msgspec.Struct, omit_defaults=True):
    """A line of `votes.jsonl`: what one setting answers to one question.

    `correct` is `None` where the right answer is not known, or no path came back; `answer` is
    where no path has one. `wave` is the last in which the question was asked. `variants` are
    the votes beside the plain majority, by name; without any, the member is left out.
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
    variants: dict[str, VariantVote] = {}


class LaneVote:
    """Votes a lane: first `count` the paths of its jobs, then `vote` its questions."""

    def __init__(self, plan: Plan, lane: Lane) -> None:
        self._plan = plan
        self._lane = lane
        self._shard = shard_named(plan, lane.shard)
        # Of questions that leave early, only the first paths are a sample like any other.
        self._reach = plan.waves[0] if plan.stops_early else None
        self._ballots: list[Ballot] = []
        self._variants: dict[str, list[Ballot]] = {name: [] for name in plan.variants}
        self.paths = ShardPaths(self._shard)

    def count(
        self, wanted: Wanted, lines: Iterable[Line], *, wave: int, job: str, part: int
    ) -> None:
        """Count the paths that a part of a job asked for and brought; by waves, in order.

        Args:
            wanted: the records of the part.
            lines: of the job's `answers.jsonl`; those of other parts are passed over.
            wave: of the job.
            job: its name.
            part: which of the job's parts it is, from 0.
        """
        self.paths.ask(wanted, wave)
        for line in lines:
            if line.content:
                answers = _ANSWERS.decode(line.content)
                if answers.p == part:
                    self.paths.put(answers, wave, job)

    def vote(self, questions: Iterable[Question]) -> Iterator[bytes]:
        """Yield a line of `votes.jsonl` for each question of the shard."""
        for question in questions:
            yield _ENCODER.encode(self._vote(question)) + b"\n"

    def examples(self) -> Iterator[bytes]:
        """Yield a line of `examples.jsonl` for each question voted on."""
        for number, ballot in enumerate(self._ballots):
            yield _ENCODER.encode(self._examples(number, ballot)) + b"\n"

    def sums(self) -> LaneSums:
        """Return the sums over the questions voted on."""
        sampled = sum(map(self.paths.sampled, range(self._shard.questions)))
        sums = sums_of(self._ballots, self._variants, sampled)
        return replace(sums, stated=self.paths.stated)

    def _vote(self, question: Question) -> Voted:
        number = question.index - self._shard.first
        ballot = self._plain(number, question)
        variants = {name: self._variant(name, number, question) for name in self._variants}
        self._ballots.append(ballot)
        for name, each in variants.items():
            self._variants[name].append(each)
        known = question.gold is not None and ballot.tally.paths > 0
        return Voted(
            question_id=question.id,
            setting=self._lane.setting,
            answer=ballot.answer,
            gold=question.gold,
            correct=ballot.correct if known else None,
            paths=ballot.tally.paths,
            support=ballot.tally.leading[0],
            votes=ballot.tally.votes,
            unanswered=ballot.tally.unanswered,
            tied=ballot.tied > 1,
            wave=self.paths.wave(number),
            variants={
                name: VariantVote(each.answer, each.correct if known else None, each.tied > 1)
                for name, each in variants.items()
            },
        )

    def _plain(self, number: int, question: Question) -> Ballot:
        tally = self.paths.tally(number)
        first = tally if self._reach is None else self.paths.tally(number, self._reach)
        return self._ballot(tally, first, tally.leaders, question)

    def _variant(self, name: str, number: int, question: Question) -> Ballot:
        if name == "calculator":
            tally = self.paths.checked(number)
            first = tally if self._reach is None else self.paths.checked(number, self._reach)
            return self._ballot(tally, first, tally.leaders, question)
        leaders = weighted_leaders(self.paths.confidences(number))
        return self._ballot(self.paths.tally(number), None, leaders, question)

    def _ballot(
        self, tally: Tally, first: Tally | None, leaders: Sequence[str], question: Question
    ) -> Ballot:
        gold = question.gold if tally.paths else None
        vote = majority(
            dict.fromkeys(leaders, 1),
            seed=self._plan.seed,
            setting=self._lane.setting,
            question_id=question.id,
        )
        answer = vote.answer if vote else None
        return Ballot(tally, first, answer, len(leaders), gold, chance_of(leaders, gold))

    def _examples(self, number: int, ballot: Ballot) -> Examples:
        rivals = (answer for answer in ballot.tally.votes if answer != ballot.answer)
        rival = next(rivals, None)
        won = None if ballot.answer is None else self.paths.example(number, ballot.answer)
        lost = None if rival is None else self.paths.example(number, rival)
        return Examples(won, lost, self.paths.example(number, None), rival)


def read_shard(lines: Iterable[Line]) -> Iterator[Question]:
    """Yield the questions of a shard as Plan wrote them."""
    for line in lines:
        if line.content:
            yield _QUESTION.decode(line.content)


def write_shard(questions: Iterable[Question]) -> Iterator[bytes]:
    """Yield the lines of a shard."""
    for question in questions:
        yield _ENCODER.encode(question) + b"\n"
