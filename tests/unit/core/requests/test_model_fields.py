"""What a request may give to the model beside what the app itself sets."""

from typing import Any

import pytest

from tests.unit.core.requests.samples import checked, problems

OFF = {"thinking": {"type": "disabled"}}


@pytest.mark.parametrize(
    "fields", [None, {}, OFF, {"top_k": 40, "reasoning_effort": "low"}, {"stop": [None, 1.5, True]}]
)
def test_fields_of_a_model_s_own_pass(fields: Any) -> None:
    found = checked({"dataset": "q.jsonl", "model_fields": fields})

    assert found.request.fields_of_model == fields
    assert found.request.model_dump(mode="json")["model_fields"] == fields


@pytest.mark.parametrize("fields", ["thinking", [OFF], 7])
def test_fields_are_an_object(fields: Any) -> None:
    [problem] = problems(model_fields=fields)

    assert problem.startswith("model_fields")
    assert "must be a JSON object of members that the model takes" in problem


@pytest.mark.parametrize(
    "name",
    [
        *("temperature", "maxTokens", "max_tokens", "Max_Completion_Tokens", "topP", "messages"),
        *("inferenceConfig", "system", "num_generations", "anthropic_version", "modelId"),
        "max_tokens_to_sample",
    ],
)
def test_fields_set_nothing_that_the_app_sets(name: str) -> None:
    [problem] = problems(model_fields={name: 1})

    assert problem == f'model_fields has "{name}", must not set what the app sets itself; remove it'


@pytest.mark.parametrize(
    "name",
    [
        *("service_tier", "serviceTier", "tools", "speed"),
        *("cache_control", "best_of", "prediction", "web_search_options"),
    ],
)
def test_fields_do_not_change_what_a_token_costs(name: str) -> None:
    [problem] = problems(model_fields={name: "fast"})

    assert problem == f'model_fields has "{name}", must not change what a token costs; remove it'


def test_fields_are_short_because_every_record_has_them() -> None:
    # {"a":"…"} has eight characters beside the text.
    assert checked({"dataset": "q.jsonl", "model_fields": {"a": "x" * 4088}})

    [problem] = problems(model_fields={"a": "x" * 4089})

    assert problem.startswith("model_fields has 4,097 bytes as JSON, must have at most 4,096")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "half a \ud83d"])
def test_fields_are_json_that_every_reader_reads_alike(value: object) -> None:
    [problem] = problems(model_fields={"a": value})

    assert "must be JSON that can be written again" in problem
