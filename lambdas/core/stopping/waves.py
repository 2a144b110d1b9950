"""The default plan of waves: how many paths the open questions get at a time."""

from math import ceil, floor

from lambdas.core.stopping.rules import Stopping, settled

# The sizes are chosen by measurement: docs/decisions/0015-early-stopping.md. A wave costs hours,
# so a third one must save paths enough: from 20 paths on it saves a twentieth or so of them.
_THREE_WAVES_FROM = 20
# Of a budget, where a fourth wave is worth its hours: more paths in the first one would tell the
# questions apart no better.
_MOST_FIRST = 5

USUAL = Stopping("level", 0.95)


def default_waves(paths: int, stopping: Stopping = USUAL) -> tuple[int, ...]:
    """Return the paths of each wave; they add up to `paths`.

    Args:
        paths: the most a question gets, at least 1.
        stopping: the rule. Each settles at other counts, so each has its own plan.

    The first wave is as many paths as settle a question if all agree, and for `certain` one
    more, so that it may have a dissenter. The second is a third of the rest, the last the others.

    >>> default_waves(40)
    (4, 12, 24)
    >>> default_waves(40, Stopping("certain"))
    (22, 6, 12)
    >>> default_waves(10)
    (4, 6)
    >>> default_waves(30, Stopping("never"))
    (30,)
    """
    first = _settling(paths, stopping)
    rest = paths - first
    second = ceil(rest / 3) if paths >= _THREE_WAVES_FROM else rest
    return _sizes(first, second, rest - second)


def default_budget_waves(paths: int, budget: float) -> tuple[int, ...]:
    """Return the paths of each wave where a question gets `budget` of them in the mean.

    Args:
        paths: the most a question gets, at least 1.
        budget: mean paths per question, at least 1.

    Returns:
        Sizes that add up to `paths`. All questions get the first wave, two fifths of the budget
        and at most five paths; the least certain get the others: two fifths and four fifths of
        the budget, each at most half of what is left, and the rest.

    >>> default_budget_waves(40, budget=10)
    (4, 4, 8, 24)
    >>> default_budget_waves(20, budget=5)
    (2, 2, 4, 12)
    """
    first = min(paths, _MOST_FIRST, ceil(floor(budget) * 2 / 5))
    rest = paths - first
    second = min(ceil(budget * 2 / 5), ceil(rest / 2))
    rest -= second
    third = min(ceil(budget * 4 / 5), ceil(rest / 2))
    return _sizes(first, second, third, rest - third)


def _settling(paths: int, stopping: Stopping) -> int:
    """Return the size of the first wave that can settle a question."""
    agreed = next(k for k in range(1, paths + 1) if settled(stopping, k, 0, to_come=paths - k))
    return min(paths, agreed + (stopping.rule == "certain"))


def _sizes(*waves: int) -> tuple[int, ...]:
    return tuple(size for size in waves if size)
