"""The request: taken with its defaults, or refused with every problem at once."""

import pytest

from lambdas.core.requests.locations import key_named
from lambdas.core.requests.request import task_asked
from lambdas.core.settings import Setting
from tests.unit.core.requests.samples import NOVA, PROFILE, checked, problems


def test_only_the_dataset_is_required() -> None:
    found = checked({"dataset": "datasets/q.jsonl"})

    assert found.dataset_key == "datasets/q.jsonl"
    assert found.model_id == found.request.model_id == NOVA
    assert found.family.name == "nova"
    assert found.settings == (
        Setting("greedy", 0.0, 1),
        Setting("T0.5", 0.5, 30),
        Setting("T0.7", 0.7, 30),
        Setting("T1.0", 1.0, 30),
    )


def test_locations_in_the_stacks_bucket_may_be_given_as_uris() -> None:
    given = {"dataset": "s3://stack/a/q.csv", "few_shot": "s3://stack/e.jsonl"}

    assert checked(given).dataset_key == "a/q.csv"
    assert key_named(given, "few_shot", "stack") == "e.jsonl"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(None, id="no request"),
        pytest.param({}, id="no few_shot"),
        pytest.param({"few_shot": "builtin"}, id="those built in"),
        pytest.param({"few_shot": "none"}, id="none"),
        pytest.param({"few_shot": 8}, id="no text"),
        pytest.param({"few_shot": "s3://elsewhere/e.jsonl"}, id="another bucket"),
        pytest.param({"few_shot": "s3://stack/"}, id="no key"),
        pytest.param({"few_shot": ""}, id="empty"),
        pytest.param({"few_shot": "\ud800"}, id="half a surrogate pair"),
    ],
)
def test_a_key_is_named_only_by_a_place_in_the_stacks_bucket(given: object) -> None:
    assert key_named(given, "few_shot", "stack") is None


def test_a_question_set_may_have_any_name() -> None:
    assert key_named({"dataset": "none"}, "dataset", "stack") == "none"


def test_a_model_that_its_id_does_not_tell_is_of_the_family_named() -> None:
    given = {"dataset": "q.jsonl", "model_id": "acme.model-1", "family": "claude"}

    found = checked(given)

    assert (found.family.name, found.foundation_model) == ("claude", "acme.model-1")


def test_converse_can_be_asked_for_by_the_name_of_its_family() -> None:
    found = checked(
        {"dataset": "q.jsonl", "model_id": "ai21.jamba-1-5-mini-v1:0", "family": "converse"}
    )

    assert (found.family.name, found.form.invocation_type) == ("jamba", "Converse")


def test_an_application_profile_is_of_its_models_family() -> None:
    found = checked({"dataset": "q.jsonl", "model_id": PROFILE})

    assert (found.model_id, found.family.name) == (PROFILE, "nova")
    assert found.foundation_model == "amazon.nova-lite-v1:0"


def test_an_application_profile_that_cannot_be_looked_up_needs_its_family_named() -> None:
    (problem,) = problems(model_id=f"{PROFILE}x")

    assert problem.endswith('or name the "family" that it belongs to')


@pytest.mark.parametrize(
    ("given", "task"),
    [
        ({}, None),
        ({"task": "multiple_choice"}, "multiple_choice"),
        ({"task": "sums"}, None),
        ({"pattern": "x"}, "exact"),
        ({"task": "arithmetic", "pattern": "x"}, "arithmetic"),
        (None, None),
    ],
)
def test_the_task_asked_for(given: object, task: str | None) -> None:
    assert task_asked(given) == task


def test_a_stack_with_fewer_jobs_at_once_than_the_default_still_takes_uploads() -> None:
    assert checked({"dataset": "q.jsonl"}, most_jobs_at_once=2).request.jobs_at_once == 2
