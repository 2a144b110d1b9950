"""Accuracy against number of paths: exact mean and sd over all draws of k of n paths."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, fsum, lcm, sqrt
from operator import mul

# Signatures that are remembered: those of a run of the published size and more. With 30 paths
# each takes a kilobyte.
_REMEMBERED = 8192


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
        # Questions that split alike are summed up once: there are far fewer kinds than questions.
        kinds = Counter(tuple(row) for row in questions)
        columns = list(zip(*kinds, strict=False))
        times = kinds.values()
        means = tuple(fsum(map(mul, times, column)) for column in columns)
        variances = tuple(
            fsum(many * p * (1.0 - p) for many, p in zip(times, column, strict=True))
            for column in columns
        )
        return cls(kinds.total(), means, variances)

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


@lru_cache(maxsize=_REMEMBERED)
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
    if not correct:
        return (0.0,) * n
    scale = lcm(*range(1, len(others) + 2))
    # No coefficient exceeds scale · 2^n, so polynomials in x are whole numbers in base 2^width,
    # and each coefficient has bytes of its own.
    size = (n + scale.bit_length() + 7) // 8
    won = _favourable(correct, others, unanswered, scale, 8 * size)
    coefficients = won.to_bytes(size * (n + 1), "little")
    return tuple(
        int.from_bytes(coefficients[size * k : size * (k + 1)], "little") / (scale * ways)
        for k, ways in enumerate(_ways(n), 1)
    )


@lru_cache(maxsize=256)
def _ways(n: int) -> tuple[int, ...]:
    """Return how many draws of 1 … n of n paths there are."""
    return tuple(comb(n, k) for k in range(1, n + 1))


def _favourable(
    correct: int, others: tuple[int, ...], unanswered: int, scale: int, width: int
) -> int:
    """Return the polynomial in x of draws won, each `scale` times its chance in a tie."""
    most, wrong = min(correct, max(others, default=0)), sum(others)
    # With more votes than any other answer has paths, no draw is lost or tied.
    above = width * (most + 1)
    won = scale * (_power(correct, width) >> above << above) * _power(wrong + unanswered, width)
    for t in range(1, most + 1):
        rivals = others[bisect_left(others, t) :]
        free = wrong - sum(rivals) + unanswered
        shared = _shared(rivals, t, scale, width)
        won += (comb(correct, t) * _power(free, width) * shared) << (width * t)
    return won


@lru_cache(maxsize=_REMEMBERED)
def _shared(rivals: tuple[int, ...], t: int, scale: int, width: int) -> int:
    """Return the polynomial of draws with no rival above t votes, `scale` times their chance each.

    The rivals with t votes are counted by a second unknown, y = 2^height, above all powers of x.
    """
    height = width * (min(sum(rivals), t * len(rivals)) + 1)
    by_ties, low, level = 1, (1 << (width * t)) - 1, width * t + height
    for count in rivals:
        below = by_ties * (_power(count, width) & low)
        by_ties = below + (by_ties * comb(count, t) << level)
    mask = (1 << height) - 1
    shares = (by_ties >> (height * tied) & mask for tied in range(len(rivals) + 1))
    return sum(scale // (tied + 1) * share for tied, share in enumerate(shares))


@lru_cache(maxsize=1024)
def _power(exponent: int, width: int) -> int:
    """Return (1 + x)^exponent with x = 2^width."""
    return int((1 + (1 << width)) ** exponent)
