"""How sure an accuracy is, and whether a vote gains over greedy or over another vote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, comb, fsum, sqrt

from lambdas.contract.statistics import Gain, Interval

# The normal quantile for 95 %, two-sided.
Z95 = 1.959963984540054
# For a power of 80 %.
_Z_POWER = 0.8416212335729143


def wilson(right: float, questions: int, z: float = Z95) -> Interval:
    """Return the score interval of an accuracy, by default at 95 %.

    Args:
        right: number of right questions, from 0 to `questions`; a tie counts as its chance.
        questions: at least 1.
        z: the normal quantile.

    The interval covers the choice of questions, not the number of paths.
    A fractional `right` is treated as a count, which slightly overstates the spread.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212; compared in Newcombe 1998, Stat. Med.
    17, 857-872, method 3.

    >>> interval = wilson(12, 16)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.505, 0.898)
    """
    share = right / questions
    widening = z * z / questions
    centre = (share + widening / 2) / (1 + widening)
    reach = sqrt(share * (1 - share) * widening + widening**2 / 4) / (1 + widening)
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))


def standard_error(right: float, questions: int) -> float:
    """Return the standard error over questions of an accuracy: the root of a(1 - a)/N.

    Args:
        right: number of right questions, from 0 to `questions`; a tie counts as its chance.
        questions: at least 1.

    >>> standard_error(8, 16)
    0.125
    """
    share = right / questions
    return sqrt(share * (1 - share) / questions)


@dataclass(frozen=True, slots=True)
class PairedOutcome:
    """A question with a known answer, answered by a vote and by a base such as greedy.

    Attributes:
        vote: probability that the vote is right, from 0 to 1; between them only in a tie.
        base: probability that the base is right.
        vote_right: whether the vote as cast is right.
        base_right: whether the base as cast is right.
    """

    vote: float
    base: float
    vote_right: bool
    base_right: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """Questions by who is right, vote or base; the sums of several shards add up.

    Attributes:
        both: questions that both have right; a tie counts as its chance.
        gained: questions that only the vote has right.
        lost: questions that only the base has right.
        neither: questions that both have wrong.
        gained_votes: questions that only the vote as cast has right.
        lost_votes: questions that only the base as cast has right.
    """

    both: float = 0.0
    gained: float = 0.0
    lost: float = 0.0
    neither: float = 0.0
    gained_votes: int = 0
    lost_votes: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[PairedOutcome]) -> "Paired":
        """Sum up questions.

        If both sides are tied, they share their luck: as much as possible counts as both right
        or both wrong. So a vote gains nothing over itself.

        >>> Paired.of([PairedOutcome(1.0, 0.0, True, False), PairedOutcome(0.5, 1.0, True, True)])
        Paired(both=0.5, gained=1.0, lost=0.5, neither=0.0, gained_votes=1, lost_votes=0)
        """
        rows = list(outcomes)
        return cls(
            both=fsum(min(row.vote, row.base) for row in rows),
            gained=fsum(max(row.vote - row.base, 0.0) for row in rows),
            lost=fsum(max(row.base - row.vote, 0.0) for row in rows),
            neither=fsum(1.0 - max(row.vote, row.base) for row in rows),
            gained_votes=sum(row.vote_right and not row.base_right for row in rows),
            lost_votes=sum(row.base_right and not row.vote_right for row in rows),
        )

    def __add__(self, other: "Paired") -> "Paired":
        return Paired(
            self.both + other.both,
            self.gained + other.gained,
            self.lost + other.lost,
            self.neither + other.neither,
            self.gained_votes + other.gained_votes,
            self.lost_votes + other.lost_votes,
        )

    @property
    def questions(self) -> int:
        """Number of compared questions."""
        return round(self.both + self.gained + self.lost + self.neither)

    def gain(self) -> Gain | None:
        """Return the gain, `None` if no question was compared."""
        questions = self.questions
        if not questions:
            return None
        interval = self.interval()
        return Gain(
            points=(self.gained - self.lost) / questions,
            low=interval.low,
            high=interval.high,
            gained=self.gained_votes,
            lost=self.lost_votes,
            p_value=mcnemar_p(self.gained_votes, self.lost_votes),
            questions=questions,
            base=(self.both + self.lost) / questions,
        )

    def interval(self) -> Interval:
        """Return the 95 % interval of the gain over questions; there must be at least one.

        It combines the Wilson intervals of the two accuracies by their correlation.

        Simulated coverage: 300 random tables each of 16, 100 and 1,000 questions, 2 to 30 % of
        them differing, 4,000 draws. This interval held the true gain in 98, 96 and 95 % of draws,
        at the worst table in 91, 92 and 94 %. The adjusted Wald interval of Agresti & Min 2005
        (Stat. Med. 24, 729-740) is slightly shorter and held it in 97, 95 and 95 %, at worst in
        88, 92 and 94 %. The plain Wald interval: 79, 94 and 95 %, at worst 29, 82 and 94 %.

        Source: Newcombe 1998, Stat. Med. 17, 2635-2650, method 10.
        """
        n = self.questions
        vote, base = self.both + self.gained, self.both + self.lost
        of_vote, of_base = wilson(vote, n), wilson(base, n)
        points, phi = (vote - base) / n, self._correlation()
        down = _combine(vote / n - of_vote.low, of_base.high - base / n, phi)
        up = _combine(of_vote.high - vote / n, base / n - of_base.low, phi)
        return Interval(max(-1.0, points - down), min(1.0, points + up))

    def _correlation(self) -> float:
        """Return phi, reduced by Newcombe's correction if positive."""
        margins = (
            (self.both + self.gained)
            * (self.lost + self.neither)
            * (self.both + self.lost)
            * (self.gained + self.neither)
        )
        agreement = self.both * self.neither - self.gained * self.lost
        if agreement > 0:
            agreement = max(0.0, agreement - self.questions / 2)
        return agreement / sqrt(margins) if margins > 0 else 0.0


