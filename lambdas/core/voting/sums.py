"""Sums over a partition's voted questions; those of all shards add up to the setting's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import fsum

from lambdas.core.statistics.confidence import Agreement, VoteSplit
from lambdas.core.statistics.curve import Curve, question_chances
from lambdas.core.statistics.significance import Paired, PairedOutcome
from lambdas.core.voting.tally import VoteCounts


@dataclass(frozen=True, slots=True)
class VariantSums:
    """Sums over labelled questions for a vote beside the plain majority.

    Attributes:
        correct: questions whose vote is right.
        expected: the same with ties counted as their chance.
        unvoted: questions without a vote.
        versus: compared with the plain majority.
        curve: empty if counts alone do not decide the vote.
    """

    correct: int
    expected: float
    unvoted: int
    versus: Paired
    curve: Curve

    def __add__(self, other: "VariantSums") -> "VariantSums":
        return VariantSums(
            self.correct + other.correct,
            self.expected + other.expected,
            self.unvoted + other.unvoted,
            self.versus + other.versus,
            self.curve + other.curve,
        )


@dataclass(frozen=True, slots=True)
class PartitionSums:
    """Sums over a partition's questions; `votes/PARTITION.json`.

    Attributes:
        questions: all of them.
        unsampled: questions of which no path came back; they count only here and in `fewest`.
        labelled: questions with a known answer.
        correct: questions whose vote is right.
        expected: the same with ties counted as their chance: if the right answer is one of two
            tied, the question counts a half. So it does not depend on the luck of the seed.
        unvoted: questions without a vote.
        tied: questions whose vote was a tie.
        requested: paths requested, over all questions.
        paths: paths that came back, over all questions.
        fewest: paths of the question with the fewest.
        most: paths of the question with the most.
        unanswered: paths without a readable answer.
        curve: over the labelled questions; with early stopping, over their first wave's paths.
        agreement: of the questions' paths, and how often the labelled questions' votes are right.
        self_reported: paths that report a confidence, if they were asked to.
        variants: votes beside the plain majority, by name.
    """

    questions: int
    unsampled: int
    labelled: int
    correct: int
    expected: float
    unvoted: int
    tied: int
    requested: int
    paths: int
    fewest: int
    most: int
    unanswered: int
    curve: Curve
    agreement: Agreement = field(default_factory=Agreement)
    self_reported: int = 0
    variants: Mapping[str, VariantSums] = field(default_factory=dict)

    def __add__(self, other: "PartitionSums") -> "PartitionSums":
        added = {
            name: getattr(self, name) + getattr(other, name)
            for name in (each.name for each in fields(PartitionSums))
            if name not in {"fewest", "most", "variants"}
        }
        return PartitionSums(
            **added,
            fewest=min(self.fewest, other.fewest),
            most=max(self.most, other.most),
            variants={
                name: sums + other.variants[name]
                for name, sums in self.variants.items()
                if name in other.variants
            },
        )


@dataclass(frozen=True, slots=True)
class ScoredVote:
    """A question's vote by one method, with its right answer.

    Attributes:
        counts: of all its paths, as they voted.
        curve_counts: of the paths that every question has; `None` if counts do not decide the vote.
        answer: of the vote, `None` if no path has one.
        tied: answers with as many votes as the winner, itself included; 0 without a vote.
        gold: the right answer, `None` if it is unknown or no path came back.
        chance: that the vote is right, fractional only in a tie; 0 without `gold`.
        greedy: the answer that wins a tie if it is among the tied, `None` for none.
    """

    counts: VoteCounts
    curve_counts: VoteCounts | None
    answer: str | None
    tied: int
    gold: str | None
    chance: float
    greedy: str | None = None

    @property
    def correct(self) -> bool:
        """Whether the vote as cast is known to be right."""
        return self.gold is not None and self.answer == self.gold


def correct_chance(leaders: Sequence[str], gold: str | None) -> float:
    """Return the chance that the right answer wins among the leaders, one or several tied.

    >>> correct_chance(["18", "26"], "18"), correct_chance(["26"], "18"), correct_chance([], "18")
    (0.5, 0.0, 0.0)
    """
    return 1 / len(leaders) if gold is not None and gold in leaders else 0.0


def sum_votes(
    votes: Sequence[ScoredVote],
    variants: Mapping[str, Sequence[ScoredVote]],
    *,
    requested: int,
    self_reported: int,
) -> PartitionSums:
    """Return the sums over a partition's questions.

    Args:
        votes: of the plain majority, one per question.
        variants: votes beside it by name, in the same order of questions.
        requested: paths requested, over all questions.
        self_reported: paths that report a confidence.
    """
    sampled = [each for each in votes if each.counts.paths]
    paths = [each.counts.paths for each in votes]
    return PartitionSums(
        questions=len(votes),
        unsampled=len(votes) - len(sampled),
        labelled=sum(each.gold is not None for each in sampled),
        correct=sum(each.correct for each in sampled),
        expected=fsum(each.chance for each in sampled),
        unvoted=sum(each.answer is None for each in sampled),
        tied=sum(each.tied > 1 for each in sampled),
        requested=requested,
        paths=sum(paths),
        fewest=min(paths, default=0),
        most=max(paths, default=0),
        unanswered=sum(each.counts.unanswered for each in sampled),
        curve=_curve(sampled),
        agreement=Agreement.of(_splits(sampled)),
        self_reported=self_reported,
        variants={name: _sum_variant(each, votes) for name, each in variants.items()},
    )


def _curve(votes: Sequence[ScoredVote]) -> Curve:
    return Curve.of(
        question_chances(
            each.curve_counts.votes, each.gold, each.curve_counts.unanswered, each.greedy
        )
        for each in votes
        if each.gold is not None and each.curve_counts is not None
    )


def _splits(votes: Sequence[ScoredVote]) -> Iterator[VoteSplit]:
    for each in votes:
        right = None if each.gold is None else each.chance
        yield VoteSplit(tuple(each.counts.votes.values()), each.counts.unanswered, right)


def _sum_variant(votes: Sequence[ScoredVote], plain: Sequence[ScoredVote]) -> VariantSums:
    pairs = [pair for pair in zip(votes, plain, strict=True) if pair[1].gold is not None]
    labelled = [vote for vote, _ in pairs]
    return VariantSums(
        correct=sum(each.correct for each in labelled),
        expected=fsum(each.chance for each in labelled),
        unvoted=sum(each.answer is None for each in labelled),
        versus=Paired.of(
            PairedOutcome(vote.chance, base.chance, vote.correct, base.correct)
            for vote, base in pairs
        ),
        curve=_curve(labelled),
    )
