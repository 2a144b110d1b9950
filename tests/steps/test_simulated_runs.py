"""Runs wave by wave: what early stopping and asking again promise of a run as a whole."""

from dataclasses import replace
from math import floor
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.families import family_named
from lambdas.core.plan import Plan
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import Stopping
from lambdas.core.waves.story import story_of
from tests.unit.core.samples import GREEDY, a_plan
from tests.unit.core.waves.runs import Fate, Fates, Run, Runner

CERTAIN = Stopping("certain")
SHARDS = (Shard("000", 0, 3), Shard("001", 3, 2))
QUESTIONS = 5
MOST_PATHS = 9


def plans(**changed: Any) -> st.SearchStrategy[Plan]:
    """Plans of five questions in two shards, greedy and two temperatures, in any waves."""

    def plan(waves: list[int], min_records: int, per_job: int, family: str) -> Plan:
        paths = sum(waves)
        whole: dict[str, Any] = {
            "shards": SHARDS,
            "questions": QUESTIONS,
            "settings": (GREEDY, Setting("T0.5", 0.5, paths), Setting("T1.0", 1.0, paths)),
            "waves": tuple(waves),
            "min_records": min_records,
            "paths_per_job": per_job,
            "family": family,
            "invocation_type": family_named(family).forms[0].invocation_type,
        }
        return a_plan(**(whole | changed))

    return st.builds(
        plan,
        st.lists(st.integers(1, 3), min_size=1, max_size=3),
        st.integers(1, 30),
        st.integers(1, 4),
        st.sampled_from(["nova", "cohere-command"]),
    )


def all_fates(most_failures: int) -> st.SearchStrategy[Fates]:
    """Fates by a seed: drawn one by one they would take most of the time."""
    return st.integers(0, 2**32).map(lambda seed: _fates(Random(seed), most_failures))


def _fates(random: Random, most_failures: int) -> Fates:
    # Mostly one answer, so that questions settle.
    answers = ("1", "1", "1", "2", "3", None)
    return {
        (setting, question, path): Fate(
            random.choice(answers), random.randint(-most_failures, most_failures)
        )
        for setting, paths in (("greedy", 1), ("T0.5", MOST_PATHS), ("T1.0", MOST_PATHS))
        for question in range(QUESTIONS)
        for path in range(paths)
    }


def winners(run: Run) -> dict[tuple[str, int], str | None]:
    return {key: vote.answer for key, vote in run.votes.items()}


@given(plans(attempts=2), all_fates(most_failures=0))
def test_stopping_when_it_is_certain_changes_no_vote(plan: Plan, fates: Fates) -> None:
    full = Runner(plan, fates).run()
    early = Runner(replace(plan, stopping=CERTAIN), fates).run()

    assert winners(early) == winners(full)
    assert early.asked.total() <= full.asked.total()


@given(plans(attempts=2), all_fates(most_failures=2))
def test_it_changes_no_vote_where_paths_are_lost_and_come_again_or_not(
    plan: Plan, fates: Fates
) -> None:
    """In records of one path: where one fails with others, who stops early fails with fewer."""
    plan = replace(plan, family="nova", invocation_type="Converse")

    full = Runner(plan, fates).run()
    early = Runner(replace(plan, stopping=CERTAIN), fates).run()

    assert winners(early) == winners(full)


@given(plans(), st.integers(1, 3), all_fates(most_failures=3))
def test_every_path_of_a_full_run_is_asked_for_until_it_comes_or_attempts_are_spent(
    plan: Plan, attempts: int, fates: Fates
) -> None:
    """In records of one path, of which none fails with others."""
    plan = replace(plan, attempts=attempts, family="nova", invocation_type="Converse")

    run = Runner(plan, fates).run()

    assert run.asked == {
        key: max(1, min(attempts, fates[key].failures + 1))
        for setting in plan.settings
        for question in range(QUESTIONS)
        for key in [(setting.name, question, path) for path in range(setting.paths)]
    }
    assert all(need.finished == need.questions for need in run.needs)


@given(plans(), st.floats(1, 9), all_fates(most_failures=0))
def test_a_budget_is_kept_by_each_setting_and_nothing_of_it_goes_to_settled_questions(
    plan: Plan, budget: float, fates: Fates
) -> None:
    plan = replace(plan, budget=max(budget, plan.waves[0]), stopping=CERTAIN)

    run = Runner(plan, fates).run()

    for setting in ("T0.5", "T1.0"):
        asked = sum(times for key, times in run.asked.items() if key[0] == setting)
        assert asked <= floor((plan.budget or 0) * QUESTIONS)
    assert max(run.asked.values()) == 1


@given(
    plans(attempts=2),
    st.sampled_from([Stopping("never"), CERTAIN, Stopping("level", 0.85)]),
    st.none() | st.floats(1, 9),
    all_fates(most_failures=1),
)
def test_questions_settled_spent_and_open_add_up_wave_by_wave(
    plan: Plan, stopping: Stopping, budget: float | None, fates: Fates
) -> None:
    budget = None if budget is None else max(budget, plan.waves[0])
    plan = replace(plan, budget=budget, stopping=stopping)

    run = Runner(plan, fates).run()

    for number, setting in enumerate(plan.settings):
        still = QUESTIONS
        for wave, jobs in enumerate(run.jobs, 1):
            story = story_of(plan, wave, jobs, run.stood[wave - 1], run.stood[wave])
            told = story.settings[number]
            assert told.setting == setting.name
            assert min(told.settled, told.spent, told.open) >= 0
            assert told.settled + told.spent + told.open == still
            still = told.open
        assert still == 0


@given(plans(attempts=2), all_fates(most_failures=2))
def test_greedy_gets_its_one_path_and_no_more(plan: Plan, fates: Fates) -> None:
    run = Runner(replace(plan, stopping=Stopping("level", 0.9)), fates).run()

    assert {path for setting, _, path in run.asked if setting == "greedy"} == {0}
    assert all(times <= 2 for times in run.asked.values())
