"""Records of cohere.command-text-v14, and prompts in chat templates."""

import json

import pytest

from selfconsistency.bedrock.answers.source import Completion, Turn
from selfconsistency.bedrock.families.family import RefusedBodyError
from selfconsistency.bedrock.families.text_models import CohereCommand, instructed, templated

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


@pytest.mark.parametrize(
    ("prompt", "turns"),
    [
        pytest.param(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
            (Turn("system", "Be brief."), Turn("user", "Q")),
            id="Llama 3",
        ),
        pytest.param(
            "<|begin_of_text|><|header_start|>user<|header_end|>\n\nQ<|eot|>"
            "<|header_start|>assistant<|header_end|>\n\n",
            (Turn("user", "Q"),),
            id="Llama 4",
        ),
        pytest.param("<s>[INST] Q [/INST]", (Turn("user", "Q"),), id="Llama 2"),
        pytest.param("Q", (Turn("user", "Q"),), id="none"),
        pytest.param("<|eot_id|> Q", (Turn("user", "<|eot_id|> Q"),), id="malformed"),
        pytest.param(
            "<|start_header_id|>user<|end_header_id|>\n\nQ", (Turn("user", "Q"),), id="unfinished"
        ),
    ],
)
def test_a_llama_template_is_parted_into_turns(prompt, turns):
    assert templated(prompt) == turns


@pytest.mark.parametrize(
    ("prompt", "turns"),
    [
        ("<s>[INST] Q [/INST]", (Turn("user", "Q"),)),
        (
            "<s>[INST] Q [/INST] A</s>[INST] R [/INST]",
            (Turn("user", "Q"), Turn("assistant", "A"), Turn("user", "R")),
        ),
        ("[INST] Q", (Turn("user", "[INST] Q"),)),
        ("[INST][/INST]", (Turn("user", "[INST][/INST]"),)),
    ],
)
def test_instructions_are_parted_into_turns(prompt, turns):
    assert instructed(prompt) == turns
