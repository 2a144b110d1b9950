"""Models on demand: what a call returns, what its errors mean, and how replies are stored."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.config import Config

from lambdas.aws.clients import s3_client
from lambdas.aws.on_demand import Call, ReplyStore, Runtime
from lambdas.aws.store import Store
from lambdas.contract.schema import FORMAT
from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import Failure, Reply
from tests.unit.cloud import Cloud
from tests.unit.core.samples import a_job
from tests.unit.models import Models, Respond, Response, json_response, refused

LABELS = {"run_id": "demo", "record_id": "q0000001s00"}
COMMAND = Call("cohere.command-text-v14", "InvokeModel", b'{"prompt":"1?"}', LABELS)
ASKED = {"messages": [{"role": "user", "content": [{"text": "1?"}]}]}
NOVA = Call("us.amazon.nova-lite-v1:0", "Converse", json.dumps(ASKED).encode(), LABELS)
Serve = Callable[[Respond | Response], tuple[Runtime, Models]]


@pytest.fixture(scope="module")
def connect(aws: Cloud) -> Callable[[float], Any]:
    """Return a client as ours is, which waits so many seconds for a reply."""

    def client(read_timeout_s: float) -> Any:
        once = {"mode": "standard", "total_max_attempts": 1}
        return boto3.client(
            "bedrock-runtime",
            endpoint_url=f"http://127.0.0.1:{aws.bedrock_port}",
            config=Config(retries=once, read_timeout=read_timeout_s),
        )

    return client


@pytest.fixture(scope="module")
def client(connect: Callable[[float], Any]) -> Any:
    return connect(60)


@pytest.fixture
def serve(aws: Cloud, client: Any) -> Iterator[Serve]:
    """Serve models that answer so, and return a runtime that invokes them."""
    with ExitStack() as running:

        def start(answer: Respond | Response) -> tuple[Runtime, Models]:
            answering: Respond = answer if callable(answer) else lambda _: answer
            models = running.enter_context(Models(aws.bedrock_port, answering))
            return Runtime(client), models

        yield start


def reply(runtime: Runtime, call: Call) -> Reply:
    outcome = runtime.invoke(call)
    assert isinstance(outcome, Reply), outcome
    return outcome


def failure(runtime: Runtime, call: Call = COMMAND) -> Failure:
    outcome = runtime.invoke(call)
    assert isinstance(outcome, Failure), outcome
    return outcome


def test_a_body_is_sent_as_it_is_and_labelled(serve: Serve) -> None:
    runtime, models = serve(json_response({"generations": []}))
    runtime.invoke(COMMAND)

    (call,) = models.calls
    assert (call.model_id, call.operation) == ("cohere.command-text-v14", "invoke")
    assert (call.body, call.labels) == ({"prompt": "1?"}, LABELS)


def test_a_reply_comes_on_one_line_with_the_tokens_of_its_headers(serve: Serve) -> None:
    written = b'{\n "generations": [{"text": "a\\nb \xe2\x80\xa8"}],\n "n": 1.50\n}\n'
    headers = {"x-amzn-bedrock-input-token-count": "9", "x-amzn-bedrock-output-token-count": "2"}
    runtime, _ = serve(Response(written, headers=headers))

    answered = reply(runtime, COMMAND)

    assert answered.body == b'{"generations":[{"text":"a\\nb \xe2\x80\xa8"}],"n":1.50}'
    assert (answered.tokens_in, answered.tokens_out) == (9, 2)


CACHED = json_response(
    {
        "usage": {
            "inputTokens": 9,
            "outputTokens": 2,
            "cacheReadInputTokens": 600,
            "cacheWriteInputTokens": 40,
        }
    }
)
CACHED_BY_HEADERS = Response(
    b"{}",
    headers={
        "x-amzn-bedrock-input-token-count": "9",
        "x-amzn-bedrock-output-token-count": "2",
        "x-amzn-bedrock-cache-read-input-token-count": "600",
        "x-amzn-bedrock-cache-write-input-token-count": "40",
    },
)


@pytest.mark.parametrize(
    ("call", "response"),
    [
        pytest.param(NOVA, CACHED, id="Converse"),
        pytest.param(COMMAND, CACHED_BY_HEADERS, id="InvokeModel"),
    ],
)
def test_prompt_tokens_in_the_cache_are_counted_too(
    serve: Serve, call: Call, response: Response
) -> None:
    runtime, _ = serve(response)

    answered = reply(runtime, call)

    assert (answered.tokens_in, answered.tokens_out) == (649, 2)
    assert (answered.cache_read, answered.cache_write) == (600, 40)


@pytest.mark.parametrize("headers", [{}, {"x-amzn-bedrock-input-token-count": "many"}])
def test_tokens_not_stated_are_unknown(serve: Serve, headers: dict[str, str]) -> None:
    runtime, _ = serve(Response(headers=headers))

    answered = reply(runtime, COMMAND)

    assert (answered.tokens_in, answered.tokens_out) == (None, None)


def test_a_conversation_is_stored_as_a_batch_job_writes_it(serve: Serve) -> None:
    hidden = {"reasoningContent": {"redactedContent": "aGlkZGVu"}}
    output = {
        "output": {"message": {"role": "assistant", "content": [hidden, {"text": "1"}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11},
        "metrics": {"latencyMs": 5},
    }
    runtime, models = serve(json_response(output))

    answered = reply(runtime, NOVA)

    (call,) = models.calls
    assert (call.model_id, call.operation) == ("us.amazon.nova-lite-v1:0", "converse")
    assert (call.body, call.labels) == (ASKED, LABELS)
    assert json.loads(answered.body) == output
    assert (answered.tokens_in, answered.tokens_out) == (9, 2)


def test_a_profile_s_arn_is_a_model_id(serve: Serve) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"
    runtime, models = serve(json_response({}))
    runtime.invoke(Call(arn, "InvokeModel", b"{}", LABELS))

    assert models.calls[0].model_id == arn


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("ThrottlingException", 429, "wait"),
        ("ModelErrorException", 424, "retry"),
        ("ValidationException", 400, "final"),
    ],
)
def test_an_error_has_status_name_and_message_of_the_service(
    serve: Serve, name: str, status: int, kind: Any
) -> None:
    runtime, models = serve(refused(name, status, "the service's message"))

    assert failure(runtime) == Failure(kind, status, f"{name}: the service's message")
    assert len(models.calls) == 1, "botocore retries nothing"


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("AccessDeniedException", 403, "is not authorized to perform: bedrock:InvokeModel"),
        ("ResourceNotFoundException", 404, "Model not found."),
        ("ValidationException", 400, "The provided model identifier is invalid."),
    ],
)
@pytest.mark.parametrize("call", [COMMAND, NOVA], ids=["invoke", "converse"])
def test_a_model_that_may_not_be_invoked_ends_the_job(
    serve: Serve, call: Call, name: str, status: int, message: str
) -> None:
    runtime, _ = serve(refused(name, status, message))

    with pytest.raises(JobRefusedError, match=f"^model '{call.model_id}' is .*{message}.*choose"):
        runtime.invoke(call)


def test_a_lost_reply_is_not_retried_because_it_may_be_billed(serve: Serve) -> None:
    runtime, models = serve(Response(lost=True))

    lost = failure(runtime)

    assert (lost.kind, lost.code) == ("final", 504)
    assert "may be billed" in lost.message
    assert len(models.calls) == 1


def test_a_reply_that_never_comes_is_lost(serve: Serve, connect: Callable[[float], Any]) -> None:
    given_up = Event()

    def silent(_: Any) -> Response:
        given_up.wait(60)
        return json_response({})

    _, models = serve(silent)

    lost = failure(Runtime(connect(0.3)))

    given_up.set()
    assert (lost.kind, lost.code) == ("final", 504)
    assert "may be billed" in lost.message
    assert len(models.calls) == 1


def test_a_service_that_cannot_be_reached_has_billed_nothing(client: Any, aws: Cloud) -> None:
    unreached = failure(Runtime(client))

    assert unreached.kind == "unreachable"
    assert f"http://127.0.0.1:{aws.bedrock_port}" in unreached.message


def test_a_body_that_the_client_refuses_is_a_failure_of_its_record(serve: Serve) -> None:
    runtime, models = serve(json_response({}))

    refused_body = failure(runtime, Call(NOVA.model_id, "Converse", b'{"prompt":"1?"}', LABELS))

    assert (refused_body.kind, refused_body.code) == ("final", 400)
    assert "prompt" in refused_body.message
    assert models.calls == []


def test_connections_that_died_while_a_function_was_frozen_are_closed(
    serve: Serve, aws: Cloud
) -> None:
    runtime, models = serve(json_response({}))
    reply(runtime, COMMAND)

    runtime.reconnect()

    reply(runtime, COMMAND)
    assert len(models.calls) == 2


JOB = a_job(job="j0002", on_demand=True)
FOLDER = f"runs/{JOB.run_id}/waves/{JOB.wave:02d}/j0002/"
COUNT = 150


@pytest.fixture
def store(aws: Cloud) -> Store:
    """A store with a job's input, whose lines contain what only splits at line feeds keep."""
    made = Store(s3_client(), aws.new_bucket())
    lines = [
        json.dumps({"recordId": f"q{number:07d}s00", "modelInput": {"prompt": "\u2028"}})
        for number in range(COUNT)
    ]
    made.write(f"{FOLDER}input.jsonl", "\n".join(lines).encode() + b"\n")
    return made


