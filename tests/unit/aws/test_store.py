"""The store: objects of any size in pieces, documents with their format, lost connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.stub import Stubber

from lambdas.aws.clients import s3_client
from lambdas.aws.store import Store
from lambdas.contract.schema import FORMAT, FormatError
from lambdas.core.errors import MissingObjectError
from tests.unit.cloud import Cloud

KEY = "runs/r/file.jsonl"
FOLDER = "runs/r/waves/01/j0001/replies/"
PART_BYTES = 5 * 2**20
KEYS_A_PAGE = 2
LOSSES = (
    ConnectionClosedError(endpoint_url="s3"),
    IncompleteReadError(actual_bytes=3, expected_bytes=10),
    ReadTimeoutError(endpoint_url="s3"),
    ResponseStreamingError(error="reset"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of ours."""

    name: str
    count: int = 3


def test_a_document_is_written_with_its_format_and_read_as_its_type(store: Store) -> None:
    store.write_document(KEY, Document("a", 5))

    assert store.read(KEY) == b'{"format":%d,"name":"a","count":5}' % FORMAT
    assert store.read_document(KEY, Document) == Document("a", 5)


def test_a_member_added_later_has_its_default_and_an_unknown_one_is_ignored(store: Store) -> None:
    store.write(KEY, b'{"format":%d,"name":"a","future":1}' % FORMAT)

    assert store.read_document(KEY, Document) == Document("a")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            b'{"name":"a"}', f"has no format, must have format {FORMAT}.*start a new run", id="none"
        ),
        pytest.param(
            b'{"format":2,"name":7}', f"has format 2, .*reads format {FORMAT}: update", id="newer"
        ),
    ],
)
def test_a_document_of_another_format_is_refused(
    store: Store, content: bytes, message: str
) -> None:
    store.write(KEY, content)

    with pytest.raises(FormatError, match=f"^s3://{store.bucket}/{KEY} {message}"):
        store.read_document(KEY, Document)


def test_a_file_that_is_not_ours_needs_no_format(store: Store) -> None:
    store.write(KEY, b'{"name":"a"}')

    assert store.read_json(KEY, Document) == Document("a")


def test_an_object_is_described_before_it_is_read(store: Store) -> None:
    store.write(KEY, b"one")
    unchanged: dict[str, str] = {}

    described = store.describe(KEY, unchanged)

    assert (described.key, described.size_bytes) == (KEY, 3)
    assert described.etag == md5(b"one").hexdigest()
    assert "version_id" not in described.model_fields_set
    store.write(KEY, b"two")
    with pytest.raises(MissingObjectError, match="was replaced"):
        list(store.pieces(KEY, unchanged))


@contextmanager
def requested_ranges() -> Iterator[list[str]]:
    requested: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        requested.append(params["headers"]["Range"])

    events = s3_client().meta.events
    events.register("before-call.s3.GetObject", note)
    yield requested
    events.unregister("before-call.s3.GetObject", note)


@pytest.mark.parametrize("size", [1, 9, 10, 11, 20, 35])
def test_an_object_is_read_in_pieces_with_a_request_each(store: Store, size: int) -> None:
    content = bytes(range(size))
    store.write(KEY, content)

    with requested_ranges() as requested:
        pieces = list(store.pieces(KEY))

    assert b"".join(pieces) == content
    assert requested == [f"bytes={start}-{start + 9}" for start in range(0, size, 10)]


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

    with pytest.raises(MissingObjectError, match="was replaced before it was read; start"):
        next(pieces)


def test_an_object_replaced_between_two_readings_is_refused(store: Store) -> None:
    store.write(KEY, b"one\n")
    unchanged: dict[str, str] = {}
    assert len(list(store.lines(KEY, 100, unchanged))) == 1
    assert len(list(store.lines(KEY, 100, unchanged))) == 1

    store.write(KEY, b"two\n")

    with pytest.raises(MissingObjectError, match="was replaced"):
        list(store.lines(KEY, 100, unchanged))


def test_an_object_is_read_only_with_the_expected_content(store: Store) -> None:
    store.write(KEY, b"one")
    (piece,) = store.pieces(KEY, {"IfMatch": f'"{md5(b"one").hexdigest()}"'})

    assert piece == b"one"
    with pytest.raises(MissingObjectError, match="was replaced before it was read"):
        list(store.pieces(KEY, {"IfMatch": f'"{md5(b"none").hexdigest()}"'}))


def test_a_missing_object_is_named(store: Store) -> None:
    with pytest.raises(MissingObjectError) as missing:
        store.read("datasets/none.jsonl")

    assert str(missing.value) == (
        f"s3://{store.bucket}/datasets/none.jsonl does not exist; check the key, or upload it first"
    )


def test_a_denied_object_gives_the_service_s_message(store: Store) -> None:
    with Stubber(s3_client()) as refusing:
        refusing.add_client_error("get_object", "AccessDenied", "no s3:GetObject", 403)

        with pytest.raises(MissingObjectError, match=r"may not be read; .*no s3:GetObject"):
            store.read(KEY)


