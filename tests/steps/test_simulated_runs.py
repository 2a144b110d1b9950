"""Simulated runs: what early stopping and retries guarantee for a run as a whole."""

from collections.abc import Sequence
from dataclasses import replace
from math import floor
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import Plan, Setting, Shard, Stopping
from lambdas.core.models.registry import family_named
from lambdas.core.sampling.stopping import default_waves
from lambdas.core.sampling.wave_summary import summarize_wave
from tests.unit.core.samples import GREEDY, a_plan
from tests.unit.core.sampling.runs import Outcome, Outcomes, Run, Simulator

CERTAIN = Stopping("certain")
TEMPERATURES = (0.5, 0.7, 1.0)
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


def mixed(plan: Plan) -> Plan:
    """Return the plan with one setting for all temperatures."""
    paths = sum(plan.waves)
    return replace(plan, settings=(GREEDY, Setting("mix", None, paths, TEMPERATURES)))


def sized(plan: Plan, worth: float) -> Plan:
    """Return the plan with waves that are sized question by question."""
    paths = sum(plan.waves)
    stopping = Stopping("worth", worth)
    return replace(plan, waves=default_waves(paths, stopping), stopping=stopping)


# Mostly one answer, so that questions are decided.
ANSWERS = ("1", "1", "1", "2", "3", None)


def all_outcomes(
    max_failures: int, answers: Sequence[str | None] = ANSWERS
) -> st.SearchStrategy[Outcomes]:
    """Outcomes by a seed; drawing each by itself would take most of the time."""
    seeds = st.integers(0, 2**32)
    return seeds.map(lambda seed: _outcomes(Random(seed), max_failures, answers))


def _outcomes(random: Random, max_failures: int, answers: Sequence[str | None]) -> Outcomes:
    return {
        (setting, question, path): Outcome(
            random.choice(answers), random.randint(-max_failures, max_failures)
        )
        for setting, paths in (
            ("greedy", 1),
            ("T0.5", MOST_PATHS),
            ("T1.0", MOST_PATHS),
            ("mix", MOST_PATHS),
        )
        for question in range(QUESTIONS)
        for path in range(paths)
    }


def winners(run: Run) -> dict[tuple[str, int], str | None]:
    return {key: vote.answer for key, vote in run.votes.items()}


@given(plans(attempts=2), all_outcomes(max_failures=0))
def test_stopping_when_it_is_certain_changes_no_vote(plan: Plan, outcomes: Outcomes) -> None:
    full = Simulator(plan, outcomes).run()
    early = Simulator(replace(plan, stopping=CERTAIN), outcomes).run()

    assert winners(early) == winners(full)
    assert early.requests.total() <= full.requests.total()


@given(plans(attempts=2), all_outcomes(max_failures=2))
def test_stopping_when_it_is_certain_changes_no_vote_with_lost_and_retried_paths(
    plan: Plan, outcomes: Outcomes
) -> None:
    """Records have one path: if several fail together, a run that stops early loses fewer."""
    plan = replace(plan, family="nova", invocation_type="Converse")

    full = Simulator(plan, outcomes).run()
    early = Simulator(replace(plan, stopping=CERTAIN), outcomes).run()

    assert winners(early) == winners(full)


@given(plans(), st.integers(1, 3), all_outcomes(max_failures=3))
def test_a_full_run_requests_every_path_until_it_comes_back_or_attempts_run_out(
    plan: Plan, attempts: int, outcomes: Outcomes
) -> None:
    """Records have one path, so none fails with others."""
    plan = replace(plan, attempts=attempts, family="nova", invocation_type="Converse")

    run = Simulator(plan, outcomes).run()

    assert run.requests == {
        key: max(1, min(attempts, outcomes[key].failures + 1))
        for setting in plan.settings
        for question in range(QUESTIONS)
        for key in [(setting.name, question, path) for path in range(setting.paths)]
    }
    assert all(each.finished == each.questions for each in run.backlogs[-1])


@given(plans(), st.floats(1, 9), all_outcomes(max_failures=0))
def test_each_setting_stays_within_its_budget_and_requests_each_path_once(
    plan: Plan, budget: float, outcomes: Outcomes
) -> None:
    plan = replace(plan, budget=max(budget, plan.waves[0]), stopping=CERTAIN)

    run = Simulator(plan, outcomes).run()

    for setting in ("T0.5", "T1.0"):
        requested = sum(times for key, times in run.requests.items() if key[0] == setting)
        assert requested <= floor((plan.budget or 0) * QUESTIONS)
    assert max(run.requests.values()) == 1


