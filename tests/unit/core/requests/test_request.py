"""The request: read unchecked, checked with its defaults, or refused with every problem at once."""

from typing import Any

import pytest

from lambdas.contract.schema import AnswerSpec
from lambdas.core.dataset.golds import Asked, Reading
from lambdas.core.errors import RequestError
from lambdas.core.requests.request import read_unchecked
from tests.unit.core.requests.samples import NOVA, checked, problems


def test_only_the_dataset_is_required() -> None:
    found = checked({"dataset": "datasets/q.jsonl"})

    assert found.dataset_key == "datasets/q.jsonl"
    assert (found.model_id, found.request.model_id) == (NOVA, None)
    assert found.family.name == "nova"
    assert [setting.name for setting in found.settings] == ["greedy", "mix"]


def test_locations_in_the_stacks_bucket_may_be_given_as_uris() -> None:
    request = {"dataset": "s3://stack/a/q.csv", "few_shot": "s3://stack/e.jsonl"}

    unchecked = read_unchecked(request, "stack")

    assert checked(request).dataset_key == unchecked.dataset_key == "a/q.csv"
    assert unchecked.few_shot_key == "e.jsonl"


@pytest.mark.parametrize(
    "request_json",
    [
        pytest.param(None, id="no request"),
        pytest.param({}, id="no few_shot"),
        pytest.param({"few_shot": "builtin"}, id="built-in exemplars"),
        pytest.param({"few_shot": "none"}, id="none"),
        pytest.param({"few_shot": 8}, id="no text"),
        pytest.param({"few_shot": "s3://elsewhere/e.jsonl"}, id="another bucket"),
        pytest.param({"few_shot": "s3://stack/"}, id="no key"),
        pytest.param({"few_shot": ""}, id="empty"),
        pytest.param({"few_shot": "\ud800"}, id="half a surrogate pair"),
    ],
)
def test_exemplars_are_read_only_from_a_key_of_the_stacks_bucket(request_json: object) -> None:
    assert read_unchecked(request_json, "stack").few_shot_key is None


def test_only_the_word_none_asks_for_no_exemplars() -> None:
    values = ("none", "builtin", "e.jsonl", None)

    found = [read_unchecked({"few_shot": value}, "stack").zero_shot for value in values]

    assert found == [True, False, False, False]


def test_a_dataset_may_have_any_name() -> None:
    assert read_unchecked({"dataset": "none"}, "stack").dataset_key == "none"


@pytest.mark.parametrize(
    ("request_json", "named", "task"),
    [
        ({}, None, None),
        ({"task": "multiple_choice"}, "multiple_choice", "multiple_choice"),
        ({"task": "sums"}, None, None),
        ({"pattern": "x"}, None, "exact"),
        ({"task": "sums", "json_key": "x"}, None, "exact"),
        ({"task": "arithmetic", "pattern": "x"}, "arithmetic", "arithmetic"),
        (None, None, None),
    ],
)
def test_a_task_is_named_or_implied(
    request_json: object, named: str | None, task: str | None
) -> None:
    unchecked = read_unchecked(request_json, "stack")

    assert (unchecked.named_task, unchecked.task) == (named, task)


def test_values_of_a_wrong_type_are_not_read() -> None:
    wrong = read_unchecked(
        {"dataset": 1, "limit": "5", "template": 5, "variants": "repair"}, "stack"
    )
    right = read_unchecked({"limit": 5, "template": "x", "variants": ["repair"]}, "stack")

    assert (wrong.dataset_key, wrong.limit, wrong.template, wrong.variants) == (None,) * 3 + ((),)
    assert (right.limit, right.template, right.variants) == (5, "x", ("repair",))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param({}, Asked(None, None, 0.05, 0), id="nothing"),
        pytest.param(
            {"task": "exact", "decimal_mark": ",", "unscored_at_most": 1, "seed": 3},
            Asked("exact", ",", 1.0, 3),
            id="all",
        ),
        pytest.param({"pattern": "x"}, Asked("exact"), id="a task that is implied"),
        pytest.param({"unscored_at_most": 0}, Asked(unscored_at_most=0.0), id="none unscored"),
        pytest.param(
            {"task": 1, "decimal_mark": "'", "unscored_at_most": 2, "seed": "3"},
            Asked(),
            id="wrong values",
        ),
        pytest.param(
            {"task": [], "decimal_mark": {}, "unscored_at_most": "0.5", "seed": None},
            Asked(),
            id="wrong types",
        ),
        pytest.param({"unscored_at_most": float("nan")}, Asked(), id="no number"),
    ],
)
def test_a_dataset_is_read_as_far_as_the_request_can_be_read(
    given: dict[str, object], asked: Asked
) -> None:
    assert read_unchecked(given, "stack").asked == asked


def test_how_answers_are_read_is_as_the_dataset_is_read() -> None:
    spec = checked({"dataset": "q.jsonl", "pattern": "x", "task": "exact"}).answer_spec(
        Reading("exact", yes_no=True, decimal_mark=",")
    )

    assert spec == AnswerSpec("exact", pattern="x", decimal_mark=",", yes_no=True)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param({"decimal_mark": "'"}, 'decimal_mark is "\'", must be ', id="another mark"),
        pytest.param({"unscored_at_most": 5}, "unscored_at_most is 5, must be ", id="a percentage"),
        pytest.param({"unscored_at_most": "5%"}, 'unscored_at_most is "5%", must be ', id="a text"),
    ],
)
def test_a_wrong_way_to_read_a_dataset_is_refused(given: dict[str, Any], problem: str) -> None:
    (found,) = problems(**given)

    assert found.startswith(problem)