def mcnemar_p(gained: int, lost: int) -> float:
    """Return the two-sided p-value of McNemar's exact test; 1 if no question differs.

    Args:
        gained: questions that only one side has right.
        lost: questions that only the other side has right.

    If neither side were better, each differing question would go to either with probability 1/2.
    The p-value is twice the probability that the rarer side gets at most as many, capped at 1.

    Source: McNemar 1947, Psychometrika 12, 153-157; the exact form is the sign test.

    >>> mcnemar_p(5, 0)
    0.0625
    """
    differing, rarer = gained + lost, min(gained, lost)
    # The largest term is divided once, as whole numbers, so no count overflows a float.
    terms = [comb(differing, rarer) / (1 << differing)]
    for count in range(rarer, 0, -1):
        terms.append(terms[-1] * count / (differing - count + 1))
    return min(1.0, 2 * fsum(terms))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values that allow for the others, in the order given.

    If each is compared with a level, the chance that any is below it without an effect is at most
    that level, however the tests depend on each other.

    Source: Holm 1979, Scand. J. Stat. 6, 65-70.

    >>> holm([0.25, 0.015625, 0.0625])
    [0.25, 0.046875, 0.125]
    """
    adjusted, least = [0.0] * len(p_values), 0.0
    for before, number in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - before) * p_values[number]))
        adjusted[number] = least
    return adjusted


def questions_to_show(gain: Gain) -> int | None:
    """Return how many questions would show a gain of this size; `None` if there is none.

    With so many questions like these, McNemar's test at 5 % rejects in four of five runs: n such
    that d n = 1.96 √(ψ n) + 0.84 √((ψ - d²) n), where d is the gain and ψ the share of questions
    that only one side has right.

    Source: Connor 1987, Biometrics 43, 207-211.

    >>> questions_to_show(Gain(0.05, -0.01, 0.11, 9, 4, 0.27, questions=100, base=0.7))
    406
    """
    points = (gain.gained - gain.lost) / gain.questions
    if points <= 0:
        return None
    differing = (gain.gained + gain.lost) / gain.questions
    reach = Z95 * sqrt(differing) + _Z_POWER * sqrt(differing - points**2)
    return ceil((reach / points) ** 2)


def _combine(first: float, second: float, phi: float) -> float:
    """Return the combined length of two deviations with correlation phi."""
    return sqrt(max(0.0, first**2 - 2 * phi * first * second + second**2))
