"""Malformed replies: whatever the service sends, a call ends in a row that can be read."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.aws.on_demand import Call, Runtime
from lambdas.contract.jobs import StoredReply
from lambdas.core.on_demand import Failure, Record, Reply, stored_reply
from tests.unit.cloud import Cloud
from tests.unit.models import TOKENS_IN, Models, Response

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
    with Models(aws.bedrock_port, lambda _: Response()) as running:
        yield running


@pytest.fixture(scope="module")
def runtime(aws: Cloud) -> Runtime:
    url = f"http://127.0.0.1:{aws.bedrock_port}"
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=60)
    return Runtime(boto3.client("bedrock-runtime", endpoint_url=url, config=once))


def outcome_of(runtime: Runtime, models: Models, call: Call, answer: Response) -> Reply | Failure:
    """Return the outcome of a call that is answered so."""
    models.respond_to = lambda _: answer
    return runtime.invoke(call)


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
def test_a_reply_that_cannot_be_read_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, call: Call, body: bytes
) -> None:
    outcome = outcome_of(runtime, models, call, Response(body))

    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("final", 502)
    assert "cannot be read" in outcome.message


@pytest.mark.parametrize("body", [b"<html>", b'{"a":1', b"\xef\xbb\xbf{}"])
def test_a_reply_that_is_no_json_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, body: bytes
) -> None:
    outcome = outcome_of(runtime, models, CALLS[0], Response(body))

    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("final", 502)


@pytest.mark.parametrize(
    "body", [{"usage": [1]}, {"usage": {"inputTokens": [1]}}, {"output": {"message": 1}}]
)
def test_a_conversation_of_another_form_is_a_failure_of_its_record(
    runtime: Runtime, models: Models, body: Any
) -> None:
    outcome = outcome_of(runtime, models, CALLS[1], Response(json.dumps(body).encode()))

    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("final", 502)


def test_half_a_character_costs_a_conversation_no_more_than_itself(
    runtime: Runtime, models: Models
) -> None:
    message = b'{"role":"assistant","content":[{"text":"The answer is 7. \\ud83d"}]}'
    outcome = outcome_of(
        runtime, models, CALLS[1], Response(b'{"output":{"message":%s}}' % message)
    )

    assert isinstance(outcome, Reply)
    (content,) = json.loads(outcome.body)["output"]["message"]["content"]
    assert content == {"text": "The answer is 7. ?"}


@pytest.mark.parametrize("tokens", [-1, MOST + 1, 10**44])
def test_tokens_that_cannot_be_are_not_stated(
    runtime: Runtime, models: Models, tokens: int
) -> None:
    usage = json.dumps({"usage": {"inputTokens": tokens, "outputTokens": 7}}).encode()

    spoken = outcome_of(runtime, models, CALLS[1], Response(usage))
    written = outcome_of(runtime, models, CALLS[0], Response(headers={TOKENS_IN: str(tokens)}))

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
        Response, st.binary(max_size=30) | DOCUMENTS, st.sampled_from([200, 200, 400, 500]), HEADERS
    ),
)
def test_whatever_the_reply_a_row_of_output_is_stored(
    runtime: Runtime, models: Models, call: Call, answer: Response
) -> None:
    outcome = outcome_of(runtime, models, call, answer)

    stored = msgspec.json.decode(
        msgspec.json.encode(stored_reply(RECORD, outcome)), type=StoredReply
    )
    row = json.loads(bytes(stored.row))
    assert row["recordId"] == RECORD.record_id
    assert ("modelOutput" in row) == stored.succeeded == isinstance(outcome, Reply)
    assert b"\n" not in bytes(stored.row)
    for tokens in (stored.tokens_in, stored.tokens_out):
        assert tokens is None or 0 <= tokens <= MOST
