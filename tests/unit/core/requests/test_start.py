"""What started an execution: a request typed in, or an upload's event."""

from typing import Any

import pytest

from lambdas.core.keys import run_id_of_upload
from lambdas.core.requests.start import read_start


def event(key: str, **members: Any) -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "b"}, "object": {"key": key, **members}},
    }


def test_a_request_is_taken_as_it_is_under_the_executions_name() -> None:
    start = read_start({"dataset": "datasets/q.jsonl"}, "demo")

    assert (start.run_id, start.request) == ("demo", {"dataset": "datasets/q.jsonl"})
    assert start.request_key is None


def test_an_uploaded_question_set_asks_for_the_defaults() -> None:
    start = read_start(event("uploads/my set.csv", **{"version-id": "v1"}), "abc")

    assert start.request == {"dataset": "uploads/my set.csv"}
    assert start.run_id == run_id_of_upload("uploads/my set.csv", "v1")
    assert start.request_key is None


def test_an_upload_tells_which_content_it_is_of() -> None:
    told = read_start(event("uploads/q.jsonl", **{"version-id": "v1", "etag": "abc-2"}), "x")
    untold = read_start(event("uploads/q.jsonl", **{"version-id": "v1"}), "x")

    assert (told.upload_etag, untold.upload_etag) == ("abc-2", None)
    assert read_start({"dataset": "datasets/q.jsonl"}, "demo").upload_etag is None


def test_an_uploaded_request_is_named_to_be_read() -> None:
    start = read_start(event("uploads/a.run.json", **{"version-id": "v1"}), "abc")

    assert start.request_key == "uploads/a.run.json"


def test_the_same_upload_delivered_twice_is_one_run() -> None:
    first, again = (
        read_start(event("uploads/q.jsonl", **{"version-id": "v1", "sequencer": s}), name)
        for s, name in (("1", "first"), ("2", "again"))
    )

    assert first.run_id == again.run_id


def test_without_versions_the_etag_tells_uploads_apart() -> None:
    ids = {read_start(event("uploads/q.jsonl", etag=etag), "x").run_id for etag in ("1", "2", "1")}

    assert len(ids) == 2


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(None, id="null"),
        pytest.param([1], id="list"),
        pytest.param("text", id="text"),
        pytest.param({"detail-type": "Object Created"}, id="event without detail"),
        pytest.param({"detail-type": "Object Created", "detail": 5}, id="detail is a number"),
        pytest.param(event("datasets/q.jsonl"), id="object outside uploads"),
        pytest.param(
            {"source": "aws.bedrock", "detail-type": "Batch Inference Job State Change"},
            id="event of a foreign batch job",
        ),
    ],
)
def test_what_is_no_upload_is_handed_on_to_be_refused_as_a_request(start: object) -> None:
    read = read_start(start, "demo")

    assert (read.run_id, read.request, read.upload_key) == ("demo", start, None)


def test_an_upload_tells_who_uploaded_what() -> None:
    told = event("uploads/q.jsonl", **{"version-id": "v1", "etag": "abc", "sequencer": "00"})
    told["detail"] |= {"requester": "123456789012", "source-ip-address": "192.0.2.1"}

    assert read_start(told, "x").by.attributes() == {
        "kind": "upload",
        "requester": "123456789012",
        "source_ip": "192.0.2.1",
        "key": "uploads/q.jsonl",
        "version_id": "v1",
        "etag": "abc",
        "sequencer": "00",
    }


def test_a_request_is_started_by_its_execution() -> None:
    assert read_start({"dataset": "q.jsonl"}, "x").by.attributes() == {"kind": "execution"}


@pytest.mark.parametrize("etag", ['a"\r\nX: y', {"a": 1}, "", "é", "a" * 101])
def test_an_etag_that_s3_never_wrote_is_put_into_no_header(etag: object) -> None:
    assert read_start(event("uploads/q.jsonl", etag=etag), "x").upload_etag is None


def test_a_key_that_is_no_text_is_no_upload() -> None:
    assert read_start(event("uploads/\ud800.jsonl"), "demo").run_id == "demo"
