"""Records of type Converse."""

import json

import pytest

from local.bedrock.answers.source import Completion, Turn
from local.bedrock.families.converse import Converse
from local.bedrock.families.family import RefusedBodyError
from tests.unit.local.bedrock.world import converse

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
