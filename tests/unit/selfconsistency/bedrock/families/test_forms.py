"""Every family's InvokeModel form."""

import json

import pytest

from selfconsistency.bedrock.answers.source import Completion
from selfconsistency.bedrock.families.family import THOUGHT, RefusedBodyError
from selfconsistency.bedrock.families.of_model import family_of
from tests.unit.selfconsistency.bedrock.families.form import Form
from tests.unit.selfconsistency.bedrock.families.message_forms import MESSAGE_FORMS
from tests.unit.selfconsistency.bedrock.families.prompt_forms import PROMPT_FORMS

FORMS = [*MESSAGE_FORMS, *PROMPT_FORMS]

EVERY = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.base_id)
TWO, CUT_OFF = Completion("Two."), Completion("Twel", finished=False)


def asked(form: Form, **changed):
    family = family_of(form.base_id, "InvokeModel")
    return family.asked("q0000001s00", json.dumps(form.body | changed).encode())


def output(form: Form, *completions: Completion, nulls=False):
    family = family_of(form.base_id, "InvokeModel")
    return family.output(asked(form, **form.several), list(completions), nulls=nulls)


@EVERY
def test_a_body_of_the_documented_shape_is_read(form):
    found = asked(form)

    assert tuple(turn.text for turn in found.turns) == form.texts
    assert found.turns[-1].role == "user"
    assert (found.temperature, found.count, found.max_tokens) == (0.7, 1, 100)


@EVERY
def test_an_answer_has_the_documented_shape(form):
    completions = [TWO, CUT_OFF] if form.several else [TWO]

    assert output(form, *completions).body == form.output


@pytest.mark.parametrize(
    "form", [form for form in FORMS if not form.several], ids=lambda form: form.base_id
)
def test_a_cut_off_answer_says_so(form):
    body = output(form, CUT_OFF).body

    assert {name: body[name] for name in form.cut_off} == form.cut_off


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        pytest.param(form, changed, id=f"{form.base_id}-{changed}")
        for form in FORMS
        for changed in [*form.refused, {"modelId": form.base_id}, {"toolConfig": {}}]
    ],
)
def test_a_body_that_the_model_would_refuse_is_refused(form, changed):
    with pytest.raises(RefusedBodyError):
        asked(form, **changed)


@EVERY
@pytest.mark.parametrize("model_input", [b"", b"[]", b"{", b"null", b"\xff", b"{}"], ids=str)
def test_what_is_no_body_is_refused(form, model_input):
    with pytest.raises(RefusedBodyError):
        family_of(form.base_id, "InvokeModel").asked("r", model_input)


@EVERY
def test_the_text_is_there_beside_nulls_and_reasoning(form):
    written = json.dumps(output(form, *[TWO] * (2 if form.several else 1), nulls=True).body)

    assert "Two." in written
    assert "null" in written or THOUGHT in written


def test_several_completions_are_asked_for_where_the_model_has_them():
    counts = {form.base_id: asked(form, **form.several).count for form in FORMS if form.several}

    assert counts == {"cohere.command-text-v14": 2, "ai21.j2-mid-v1": 2}


@pytest.mark.parametrize("base_id", ["ai21.j2-mid-v1", "cohere.command-text-v14"])
def test_a_model_that_completes_prompts_has_no_conversations(base_id):
    body = b'{"messages": [{"role": "user", "content": [{"text": "Q"}]}]}'

    with pytest.raises(RefusedBodyError, match="doesn't support the model"):
        family_of(base_id, "Converse").asked("r", body)


@pytest.mark.parametrize(
    "base_id",
    [
        form.base_id
        for form in FORMS
        if not form.base_id.startswith(("ai21.j2", "cohere.command-t"))
    ],
)
def test_all_others_converse(base_id):
    body = b'{"messages": [{"role": "user", "content": [{"text": "Q"}]}]}'

    assert family_of(base_id, "Converse").asked("r", body).prompt == "Q"


@pytest.mark.parametrize(
    "base_id",
    [
        "deepseek.v3-v1:0",
        "google.gemma-3-27b-it",
        "minimax.minimax-m2",
        "moonshot.kimi-k2-thinking",
        "nvidia.nemotron-nano-9b-v2",
        "qwen.qwen3-32b-v1:0",
        "zai.glm-4-6",
    ],
)
def test_other_chat_models_take_the_openai_form(base_id):
    body = json.dumps({"messages": [{"role": "user", "content": "Q"}], "max_tokens": 9}).encode()

    found = family_of(base_id, "InvokeModel").asked("r", body)

    assert (found.prompt, found.max_tokens) == ("Q", 9)


def test_a_model_without_a_known_form_refuses_its_records():
    with pytest.raises(RefusedBodyError, match="Converse"):
        family_of("made.up-v1:0", "InvokeModel").asked("r", b'{"prompt": "Q"}')
