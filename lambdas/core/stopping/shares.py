"""The budget's allocation: which questions get the next wave when not all can."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Open questions of one lane with the same confidence.

    Attributes:
        lane: its name.
        confidence: in their leader, as `rules.confidence` has it.
        questions: how many, at least 0.
    """

    lane: str
    confidence: float
    questions: int


def shares(groups: Sequence[Group], questions: int) -> dict[str, int]:
    """Return how many of each lane's questions get the next wave, the least certain first.

    Args:
        groups: of all lanes; where confidences are equal, those that stand first go first.
        questions: how many can be afforded, at least 0.

    Returns:
        Lane → questions taken, its least certain ones; every lane is there. They add up to
        `questions`, or to all where there are fewer.

    >>> groups = [Group("T0.5-000", 0.5, 3), Group("T0.5-000", 0.75, 9), Group("T0.7-000", 0.5, 2)]
    >>> shares(groups, questions=6)
    {'T0.5-000': 4, 'T0.7-000': 2}
    """
    taken = dict.fromkeys((group.lane for group in groups), 0)
    left = questions
    for group in sorted(groups, key=lambda each: each.confidence):
        here = min(group.questions, left)
        taken[group.lane] += here
        left -= here
    return taken


def questions_afforded(left_paths: int, wave_paths: int, waves_left: int) -> int:
    """Return how many questions get the next wave.

    Args:
        left_paths: the budget's paths that are not spent.
        wave_paths: of each question in the next wave, at least 1.
        waves_left: that one and those after it, at least 1.

    Every wave gets an equal part of what is left, the last all of it: the sizes of a budget's
    waves were chosen together with this. Where a part is not enough for one question, as many
    get the wave as all that is left allows.

    >>> questions_afforded(left_paths=500, wave_paths=8, waves_left=2)
    31
    >>> questions_afforded(left_paths=10, wave_paths=10, waves_left=2)
    1
    """
    left = max(0, left_paths)
    return left // (wave_paths * waves_left) or left // wave_paths