def test_a_stack_with_fewer_jobs_at_once_than_the_default_still_accepts_uploads() -> None:
    assert checked({"dataset": "q.jsonl"}, most_jobs_at_once=2).request.jobs_at_once == 2


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"paths": "30"},
            'paths is "30", must be a whole number of paths from 1 to 100',
            id="a text for a number",
        ),
        pytest.param(
            {"paths": True}, "paths is true, must be a whole number of paths from 1 to 100"
        ),
        pytest.param(
            {"temperatures": [0.5, "hot"]},
            'temperatures[1] is "hot", must be a list of different temperatures above 0',
            id="a text among the temperatures",
        ),
        pytest.param(
            {"temperatures": [0]},
            "temperatures[0] is 0, must be above 0: at 0 all paths are the same text; use"
            ' "greedy": true for that one path',
            id="n > 1 at T=0: identical paths paid for n times",
        ),
        pytest.param(
            {"temperatures": [0.7, 0.7]},
            "temperatures is [0.7, 0.7], must not name one temperature twice",
            id="one temperature twice",
        ),
        pytest.param(
            {"greedy": False, "temperatures": []},
            "greedy is false and temperatures is [], must leave something to sample",
            id="nothing to sample",
        ),
        pytest.param(
            {"waves": [10, 10]},
            "waves is [10, 10], must be whole numbers above 0 that add up to paths, 30",
            id="waves that do not add up",
        ),
        pytest.param(
            {"jobs_at_once": 4},
            "jobs_at_once is 4, must be at most the stack's 3; deploy with -c jobs_at_once=4 for"
            " more",
            id="more jobs at once than the stack runs",
        ),
        pytest.param(
            {"dataset": "\ud800"},
            'dataset is "\\ud800", must be the S3 key of a dataset in the stack\'s bucket,'
            " or s3://BUCKET/KEY",
            id="half a surrogate pair",
        ),
    ],
)
def test_a_problem_gives_value_expectation_and_way_out(given: dict[str, Any], problem: str) -> None:
    assert problems(**given) == (problem,)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"task": "arithmetic", "pattern": "(x)"},
            'pattern is "(x)", must go with the task "exact" alone; give "task": "exact", or'
            " remove pattern",
            id="a pattern for arithmetic",
        ),
        pytest.param(
            {"pattern": "(x)", "json_key": "y"},
            "pattern and json_key are both given, must be one of them; remove one",
            id="two locations for one answer",
        ),
        pytest.param({"pattern": "(x"}, "pattern is ", id="a pattern that does not compile"),
        pytest.param({"template": "Solve it."}, "template ", id="a template without the question"),
        pytest.param({"top_p": 0}, "top_p is 0, must be a number above 0", id="an empty nucleus"),
        pytest.param(
            {"max_cost_usd": 0}, "max_cost_usd is 0, must be the most US dollars", id="no money"
        ),
        pytest.param(
            {"prices": {"input": 1}}, "prices[output] is missing, must be {", id="half a price"
        ),
        pytest.param(
            {"prices": {"input": 1e9, "output": 1}},
            'prices[input] is 1000000000.0, must be {"input": USD per million tokens, from 0 to'
            " 10,000,",
            id="a price beyond all reason",
        ),
        pytest.param(
            {"prices": {"input": 1, "output": 2, "cached": 3}},
            'prices[cached] is 3, must be {"input": ',
            id="a price nobody knows",
        ),
    ],
)
def test_a_contradiction_or_a_wrong_value_is_refused(given: dict[str, Any], problem: str) -> None:
    (found,) = problems(**given)

    assert found.startswith(problem)


def test_an_unknown_key_is_refused_with_those_known() -> None:
    (mistyped,) = problems(temprature=0.5)
    (unknown,) = problems(colour="red")

    assert mistyped == "temprature is no key of a request; did you mean temperatures?"
    assert unknown.startswith("colour is no key of a request; known keys: dataset, task, ")


def test_a_key_of_any_length_is_cut_in_the_message() -> None:
    (unknown,) = problems(**{"x" * 100_000: 1})
    (broken,) = problems(**{"\ud800": 1})
    (nested,) = problems(prices={"input": 1, "output": 1, "x" * 100_000: 1})

    assert unknown.startswith(f"{'x' * 99}… is no key of a request; known keys: dataset, ")
    assert broken.startswith("\\ud800 is no key of a request; known keys: dataset, ")
    assert nested.startswith(f"prices[{'x' * 99}…] is 1, must be ")


def test_every_problem_is_in_one_message() -> None:
    with pytest.raises(RequestError) as refused:
        checked({"colour": "red", "paths": "5", "temperatures": [0], "model_id": "gpt-4"})

    message = str(refused.value)
    for part in ("dataset is missing", "colour is no key", 'paths is "5"', "temperatures[0] is 0"):
        assert part in message
    assert 'model_id is "gpt-4"' in message
    assert len(refused.value.problems) == 5


def test_waves_and_budget_are_not_compared_with_paths_of_a_wrong_type() -> None:
    assert len(problems(paths="50", waves=[20, 30], budget=40)) == 1


@pytest.mark.parametrize("given", [None, [], "q.jsonl", 5])
def test_a_request_that_is_no_object_is_refused(given: object) -> None:
    with pytest.raises(RequestError, match="must be a JSON object with at least a dataset"):
        checked(given)
