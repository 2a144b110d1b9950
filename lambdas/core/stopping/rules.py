"""When a question leaves before it has all its paths: the rules of early stopping."""

from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Literal

from lambdas.core.errors import RequestError

# The chance that an even vote gives each side: no level below it says anything.
_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Stopping:
    """When a question leaves before it has all its paths; part of `plan.json`.

    Attributes:
        rule: `never` is for its last path only, `certain` once no path to come can change the
            vote, `level` and `certified` once the two leading counts say enough.
        bound: for `level` the posterior probability to reach, above 0.5 and below 1; for
            `certified` delta, above 0 and below 1; `None` for the others.
    """

    rule: Literal["never", "certain", "level", "certified"]
    bound: float | None = None


NEVER = Stopping("never")


def stopping_of(early_stop: object) -> Stopping:
    """Return the rule that a request asks for.

    Args:
        early_stop: `None`, `"certain"`, a level such as 0.95, or delta as `{"certified": 0.05}`
            or as an object with the attribute `certified`.

    Raises:
        RequestError: it is none of these.

    >>> stopping_of(0.95)
    Stopping(rule='level', bound=0.95)
    >>> stopping_of({"certified": 0.05})
    Stopping(rule='certified', bound=0.05)
    """
    if early_stop is None:
        return NEVER
    if early_stop == "certain":
        return Stopping("certain")
    if isinstance(early_stop, float) and _EVEN < early_stop < 1:
        return Stopping("level", early_stop)
    delta = early_stop.get("certified") if isinstance(early_stop, dict) else None
    delta = getattr(early_stop, "certified", delta)
    if isinstance(delta, float) and 0 < delta < 1:
        return Stopping("certified", delta)
    raise RequestError(
        [
            f'early_stop is {early_stop!r}, must be null, "certain", a level between 0.5 and 1'
            ' such as 0.95, or {"certified": 0.05}'
        ]
    )


def settled(stopping: Stopping, first: int, second: int, to_come: int) -> bool:
    """Tell whether a question leaves.

    Args:
        stopping: the rule; all but `never` have `certain` in them.
        first: paths that reached the leading answer.
        second: paths that reached the next one, from 0 to `first`.
        to_come: the most paths that the question may still get. At 0 it is settled, whatever
            the rule, and under `never` only then.

    A leader that a rival could still tie with is not certain, for ties are drawn at random. While
    paths are to come, a question without any vote stays.

    >>> settled(Stopping("certain"), 6, 3, to_come=3)
    False
    >>> settled(Stopping("certain"), 6, 3, to_come=2)
    True
    >>> settled(Stopping("level", 0.95), 4, 0, to_come=36)
    True
    """
    if to_come <= 0:
        return True
    if stopping.rule == "never" or first == 0:
        return False
    if first - second > to_come:
        return True
    if stopping.bound is None:
        return False
    if stopping.rule == "level":
        return confidence(first, second) >= stopping.bound
    return certified_delta(first, second) <= stopping.bound


@lru_cache(maxsize=4096)
def confidence(first: int, second: int) -> float:
    """Return the posterior probability that the leader is the more frequent of two answers.

    Args:
        first: paths that reached the leading answer.
        second: paths that reached the next one.

    Returns:
        From 0.5, for even counts, to 1; the nearest float of the exact fraction.

    With a uniform prior the leader's share of the two answers' paths is Beta(first + 1,
    second + 1), and its probability to exceed 1/2 is that of at most `first` heads in
    first + second + 1 tosses of a fair coin: the sum over i = 0 … first of
    C(first + second + 1, i) / 2^(first + second + 1).

    Source: the Beta criterion of Aggarwal et al. 2023, arXiv 2305.11860, which they integrate
    numerically; the closed form is the binomial sum of the incomplete beta function.

    >>> [confidence(*counts) >= 0.95 for counts in [(4, 0), (6, 1), (8, 2), (9, 3)]]
    [True, True, True, True]
    >>> [confidence(*counts) >= 0.95 for counts in [(3, 0), (5, 1), (7, 2), (8, 3)]]
    [False, False, False, False]
    >>> confidence(5, 0)
    0.984375
    """
    tosses = first + second + 1
    # The tail beyond `first` is the shorter sum.
    beyond = sum(comb(tosses, heads) for heads in range(first + 1, tosses + 1))
    return ((1 << tosses) - beyond) / (1 << tosses)


@lru_cache(maxsize=4096)
def certified_delta(first: int, second: int) -> float:
    """Return the least delta at which the leader is certified against the next answer.

    Args:
        first: paths that reached the leading answer.
        second: paths that reached the next one, from 0 to `first`.

    Returns:
        Above 0, at most 1: (first + second + 1) C(first + second, first) / 2^(first + second).

    It is posterior over prior density at 1/2, of the leader's share of the two answers' paths
    with a uniform prior. Prior over posterior is a martingale where the share is 1/2, so that it
    ever reaches 1 / delta has a probability of at most delta (Ville), however often one looks.
    That is for one rival; with K answers it is at most (K - 1) delta.

    Source: the prior-posterior ratio of Waudby-Smith and Ramdas 2020, arXiv 2006.04347; between
    two answers of several, the rule PPR-1v1 of Jain et al. 2022, arXiv 2109.05047.

    >>> certified_delta(7, 0), certified_delta(8, 0)
    (0.0625, 0.03515625)
    """
    votes = first + second
    return min(1.0, (votes + 1) * comb(votes, first) / (1 << votes))