def a_reply(text: str) -> Reply:
    return Reply(json.dumps({"text": text}, ensure_ascii=False).encode(), 3, 1)


def test_a_record_with_a_stored_reply_is_not_missing(store: Store) -> None:
    replies = ReplyStore.of_job(store, JOB)
    first, second, *_ = replies.missing()
    replies.store(second, a_reply("2"))

    again = ReplyStore.of_job(store, JOB)

    assert (replies.stored_before, again.stored_before) == (0, 1)
    assert [record.record_id for record in again.missing()][:2] == [first.record_id, "q0000002s00"]
    assert not again.merged


def test_a_stored_reply_is_a_document_of_this_format(store: Store) -> None:
    replies = ReplyStore.of_job(store, JOB)
    replies.store(next(replies.missing()), a_reply("1"))

    content = store.read(f"{FOLDER}output/on-demand/replies/q0000000s00.json")
    assert json.loads(content)["format"] == FORMAT


def test_rows_come_in_the_input_s_order_in_whatever_order_calls_ended(store: Store) -> None:
    replies = ReplyStore.of_job(store, JOB)
    for record in reversed(list(replies.missing())):
        failed = record.record_id.endswith("7s00")
        outcome = Failure("final", 400, "bad") if failed else a_reply("a\u2028b\u0085")
        replies.store(record, outcome)

    replies.merge()

    content = store.read(f"{FOLDER}output/on-demand/input.jsonl.out")
    rows = [json.loads(line) for line in content.split(b"\n")[:-1]]
    assert [row["recordId"] for row in rows] == [f"q{number:07d}s00" for number in range(COUNT)]
    assert rows[1]["modelOutput"] == {"text": "a\u2028b\u0085"}
    manifest = json.loads(store.read(f"{FOLDER}output/on-demand/manifest.json.out"))
    assert (manifest["successRecordCount"], manifest["errorRecordCount"]) == (135, 15)
    assert (manifest["inputTokenCount"], manifest["outputTokenCount"]) == (405, 135)
    assert "format" not in manifest, "as Bedrock writes it"
    merged = ReplyStore.of_job(store, JOB)
    assert (merged.merged, merged.stored_before) == (True, COUNT)
