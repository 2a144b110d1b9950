"""Requests that are refused: each problem with its value, what was expected and the way out."""

from typing import Any

import pytest

from lambdas.core.errors import RequestError
from tests.unit.core.requests.samples import COMMAND, NOVA, checked, problems


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"dataset": "s3://other/q.jsonl"},
            'dataset is "s3://other/q.jsonl", must name an object in the stack\'s bucket; copy it'
            " to s3://stack/datasets/",
            id="another bucket",
        ),
        pytest.param(
            {"dataset": "s3://stack/"},
            'dataset is "s3://stack/", must name an object in the stack\'s bucket; copy it to'
            " s3://stack/datasets/",
            id="no key",
        ),
        pytest.param(
            {"few_shot": "s3://stack-2/e.jsonl"},
            'few_shot is "s3://stack-2/e.jsonl", must name an object in the stack\'s bucket; copy'
            " it to s3://stack/datasets/",
            id="a bucket whose name begins alike",
        ),
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
            {"temperatures": [1.5]},
            "temperatures[0] is 1.5, must be at most 1 for the family nova",
            id="hotter than the model takes",
        ),
        pytest.param(
            {"greedy": False, "temperatures": []},
            "greedy is false and temperatures is [], must leave something to sample",
            id="nothing to sample",
        ),
        pytest.param(
            {"model_id": COMMAND, "max_tokens": 5000},
            "max_tokens is 5000, must be at most 4096 for the family cohere-command",
            id="more tokens than the model writes",
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
            'dataset is "\\ud800", must be the S3 key of a question set in the stack\'s bucket,'
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
            {"family": "gpt", "model_id": "acme.model-1"},
            'family is "gpt", must be one of ',
            id="a family nobody knows",
        ),
        pytest.param(
            {"model_id": COMMAND, "invocation_type": "Converse"},
            'invocation_type is "Converse", must be "InvokeModel" for the family cohere-command;'
            " or leave it out",
            id="a form the family lacks",
        ),
        pytest.param(
            {"model_id": COMMAND, "family": "converse"},
            'invocation_type is "Converse", must be "InvokeModel" for the family cohere-command',
            id="Converse for a model that has none",
        ),
        pytest.param(
            {"family": "jurassic"},
            f'family is "jurassic", must be "nova", the family of {NOVA}; or leave it out',
            id="a family that the id contradicts",
        ),
        pytest.param(
            {"model_id": "global.anthropic.claude-opus-5-v1:0", "family": "converse"}
            | {"temperatures": [1.0]},
            "greedy is true, must be false for anthropic.claude-opus-5",
            id="a model's own rules under another name",
        ),
        pytest.param(
            {"task": "arithmetic", "pattern": "(x)"},
            'pattern is "(x)", must go with the task "exact" alone; give "task": "exact", or'
            " remove pattern",
            id="a pattern for arithmetic",
        ),
        pytest.param(
            {"pattern": "(x)", "json_key": "y"},
            "pattern and json_key are both given, must be one of them; remove one",
            id="two places for one answer",
        ),
        pytest.param({"pattern": "(x"}, "pattern is ", id="a pattern that does not compile"),
        pytest.param({"template": "Solve it."}, "template ", id="a template without the question"),
        pytest.param({"top_p": 0}, "top_p is 0, must be a number above 0", id="an empty nucleus"),
        pytest.param(
            {"max_cost_usd": 0}, "max_cost_usd is 0, must be the most US dollars", id="no money"
        ),
        pytest.param({"prices": {"input": 1}}, "prices[output] is ", id="half a price"),
        pytest.param(
            {"prices": {"input": 1, "output": 2, "cached": 3}},
            'prices[cached] is 3, must be {"input": ',
            id="a price nobody knows",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], problem: str) -> None:
    (found,) = problems(**given)

    assert found.startswith(problem)


def test_an_unknown_key_is_refused_with_those_known() -> None:
    (problem,) = problems(temprature=0.5)

    assert problem.startswith("temprature is no key of a request; known keys: dataset, task, ")


def test_a_key_of_any_length_is_told_in_few_words() -> None:
    (unknown,) = problems(**{"x" * 100_000: 1})
    (broken,) = problems(**{"\ud800": 1})
    (nested,) = problems(prices={"input": 1, "output": 1, "x" * 100_000: 1})

    assert unknown.startswith(f"{'x' * 99}… is no key of a request; known keys: dataset, ")
    assert broken.startswith("\\ud800 is no key of a request; known keys: dataset, ")
    assert nested.startswith(f"prices[{'x' * 99}…] is 1, must be ")


@pytest.mark.parametrize("model_id", ["gpt-4", f"{NOVA} "])
def test_a_model_nobody_knows_is_refused_with_the_families(model_id: str) -> None:
    (problem,) = problems(model_id=model_id)

    assert problem.startswith(f'model_id is "{model_id}", which no family knows; families known: ')
    assert "nova, " in problem


def test_every_problem_is_in_one_message() -> None:
    with pytest.raises(RequestError) as refused:
        checked({"colour": "red", "paths": "5", "temperatures": [0], "model_id": "gpt-4"})

    message = str(refused.value)
    for part in ("dataset is missing", "colour is no key", 'paths is "5"', "temperatures[0] is 0"):
        assert part in message
    assert 'model_id is "gpt-4"' in message
    assert len(refused.value.problems) == 5


def test_waves_and_budget_are_not_held_against_paths_that_are_mistyped() -> None:
    assert len(problems(paths="50", waves=[20, 30], budget=40)) == 1


@pytest.mark.parametrize("given", [None, [], "q.jsonl", 5])
def test_what_is_no_object_is_refused(given: object) -> None:
    with pytest.raises(RequestError, match="must be a JSON object with at least a dataset"):
        checked(given)


def test_many_problems_are_counted_beyond_forty() -> None:
    error = RequestError([f"problem {n}" for n in range(45)], more=3)

    assert str(error).endswith("problem 39; and 8 more")
