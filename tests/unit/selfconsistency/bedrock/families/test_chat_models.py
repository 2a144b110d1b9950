"""Records of type Converse, and what some Claude models refuse of sampling."""

import json

import pytest

from selfconsistency.bedrock.answers.source import Completion, Turn
from selfconsistency.bedrock.families.chat_models import Converse, check_sampling
from selfconsistency.bedrock.families.family import RefusedBodyError
from selfconsistency.bedrock.families.of_model import family_of
from tests.unit.selfconsistency.bedrock.world import converse

FAMILY = Converse()


def asked(body):
    return FAMILY.asked("q0000001s00", json.dumps(body).encode())


def test_a_conversation_is_read():
    body = {
        "system": [{"text": "Be brief."}],
        "messages": [
            {"role": "user", "content": [{"text": "Q: a"}]},
            {"role": "assistant", "content": [{"text": "A: 1"}]},
            {"role": "user", "content": [{"text": "Q: b"}, {"text": "A:"}]},
        ],
        "inferenceConfig": {"maxTokens": 7, "temperature": 0, "topP": 0.9, "stopSequences": ["Q"]},
    }

    found = asked(body)

    assert found.turns == (
        Turn("system", "Be brief."),
        Turn("user", "Q: a"),
        Turn("assistant", "A: 1"),
        Turn("user", "Q: b\nA:"),
    )
    assert (found.temperature, found.count, found.max_tokens) == (0, 1, 7)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(converse("Q", modelId="m"), id="modelId inside"),
        pytest.param(converse("Q", toolConfig={}), id="toolConfig"),
        pytest.param(converse("Q", temperature=1.5), id="temperature above 1"),
        pytest.param(converse("Q", temperature=-0.1), id="temperature below 0"),
        pytest.param(converse(" "), id="blank text"),
        pytest.param(converse("Q") | {"messages": []}, id="no message"),
        pytest.param(
            converse("Q") | {"messages": [{"role": "user", "content": []}]}, id="no content"
        ),
        pytest.param(
            converse("Q") | {"messages": converse("Q")["messages"] * 2}, id="roles not alternating"
        ),
        pytest.param(
            converse("Q") | {"messages": [{"role": "user", "content": "Q"}]}, id="content as text"
        ),
        pytest.param(converse("Q") | {"inferenceConfig": {"max_tokens": 5}}, id="snake case"),
        pytest.param(converse("Q") | {"inferenceConfig": {"maxTokens": 0}}, id="no tokens"),
        pytest.param(converse("Q") | {"inferenceConfig": {"topP": 2}}, id="topP above 1"),
        pytest.param({"prompt": "Q"}, id="another form"),
        pytest.param([], id="no object"),
    ],
)
def test_a_body_that_the_model_would_refuse_is_refused(body):
    with pytest.raises(RefusedBodyError):
        asked(body)


def test_an_answer_counts_its_tokens():
    output = FAMILY.output(asked(converse("x" * 400)), [Completion("y" * 40)], nulls=False)

    assert output.body["stopReason"] == "end_turn"
    assert output.body["usage"] == {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110}
    assert (output.tokens_in, output.tokens_out) == (100, 10)


def test_tokens_that_the_source_counted_are_kept():
    output = FAMILY.output(asked(converse("Q")), [Completion("y", tokens=17)], nulls=False)

    assert output.body["usage"]["outputTokens"] == 17


def test_a_text_that_was_cut_off_says_so():
    output = FAMILY.output(asked(converse("Q")), [Completion("y", finished=False)], nulls=False)

    assert output.body["stopReason"] == "max_tokens"


OWN = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Q"}],
}


@pytest.mark.parametrize(
    ("base_id", "temperature", "top_p", "complaint"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-opus-4-1-20250805-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-sonnet-4-6", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-opus-5-v1:0", 0.7, None, "may only be set to 1"),
        ("anthropic.claude-opus-5", 0, None, "may only be set to 1"),
    ],
)
@pytest.mark.parametrize("form", ["InvokeModel", "Converse"])
def test_what_some_claude_models_refuse(form, base_id, temperature, top_p, complaint):
    own = OWN | {"temperature": temperature, "top_p": top_p}
    inference = {"temperature": temperature, "topP": top_p}
    messages = [{"role": "user", "content": [{"text": "Q"}]}]
    body = own if form == "InvokeModel" else {"messages": messages, "inferenceConfig": inference}

    with pytest.raises(RefusedBodyError, match=complaint):
        family_of(base_id, form).asked("r", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("base_id", "temperature", "top_p"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", 0.7, None),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", None, 0.9),
        ("anthropic.claude-opus-4-20250514-v1:0", 0.7, 0.9),
        ("anthropic.claude-sonnet-4-20250514-v1:0", 0.7, 0.9),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", 0.7, 0.9),
        ("anthropic.claude-opus-5", 1, None),
        ("anthropic.claude-sonnet-5", 0.7, None),
        ("amazon.nova-lite-v1:0", 0.7, 0.9),
    ],
)
def test_what_the_others_take(base_id, temperature, top_p):
    check_sampling(base_id, temperature, top_p)
