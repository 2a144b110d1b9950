"""A run's files: texts of completions by row, inputs measured first and read unchanged."""

import json
from hashlib import md5
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from lambdas.aws.clients import s3_client
from lambdas.aws.run_files import InputFiles, read_texts
from lambdas.aws.store import Store
from lambdas.contract.entries import InputObject
from lambdas.contract.votes import Example
from lambdas.core.dataset.files import SizeLimit
from lambdas.core.errors import MissingObjectError, RequestError
from lambdas.core.models.registry import form_named
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.report.explorer_selection import PathToShow
from tests.unit.aws.test_store import Flaky
from tests.unit.cloud import Cloud

DATASET = "datasets/q.jsonl"
SMALL = SizeLimit(4, "split it")
COMMAND = form_named("cohere-command", "InvokeModel")
KEYS = {(1, "j0001"): ("runs/r/a.jsonl.out", "runs/r/b.jsonl.out"), (2, "j0001"): ("runs/r/c",)}


def row(record_id: str, *texts: str) -> bytes:
    generations = [{"text": text, "finish_reason": "COMPLETE"} for text in texts]
    return json.dumps({"recordId": record_id, "modelOutput": {"generations": generations}}).encode()


FIRST = row("q0000007s00", "So 18.", "So 26.")
SECOND = row("q0000008s00", "Émile has 3.")
FAILED = json.dumps({"recordId": "q0000009s00", "error": {"errorCode": 400}}).encode()


def a_path(question: int, **changed: Any) -> PathToShow:
    """Return the first completion of the first row."""
    first = {"wave": 1, "job": "j0001", "file": 0, "start": 0, "size": len(FIRST), "completion": 0}
    return PathToShow(question, Example(**(first | changed)))


AFTER_FIRST = {"start": len(FIRST) + 1, "size": len(SECOND)}
AFTER_SECOND = {"start": len(FIRST) + len(SECOND) + 2, "size": len(FAILED)}


@pytest.fixture
def written(store: Store) -> Store:
    store.write(KEYS[1, "j0001"][0], FIRST + b"\n" + SECOND + b"\n" + FAILED + b"\n")
    store.write(KEYS[1, "j0001"][1], SECOND + b"\n")
    store.write(KEYS[2, "j0001"][0], FIRST + b"\n")
    return store


def test_each_completion_is_read_from_its_place(written: Store) -> None:
    found = read_texts(
        written,
        COMMAND,
        KEYS,
        [
            a_path(8, file=1, size=len(SECOND)),
            a_path(7, completion=1),
            a_path(8, **AFTER_FIRST),
            a_path(7, wave=2),
        ],
    )

    assert found.texts == ("Émile has 3.", "So 26.", "Émile has 3.", "So 18.")
    assert found.unread == 0


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(a_path(7, job="j0009"), id="a job without output"),
        pytest.param(a_path(7, file=2), id="a file that is not there"),
        pytest.param(a_path(7, file=-1), id="no file"),
        pytest.param(a_path(7, start=10_000), id="beyond the file's end"),
        pytest.param(a_path(7, size=len(FIRST) - 5), id="half a row"),
        pytest.param(a_path(7, size=0), id="no row"),
        pytest.param(a_path(7, size=MAX_ROW_BYTES + 1), id="more than a row"),
        pytest.param(a_path(7, start=1), id="not the row's start"),
        pytest.param(a_path(7, completion=2), id="a completion too many"),
        pytest.param(a_path(8), id="another question's row"),
        pytest.param(a_path(9, **AFTER_SECOND), id="a row without output"),
    ],
)
def test_a_missing_completion_is_counted_and_has_no_text(written: Store, lost: PathToShow) -> None:
    found = read_texts(written, COMMAND, KEYS, [lost, a_path(7)])

    assert found.texts == (None, "So 18.")
    assert found.unread == 1


def test_expired_output_fails_nothing(store: Store) -> None:
    found = read_texts(store, COMMAND, KEYS, [a_path(7), a_path(7, completion=1)])

    assert (found.texts, found.unread) == ((None, None), 2)


def test_a_row_in_another_format_has_no_text(store: Store) -> None:
    content = b'{"recordId":"q0000007s00","modelOutput":{"generations":"none"}}'
    store.write(KEYS[2, "j0001"][0], content)

    found = read_texts(store, COMMAND, KEYS, [a_path(7, wave=2, size=len(content))])

    assert found.texts == (None,)


def test_a_lost_connection_fails_nothing(written: Store) -> None:
    losses = [ReadTimeoutError(endpoint_url="s3")] * 4
    flaky = Store(Flaky(s3_client(), *losses), written.bucket)

    assert read_texts(flaky, COMMAND, KEYS, [a_path(7)]).texts == (None,)


def test_of_a_long_text_one_character_more_than_shown_is_read(store: Store) -> None:
    long = row("q0000007s00", "x" * 100_000)
    store.write(KEYS[2, "j0001"][0], long)

    (text,) = read_texts(store, COMMAND, KEYS, [a_path(7, wave=2, size=len(long))]).texts

    assert text == "x" * 4_001


def test_without_paths_nothing_is_read(store: Store) -> None:
    assert read_texts(store, COMMAND, KEYS, []).texts == ()


def contents(inputs: InputFiles, limit: SizeLimit = SMALL) -> list[bytes | None]:
    return [line.content for line in inputs.lines("dataset", DATASET, limit)]


def test_an_object_is_measured_without_reading_it(store: Store) -> None:
    store.write(DATASET, b"x" * 1_000)

    found = store.describe(DATASET)

    assert (found.key, found.size_bytes, found.version_id) == (DATASET, 1_000, None)
    assert found.etag == md5(b"x" * 1_000).hexdigest()


def test_an_empty_object_has_no_bytes(store: Store) -> None:
    store.write(DATASET, b"")

    assert store.describe(DATASET) == InputObject(key=DATASET, size_bytes=0)


def test_the_version_read_is_listed(store: Store, aws: Cloud) -> None:
    aws.s3.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    store.write(DATASET, b"a\n")
    inputs = InputFiles(store, {})

    assert contents(inputs) == [b"a"]
    found = inputs.found()["dataset"]
    assert (found.key, found.size_bytes) == (DATASET, 2)
    assert found.version_id == aws.s3.head_object(Bucket=store.bucket, Key=DATASET)["VersionId"]


def test_a_large_object_is_refused_unread_and_listed(store: Store) -> None:
    store.write(DATASET, b"abcde")
    inputs = InputFiles(store, {})

    with pytest.raises(RequestError) as refused:
        contents(inputs)

    assert str(refused.value) == (
        f"s3://{store.bucket}/{DATASET} is 5 bytes large, must be at most 4 bytes; split it"
    )
    assert inputs.found()["dataset"].size_bytes == 5


def test_a_second_read_is_of_the_same_content(store: Store) -> None:
    store.write(DATASET, b"a\n")
    inputs = InputFiles(store, {})
    contents(inputs)
    store.write(DATASET, b"b\n")

    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        contents(inputs)


def test_only_the_content_that_was_uploaded_is_read(store: Store) -> None:
    store.write(DATASET, b"a\n")

    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        contents(InputFiles(store, {"dataset": "0" * 32}))


def test_an_upload_too_large_for_a_request_is_refused(store: Store) -> None:
    store.write(DATASET, b" " * (2 * 2**20 + 1))

    with pytest.raises(RequestError, match="must be at most 2,097,152 bytes; a request has a few"):
        InputFiles(store, {}).request(DATASET)
