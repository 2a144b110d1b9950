"""A run's inputs: measured before they are read, and read as they were when measured."""

from hashlib import md5

import pytest

from lambdas.aws.inputs import Inputs
from lambdas.aws.objects import StoredObject
from lambdas.aws.store import Store
from lambdas.core.errors import MissingObjectError, RequestError
from lambdas.core.sets.limits import SizeLimit
from tests.unit.cloud import Cloud

KEY = "datasets/q.jsonl"
SMALL = SizeLimit(4, "split it")


def contents(inputs: Inputs, limit: SizeLimit = SMALL) -> list[bytes | None]:
    return [line.content for line in inputs.lines("dataset", KEY, limit)]


def test_an_object_is_measured_without_reading_it(store: Store) -> None:
    store.write(KEY, b"x" * 1_000)

    found = store.about(KEY)

    assert (found.key, found.size_bytes, found.version_id) == (KEY, 1_000, None)
    assert found.etag == md5(b"x" * 1_000).hexdigest()


def test_an_empty_object_has_no_bytes(store: Store) -> None:
    store.write(KEY, b"")

    assert store.about(KEY) == StoredObject(KEY, 0)


def test_the_version_read_is_noted(store: Store, aws: Cloud) -> None:
    aws.s3.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    store.write(KEY, b"a\n")
    inputs = Inputs(store, {})

    assert contents(inputs) == [b"a"]
    noted = inputs.attributes()["dataset"]
    assert (noted["key"], noted["size_bytes"]) == (KEY, 2)
    assert noted["version_id"] == aws.s3.head_object(Bucket=store.bucket, Key=KEY)["VersionId"]


def test_a_large_object_is_refused_unread_and_noted(store: Store) -> None:
    store.write(KEY, b"abcde")
    inputs = Inputs(store, {})

    with pytest.raises(RequestError) as refused:
        contents(inputs)

    assert str(refused.value) == (
        f"s3://{store.bucket}/{KEY} is 5 bytes large, must be at most 4 bytes; split it"
    )
    assert inputs.attributes()["dataset"]["size_bytes"] == 5


def test_a_second_reading_is_of_the_same_content(store: Store) -> None:
    store.write(KEY, b"a\n")
    inputs = Inputs(store, {})
    contents(inputs)
    store.write(KEY, b"b\n")

    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        contents(inputs)


def test_only_the_content_that_was_uploaded_is_read(store: Store) -> None:
    store.write(KEY, b"a\n")

    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        contents(Inputs(store, {"dataset": "0" * 32}))


def test_an_uploaded_request_that_is_no_request_is_refused_by_its_size(store: Store) -> None:
    store.write(KEY, b" " * (2 * 2**20 + 1))

    with pytest.raises(RequestError, match="must be at most 2,097,152 bytes; a request has a few"):
        Inputs(store, {}).request(KEY)
