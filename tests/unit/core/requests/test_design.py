"""How a run samples where its request does not say: by default, or as published."""

from typing import Any

import pytest

from lambdas.contract import Worth
from lambdas.contract.schema import Setting
from tests.unit.core.requests.samples import checked, problems

QUESTIONS = {"dataset": "q.jsonl"}
PUBLISHED = (
    Setting("greedy", 0.0, 1),
    Setting("T0.5", 0.5, 30),
    Setting("T0.7", 0.7, 30),
    Setting("T1.0", 1.0, 30),
)


@pytest.mark.parametrize(
    "named",
    [
        pytest.param({}, id="only the dataset"),
        pytest.param({"seed": 3, "max_tokens": 400}, id="keys of something else"),
        pytest.param({"jobs_at_once": 1, "ties": "greedy"}, id="how to run and to vote"),
    ],
)
def test_a_request_that_does_not_say_how_to_sample_mixes_temperatures_in_sized_waves(
    named: dict[str, Any],
) -> None:
    found = checked(QUESTIONS | named)

    assert found.settings == (
        Setting("greedy", 0.0, 1),
        Setting("mix", None, 30, (0.5, 0.7, 1.0)),
    )
    assert found.request.early_stop == Worth(worth=0.001)
    assert found.request.paths_per_job is None


@pytest.mark.parametrize(
    "named",
    [
        {"temperatures": [0.5, 0.7, 1.0]},
        {"paths": 30},
        {"early_stop": None},
        {"mix": False},
        {"waves": None},
        {"budget": None},
    ],
)
def test_a_request_that_says_something_of_it_keeps_the_other_defaults(
    named: dict[str, Any],
) -> None:
    found = checked(QUESTIONS | named)

    assert found.settings == PUBLISHED
    assert (found.request.early_stop, found.request.paths_per_job) == (None, 5)


def test_keys_beside_those_of_sampling_stay_as_they_are_named() -> None:
    found = checked(QUESTIONS | {"greedy": False, "paths_per_job": 7})

    assert [setting.name for setting in found.settings] == ["mix"]
    assert found.request.paths_per_job == 7


def test_the_published_design_is_one_key_away() -> None:
    found = checked(QUESTIONS | {"design": "published"})

    assert found.settings == PUBLISHED
    assert (found.request.early_stop, found.request.paths_per_job) == (None, 5)


def test_the_published_design_may_be_packed_into_few_jobs() -> None:
    found = checked(QUESTIONS | {"design": "published", "paths_per_job": None})

    assert (found.settings, found.request.paths_per_job) == (PUBLISHED, None)


def test_a_key_may_repeat_what_its_design_has() -> None:
    named = {"design": "published", "paths": 30, "temperatures": [1.0, 0.5, 0.7]}

    assert checked(QUESTIONS | named).settings == PUBLISHED


def test_a_key_that_contradicts_the_design_is_refused() -> None:
    found = problems(design="published", paths=10, early_stop={"worth": 0.01}, temperatures=[0.7])

    assert found == (
        'temperatures is [0.7], and the design "published" has [0.5, 0.7, 1.0]; remove temperatures'
        " or design",
        'paths is 10, and the design "published" has 30; remove paths or design',
        'early_stop is {"worth": 0.01}, and the design "published" has null; remove early_stop or'
        " design",
    )


@pytest.mark.parametrize("named", [{}, {"design": "published"}, {"paths": 5}])
def test_a_stored_request_is_read_as_it_was_run(named: dict[str, Any]) -> None:
    first = checked(QUESTIONS | named)

    again = checked(first.request.model_dump(mode="json"))

    assert (again.settings, again.request) == (first.settings, first.request)