def test_lines_reach_across_pieces_and_long_ones_have_no_content(store: Store) -> None:
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


def test_nothing_is_written_if_its_content_cannot_be_made(store: Store) -> None:
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


def test_tagging_a_missing_object_is_an_error(store: Store) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        store.tag(["runs/r/gone.json"], {"kind": "intermediate"})


def test_a_span_is_read_alone_however_large_pieces_are(store: Store) -> None:
    store.write(KEY, bytes(range(100)))

    with requested_ranges() as requested:
        content = store.span(KEY, 30, 25)

    assert content == bytes(range(30, 55))
    assert requested == ["bytes=30-54"]


@pytest.mark.parametrize(("start", "expected"), [(8, b"89"), (10, b""), (50, b"")])
def test_a_span_ends_at_the_object_s_end(store: Store, start: int, expected: bytes) -> None:
    store.write(KEY, b"0123456789")

    assert store.span(KEY, start, 5) == expected


def test_a_span_of_a_missing_object_is_refused(store: Store) -> None:
    with pytest.raises(MissingObjectError, match="does not exist"):
        store.span(KEY, 0, 5)


def test_a_span_is_read_again_if_the_connection_is_lost(store: Store) -> None:
    store.write(KEY, b"0123456789")
    loss = IncompleteReadError(actual_bytes=3, expected_bytes=10)
    flaky = Store(Flaky(s3_client(), loss), store.bucket)

    assert flaky.span(KEY, 2, 3) == b"234"


@pytest.fixture
def pages(store: Store) -> Iterator[list[Any]]:
    """Make pages of two keys, as S3's are of a thousand; note each page's token."""
    requested: list[Any] = []

    def shorten(params: dict[str, Any], **_: Any) -> None:
        params["MaxKeys"] = KEYS_A_PAGE
        requested.append(params.get("ContinuationToken"))

    events = s3_client().meta.events
    events.register("before-parameter-build.s3.ListObjectsV2", shorten)
    yield requested
    events.unregister("before-parameter-build.s3.ListObjectsV2", shorten)


def test_keys_of_several_pages_are_all_listed(store: Store, pages: list[Any]) -> None:
    expected = [f"{FOLDER}q{number:07d}s00.json" for number in range(5)]
    for key in [*expected, "runs/r/waves/01/j0002/input.jsonl"]:
        store.write(key, b"{}")

    assert store.keys(FOLDER) == expected
    assert len(pages) == 3
    assert None not in pages[1:]


def test_nothing_is_listed_below_an_unused_prefix(store: Store) -> None:
    assert store.keys("runs/r/none/") == []


class Flaky:
    """An S3 client whose connection is lost, in the call or while the body is read."""

    def __init__(self, client: Any, *losses: Exception) -> None:
        self._client = client
        self._losses = list(losses)

    def get_object(self, **requested: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get_object(**requested)
        if not self._losses:
            return found
        loss = self._losses.pop(0)
        if isinstance(loss, ConnectionClosedError):
            raise loss
        return found | {"Body": Broken(loss)}


class Broken(BytesIO):
    """A body that ends in an error."""

    def __init__(self, loss: Exception) -> None:
        super().__init__()
        self._loss = loss

    def read(self, *_: Any) -> bytes:
        raise self._loss


def test_a_lost_connection_costs_one_piece(store: Store) -> None:
    store.write(KEY, b"x" * 25)
    flaky = Store(Flaky(s3_client(), *LOSSES[:3]), store.bucket, piece_bytes=10)

    assert flaky.read(KEY) == b"x" * 25


def test_a_connection_lost_again_and_again_is_an_error(store: Store) -> None:
    store.write(KEY, b"x" * 25)
    flaky = Store(Flaky(s3_client(), *LOSSES), store.bucket, piece_bytes=10)

    with pytest.raises(ResponseStreamingError):
        flaky.read(KEY)


def test_an_object_that_is_there_is_not_written_again(store: Store) -> None:
    assert store.write_once(KEY, lambda: iter([b"first", b"\n"])) == 6

    assert store.write_once(KEY, lambda: iter([b"second\n"])) == 7

    assert store.read(KEY) == b"first\n"


@pytest.mark.parametrize("conflicts", [1, 3])
def test_a_write_that_meets_another_one_is_repeated(conflicts: int) -> None:
    client = s3_client()
    with Stubber(client) as s3:
        for _ in range(conflicts):
            s3.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
        s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412)

        assert Store(client, "bucket").write_once(KEY, lambda: iter([b"x\n"])) == 2

        s3.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "answers"), [("ConditionalRequestConflict", 4), ("AccessDenied", 1)]
)
def test_a_write_that_keeps_failing_fails(code: str, answers: int) -> None:
    client = s3_client()
    with Stubber(client) as s3:
        for _ in range(answers):
            s3.add_client_error("put_object", code)

        with pytest.raises(ClientError, match=code):
            Store(client, "bucket").write_once(KEY, lambda: iter([b"x\n"]))

        s3.assert_no_pending_responses()
