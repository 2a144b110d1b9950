"""Every family of the app against the Bedrock emulator's own reading of the same documentation."""

import json
from dataclasses import replace

import msgspec
import pytest

from lambdas.core.models.base import Family, Form, Sampling
from lambdas.core.models.registry import family_of
from selfconsistency.bedrock.answers.source import Completion
from selfconsistency.bedrock.families.of_model import family_of as emulator_family

MODELS = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-haiku-4-5-20251001-v1:0",
    "amazon.nova-lite-v1:0",
    "amazon.nova-2-lite-v1:0",
    "meta.llama2-13b-chat-v1",
    "meta.llama3-1-8b-instruct-v1:0",
    "meta.llama4-scout-17b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mistral-large-2402-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "mistral.ministral-3-8b-instruct",
    "cohere.command-text-v14",
    "ai21.j2-mid-v1",
    "openai.gpt-oss-20b-1:0",
    "qwen.qwen3-32b-v1:0",
    "deepseek.v3-v1:0",
    "deepseek.r1-v1:0",
    "google.gemma-3-12b-it",
    "moonshot.kimi-k2-thinking",
    "minimax.minimax-m2",
    "nvidia.nemotron-nano-9b-v2",
    "zai.glm-4-6",
)
PROMPT = "Think.\n\nQ: 1 + 1?\nA: 2.\n\nQ: 2 + 2?\nA:"
GREEDY, SAMPLED = Sampling(0.0, 256), Sampling(0.7, 256)


def forms() -> list[object]:
    found = []
    for model in MODELS:
        family = family_of(model)
        assert family, model
        found += [
            pytest.param(model, form, id=f"{model}-{form.invocation_type}") for form in family.forms
        ]
    return found


EVERY = pytest.mark.parametrize(("model", "form"), forms())


def asked(model: str, form: Form, sampling: Sampling):
    body = json.dumps(form.body(PROMPT, sampling)).encode()
    return emulator_family(model, form.invocation_type).asked("q0000000s00", body)


def answered(model: str, form: Form, sampling: Sampling, *texts: Completion, nulls: bool):
    family = emulator_family(model, form.invocation_type)
    output = family.output(asked(model, form, sampling), list(texts), nulls=nulls)
    row = {"recordId": "q0000000s00", "modelInput": {}, "modelOutput": output.body}
    if nulls:
        row["error"] = None
    return output, form.read(form.rows.decode(msgspec.json.encode(row)).modelOutput)


@EVERY
@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
def test_a_body_is_taken_with_its_sampling(model, form, sampling):
    found = asked(model, form, sampling)

    assert found.turns[-1].text.strip() == PROMPT
    assert (found.temperature, found.count) == (sampling.temperature, 1)
    assert found.max_tokens == sampling.max_tokens


@EVERY
def test_a_body_asks_for_as_many_completions_as_its_form_brings(model, form):
    sampling = replace(SAMPLED, generations=form.max_generations)

    assert asked(model, form, sampling).count == form.max_generations


@EVERY
def test_a_greedy_body_asks_for_one_completion_even_so(model, form):
    sampling = replace(GREEDY, generations=form.max_generations)

    assert asked(model, form, sampling).count == 1


@EVERY
def test_an_answer_is_read_as_it_was_meant(model, form):
    output, read = answered(model, form, SAMPLED, Completion("So it is 4."), nulls=False)

    assert [each.text for each in read.completions] == ["So it is 4."]
    assert not any(each.cut_off or each.filtered or each.odd_stop for each in read.completions)
    assert read.tokens_in in (None, output.tokens_in)
    assert read.tokens_out in (None, output.tokens_out)


@EVERY
def test_a_cut_off_answer_is_read_as_one(model, form):
    _, read = answered(model, form, SAMPLED, Completion("So", finished=False), nulls=False)

    assert [(each.text, each.cut_off) for each in read.completions] == [("So", True)]


@EVERY
def test_an_answer_among_nulls_and_reasoning_is_read_as_it_was_meant(model, form):
    _, read = answered(model, form, SAMPLED, Completion("So it is 4."), nulls=True)

    assert [each.text[-11:] for each in read.completions] == ["So it is 4."]


def test_several_completions_keep_their_order():
    sampling = replace(SAMPLED, generations=3)
    texts = [Completion(text) for text in ("one", "two", "three")]

    for model in ("cohere.command-text-v14", "ai21.j2-mid-v1"):
        family: Family | None = family_of(model)
        assert family
        _, read = answered(model, family.forms[0], sampling, *texts, nulls=False)
        assert [each.text for each in read.completions] == ["one", "two", "three"]
