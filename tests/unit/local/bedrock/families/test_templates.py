"""Prompts in chat templates, parted into turns."""

import pytest

from local.bedrock.answers.source import Turn
from local.bedrock.families.instructions import instructed
from local.bedrock.families.llama import templated


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