@given(
    plans(attempts=2),
    st.sampled_from([Stopping("never"), CERTAIN, Stopping("level", 0.85)]),
    st.none() | st.floats(1, 9),
    all_outcomes(max_failures=1),
)
def test_decided_exhausted_and_open_questions_add_up_wave_by_wave(
    plan: Plan, stopping: Stopping, budget: float | None, outcomes: Outcomes
) -> None:
    budget = None if budget is None else max(budget, plan.waves[0])
    plan = replace(plan, budget=budget, stopping=stopping)

    run = Simulator(plan, outcomes).run()

    for number, setting in enumerate(plan.settings):
        still_open = QUESTIONS
        for wave, jobs in enumerate(run.jobs, 1):
            before, after = run.backlogs[wave - 1], run.backlogs[wave]
            found = summarize_wave(plan, wave, jobs, before, after).settings[number]
            assert found.setting == setting.name
            assert min(found.decided, found.exhausted, found.open) >= 0
            assert found.decided + found.exhausted + found.open == still_open
            still_open = found.open
        assert still_open == 0


@given(plans(attempts=2), all_outcomes(max_failures=2))
def test_greedy_gets_one_path_only(plan: Plan, outcomes: Outcomes) -> None:
    run = Simulator(replace(plan, stopping=Stopping("level", 0.9)), outcomes).run()

    assert {path for setting, _, path in run.requests if setting == "greedy"} == {0}
    assert all(times <= 2 for times in run.requests.values())


WORTHS = st.sampled_from([0.0, 0.001, 0.02])


@given(plans(attempts=2), WORTHS, all_outcomes(max_failures=0))
def test_sized_waves_request_no_path_twice_and_leave_none_between(
    plan: Plan, worth: float, outcomes: Outcomes
) -> None:
    plan = sized(plan, worth)

    run = Simulator(plan, outcomes).run()

    assert len(run.jobs) <= 3
    assert max(run.requests.values()) == 1
    for setting in plan.settings:
        for question in range(QUESTIONS):
            paths = {
                path for name, q, path in run.requests if (name, q) == (setting.name, question)
            }
            assert paths == set(range(len(paths)))
            assert min(4, setting.paths) <= len(paths) <= setting.paths
    assert all(each.finished == each.questions for each in run.backlogs[-1])


@given(plans(attempts=3), WORTHS, all_outcomes(max_failures=2))
def test_sized_waves_retry_lost_paths_and_stay_below_the_cap(
    plan: Plan, worth: float, outcomes: Outcomes
) -> None:
    plan = mixed(sized(plan, worth))

    run = Simulator(plan, outcomes).run()

    assert max(run.requests.values()) <= 3
    assert {path for name, _, path in run.requests if name == "mix"} <= set(range(sum(plan.waves)))
    assert all(each.finished == each.questions for each in run.backlogs[-1])


@given(plans(attempts=2), all_outcomes(max_failures=0, answers=("1", "1", "2")))
def test_free_paths_in_sized_waves_change_no_vote_between_two_answers(
    plan: Plan, outcomes: Outcomes
) -> None:
    """The last paths may still bring a tie, which is drawn at random."""
    full = Simulator(plan, outcomes).run()
    early = Simulator(sized(plan, 0.0), outcomes).run()

    clear = {key: vote.answer for key, vote in full.votes.items() if not vote.tied}
    assert {key: early.votes[key].answer for key in clear} == clear


@given(plans(attempts=3), st.sampled_from([CERTAIN, Stopping("worth", 0.0)]), all_outcomes(2))
def test_each_path_of_a_mix_keeps_its_temperature_when_it_is_retried(
    plan: Plan, stopping: Stopping, outcomes: Outcomes
) -> None:
    plan = mixed(sized(plan, 0.0) if stopping.rule == "worth" else replace(plan, stopping=stopping))

    run = Simulator(plan, outcomes).run()

    assert all(len(run.temperatures[key]) == 1 for key in run.requests)


@given(plans(attempts=2), all_outcomes(max_failures=0))
def test_the_paths_of_a_mix_have_its_temperatures_in_turn(plan: Plan, outcomes: Outcomes) -> None:
    """Records have one path, so path and record have one number."""
    plan = mixed(replace(plan, family="nova", invocation_type="Converse", stopping=CERTAIN))

    run = Simulator(plan, outcomes).run()

    assert run.temperatures == {
        (name, question, path): {TEMPERATURES[path % 3] if name == "mix" else 0.0}
        for name, question, path in run.requests
    }
