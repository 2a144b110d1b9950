"""Early stopping, waves, budget, attempts and votes beside the majority, as a request asks."""

from typing import Any

import pytest

from lambdas.contract import Certified
from lambdas.core.requests.sampling import variant_misfits
from tests.unit.core.requests.samples import checked, problems

STOPS = (
    'must be "certain", a level above 0.5 and below 1 such as 0.95, {"certified": 0.05}, or null'
    " for all paths of every question"
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param(1, "1", id="a level that is never reached"),
        pytest.param(0.5, "0.5", id="the level of a toss"),
        pytest.param(True, "true", id="a switch"),
        pytest.param("sure", '"sure"', id="an unknown rule"),
        pytest.param({"certified": 2}, '{"certified": 2}', id="no chance"),
        pytest.param({"certified": "x"}, '{"certified": "x"}', id="no number"),
        pytest.param({}, "{}", id="an object of nothing"),
        pytest.param(
            {"certified": 0.05, "level": 0.9}, '{"certified": 0.05, "level": 0.9}', id="two rules"
        ),
    ],
)
def test_early_stopping_of_none_of_its_kinds_is_one_problem(given: object, shown: str) -> None:
    assert problems(early_stop=given) == (f"early_stop is {shown}, {STOPS}",)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"budget": 50},
            "budget is 50, must be at most paths, 30, the most that one question gets; lower it,"
            " or raise paths",
            id="a budget above all paths",
        ),
        pytest.param(
            {"budget": 4.5, "waves": [5, 25]},
            "budget is 4.5, must be at least waves[0], 5, which every question gets; raise it, or"
            " begin with a smaller wave",
            id="a first wave above the budget",
        ),
        pytest.param(
            {"variants": ["confidence", "confidence"]},
            'variants is ["confidence", "confidence"], must not name one vote twice',
            id="one vote twice",
        ),
        pytest.param(
            {"variants": ["confidence"], "template": "{question}"},
            'variants has "confidence", but the template does not ask for one: have it end with'
            ' a line such as "Confidence: C", C from 0 to 100, or remove "confidence"',
            id="a confidence that the template does not ask for",
        ),
        pytest.param(
            {"variants": ["calculator"], "task": "multiple_choice"},
            'variants has "calculator", must go with the task "arithmetic", not'
            ' "multiple_choice"; remove it',
            id="a calculator for choices",
        ),
    ],
)
def test_what_cannot_be_sampled_gives_value_expectation_and_way_out(
    given: dict[str, Any], problem: str
) -> None:
    assert problems(**given) == (problem,)


@pytest.mark.parametrize(
    ("given", "beginning"),
    [
        pytest.param({"budget": 0.5}, "budget is 0.5, must be ", id="less than a path"),
        pytest.param({"attempts": 0}, "attempts is 0, must be ", id="never asked"),
        pytest.param({"attempts": 6}, "attempts is 6, must be ", id="asked too often"),
        pytest.param({"variants": ["vote"]}, 'variants[0] is "vote", must be ', id="unknown vote"),
        pytest.param({"variants": None}, "variants is null, must be ", id="no list of votes"),
        pytest.param({"waves": [5, 2.5]}, "waves[1] is 2.5, must be ", id="half a path"),
        pytest.param({"waves": [30, 0]}, "waves is [30, 0], must be ", id="an empty wave"),
    ],
)
def test_a_value_out_of_range_is_one_problem(given: dict[str, Any], beginning: str) -> None:
    (problem,) = problems(**given)

    assert problem.startswith(beginning)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"early_stop": "certain", "paths": 1}, id="a rule with nothing to stop"),
        pytest.param({"early_stop": 0.95, "budget": 10}, id="a rule and a budget"),
        pytest.param({"budget": 10, "waves": None}, id="a budget in waves of its own"),
        pytest.param({"budget": 5, "waves": [5, 25]}, id="a budget of the first wave alone"),
        pytest.param({"budget": 30}, id="a budget of all paths"),
        pytest.param({"waves": [10, 20]}, id="several waves of every question"),
        pytest.param({"variants": ["calculator", "confidence"]}, id="votes, the task untold"),
        pytest.param({"variants": ["confidence"], "task": "exact"}, id="confidence in texts"),
    ],
)
def test_what_goes_together_is_taken(given: dict[str, Any]) -> None:
    assert checked({"dataset": "q.jsonl", **given})


def test_a_certified_rule_is_read_with_its_chance_of_error() -> None:
    found = checked({"dataset": "q.jsonl", "early_stop": {"certified": 0.05}})

    assert found.request.early_stop == Certified(certified=0.05)


@pytest.mark.parametrize("variants", [None, 5, "calculator", [], ["confidence"], [["calculator"]]])
def test_only_a_listed_calculator_is_held_against_the_task(variants: object) -> None:
    assert variant_misfits(variants, "exact") == []


def test_a_calculator_fits_a_task_that_is_not_known_yet() -> None:
    assert variant_misfits(["calculator"], None) == []
