"""Models asked on demand, with the real client."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from selfconsistency.bedrock.answers.source import AnswerError
from selfconsistency.bedrock.settings import Faults, Quotas
from tests.unit.selfconsistency.bedrock.world import (
    ACCOUNT,
    COHERE,
    MODEL,
    PROFILE,
    Echo,
    converse,
)

PROMPT = {"prompt": "Q: a\nA:", "temperature": 0.7, "num_generations": 2}


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_model_is_invoked_in_its_own_form(serve):
    bedrock = serve()

    answer = bedrock.invoke(PROMPT)

    assert [each["text"] for each in answer["body"]["generations"]] == [
        "Q: a\nA: 0",
        "Q: a\nA: 1",
    ]
    assert answer["contentType"] == "application/json"


def test_the_headers_tell_tokens_and_latency(serve):
    headers = serve().invoke(PROMPT)["ResponseMetadata"]["HTTPHeaders"]

    # "Q: a\nA:" has 7 characters, "Q: a\nA: 0" has 9: 2 and 3 tokens of 4 characters.
    assert headers["x-amzn-bedrock-input-token-count"] == "2"
    assert headers["x-amzn-bedrock-output-token-count"] == "6"
    assert int(headers["x-amzn-bedrock-invocation-latency"]) >= 0


@pytest.mark.parametrize(
    "model_id",
    [
        MODEL,
        "amazon.nova-micro-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
        f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/{MODEL}",
        PROFILE,
    ],
)
def test_a_model_converses_under_each_of_its_names(serve, model_id):
    bedrock = serve(profiles={PROFILE: MODEL})

    answer = bedrock.runtime.converse(modelId=model_id, **converse("Q"))

    assert answer["output"]["message"]["content"] == [{"text": "Q 0"}]
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"] == {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
    assert answer["metrics"]["latencyMs"] == 1


@pytest.mark.parametrize(
    ("model_id", "body", "complaint"),
    [
        pytest.param(COHERE, {"prompt": "Q", "n": 2}, "Malformed input request", id="body"),
        pytest.param("made.up-v1:0", PROMPT, "identifier is invalid", id="unknown"),
        pytest.param(PROFILE, PROMPT, "identifier is invalid", id="unknown profile"),
        pytest.param(
            "anthropic.claude-sonnet-4-6", PROMPT, "on-demand throughput isn\u2019t", id="profiled"
        ),
    ],
)
def test_what_the_service_would_refuse_is_refused(refusing, model_id, body, complaint):
    with pytest.raises(refusing.runtime.exceptions.ValidationException, match=complaint) as error:
        refusing.invoke(body, model_id)

    assert code(error) == ("ValidationException", 400)


@pytest.mark.parametrize(
    ("model_id", "extra"), [(MODEL, {"toolConfig": {"tools": []}}), (COHERE, {})]
)
def test_a_conversation_that_the_service_would_refuse_is_refused(refusing, model_id, extra):
    with pytest.raises(refusing.runtime.exceptions.ValidationException):
        refusing.runtime.converse(modelId=model_id, **converse("Q", **extra))


@pytest.mark.parametrize(
    ("failure", "name", "status"),
    [
        ("InternalServer", "InternalServerException", 500),
        ("ServiceUnavailable", "ServiceUnavailableException", 503),
        ("ModelTimeout", "ModelTimeoutException", 408),
        ("ModelError", "ModelErrorException", 424),
        ("ModelNotReady", "ModelNotReadyException", 429),
    ],
)
def test_the_first_calls_may_fail(serve, failure, name, status):
    bedrock = serve(faults=Faults(fail_invokes=1, invoke_failure=failure))

    with pytest.raises(ClientError) as error:
        bedrock.invoke(PROMPT)

    assert code(error) == (name, status)
    assert bedrock.invoke(PROMPT)["body"]["generations"]
    invoked = bedrock.bedrock_emulator.invoked
    assert (invoked.calls, invoked.failed, invoked.answered) == (2, 1, 1)


def test_the_first_calls_may_be_throttled(serve):
    bedrock = serve(faults=Faults(throttle_invokes=2))

    for _ in range(2):
        with pytest.raises(bedrock.runtime.exceptions.ThrottlingException) as error:
            bedrock.invoke(PROMPT)
        assert code(error) == ("ThrottlingException", 429)

    assert bedrock.invoke(PROMPT)["body"]["generations"]
    assert bedrock.bedrock_emulator.invoked.throttled == 2


def test_an_answer_may_be_lost_and_is_billed(serve):
    bedrock = serve(faults=Faults(lose_invokes=1))

    with pytest.raises(ConnectionClosedError):
        bedrock.invoke(PROMPT)

    invoked = bedrock.bedrock_emulator.invoked
    assert (invoked.answered, invoked.lost, invoked.tokens_in) == (1, 1, 2)
    assert bedrock.invoke(PROMPT)["body"]["generations"]


def test_calls_and_tokens_are_counted(serve):
    bedrock = serve()
    for _ in range(3):
        bedrock.invoke(PROMPT)

    invoked = bedrock.bedrock_emulator.invoked

    assert (invoked.calls, invoked.answered, invoked.under_way) == (3, 3, 0)
    assert (invoked.tokens_in, invoked.tokens_out) == (6, 18)


def test_more_calls_at_once_than_there_may_be_are_throttled(serve):
    source = Echo(held=True)
    bedrock = serve(source, quotas=Quotas(invokes_at_once=2))

    def call(_: int) -> str:
        try:
            bedrock.invoke(PROMPT)
        except bedrock.runtime.exceptions.ThrottlingException:
            source.gate.set()
            return "throttled"
        return "answered"

    with ThreadPoolExecutor(3) as pool:
        ends = sorted(pool.map(call, range(3)))

    assert ends == ["answered", "answered", "throttled"]
    assert bedrock.bedrock_emulator.invoked.most_at_once == 2


@pytest.mark.parametrize(
    ("answer_code", "name"),
    [
        (400, "ValidationException"),
        (429, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
    ],
)
def test_a_source_that_has_no_answer_is_an_error_of_its_kind(serve, answer_code, name):
    class Failing(Echo):
        def answers(self, asked, place):
            raise AnswerError(answer_code, "no answer")

    bedrock = serve(Failing())

    with pytest.raises(ClientError, match="no answer") as error:
        bedrock.invoke(PROMPT)

    assert code(error)[0] == name
