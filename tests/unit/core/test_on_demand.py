"""Records on demand: what a call's end means, and what is kept of it."""

from typing import Any

import msgspec
import pytest

from lambdas.core.on_demand import (
    Failure,
    Kind,
    Part,
    Record,
    Reply,
    Tally,
    back_off_s,
    failure_of,
    part_name,
    part_of,
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
        ("InternalServerException", 500, "again"),
        ("ModelTimeoutException", 408, "again"),
        ("ModelErrorException", 424, "again"),
        ("BadGateway", 502, "again"),
        ("ValidationException", 400, "final"),
        ("SomethingNew", 409, "final"),
        ("AccessDeniedException", 403, "refused"),
        ("ResourceNotFoundException", 404, "refused"),
        ("UnrecognizedClientException", 403, "refused"),
    ],
)
def test_an_error_means_what_its_name_or_status_says(name: str, status: int, kind: Kind) -> None:
    assert failure_of(name, status, "why") == Failure(kind, status, f"{name}: why")


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
def test_a_validation_error_is_the_model_s_or_the_record_s(message: str, kind: Kind) -> None:
    assert failure_of("ValidationException", 400, message).kind == kind


def row(part: Part) -> Any:
    return msgspec.json.decode(bytes(part.row))


def test_an_answer_is_kept_as_a_row_of_a_batch_job_s_output() -> None:
    part = part_of(RECORD, Reply(b'{"generations":[{"text":"1"}]}', 9, 1))

    assert bytes(part.row) == (
        b'{"modelInput":{"prompt":"1?","temperature":0},'
        b'"modelOutput":{"generations":[{"text":"1"}]},"recordId":"q0000001s00"}'
    )
    assert (part.succeeded, part.tokens_in, part.tokens_out) == (True, 9, 1)


def test_a_failure_is_kept_as_an_error_row_without_output() -> None:
    part = part_of(RECORD, Failure("final", 400, "bad"))

    assert row(part) == {
        "modelInput": {"prompt": "1?", "temperature": 0},
        "error": {"errorCode": 400, "errorMessage": "bad"},
        "recordId": "q0000001s00",
    }
    assert not part.succeeded


def test_a_part_comes_back_as_it_was_written() -> None:
    part = part_of(RECORD, Reply(b'{"a":"\xe2\x80\xa8"}', None, None))

    again = msgspec.json.decode(msgspec.json.encode(part), type=Part)

    assert bytes(again.row) == bytes(part.row)
    assert part_name(RECORD.record_id) == "parts/q0000001s00.json"


def tally(*ends: Reply | Failure) -> Tally:
    counted = Tally()
    for end in ends:
        counted.add(part_of(RECORD, end))
    return counted


def test_a_manifest_has_the_counts_of_a_batch_job_s() -> None:
    counted = tally(Reply(b"{}", 9, 1), Failure("final", 400, "bad"), Reply(b"{}", 8, 2))

    assert counted.manifest() == {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 2,
        "errorRecordCount": 1,
        "inputTokenCount": 17,
        "outputTokenCount": 3,
    }


def test_tokens_that_one_answer_does_not_state_are_not_stated_at_all() -> None:
    manifest = tally(Reply(b"{}", 9, 1), Reply(b"{}", 8, None)).manifest()

    assert manifest["inputTokenCount"] == 17
    assert "outputTokenCount" not in manifest


def test_back_off_doubles_up_to_twenty_seconds_and_no_wait_is_the_same_by_chance() -> None:
    assert [back_off_s(tries, 1) for tries in range(7)] == [1, 2, 4, 8, 16, 20, 20]
    assert back_off_s(10_000, 1) == 20
    assert back_off_s(3, 0.25) == 2
