"""Sized waves: how many more paths of a question are worth their cost."""

from functools import lru_cache
from math import ceil, comb

# Paths that a wave may add. Between them the value hardly changes.
_SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36)
# A smaller gain is a rounding error.
_ROUNDING = 1e-12


def wanted_paths(
    worth: float, first: int, second: int, returned: int, *, left: int, most: int, waves: int
) -> int:
    """Return how many new paths a question is to get in the next wave; 0 if it is to leave.

    Args:
        worth: the accuracy that one more path must buy, from 0 to 1.
        first: paths that reached the leading answer.
        second: paths that reached the next answer, from 0 to `first`.
        returned: paths that came back, answered or not.
        left: the most paths that the question may still get.
        most: the most paths that a question may get in all.
        waves: the next wave and those after it, at least 1.

    The value of a wave is reckoned on the two leading answers alone. Only some of the paths reach
    one of them, so more are asked for: as many as bring the best number if the share that reached
    them so far, (first + second + 1) / (returned + 1), holds.

    >>> [wanted_paths(0.001, *two, 4, left=36, most=40, waves=2) for two in [(4, 0), (3, 1)]]
    [0, 6]
    >>> [wanted_paths(0.001, *two, 4, left=36, most=40, waves=2) for two in [(2, 2), (2, 1)]]
    [10, 10]
    """
    best = best_size(worth, first, second, most, waves)
    if not best:
        return 0
    share = min(1.0, (first + second + 1) / (returned + 1))
    return min(left, ceil(best / share - _ROUNDING))


def best_size(worth: float, first: int, second: int, most: int, waves: int) -> int:
    """Return the size of the next wave that is worth most, if all its paths reach two answers.

    Args:
        worth: the accuracy that one more path must buy.
        first: paths that reached the leading answer.
        second: paths that reached the next answer.
        most: the most paths of both together.
        waves: the next wave and those after it.

    >>> [best_size(0.001, *two, 40, 2) for two in [(4, 0), (3, 1), (2, 2), (2, 1)]]
    [0, 6, 10, 8]
    """
    return _best(worth, first, second, most, waves)[0]


@lru_cache(maxsize=65_536)
def _best(worth: float, first: int, second: int, most: int, waves: int) -> tuple[int, float]:
    """Return the best size of the next wave, and the value of the question with it.

    The value is the expected probability that the leader is right in the end, less `worth` for
    each path. With a uniform prior the leader's share of the two answers' paths is Beta(first + 1,
    second + 1): it is right with the mean of that share, and further paths are beta-binomial.
    Each wave is the best one for what the waves before it may bring (backward induction).
    """
    size, value = 0, (max(first, second) + 1) / (first + second + 2)
    if not waves:
        return size, value
    left = most - first - second
    for paths in sorted({*(each for each in _SIZES if each <= left), left}):
        if paths > 0:
            expected = _expected(worth, first, second, paths, most, waves - 1) - worth * paths
            if expected > value + _ROUNDING:
                size, value = paths, expected
    return size, value


def _expected(worth: float, first: int, second: int, paths: int, most: int, waves: int) -> float:
    """Return the expected value after so many more paths, with `waves` still to come."""
    ways = comb(first + second + paths + 1, paths)
    total = 0.0
    for more in range(paths + 1):
        of_second = paths - more
        chance = comb(first + more, more) * comb(second + of_second, of_second) / ways
        total += chance * _best(worth, first + more, second + of_second, most, waves)[1]
    return total
