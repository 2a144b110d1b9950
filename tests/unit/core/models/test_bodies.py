"""Every form's body has its documented shape, and says how to sample."""

import json
from typing import Any

import msgspec
import pytest

from lambdas.core.models.base import Family, Form, Sampling
from lambdas.core.models.registry import FAMILIES, form_named
from tests.unit.core.models import shapes

FORMS = [
    pytest.param(family, form, id=f"{family.name}-{form.invocation_type}")
    for family in FAMILIES
    for form in family.forms
]
PROMPT = 'Q: "Is 1 < 2?"\nA: é\u2028'


def shape_of(family: Family, form: Form) -> type[shapes.Documented]:
    converse = form.invocation_type == "Converse"
    return shapes.Converse if converse else shapes.INVOKE_MODEL[family.name]


def texts_in(body: object) -> list[str]:
    if isinstance(body, dict):
        return [text for value in body.values() for text in texts_in(value)]
    if isinstance(body, list):
        return [text for value in body for text in texts_in(value)]
    return [body] if isinstance(body, str) else []


@pytest.mark.parametrize(
    "sampling",
    [
        pytest.param(Sampling(0.7, 512), id="sampled"),
        pytest.param(Sampling(0.0, 1), id="greedy"),
        pytest.param(Sampling(1.0, 2048, top_p=0.9), id="with top-p"),
    ],
)
@pytest.mark.parametrize(("family", "form"), FORMS)
def test_a_body_has_its_documented_shape(family: Family, form: Form, sampling: Sampling) -> None:
    body = form.body(PROMPT, sampling)

    msgspec.json.decode(json.dumps(body), type=shape_of(family, form))
    assert sum(text.count(PROMPT) for text in texts_in(body)) == 1


@pytest.mark.parametrize(("family", "form"), FORMS)
def test_a_body_has_temperature_and_limit_but_no_top_p_by_default(
    family: Family, form: Form
) -> None:
    body = json.dumps(form.body("Q", Sampling(0.25, 321)))

    assert "0.25" in body
    assert "321" in body
    assert "top" not in body.lower()


@pytest.mark.parametrize(("family", "form"), FORMS)
def test_a_body_has_the_requested_top_p(family: Family, form: Form) -> None:
    body = json.dumps(form.body("Q", Sampling(0.5, 9, top_p=0.875)))

    assert body.count("0.875") == 1


@pytest.mark.parametrize(
    ("temperature", "generations", "sent"),
    [
        pytest.param(1.0, 1, None, id="one"),
        pytest.param(1.0, 4, 4, id="four"),
        pytest.param(0.0, 4, None, id="one at temperature 0"),
    ],
)
@pytest.mark.parametrize(
    ("family", "name"),
    [("cohere-command", "num_generations"), ("jurassic", "numResults")],
)
def test_a_body_has_the_number_of_completions_only_where_they_differ(
    family: str, name: str, temperature: float, generations: int, sent: int | None
) -> None:
    body = form_named(family, "InvokeModel").body("Q", Sampling(temperature, 9, generations))

    assert body.get(name) == sent


def test_the_forms_with_several_completions_per_record() -> None:
    by_family = {
        family.name: form.max_generations
        for family in FAMILIES
        for form in family.forms
        if form.max_generations > 1
    }

    assert by_family == {"cohere-command": 5, "jurassic": 16}


@pytest.mark.parametrize("type_", ["Converse", "InvokeModel"])
def test_claude_s_default_temperature_is_not_sent_because_its_newest_models_refuse_the_member(
    type_: Any,
) -> None:
    body = json.dumps(form_named("claude", type_).body("Q", Sampling(1.0, 9)))

    assert "temperature" not in body


@pytest.mark.parametrize(
    ("family", "prompt"),
    [
        ("llama2", "<s>[INST] Q [/INST]"),
        (
            "llama",
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        (
            "llama4",
            "<|begin_of_text|><|header_start|>user<|header_end|>\n\nQ<|eot|>"
            "<|header_start|>assistant<|header_end|>\n\n",
        ),
        ("mistral-text", "<s>[INST] Q [/INST]"),
    ],
)
def test_a_prompt_is_in_its_generation_s_chat_template(family: str, prompt: str) -> None:
    body = form_named(family, "InvokeModel").body("Q", Sampling(0.5, 9))

    assert body["prompt"] == prompt


def test_no_body_names_a_model_or_tools() -> None:
    for family in FAMILIES:
        for form in family.forms:
            body = form.body("Q", Sampling(0.5, 9))

            assert not {"model", "modelId", "tools", "toolConfig"} & set(body)
