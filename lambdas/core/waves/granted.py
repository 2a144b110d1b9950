"""Which open questions get new paths in a wave, and how many."""

from collections.abc import Mapping, Sequence
from math import floor

from lambdas.core.plan import Plan
from lambdas.core.settings import GREEDY, Setting
from lambdas.core.stopping.shares import Group, questions_afforded, shares
from lambdas.core.waves.need import LaneNeed


def wave_paths(plan: Plan, wave: int, setting: str) -> int:
    """Return the new paths that a question of a setting gets in a wave, 0 after its last."""
    if setting == GREEDY:
        return 1 if wave == 1 else 0
    return plan.waves[wave - 1] if wave <= len(plan.waves) else 0


def chosen_of(plan: Plan, wave: int, needs: Sequence[LaneNeed]) -> Mapping[str, int]:
    """Return how many of each lane's open questions, the least certain, get new paths."""
    if plan.budget is None or wave == 1:
        return {need.lane: need.open_questions for need in needs}
    chosen: dict[str, int] = {}
    for setting in plan.settings:
        lanes = [need for need in needs if need.setting == setting.name]
        chosen |= _within_budget(plan, plan.budget, wave, setting, lanes)
    return chosen


def _within_budget(
    plan: Plan, budget: float, wave: int, setting: Setting, lanes: Sequence[LaneNeed]
) -> Mapping[str, int]:
    paths = wave_paths(plan, wave, setting.name)
    if not paths:
        return {need.lane: 0 for need in lanes}
    left = floor(budget * plan.questions) - sum(need.sampled for need in lanes)
    afforded = questions_afforded(left, paths, len(plan.waves) - wave + 1)
    groups = [
        Group(need.lane, group.confidence, group.questions) for need in lanes for group in need.open
    ]
    return {need.lane: 0 for need in lanes} | shares(groups, afforded)
