"""Sized waves: how many more paths of a question are worth their cost."""

from functools import lru_cache
from math import ceil, comb
from typing import NamedTuple

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
    them so far, (first + second + 1) / (returned + 1), holds. With `worth` 0 a question leaves
    exactly when no paths that are left can change its leader.

    >>> [wanted_paths(0.001, *two, 4, left=36, most=40, waves=2) for two in [(4, 0), (3, 1)]]
    [0, 6]
    >>> [wanted_paths(0.001, *two, 4, left=36, most=40, waves=2) for two in [(2, 2), (2, 1)]]
    [10, 10]
    """
    best = best_size(worth, first, second, most, waves)
    if not worth:
        # Free paths are worth asking for while they can change the leader. What they bring may be
        # too little for a float.
        best = (best or left) if second + left > first else 0
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
    return _best(_Game(worth, first, second, most, waves)).size


class _Game(NamedTuple):
    """The two leading counts, the most that they may come to, and what is left to decide.

    Attributes:
        worth: the accuracy that one more path must buy.
        first: paths that reached one answer.
        second: paths that reached the other.
        most: paths of both together.
        waves: that may still come.
    """

    worth: float
    first: int
    second: int
    most: int
    waves: int


class _Best(NamedTuple):
    """The best size of the next wave, and the value of the question with it."""

    size: int
    value: float


@lru_cache(maxsize=65_536)
def _best(game: _Game) -> _Best:
    """Return the best size of the next wave.

    The value is the expected probability that the leader is right in the end, less `worth` for
    each path. With a uniform prior the leader's share of the two answers' paths is Beta(first + 1,
    second + 1): it is right with the mean of that share, and further paths are beta-binomial.
    Each wave is the best one for what the waves before it may bring (backward induction).
    """
    votes = game.first + game.second
    best = _Best(0, (max(game.first, game.second) + 1) / (votes + 2))
    left = game.most - votes
    if not game.waves or left <= 0:
        return best
    for paths in sorted({*(size for size in _SIZES if size <= left), left}):
        value = _expected(game, paths) - game.worth * paths
        if value > best.value + _ROUNDING:
            best = _Best(paths, value)
    return best


def _expected(game: _Game, paths: int) -> float:
    """Return the expected value after a wave of so many paths."""
    first, second = game.first, game.second
    ways = comb(first + second + paths + 1, paths)
    total = 0.0
    for more in range(paths + 1):
        rest = paths - more
        chance = comb(first + more, more) * comb(second + rest, rest) / ways
        after = _Game(game.worth, first + more, second + rest, game.most, game.waves - 1)
        total += chance * _best(after).value
    return total
