"""Answers that are none: whatever the service sends, a call ends in a row that can be read."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.aws.runtime import Call, Runtime
from lambdas.core.on_demand import Failure, Part, Record, Reply, part_of
from tests.unit.cloud import Cloud
from tests.unit.models import TOKENS_IN, Models, Told

LABELS = {"run_id": "demo", "record_id": "q0000001s00"}
ASKED = {"messages": [{"role": "user", "content": [{"text": "1?"}]}]}
CALLS = (
    Call("cohere.command-text-v14", "InvokeModel", b'{"prompt":"1?"}', LABELS),
    Call("us.amazon.nova-lite-v1:0", "Converse", json.dumps(ASKED).encode(), LABELS),
)
RECORD = Record("q0000001s00", msgspec.Raw(b'{"prompt":"1?"}'))
MOST = 10**8


@pytest.fixture(scope="module")
def models(aws: Cloud) -> Iterator[Models]:
    with Models(aws.bedrock_port, lambda _: Told()) as running:
        yield running


@pytest.fixture(scope="module")
def runtime(aws: Cloud) -> Runtime:
    url = f"http://127.0.0.1:{aws.bedrock_port}"
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=5)
    return Runtime(boto3.client("bedrock-runtime", endpoint_url=url, config=once))


def ended(runtime: Runtime, models: Models, call: Call, answer: Told) -> Reply | Failure:
    """Return how a call ends that is answered so."""
    models.answering = lambda _: answer
    return runtime.ask(call)


DEEP = b'{"output":' * 50_000 + b"1" + b"}" * 50_000


@pytest.mark.parametrize("call", CALLS, ids=["invoke", "converse"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[1]", id="no object"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"metrics":{"latencyMs":NaN}}', id="no number"),
        pytest.param(DEEP, id="too deep"),
        pytest.param(b'{"output":"\xff"}', id="no UTF-8"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, call: Call, body: bytes
) -> None:
    end = ended(runtime, models, call, Told(body))

    assert isinstance(end, Failure)
    assert (end.kind, end.code) == ("final", 502)
    assert "cannot be read" in end.message


@pytest.mark.parametrize("body", [b"<html>", b'{"a":1', b"\xef\xbb\xbf{}"])
def test_an_answer_that_is_no_json_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, body: bytes
) -> None:
    end = ended(runtime, models, CALLS[0], Told(body))

    assert isinstance(end, Failure)
    assert (end.kind, end.code) == ("final", 502)


@pytest.mark.parametrize(
    "body", [{"usage": [1]}, {"usage": {"inputTokens": [1]}}, {"output": {"message": 1}}]
)
def test_a_conversation_of_another_form_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, body: Any
) -> None:
    end = ended(runtime, models, CALLS[1], Told(json.dumps(body).encode()))

    assert isinstance(end, Failure)
    assert (end.kind, end.code) == ("final", 502)


def test_half_a_character_costs_a_conversation_no_more_than_itself(
    runtime: Runtime, models: Models
) -> None:
    message = b'{"role":"assistant","content":[{"text":"The answer is 7. \\ud83d"}]}'
    end = ended(runtime, models, CALLS[1], Told(b'{"output":{"message":%s}}' % message))

    assert isinstance(end, Reply)
    (content,) = json.loads(end.body)["output"]["message"]["content"]
    assert content == {"text": "The answer is 7. ?"}


@pytest.mark.parametrize("tokens", [-1, MOST + 1, 10**44])
def test_tokens_that_cannot_be_are_not_stated(
    runtime: Runtime, models: Models, tokens: int
) -> None:
    usage = json.dumps({"usage": {"inputTokens": tokens, "outputTokens": 7}}).encode()

    spoken = ended(runtime, models, CALLS[1], Told(usage))
    written = ended(runtime, models, CALLS[0], Told(headers={TOKENS_IN: str(tokens)}))

    assert isinstance(spoken, Reply)
    assert isinstance(written, Reply)
    assert (spoken.tokens_in, spoken.tokens_out, written.tokens_in) == (None, 7, None)


TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=9)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["output", "usage", "metrics", "stopReason", "message", "__type", "code"])
USAGE = st.fixed_dictionaries({"usage": st.fixed_dictionaries({"inputTokens": VALUES})})
DOCUMENTS = (VALUES | st.dictionaries(NAMES, VALUES, max_size=4) | USAGE).map(
    lambda value: json.dumps(value).encode()
)
HEADERS = st.dictionaries(
    st.just(TOKENS_IN), st.integers().map(str) | st.sampled_from(["9" * 5_000, "\u00b2", ""])
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(CALLS),
    st.builds(
        Told, st.binary(max_size=30) | DOCUMENTS, st.sampled_from([200, 200, 400, 500]), HEADERS
    ),
)
def test_whatever_is_answered_a_row_of_output_is_kept(
    runtime: Runtime, models: Models, call: Call, answer: Told
) -> None:
    end = ended(runtime, models, call, answer)

    part = msgspec.json.decode(msgspec.json.encode(part_of(RECORD, end)), type=Part)
    row = json.loads(bytes(part.row))
    assert row["recordId"] == RECORD.record_id
    assert ("modelOutput" in row) == part.succeeded == isinstance(end, Reply)
    assert b"\n" not in bytes(part.row)
    for tokens in (part.tokens_in, part.tokens_out):
        assert tokens is None or 0 <= tokens <= MOST
