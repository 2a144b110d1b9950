"""A question's vote with its counts, and what the votes of a lane sum up to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from lambdas.core.statistics.agreement import Agreement, Split
from lambdas.core.statistics.curve import Curve, question_chances
from lambdas.core.statistics.paired import Compared, Paired
from lambdas.core.voting.paths import Tally
from lambdas.core.voting.sums import LaneSums, VariantSums


@dataclass(frozen=True, slots=True)
class Ballot:
    """A question voted on, in one way of voting.

    Attributes:
        tally: of its paths, as they voted.
        first: of those that every question has; `None` where counts alone do not decide.
        answer: of the vote, `None` where no path has one.
        tied: the answers that have the winner's votes, itself among them; 0 for no vote.
        gold: the right answer, `None` where it is not known or no path came back.
        won_by: the chance that the vote is right, open only in a tie; 0 without `gold`.
    """

    tally: Tally
    first: Tally | None
    answer: str | None
    tied: int
    gold: str | None
    won_by: float

    @property
    def correct(self) -> bool:
        """Whether the vote as it was cast is known to be right."""
        return self.gold is not None and self.answer == self.gold


def chance_of(answers: Sequence[str], gold: str | None) -> float:
    """Return the chance that the right answer wins, where these are tied, one or several.

    >>> chance_of(["18", "26"], "18"), chance_of(["26"], "18"), chance_of([], "18")
    (0.5, 0.0, 0.0)
    """
    return 1 / len(answers) if gold is not None and gold in answers else 0.0


def sums_of(
    ballots: Sequence[Ballot], variants: Mapping[str, Sequence[Ballot]], sampled: int
) -> LaneSums:
    """Return the sums over a lane's questions.

    Args:
        ballots: of the plain majority, one a question.
        variants: of the votes beside it, in the same order.
        sampled: paths that were asked for.
    """
    voted = [each for each in ballots if each.tally.paths]
    paths = [each.tally.paths for each in ballots]
    return LaneSums(
        questions=len(ballots),
        unsampled=len(ballots) - len(voted),
        labelled=sum(each.gold is not None for each in voted),
        correct=sum(each.correct for each in voted),
        expected=fsum(each.won_by for each in voted),
        silent=sum(each.answer is None for each in voted),
        tied=sum(each.tied > 1 for each in voted),
        sampled=sampled,
        paths=sum(paths),
        fewest=min(paths, default=0),
        most=max(paths, default=0),
        unanswered=sum(each.tally.unanswered for each in voted),
        curve=_curve(voted),
        agreement=Agreement.of(_splits(voted)),
        variants={name: _variant(each, ballots) for name, each in variants.items()},
    )


def _curve(ballots: Sequence[Ballot]) -> Curve:
    return Curve.of(
        question_chances(each.first.votes, each.gold, each.first.unanswered)
        for each in ballots
        if each.gold is not None and each.first is not None
    )


def _splits(ballots: Sequence[Ballot]) -> Iterator[Split]:
    for each in ballots:
        right = None if each.gold is None else each.won_by
        yield Split(tuple(each.tally.votes.values()), each.tally.unanswered, right)


def _variant(ballots: Sequence[Ballot], plain: Sequence[Ballot]) -> VariantSums:
    pairs = [pair for pair in zip(ballots, plain, strict=True) if pair[1].gold is not None]
    scored = [ballot for ballot, _ in pairs]
    return VariantSums(
        correct=sum(each.correct for each in scored),
        expected=fsum(each.won_by for each in scored),
        silent=sum(each.answer is None for each in scored),
        versus=Paired.of(
            Compared(ballot.won_by, base.won_by, ballot.correct, base.correct)
            for ballot, base in pairs
        ),
        curve=_curve(scored),
    )
