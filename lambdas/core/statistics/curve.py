"""Accuracy by number of paths: exact mean and sd over all draws of k of n paths."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, fsum, lcm, sqrt
from operator import mul
from typing import NamedTuple

from lambdas.contract.statistics import CurvePoint

# Cached vote counts: enough for a run of the published size. With 30 paths each takes a kilobyte.
_CACHED = 8192


@dataclass(frozen=True, slots=True)
class Curve:
    """Sums over scored questions; those of several shards add up to the curve of all.

    Attributes:
        questions: number of scored questions.
        means: for k = 1, 2, … the sum of p, a question's probability to be right with k paths.
        variances: for the same k, the sum of p (1 - p).

    Both lists end at the question with the fewest paths.
    """

    questions: int = 0
    means: tuple[float, ...] = ()
    variances: tuple[float, ...] = ()

    @classmethod
    def of(cls, questions: Iterable[Sequence[float]]) -> "Curve":
        """Sum up questions, each given by the result of `chances`.

        >>> Curve.of([(1.0, 1.0), (0.5, 0.25, 0.0)])
        Curve(questions=2, means=(1.5, 1.25), variances=(0.25, 0.1875))
        """
        # Sum up questions with equal chances once: there are far fewer kinds than questions.
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

    def points(self) -> tuple[CurvePoint, ...]:
        """Return the curve up to the largest k that every question has; empty without questions.

        Draws of different questions are independent, so their variances add up.

        >>> Curve.of([(1.0,), (0.5,)]).points()
        (CurvePoint(paths=1, mean=0.75, sd=0.25),)
        """
        n = self.questions
        sums = zip(self.means, self.variances, strict=True)
        return tuple(
            CurvePoint(k, mean / n, sqrt(variance) / n)
            for k, (mean, variance) in enumerate(sums, 1)
        )


def question_chances(
    votes: Mapping[str, int], gold: str, unanswered: int, greedy: str | None = None
) -> tuple[float, ...]:
    """Return the `chances` of a question from its votes and its gold answer, all canonical.

    Args:
        votes: answer → paths that reached it.
        gold: the right answer.
        unanswered: paths without an answer.
        greedy: the answer that wins each tie it is part of, `None` to draw all ties.

    >>> question_chances({"18": 1, "26": 1}, gold="18", unanswered=0)
    (0.5, 0.5)
    >>> question_chances({"18": 1, "26": 1}, gold="18", unanswered=0, greedy="26")
    (0.5, 0.0)
    """
    wins_ties = greedy == gold
    rival = 0 if greedy is None or wins_ties else votes.get(greedy, 0)
    drawn = (count for answer, count in votes.items() if answer not in {gold, greedy})
    return chances(
        votes.get(gold, 0), tuple(sorted(drawn)), unanswered, rival=rival, wins_ties=wins_ties
    )


@lru_cache(maxsize=_CACHED)
def chances(
    correct: int,
    others: tuple[int, ...],
    unanswered: int,
    *,
    rival: int = 0,
    wins_ties: bool = False,
) -> tuple[float, ...]:
    """Return, for k = 1 … n, the probability that k of a question's n paths vote right.

    Args:
        correct: paths that reached the gold answer.
        others: paths that reached each other answer, at least 1 each, sorted.
        unanswered: paths without an answer; they are drawn but do not vote.
        rival: paths that reached one more answer, which wins each tie with the gold answer.
        wins_ties: whether the gold answer wins each tie.

    Returns:
        n = correct + sum(others) + unanswered + rival values from 0 to 1, each the nearest float.

    The k paths are drawn without replacement, uniformly. Each of j + 1 tied answers wins with
    probability 1 / (j + 1). A draw without any vote is wrong.

    Method: count the draws of k paths with t >= 1 votes for the gold answer, at most t for every
    other answer and exactly t for j of them. That count is the coefficient of x^k y^j in
    C(correct, t) x^t (1+x)^unanswered · product over others o of (sum over i < t of C(o, i) x^i
    + C(o, t) x^t y). A factor with o < t is (1+x)^o. Sum over t and j with weight 1 / (j + 1) in
    whole numbers, then divide once by C(n, k). The factor of `rival` lacks its term for t votes;
    with `wins_ties` every weight is 1.

    >>> chances(2, (1,), 0)
    (0.6666666666666666, 0.6666666666666666, 1.0)
    """
    n = correct + sum(others) + unanswered + rival
    if not correct:
        return (0.0,) * n
    scale = lcm(*range(1, len(others) + 2))
    # No coefficient exceeds scale · 2^n, so a polynomial in x is a whole number in base 2^width
    # with separate bytes for each coefficient.
    size = (n + scale.bit_length() + 7) // 8
    draws = _Draws(others, unanswered, rival, scale, 8 * size, wins_ties)
    won = _winning_draws(correct, draws)
    coefficients = won.to_bytes(size * (n + 1), "little")
    return tuple(
        int.from_bytes(coefficients[size * k : size * (k + 1)], "little") / (scale * ways)
        for k, ways in enumerate(_draw_counts(n), 1)
    )


@lru_cache(maxsize=256)
def _draw_counts(n: int) -> tuple[int, ...]:
    """Return the number of draws of k of n paths, for k = 1 … n."""
    return tuple(comb(n, k) for k in range(1, n + 1))


class _Draws(NamedTuple):
    """What draws may hold beside the gold answer; polynomials in x are in base 2^width.

    Attributes:
        others: paths that reached each other answer, sorted.
        unanswered: paths without an answer.
        rival: paths that reached the answer that wins ties with the gold one.
        scale: the weight of a draw without a tie.
        width: bits of a coefficient.
        wins_ties: whether a tied draw has that weight as well.
    """

    others: tuple[int, ...]
    unanswered: int
    rival: int
    scale: int
    width: int
    wins_ties: bool


def _winning_draws(correct: int, draws: _Draws) -> int:
    """Return the polynomial in x of winning draws, weighted by `scale` / number of tied answers."""
    others, width, rival = draws.others, draws.width, draws.rival
    most, wrong = min(correct, max((*others, rival))), sum(others) + rival
    # With more votes than any other answer has paths, every draw wins without a tie.
    above = width * (most + 1)
    won = draws.scale * (_power(correct, width) >> above << above)
    won *= _power(wrong + draws.unanswered, width)
    for t in range(1, most + 1):
        rivals = others[bisect_left(others, t) :]
        free = sum(others) - sum(rivals) + draws.unanswered
        tied = _tied_draws(rivals, t, draws.scale, width, wins_ties=draws.wins_ties)
        held = _power(rival, width) & ((1 << (width * t)) - 1)
        won += (comb(correct, t) * _power(free, width) * tied * held) << (width * t)
    return won


@lru_cache(maxsize=_CACHED)
def _tied_draws(rivals: tuple[int, ...], t: int, scale: int, width: int, *, wins_ties: bool) -> int:
    """Return the weighted polynomial of draws in which no rival has more than t votes.

    A second variable, y = 2^height above all powers of x, counts the rivals with exactly t votes.
    """
    height = width * (min(sum(rivals), t * len(rivals)) + 1)
    by_ties, low, level = 1, (1 << (width * t)) - 1, width * t + height
    for count in rivals:
        below = by_ties * (_power(count, width) & low)
        by_ties = below + (by_ties * comb(count, t) << level)
    mask = (1 << height) - 1
    shares = (by_ties >> (height * tied) & mask for tied in range(len(rivals) + 1))
    weights = (scale if wins_ties else scale // (tied + 1) for tied in range(len(rivals) + 1))
    return sum(weight * share for weight, share in zip(weights, shares, strict=True))


@lru_cache(maxsize=1024)
def _power(exponent: int, width: int) -> int:
    """Return (1 + x)^exponent with x = 2^width."""
    return int((1 + (1 << width)) ** exponent)
