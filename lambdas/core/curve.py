"""Accuracy against number of paths: exact mean and sd over all draws of k of n paths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from math import comb, fsum, lcm, sqrt


@dataclass(frozen=True, slots=True)
class Point:
    """Accuracy when `paths` paths of every question vote; mean and sd from 0 to 1."""

    paths: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Sums over a set of questions; those of several shards add up to the curve of all.

    Args:
        questions: how many, scored ones only.
        means: for k = 1, 2, … the sum of p, a question's chance to be right with k paths.
        variances: for the same k the sum of p (1 - p).

    Both lists reach as far as the question with the fewest paths.
    """

    questions: int = 0
    means: tuple[float, ...] = ()
    variances: tuple[float, ...] = ()

    @classmethod
    def of(cls, questions: Iterable[Sequence[float]]) -> "Curve":
        """Sum up questions, each given by its `chances`.

        >>> Curve.of([(1.0, 1.0), (0.5, 0.25, 0.0)])
        Curve(questions=2, means=(1.5, 1.25), variances=(0.25, 0.1875))
        """
        rows = list(questions)
        columns = list(zip(*rows, strict=False))
        means = tuple(fsum(column) for column in columns)
        variances = tuple(fsum(p * (1.0 - p) for p in column) for column in columns)
        return cls(len(rows), means, variances)

    def __add__(self, other: "Curve") -> "Curve":
        if not self.questions or not other.questions:
            return self if self.questions else other
        return Curve(
            self.questions + other.questions,
            tuple(a + b for a, b in zip(self.means, other.means, strict=False)),
            tuple(a + b for a, b in zip(self.variances, other.variances, strict=False)),
        )

    def points(self) -> tuple[Point, ...]:
        """Return the curve, for every k that each question has; empty without questions.

        Questions are drawn for independently, so their variances add up.

        >>> Curve.of([(1.0,), (0.5,)]).points()
        (Point(paths=1, mean=0.75, sd=0.25),)
        """
        n = self.questions
        sums = zip(self.means, self.variances, strict=True)
        return tuple(
            Point(k, mean / n, sqrt(variance) / n) for k, (mean, variance) in enumerate(sums, 1)
        )


def question_chances(votes: Mapping[str, int], gold: str, unanswered: int) -> tuple[float, ...]:
    """Return the `chances` of a question from its tally and its gold answer, all canonical.

    >>> question_chances({"18": 1, "26": 1}, gold="18", unanswered=0)
    (0.5, 0.5)
    """
    others = tuple(sorted(count for answer, count in votes.items() if answer != gold))
    return chances(votes.get(gold, 0), others, unanswered)


@lru_cache(maxsize=4096)
def chances(correct: int, others: tuple[int, ...], unanswered: int) -> tuple[float, ...]:
    """Return, for k = 1 … n, the chance that k of a question's n paths vote for the gold answer.

    Args:
        correct: paths that reached the gold answer.
        others: paths that reached each other answer, at least 1 each, sorted.
        unanswered: paths without an answer; they are drawn like others but do not vote.

    Returns:
        n = correct + sum(others) + unanswered chances from 0 to 1, each the nearest float.

    The k paths are drawn without replacement, all draws alike, and of j + 1 tied answers each
    wins with chance 1 / (j + 1). A draw in which nobody votes is not right.

    Method: the draws of k paths with t >= 1 votes for the gold answer, at most t for each other
    and exactly t for j of them, number the coefficient of x^k y^j in
    C(correct, t) x^t (1+x)^unanswered · product over others o of (sum over i < t of C(o, i) x^i
    + C(o, t) x^t y). Those with o < t are (1+x)^o. The sum over t and j, weighted with
    1 / (j + 1), is taken in whole numbers and divided once by C(n, k).

    >>> chances(2, (1,), 0)
    (0.6666666666666666, 0.6666666666666666, 1.0)
    """
    n = correct + sum(others) + unanswered
    scale = lcm(*range(1, len(others) + 2))
    # No coefficient exceeds scale · 2^n, so polynomials in x are whole numbers in base 2^width.
    width = n + scale.bit_length()
    favourable = _favourable(correct, others, unanswered, scale, width)
    mask = (1 << width) - 1
    return tuple((favourable >> (width * k) & mask) / (scale * comb(n, k)) for k in range(1, n + 1))


def _favourable(
    correct: int, others: tuple[int, ...], unanswered: int, scale: int, width: int
) -> int:
    """Return the polynomial in x of draws won, each `scale` times its chance in a tie."""
    most = min(correct, max(others, default=0))
    # With more votes than any other answer has paths, no draw is lost or tied.
    safe = _power(correct, width) >> (width * (most + 1)) << (width * (most + 1))
    won = scale * safe * _power(sum(others) + unanswered, width)
    for t in range(1, most + 1):
        rivals = [count for count in others if count >= t]
        free = sum(others) - sum(rivals) + unanswered
        shares = enumerate(_by_ties(rivals, t, width))
        drawn = sum(scale // (j + 1) * polynomial for j, polynomial in shares)
        won += (comb(correct, t) * _power(free, width) * drawn) << (width * t)
    return won


def _by_ties(rivals: Sequence[int], t: int, width: int) -> list[int]:
    """Return at j the polynomial of draws with j rivals at exactly t votes, the others below."""
    shares = [1]
    for count in rivals:
        below = _power(count, width) & ((1 << (width * t)) - 1)
        level = comb(count, t) << (width * t)
        less = [share * below for share in shares]
        tied = [0, *(share * level for share in shares)]
        shares = [a + b for a, b in zip_longest(less, tied, fillvalue=0)]
    return shares


def _power(exponent: int, width: int) -> int:
    """Return (1 + x)^exponent with x = 2^width."""
    return int((1 + (1 << width)) ** exponent)
