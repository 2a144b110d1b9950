"""Answers of models asked on demand: any status, headers and body that may come back."""

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

from lambdas.aws.runtime import Call, Runtime
from lambdas.core.errors import JobRefusedError
from lambdas.core.families import form_named
from lambdas.core.on_demand import Part, Record, Tally, failure_of, part_of
from lambdas.core.outputs.output import UNDECODABLE
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, json_bytes, nested, noise, wrong
from tests.unit.core.families.outputs import command, converse

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
    """A body as urllib3 hands it on."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class Edge:
    """A client of Bedrock whose calls are answered here, without a network."""

    def __init__(self) -> None:
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        session = boto3.Session(region_name="us-east-1", **keys)
        self.client = session.client("bedrock-runtime", config=once)
        self.client.meta.events.register("before-send.bedrock-runtime", self._answer)
        self.told: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        status, headers, body = self.told
        return AWSResponse(request.url, status, headers, Body(body))


@pytest.fixture(scope="module")
def edge() -> Edge:
    return Edge()


@pytest.mark.parametrize("name", CALLS)
@FUZZ
@given(status=STATUSES, headers=HEADERS, body=BODIES)
def test_any_answer_is_a_row_of_output(
    edge: Edge, name: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    edge.told = (status, headers, body)
    runtime = Runtime(edge.client)

    end = outcome(lambda: runtime.ask(CALLS[name]), len(body), JobRefusedError)

    if end is not None:
        part = msgspec.json.decode(msgspec.json.encode(part_of(RECORD, end)), type=Part)
        tally = Tally()
        tally.add(part)
        assert tally.succeeded + tally.failed == 1
        assert b"\n" not in bytes(part.row)
        outcome(lambda: FORMS[name].rows.decode(bytes(part.row)), len(body), UNDECODABLE)


@FUZZ
@given(st.text(max_size=40), st.integers(-1, 700), st.text(max_size=3_000))
def test_any_error_of_the_service_is_a_row(name: str, status: int, message: str) -> None:
    failure = failure_of(name, status, message)

    part = part_of(RECORD, failure)

    assert not part.succeeded
    assert json.loads(bytes(part.row))["recordId"] == "q0000001s00"
    assert len(bytes(part.row)) < 15_000
