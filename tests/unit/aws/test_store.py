"""The store: objects of any size in pieces, never half of one version and half of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.clients import s3_client
from lambdas.aws.store import Store
from lambdas.core.errors import MissingObjectError
from tests.unit.cloud import Cloud

KEY = "runs/r/file.jsonl"
PART_BYTES = 5 * 2**20


@contextmanager
def ranges_asked_for() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params["headers"]["Range"])

    events = s3_client().meta.events
    events.register("before-call.s3.GetObject", note)
    yield asked
    events.unregister("before-call.s3.GetObject", note)


@pytest.mark.parametrize("size", [1, 9, 10, 11, 20, 35])
def test_an_object_is_read_in_pieces_each_asked_for_on_its_own(store: Store, size: int) -> None:
    content = bytes(range(size))
    store.write(KEY, content)

    with ranges_asked_for() as asked:
        pieces = list(store.pieces(KEY))

    assert b"".join(pieces) == content
    assert asked == [f"bytes={start}-{start + 9}" for start in range(0, size, 10)]


def test_an_empty_object_has_no_pieces(store: Store) -> None:
    store.write(KEY, b"")

    assert list(store.pieces(KEY)) == []
    assert store.read(KEY) == b""
    assert list(store.lines(KEY, 100)) == []


def test_an_object_replaced_while_it_is_read_is_refused(store: Store) -> None:
    store.write(KEY, b"a" * 35)
    pieces = store.pieces(KEY)
    next(pieces)

    store.write(KEY, b"b" * 35)

    with pytest.raises(
        MissingObjectError, match="was replaced before it was read; run what it is now"
    ):
        next(pieces)


def test_an_object_replaced_between_two_readings_is_refused(store: Store) -> None:
    store.write(KEY, b"one\n")
    seen: dict[str, str] = {}
    assert len(list(store.lines(KEY, 100, seen))) == 1
    assert len(list(store.lines(KEY, 100, seen))) == 1

    store.write(KEY, b"two\n")

    with pytest.raises(MissingObjectError, match="was replaced"):
        list(store.lines(KEY, 100, seen))


def test_an_object_is_read_only_as_the_content_that_is_asked_for(store: Store) -> None:
    store.write(KEY, b"one")
    (piece,) = store.pieces(KEY, {"IfMatch": f'"{md5(b"one").hexdigest()}"'})

    assert piece == b"one"
    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        list(store.pieces(KEY, {"IfMatch": f'"{md5(b"none").hexdigest()}"'}))


def test_what_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(MissingObjectError) as missing:
        store.read("datasets/none.jsonl")

    assert str(missing.value) == (
        f"s3://{store.bucket}/datasets/none.jsonl does not exist; check the key, or upload it first"
    )


def test_what_may_not_be_read_gives_the_services_words(store: Store) -> None:
    with Stubber(s3_client()) as refusing:
        refusing.add_client_error("get_object", "AccessDenied", "no s3:GetObject", 403)

        with pytest.raises(MissingObjectError, match=r"may not be read: .*no s3:GetObject"):
            store.read(KEY)


def test_lines_reach_across_pieces_and_long_ones_are_left_out(store: Store) -> None:
    store.write(KEY, "a\u2028b\n".encode() + b"x" * 50 + b"\nlast")

    lines = list(store.lines(KEY, limit=20))

    assert [line.content for line in lines] == ["a\u2028b".encode(), None, b"last"]


def test_a_large_object_is_written_in_parts(aws: Cloud) -> None:
    store = Store(s3_client(), aws.new_bucket(), piece_bytes=PART_BYTES)
    piece = b"x" * (PART_BYTES // 2 + 1)

    size = store.write_all(KEY, [piece] * 5)

    head = aws.s3.head_object(Bucket=store.bucket, Key=KEY)
    assert size == head["ContentLength"] == 5 * len(piece)
    assert head["ETag"].endswith('-3"')
    assert store.read(KEY) == piece * 5


@pytest.mark.parametrize("content", [[], [b""], [b"a", b"b\n"]])
def test_a_small_object_is_written_at_once(store: Store, content: list[bytes]) -> None:
    assert store.write_all(KEY, content) == len(b"".join(content))
    assert store.read(KEY) == b"".join(content)


def test_nothing_is_written_where_its_content_cannot_be_made(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise MissingObjectError("gone")

    with pytest.raises(MissingObjectError):
        store.write_all(KEY, broken())

    assert store.keys("runs/") == []


def test_keys_are_those_below_the_prefix(store: Store) -> None:
    for key in ("runs/a/1", "runs/a/2", "runs/ab/3"):
        store.write(key, b"")

    assert store.keys("runs/a/") == ["runs/a/1", "runs/a/2"]
    assert store.keys("none/") == []


def test_many_objects_are_tagged_each_once_and_alike(store: Store, aws: Cloud) -> None:
    keys = [f"runs/r/{number}.json" for number in range(20)]
    for key in keys:
        store.write(key, b"{}")

    store.tag(keys, {"kind": "intermediate"})

    found = [aws.s3.get_object_tagging(Bucket=store.bucket, Key=key)["TagSet"] for key in keys]
    assert found == [[{"Key": "kind", "Value": "intermediate"}]] * 20


def test_an_object_that_cannot_be_tagged_ends_the_tagging(store: Store) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        store.tag(["runs/r/gone.json"], {"kind": "intermediate"})
