"""Records of cohere.command-text-v14."""

import json

import pytest

from local.bedrock.answers.source import Completion
from local.bedrock.families.cohere_command import CohereCommand
from local.bedrock.families.family import RefusedBodyError

FAMILY = CohereCommand()


def asked(**body):
    return FAMILY.asked("q0000001s00", json.dumps({"prompt": "Q: a\nA:"} | body).encode())


def test_a_prompt_is_read_with_its_parameters():
    found = asked(temperature=5, p=0.9, k=10, max_tokens=512, num_generations=5)

    assert found.prompt == "Q: a\nA:"
    assert (found.temperature, found.count, found.max_tokens) == (5, 5, 512)


@pytest.mark.parametrize(
    "body",
    [
        {"num_generations": 6},
        {"num_generations": 0},
        {"temperature": 5.1},
        {"temperature": -1},
        {"max_tokens": 0},
        {"p": 2},
        {"k": 501},
        {"prompt": " "},
        {"prompt": None},
        {"n": 5},
        {"messages": []},
        {"temperature": "hot"},
    ],
    ids=str,
)
def test_a_body_that_the_model_would_refuse_is_refused(body):
    with pytest.raises(RefusedBodyError):
        asked(**body)


def test_generations_have_ids_and_finish_reasons():
    completions = [Completion("one"), Completion("two", finished=False)]

    body = FAMILY.output(asked(num_generations=2), completions, nulls=False).body

    assert [each["text"] for each in body["generations"]] == ["one", "two"]
    assert [each["finish_reason"] for each in body["generations"]] == ["COMPLETE", "MAX_TOKENS"]
    assert len({body["id"], *(each["id"] for each in body["generations"])}) == 3
    assert body["prompt"] == "Q: a\nA:"
