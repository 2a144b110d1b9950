"""Records on demand: what an error means, and what is stored of a call."""

from typing import Any

import msgspec
import pytest

from lambdas.contract.jobs import StoredReply
from lambdas.core.on_demand import (
    Failure,
    FailureKind,
    ManifestCounts,
    Record,
    Reply,
    back_off_s,
    classify_error,
    reply_name,
    stored_reply,
)

RECORD = Record("q0000001s00", msgspec.Raw(b'{"prompt":"1?","temperature":0}'))


# Names and statuses are those of bedrock-runtime in the service model of botocore 1.43.
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("ThrottlingException", 429, "wait"),
        ("ServiceQuotaExceededException", 400, "wait"),
        ("ServiceUnavailableException", 503, "wait"),
        ("ModelNotReadyException", 429, "wait"),
        ("SomethingNew", 429, "wait"),
        ("InternalServerException", 500, "retry"),
        ("ModelTimeoutException", 408, "retry"),
        ("ModelErrorException", 424, "retry"),
        ("BadGateway", 502, "retry"),
        ("ValidationException", 400, "final"),
        ("SomethingNew", 409, "final"),
        ("AccessDeniedException", 403, "refused"),
        ("ResourceNotFoundException", 404, "refused"),
        ("UnrecognizedClientException", 403, "refused"),
    ],
)
def test_an_error_is_classified_by_its_name_or_status(
    name: str, status: int, kind: FailureKind
) -> None:
    assert classify_error(name, status, "why") == Failure(kind, status, f"{name}: why")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("The provided model identifier is invalid.", "refused"),
        ("Invocation of model ID m with on-demand throughput isn\u2019t supported.", "refused"),
        ("This action doesn't support the model that you provided.", "refused"),
        ("max_tokens: 9999 > 4096, which is the maximum", "final"),
        ("temperature is not supported by this model", "final"),
    ],
)
def test_a_validation_error_concerns_the_model_or_the_record(
    message: str, kind: FailureKind
) -> None:
    assert classify_error("ValidationException", 400, message).kind == kind


def row(reply: StoredReply) -> Any:
    return msgspec.json.decode(bytes(reply.row))


def test_a_reply_is_stored_as_a_row_of_a_batch_job_s_output() -> None:
    stored = stored_reply(RECORD, Reply(b'{"generations":[{"text":"1"}]}', 9, 1))

    assert bytes(stored.row) == (
        b'{"modelInput":{"prompt":"1?","temperature":0},'
        b'"modelOutput":{"generations":[{"text":"1"}]},"recordId":"q0000001s00"}'
    )
    assert (stored.succeeded, stored.tokens_in, stored.tokens_out) == (True, 9, 1)


def test_a_failure_is_stored_as_an_error_row_without_output() -> None:
    stored = stored_reply(RECORD, Failure("final", 400, "bad"))

    assert row(stored) == {
        "modelInput": {"prompt": "1?", "temperature": 0},
        "error": {"errorCode": 400, "errorMessage": "bad"},
        "recordId": "q0000001s00",
    }
    assert not stored.succeeded


def test_a_stored_reply_is_read_as_it_was_written() -> None:
    stored = stored_reply(RECORD, Reply(b'{"a":"\xe2\x80\xa8"}', None, None))

    read = msgspec.json.decode(msgspec.json.encode(stored), type=StoredReply)

    assert bytes(read.row) == bytes(stored.row)
    assert reply_name(RECORD.record_id) == "replies/q0000001s00.json"


def counts_of(*outcomes: Reply | Failure) -> ManifestCounts:
    counts = ManifestCounts()
    for outcome in outcomes:
        counts.add(stored_reply(RECORD, outcome))
    return counts


def test_a_manifest_has_the_counts_of_a_batch_job_s() -> None:
    counts = counts_of(Reply(b"{}", 9, 1), Failure("final", 400, "bad"), Reply(b"{}", 8, 2))

    assert counts.manifest() == {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 2,
        "errorRecordCount": 1,
        "inputTokenCount": 17,
        "outputTokenCount": 3,
    }


def test_a_manifest_counts_prompt_tokens_in_the_cache_apart() -> None:
    manifest = counts_of(Reply(b"{}", 649, 1, 600, 40), Reply(b"{}", 8, 2)).manifest()

    assert manifest["inputTokenCount"] == 17
    assert manifest["cacheReadInputTokenCount"] == 600
    assert manifest["cacheWriteInputTokenCount"] == 40


def test_tokens_that_one_reply_does_not_state_are_left_out_of_the_manifest() -> None:
    manifest = counts_of(Reply(b"{}", 9, 1), Reply(b"{}", 8, None)).manifest()

    assert manifest["inputTokenCount"] == 17
    assert "outputTokenCount" not in manifest


def test_back_off_is_a_random_share_of_a_wait_that_doubles_up_to_twenty_seconds() -> None:
    assert [back_off_s(tries, 1) for tries in range(7)] == [1, 2, 4, 8, 16, 20, 20]
    assert back_off_s(10_000, 1) == 20
    assert back_off_s(3, 0.25) == 2
