"""A partition's vote: the votes of its questions, examples of their paths, and the sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from lambdas.contract.names import VoteMethod
from lambdas.contract.schema import Partition, Plan, Question
from lambdas.contract.votes import Examples, VariantVote, VoteRecord
from lambdas.core.sampling.plan import shard_named
from lambdas.core.voting.majority import majority, prefer, weighted_leaders
from lambdas.core.voting.sums import PartitionSums, ScoredVote, correct_chance, sum_votes
from lambdas.core.voting.tally import ShardPaths, VoteCounts


@dataclass(frozen=True, slots=True)
class PartitionVotes:
    """A partition's vote.

    Attributes:
        votes: one per question, in the shard's order.
        examples: of the same questions.
        sums: over them.
    """

    votes: Sequence[VoteRecord]
    examples: Sequence[Examples]
    sums: PartitionSums


def vote_partition(
    plan: Plan,
    partition: Partition,
    paths: ShardPaths,
    questions: Iterable[Question],
    greedy: Sequence[str | None] = (),
) -> PartitionVotes:
    """Vote on the questions of a partition.

    Args:
        plan: of the run.
        partition: as it stands after a wave.
        paths: of its questions, with all jobs up to that wave.
        questions: all of the shard, in its order.
        greedy: the answers that win the ties they are part of, in the same order; none to draw
            all ties.
    """
    voter = _Voter(plan, partition, paths, greedy)
    votes, examples, plain = [], [], []
    variants: dict[str, list[ScoredVote]] = {
        name: [] for name in plan.variants if name in get_args(VoteMethod)
    }
    for question in questions:
        vote = voter.plain(question)
        by_name = {name: voter.variant(name, question) for name in variants}
        plain.append(vote)
        for name, each in by_name.items():
            variants[name].append(each)
        votes.append(voter.record(question, vote, by_name))
        examples.append(voter.examples(question, vote))
    shard = shard_named(plan, partition.shard)
    requested = sum(map(paths.requested, range(shard.questions)))
    sums = sum_votes(plain, variants, requested=requested, self_reported=paths.self_reported)
    return PartitionVotes(votes, examples, sums)


class _Voter:
    """Votes on single questions of a partition."""

    def __init__(
        self,
        plan: Plan,
        partition: Partition,
        paths: ShardPaths,
        greedy: Sequence[str | None],
    ) -> None:
        self._seed = plan.seed
        self._greedy = greedy
        self._temperature = plan.confidence_temperature
        self._setting = partition.setting
        self._paths = paths
        self._first = shard_named(plan, partition.shard).first
        # If questions stop early, only the paths that all of them have are an unbiased sample.
        self._curve_limit = plan.waves[0] if plan.stops_early else None

    def plain(self, question: Question) -> ScoredVote:
        number = question.index - self._first
        counts = curve_counts = self._paths.counts(number)
        if self._curve_limit is not None:
            curve_counts = self._paths.counts(number, self._curve_limit)
        return self._vote(question, counts, curve_counts, counts.leaders)

    def variant(self, name: str, question: Question) -> ScoredVote:
        number = question.index - self._first
        if name == "confidence":
            leaders = weighted_leaders(self._paths.confidences(number), self._temperature)
            return self._vote(question, self._paths.counts(number), None, leaders)
        counts = curve_counts = self._paths.repaired_counts(number)
        if self._curve_limit is not None:
            curve_counts = self._paths.repaired_counts(number, self._curve_limit)
        return self._vote(question, counts, curve_counts, counts.leaders)

    def record(
        self, question: Question, vote: ScoredVote, variants: dict[str, ScoredVote]
    ) -> VoteRecord:
        is_scored = question.gold is not None and vote.counts.paths > 0
        return VoteRecord(
            question_id=question.id,
            setting=self._setting,
            answer=vote.answer,
            gold=question.gold,
            correct=vote.correct if is_scored else None,
            paths=vote.counts.paths,
            support=vote.counts.top_two[0],
            votes=vote.counts.votes,
            unanswered=vote.counts.unanswered,
            tied=vote.tied > 1,
            wave=self._paths.last_wave(question.index - self._first),
            variants={
                name: VariantVote(each.answer, each.correct if is_scored else None, each.tied > 1)
                for name, each in variants.items()
            },
        )

    def examples(self, question: Question, vote: ScoredVote) -> Examples:
        number = question.index - self._first
        rivals = (answer for answer in vote.counts.votes if answer != vote.answer)
        rival = next(rivals, None)
        return Examples(
            winner=None if vote.answer is None else self._paths.example(number, vote.answer),
            rival=None if rival is None else self._paths.example(number, rival),
            unanswered=self._paths.example(number, None),
            rival_answer=rival,
        )

    def _vote(
        self,
        question: Question,
        counts: VoteCounts,
        curve_counts: VoteCounts | None,
        leaders: Sequence[str],
    ) -> ScoredVote:
        gold = question.gold if counts.paths else None
        greedy = self._greedy[question.index - self._first] if self._greedy else None
        favoured = prefer(leaders, greedy)
        vote = majority(
            dict.fromkeys(favoured, 1),
            seed=self._seed,
            setting=self._setting,
            question_id=question.id,
        )
        answer = vote.answer if vote else None
        chance = correct_chance(favoured, gold)
        return ScoredVote(counts, curve_counts, answer, len(leaders), gold, chance, greedy)
