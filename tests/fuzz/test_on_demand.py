"""Replies of models on demand: any status, headers and body that may come back."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from lambdas.aws.on_demand import Call, Runtime
from lambdas.contract.jobs import StoredReply
from lambdas.contract.schema import decode_document, encode_document
from lambdas.core.errors import JobRefusedError
from lambdas.core.models.registry import form_named
from lambdas.core.on_demand import ManifestCounts, Record, classify_error, stored_reply
from lambdas.core.outputs.reader import UNDECODABLE
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, json_bytes, nested, noise, wrong
from tests.unit.core.models.outputs import command, converse

LABELS = {"run_id": "demo", "record_id": "q0000001s00"}
ASKED = {"messages": [{"role": "user", "content": [{"text": "1?"}]}]}
CALLS = {
    "invoke": Call("cohere.command-text-v14", "InvokeModel", b'{"prompt":"1?"}', LABELS),
    "converse": Call("us.amazon.nova-lite-v1:0", "Converse", json.dumps(ASKED).encode(), LABELS),
}
FORMS = {
    "invoke": form_named("cohere-command", "InvokeModel"),
    "converse": form_named("nova", "Converse"),
}
RECORD = Record("q0000001s00", msgspec.Raw(b'{"prompt":"1?"}'))
GOOD = [json_bytes(converse()), json_bytes(command()), b'{"message": "why"}']
BODIES = noise() | wrong(GOOD) | JSON.map(json_bytes) | nested(b'{"output":', b"}")
STATUSES = st.sampled_from([200, 200, 200, 400, 403, 404, 408, 424, 429, 500, 502, 503, 599])
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *("x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count"),
            *("x-amzn-ErrorType", "content-length", "content-type", "x-amzn-RequestId"),
        ]
    ),
    st.sampled_from(["7", "-1", "9" * 5000, "\u0663", "ThrottlingException", "", ":", "x/y#z"]),
    max_size=3,
)


class Body(BytesIO):
    """A body as urllib3 passes it on."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class AnsweredClient:
    """A client of Bedrock whose calls are answered here, without a network."""

    def __init__(self) -> None:
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        session = boto3.Session(region_name="us-east-1", **keys)
        self.client = session.client("bedrock-runtime", config=once)
        self.client.meta.events.register("before-send.bedrock-runtime", self._answer)
        self.response: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        status, headers, body = self.response
        return AWSResponse(request.url, status, headers, Body(body))


@pytest.fixture(scope="module")
def answered() -> AnsweredClient:
    return AnsweredClient()


@pytest.mark.parametrize("name", CALLS)
@FUZZ
@given(status=STATUSES, headers=HEADERS, body=BODIES)
def test_any_reply_is_a_row_of_output(
    answered: AnsweredClient, name: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    answered.response = (status, headers, body)
    runtime = Runtime(answered.client)

    reply = outcome(lambda: runtime.invoke(CALLS[name]), len(body), JobRefusedError)

    if reply is not None:
        document = encode_document(stored_reply(RECORD, reply))
        stored = decode_document(document, StoredReply, "the reply")
        counts = ManifestCounts()
        counts.add(stored)
        assert counts.succeeded + counts.failed == 1
        assert b"\n" not in bytes(stored.row)
        outcome(lambda: FORMS[name].rows.decode(bytes(stored.row)), len(body), UNDECODABLE)


@FUZZ
@given(st.text(max_size=40), st.integers(-1, 700), st.text(max_size=3_000))
def test_any_error_of_the_service_is_a_row(name: str, status: int, message: str) -> None:
    failure = classify_error(name, status, message)

    stored = stored_reply(RECORD, failure)

    assert not stored.succeeded
    assert json.loads(bytes(stored.row))["recordId"] == "q0000001s00"
    assert len(bytes(stored.row)) < 15_000
