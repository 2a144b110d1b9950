"""What started an execution: a request from the console, an upload's event, an uploaded request."""

import gzip
import json
from typing import Any

import pytest

from lambdas.contract.keys import run_id_of_upload
from lambdas.core.errors import RequestError
from lambdas.core.requests.start import read_request, read_start

KEY = "uploads/a.run.json"
REQUEST = {"dataset": "q.jsonl"}


def event(key: str, **members: Any) -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "b"}, "object": {"key": key, **members}},
    }


def test_a_request_is_read_as_it_is_under_the_executions_name() -> None:
    start = read_start({"dataset": "datasets/q.jsonl"}, "demo")

    assert (start.run_id, start.request) == ("demo", {"dataset": "datasets/q.jsonl"})
    assert start.request_key is None


def test_an_uploaded_dataset_has_the_default_request() -> None:
    start = read_start(event("uploads/my set.csv", **{"version-id": "v1"}), "abc")

    assert start.request == {"dataset": "uploads/my set.csv"}
    assert start.run_id == run_id_of_upload("uploads/my set.csv", "v1")
    assert start.request_key is None


def test_an_uploads_content_is_known_by_its_etag() -> None:
    dataset = read_start(event("uploads/q.jsonl", **{"version-id": "v1", "etag": "abc-2"}), "x")
    request = read_start(event("uploads/a.run.json", etag="abc"), "x")
    without_etag = read_start(event("uploads/q.jsonl", **{"version-id": "v1"}), "x")

    assert dataset.upload_etags == {"dataset": "abc-2"}
    assert request.upload_etags == {"request": "abc"}
    assert without_etag.upload_etags == {}
    assert read_start({"dataset": "datasets/q.jsonl"}, "demo").upload_etags == {}


def test_an_uploaded_request_has_a_key_to_read() -> None:
    start = read_start(event("uploads/a.run.json", **{"version-id": "v1"}), "abc")

    assert start.request_key == "uploads/a.run.json"


def test_the_same_upload_delivered_twice_is_one_run() -> None:
    first, again = (
        read_start(event("uploads/q.jsonl", **{"version-id": "v1", "sequencer": s}), name)
        for s, name in (("1", "first"), ("2", "again"))
    )

    assert first.run_id == again.run_id


def test_without_versions_uploads_differ_by_their_etags() -> None:
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
            id="event of another batch job",
        ),
    ],
)
def test_anything_else_is_a_request_that_will_be_refused(start: object) -> None:
    read = read_start(start, "demo")

    assert (read.run_id, read.request, read.upload_key) == ("demo", start, None)


def test_the_event_of_an_upload_says_who_uploaded_what() -> None:
    upload = event("uploads/q.jsonl", **{"version-id": "v1", "etag": "abc", "sequencer": "00"})
    upload["detail"] |= {"requester": "123456789012", "source-ip-address": "192.0.2.1"}

    assert read_start(upload, "x").by.model_dump(exclude_unset=True) == {
        "kind": "upload",
        "requester": "123456789012",
        "source_ip": "192.0.2.1",
        "key": "uploads/q.jsonl",
        "version_id": "v1",
        "etag": "abc",
        "sequencer": "00",
    }


def test_a_request_from_the_console_is_started_by_its_execution() -> None:
    by = read_start({"dataset": "q.jsonl"}, "x").by

    assert by.model_dump(exclude_unset=True) == {"kind": "execution"}


@pytest.mark.parametrize("etag", ['a"\r\nX: y', {"a": 1}, "", "é", "a" * 101])
def test_an_etag_that_s3_never_wrote_reaches_no_header(etag: object) -> None:
    assert read_start(event("uploads/q.jsonl", etag=etag), "x").upload_etags == {}


def test_a_key_that_is_no_text_is_no_upload() -> None:
    assert read_start(event("uploads/\ud800.jsonl"), "demo").run_id == "demo"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_uploaded_request_is_json_in_utf_8(mark: bytes) -> None:
    assert read_request(mark + json.dumps(REQUEST, indent=1).encode(), KEY) == REQUEST


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is no JSON: Expecting value at line 1, column 1", id="empty"),
        pytest.param(
            b'{"dataset":\n "secret" "secret"}',
            "is no JSON: Expecting ',' delimiter at line 2, column 11",
            id="no JSON",
        ),
        pytest.param(b'{"\xff": 1}', "is no JSON: byte 2 is 0xff, must be UTF-8 text", id="bytes"),
        pytest.param(b"[" * 100_000, "is no JSON: nested too deep", id="too deep"),
        pytest.param(
            b"9" * 5_000, "is no JSON: a number of more than 4,300 digits", id="a long number"
        ),
        pytest.param(gzip.compress(b"{}"), "is gzip, must be text", id="gzip"),
        pytest.param(json.dumps(REQUEST).encode("utf-16"), "is UTF-16, must be UTF-8", id="UTF-16"),
    ],
)
def test_what_is_no_json_is_refused_without_quoting_it(content: bytes, problem: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(content, KEY)

    assert str(refused.value).startswith(f"{KEY} {problem}")
    assert "secret" not in str(refused.value)
