"""Models asked on demand: what a call brings, and what it means where it brings nothing."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.config import Config

from lambdas.aws.runtime import Call, Runtime
from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import Failure, Reply
from tests.unit.cloud import Cloud
from tests.unit.models import Answering, Models, Told, refused, told

LABELS = {"run_id": "demo", "record_id": "q0000001s00"}
COMMAND = Call("cohere.command-text-v14", "InvokeModel", b'{"prompt":"1?"}', LABELS)
ASKED = {"messages": [{"role": "user", "content": [{"text": "1?"}]}]}
NOVA = Call("us.amazon.nova-lite-v1:0", "Converse", json.dumps(ASKED).encode(), LABELS)
Serve = Callable[[Answering | Told], tuple[Runtime, Models]]


@pytest.fixture(scope="module")
def client(aws: Cloud) -> Any:
    """A client as ours is, that waits for an answer for a moment only."""
    once = {"mode": "standard", "total_max_attempts": 1}
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=f"http://127.0.0.1:{aws.bedrock_port}",
        config=Config(retries=once, connect_timeout=0.3, read_timeout=0.3),
    )


@pytest.fixture
def serve(aws: Cloud, client: Any) -> Iterator[Serve]:
    """Have models answer so, and return a runtime that asks them."""
    with ExitStack() as running:

        def start(answer: Answering | Told) -> tuple[Runtime, Models]:
            answering: Answering = answer if callable(answer) else lambda _: answer
            models = running.enter_context(Models(aws.bedrock_port, answering))
            return Runtime(client), models

        yield start


def reply(runtime: Runtime, call: Call) -> Reply:
    end = runtime.ask(call)
    assert isinstance(end, Reply), end
    return end


def failure(runtime: Runtime, call: Call = COMMAND) -> Failure:
    end = runtime.ask(call)
    assert isinstance(end, Failure), end
    return end


def test_a_body_is_sent_as_it_is_and_labelled(serve: Serve) -> None:
    runtime, models = serve(told({"generations": []}))
    runtime.ask(COMMAND)

    (asked,) = models.asked
    assert (asked.model_id, asked.operation) == ("cohere.command-text-v14", "invoke")
    assert (asked.body, asked.labels) == ({"prompt": "1?"}, LABELS)


def test_an_answer_comes_on_one_line_with_the_tokens_of_its_headers(serve: Serve) -> None:
    written = b'{\n "generations": [{"text": "a\\nb \xe2\x80\xa8"}],\n "n": 1.50\n}\n'
    headers = {"x-amzn-bedrock-input-token-count": "9", "x-amzn-bedrock-output-token-count": "2"}
    runtime, _ = serve(Told(written, headers=headers))

    answered = reply(runtime, COMMAND)

    assert answered.body == b'{"generations":[{"text":"a\\nb \xe2\x80\xa8"}],"n":1.50}'
    assert (answered.tokens_in, answered.tokens_out) == (9, 2)


@pytest.mark.parametrize("headers", [{}, {"x-amzn-bedrock-input-token-count": "many"}])
def test_tokens_not_stated_are_unknown(serve: Serve, headers: dict[str, str]) -> None:
    runtime, _ = serve(Told(headers=headers))

    answered = reply(runtime, COMMAND)

    assert (answered.tokens_in, answered.tokens_out) == (None, None)


def test_a_conversation_is_kept_as_a_batch_job_writes_it(serve: Serve) -> None:
    hidden = {"reasoningContent": {"redactedContent": "aGlkZGVu"}}
    output = {
        "output": {"message": {"role": "assistant", "content": [hidden, {"text": "1"}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11},
        "metrics": {"latencyMs": 5},
    }
    runtime, models = serve(told(output))

    answered = reply(runtime, NOVA)

    (asked,) = models.asked
    assert (asked.model_id, asked.operation) == ("us.amazon.nova-lite-v1:0", "converse")
    assert (asked.body, asked.labels) == (ASKED, LABELS)
    assert json.loads(answered.body) == output
    assert (answered.tokens_in, answered.tokens_out) == (9, 2)


def test_a_profile_s_arn_is_a_model_id(serve: Serve) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"
    runtime, models = serve(told({}))
    runtime.ask(Call(arn, "InvokeModel", b"{}", LABELS))

    assert models.asked[0].model_id == arn


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("ThrottlingException", 429, "wait"),
        ("ModelErrorException", 424, "again"),
        ("ValidationException", 400, "final"),
    ],
)
def test_an_error_brings_status_name_and_words_of_the_service(
    serve: Serve, name: str, status: int, kind: Any
) -> None:
    runtime, models = serve(refused(name, status, "the service's words"))

    assert failure(runtime) == Failure(kind, status, f"{name}: the service's words")
    assert len(models.asked) == 1, "botocore tries nothing again"


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("AccessDeniedException", 403, "is not authorized to perform: bedrock:InvokeModel"),
        ("ResourceNotFoundException", 404, "Model not found."),
        ("ValidationException", 400, "The provided model identifier is invalid."),
    ],
)
@pytest.mark.parametrize("call", [COMMAND, NOVA], ids=["invoke", "converse"])
def test_a_model_that_may_not_be_asked_ends_the_job(
    serve: Serve, call: Call, name: str, status: int, message: str
) -> None:
    runtime, _ = serve(refused(name, status, message))

    with pytest.raises(JobRefusedError, match=f"^model '{call.model_id}' is .*{message}.*choose"):
        runtime.ask(call)


def slow(_: Any) -> Told:
    time.sleep(0.5)
    return told({})


@pytest.mark.parametrize(
    "answer",
    [pytest.param(Told(lost=True), id="closed"), pytest.param(slow, id="never came")],
)
def test_a_lost_answer_is_not_asked_for_again_for_it_may_be_billed(
    serve: Serve, answer: Answering | Told
) -> None:
    runtime, models = serve(answer)

    lost = failure(runtime)

    assert (lost.kind, lost.code) == ("final", 504)
    assert "may be billed" in lost.message
    assert len(models.asked) == 1


def test_a_service_that_cannot_be_reached_has_billed_nothing(client: Any, aws: Cloud) -> None:
    unreached = failure(Runtime(client))

    assert unreached.kind == "unreached"
    assert f"http://127.0.0.1:{aws.bedrock_port}" in unreached.message


def test_a_body_that_the_client_refuses_is_a_failure_of_its_record(serve: Serve) -> None:
    runtime, models = serve(told({}))

    refused_body = failure(runtime, Call(NOVA.model_id, "Converse", b'{"prompt":"1?"}', LABELS))

    assert (refused_body.kind, refused_body.code) == ("final", 400)
    assert "prompt" in refused_body.message
    assert models.asked == []


def test_connections_that_died_while_a_function_was_frozen_are_let_go(
    serve: Serve, aws: Cloud
) -> None:
    runtime, models = serve(told({}))
    reply(runtime, COMMAND)

    runtime.reconnect()

    reply(runtime, COMMAND)
    assert len(models.asked) == 2
