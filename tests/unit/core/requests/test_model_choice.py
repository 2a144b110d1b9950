"""The model of a request: its family, the form of its records, and what is refused."""

from typing import Any

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.models.availability import PaidRun
from lambdas.core.requests.request import check_request
from tests.unit.core.requests.samples import (
    COMMAND,
    NOVA,
    PROFILE,
    PROFILES,
    checked,
    problems,
)


def test_a_model_whose_id_does_not_imply_a_family_has_the_one_named() -> None:
    found = checked({"dataset": "q.jsonl", "model_id": "acme.model-1", "family": "claude"})

    assert (found.family.name, found.foundation_model) == ("claude", "acme.model-1")


def test_the_family_converse_implies_the_invocation_type() -> None:
    native = {"model_id": "amazon.nova-lite-v1:0", "invocation_type": "InvokeModel"}

    found = checked({"dataset": "q.jsonl", **native, "family": "converse"})

    assert (found.family.name, found.form.invocation_type) == ("nova", "Converse")


def test_an_application_profile_is_of_its_models_family() -> None:
    found = checked({"dataset": "q.jsonl", "model_id": PROFILE})

    assert (found.model_id, found.family.name) == (PROFILE, "nova")
    assert found.foundation_model == "amazon.nova-lite-v1:0"


def test_an_application_profile_that_cannot_be_looked_up_needs_its_family_named() -> None:
    (problem,) = problems(model_id=f"{PROFILE}x")

    assert problem.endswith('or name the "family" that it belongs to')


@pytest.mark.parametrize("model_id", ["gpt-4", f"{NOVA} "])
def test_an_unknown_model_is_refused_with_the_known_families(model_id: str) -> None:
    (problem,) = problems(model_id=model_id)

    assert problem.startswith(
        f'model_id is "{model_id}", which belongs to no known family; families known: '
    )
    assert "nova, " in problem


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"model_id": NOVA, "temperatures": [1.5]},
            "temperatures[0] is 1.5, must be at most 1 for the family nova",
            id="hotter than the model takes",
        ),
        pytest.param(
            {"model_id": COMMAND, "max_tokens": 5000},
            "max_tokens is 5000, must be at most 4096 for the family cohere-command",
            id="more tokens than the model writes",
        ),
        pytest.param(
            {"family": "gpt", "model_id": "acme.model-1"},
            'family is "gpt", must be one of ',
            id="an unknown family",
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
    ],
)
def test_what_a_model_refuses_is_one_problem(given: dict[str, Any], problem: str) -> None:
    (found,) = problems(**given)

    assert found.startswith(problem)


def test_a_model_that_nobody_named_sets_no_limits_to_who_answers_in_its_place() -> None:
    found = checked({"dataset": "q.jsonl", "temperatures": [1.5], "max_tokens": 20_000})

    assert found.request.temperatures == (1.5,)


def test_a_run_that_is_paid_for_keeps_to_the_limits_of_the_stacks_model() -> None:
    with pytest.raises(RequestError) as refused:
        check_request(
            {"dataset": "q.jsonl", "temperatures": [1.5]},
            bucket="stack",
            default_model=NOVA,
            most_jobs_at_once=3,
            model_behind=PROFILES.get,
            paid=PaidRun("2026-12-01T00:00:00+00:00", True),
        )

    assert "must be at most 1 for the family nova" in str(refused.value)
