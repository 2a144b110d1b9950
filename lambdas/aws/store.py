"""The objects of the stack's bucket: read and written in pieces, documents with their format."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

from lambdas.aws.clients import s3_client
from lambdas.contract.entries import InputObject
from lambdas.contract.environment import environment
from lambdas.contract.schema import decode_document, encode_document
from lambdas.core.errors import MissingObjectError
from lambdas.core.text import Line, split_lines

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_ABSENT = frozenset({"NoSuchKey", "404"})
_FORBIDDEN = frozenset({"AccessDenied", "AllAccessDisabled", "403"})
# S3 takes parts from 5 MiB, at most 10,000 of them: 80 GB here. Two pieces fit in memory.
PIECE_BYTES = 8 * 2**20
_LINES = "application/jsonl"
_READ_TRIES = 4
# What makes S3 create an object only if it does not exist, and how it refuses: the object is there;
# or another conditional write is under way, after which the whole upload has to be repeated
# ("Conditional writes" of S3's user guide).
_IF_ABSENT: Mapping[str, str] = MappingProxyType({"IfNoneMatch": "*"})
_ALWAYS: Mapping[str, str] = MappingProxyType({})
_PRESENT, _CONFLICT = "PreconditionFailed", "ConditionalRequestConflict"
_WRITE_TRIES = 4
# The client has ten connections.
_TAG_CALLS_AT_ONCE = 8
Kind = TypeVar("Kind")


class Store:
    """The objects of one bucket."""

    def __init__(self, client: "S3Client", bucket: str, *, piece_bytes: int = PIECE_BYTES) -> None:
        self._client = client
        self.bucket = bucket
        self._piece_bytes = piece_bytes

    def read(self, key: str) -> bytes:
        """Return a small object whole."""
        return b"".join(self.pieces(key))

    def read_document(self, key: str, kind: type[Kind]) -> Kind:
        """Return one of our JSON documents as the type it was written from.

        Raises:
            FormatError: the document has another format, or is broken.
            MissingObjectError: it does not exist, or may not be read.
        """
        return decode_document(self.read(key), kind, f"s3://{self.bucket}/{key}")

    def read_json(self, key: str, kind: type[Kind]) -> Kind:
        """Return a JSON file that is not ours and has no format, such as Bedrock's manifest."""
        return msgspec.json.decode(self.read(key), type=kind)

    def lines(
        self, key: str, limit: int, unchanged: dict[str, str] | None = None
    ) -> Iterator[Line]:
        """Yield an object's lines, those over `limit` bytes without their content.

        Args:
            key: of the object.
            limit: the longest line whose content is read, in bytes.
            unchanged: give the same empty dict to two reads, and the second fails if the object
                was replaced between them.
        """
        return split_lines(self.pieces(key, unchanged), limit)

    def pieces(self, key: str, unchanged: dict[str, str] | None = None) -> Iterator[bytes]:
        """Yield an object piece by piece, with a request for each.

        A connection lost in the middle of a large object then costs one piece. An object that is
        replaced meanwhile fails by its ETag, instead of being read half old and half new.

        Raises:
            MissingObjectError: the object does not exist, was replaced, or may not be read.
        """
        start, total = 0, 1
        match = {} if unchanged is None else unchanged
        while start < total:
            piece, total, etag = self._piece(key, start, self._piece_bytes, match)
            match["IfMatch"] = etag
            start += len(piece)
            if piece:
                yield piece

    def describe(self, key: str, unchanged: dict[str, str] | None = None) -> InputObject:
        """Return an object's size and version before it is read; this reads one byte.

        Args:
            key: of the object.
            unchanged: as for `lines`; a later read with it gives exactly this content.

        Raises:
            MissingObjectError: the object does not exist, was replaced, or may not be read.
        """
        match: Any = {} if unchanged is None else unchanged
        first_byte: Any = {"Bucket": self.bucket, "Key": key, "Range": "bytes=0-0"}
        try:
            found = self._client.get_object(**first_byte, **match)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return InputObject(key=key, size_bytes=0)
            raise MissingObjectError(_unreadable(self.bucket, key, error)) from error
        found["Body"].close()
        match["IfMatch"] = found["ETag"]
        version = {"version_id": found["VersionId"]} if "VersionId" in found else {}
        return InputObject(
            key=key,
            size_bytes=int(found["ContentRange"].rsplit("/", 1)[1]),
            etag=found["ETag"].strip('"'),
            **version,
        )

    def span(self, key: str, start: int, size: int) -> bytes:
        """Return `size` bytes of an object from `start`, fewer at its end; `size` is 1 or more.

        Raises:
            MissingObjectError: the object does not exist, or may not be read.
        """
        content, _, _ = self._piece(key, start, size, {})
        return content

    def write(self, key: str, content: bytes, content_type: str = "application/json") -> None:
        """Write a small object."""
        self._client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=content_type)

    def write_all(self, key: str, content: Iterable[bytes], content_type: str = _LINES) -> int:
        """Write an object of any size from its pieces, and return its size in bytes."""
        with self.writer(key, content_type) as writer:
            for piece in content:
                writer.write(piece)
        return writer.size_bytes

    def write_once(self, key: str, content: Callable[[], Iterable[bytes]]) -> int:
        """Write an object as `write_all` does, unless it exists: then it stays as it is.

        So nobody who reads the object sees it change, however late a step is repeated.

        Args:
            key: of the object.
            content: returns its pieces, the same ones each time.

        Returns:
            The size of the content in bytes, written or not.
        """
        for tries in range(1, _WRITE_TRIES + 1):
            writer = self._new_writer(key, condition=_IF_ABSENT)
            for piece in content():
                writer.write(piece)
            if self._completed(writer, last=tries == _WRITE_TRIES):
                break
        return writer.size_bytes

    @contextmanager
    def writer(self, key: str, content_type: str = _LINES) -> Iterator["ObjectWriter"]:
        """Give a writer of an object of any size; the object exists once the context ends."""
        writer = self._new_writer(key, content_type)
        yield writer
        writer.complete()

    def write_document(self, key: str, content: object) -> None:
        """Write one of our JSON documents, with its format."""
        self.write(key, encode_document(content))

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a prefix."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def tag(self, keys: Iterable[str], tags: Mapping[str, str]) -> None:
        """Replace the tags of objects; several at once, because each takes a call."""
        tagging: Any = {"TagSet": [{"Key": name, "Value": tags[name]} for name in tags]}

        def tag_one(key: str) -> None:
            self._client.put_object_tagging(Bucket=self.bucket, Key=key, Tagging=tagging)

        with ThreadPoolExecutor(_TAG_CALLS_AT_ONCE) as threads:
            for _ in threads.map(tag_one, keys):
                pass

    def _new_writer(
        self, key: str, content_type: str = _LINES, condition: Mapping[str, str] = _ALWAYS
    ) -> "ObjectWriter":
        return ObjectWriter(
            self._client, self.bucket, key, content_type, self._piece_bytes, condition=condition
        )

    def _completed(self, writer: "ObjectWriter", *, last: bool) -> bool:
        """Create an object or find it there; `False` if another writer creates it just now."""
        try:
            writer.complete()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _CONFLICT and not last:
                return False
            if code != _PRESENT:
                raise
        return True

    def _piece(self, key: str, start: int, size: int, match: Any) -> tuple[bytes, int, str]:
        try:
            for _ in range(_READ_TRIES - 1):
                with suppress(HTTPClientError, IncompleteReadError):
                    return self._range(key, start, size, match)
            return self._range(key, start, size, match)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return b"", 0, ""
            raise MissingObjectError(_unreadable(self.bucket, key, error)) from error

    def _range(self, key: str, start: int, size: int, match: Any) -> tuple[bytes, int, str]:
        span = f"bytes={start}-{start + size - 1}"
        found = self._client.get_object(Bucket=self.bucket, Key=key, Range=span, **match)
        total = int(found["ContentRange"].rsplit("/", 1)[1])
        return found["Body"].read(), total, found["ETag"]


class ObjectWriter:
    """Writes an object of any size: at once if it is small, else in parts.

    Attributes:
        size_bytes: of what was written so far.
    """

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        key: str,
        content_type: str,
        part_bytes: int,
        *,
        condition: Mapping[str, str] = _ALWAYS,
    ) -> None:
        self._client = client
        self._condition: Any = condition
        self._target: Any = {"Bucket": bucket, "Key": key}
        self._content_type = content_type
        self._part_bytes = part_bytes
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._parts: list[CompletedPartTypeDef] = []
        self.size_bytes = 0

    def write(self, content: bytes) -> None:
        """Add content."""
        self._pending.append(content)
        self._pending_bytes += len(content)
        self.size_bytes += len(content)
        if self._pending_bytes >= self._part_bytes:
            self._upload_part()

    def complete(self) -> None:
        """Create the object."""
        if not self._parts:
            self._client.put_object(
                **self._target,
                **self._condition,
                Body=self._take_pending(),
                ContentType=self._content_type,
            )
            return
        if self._pending:
            self._upload_part()
        upload: Any = {"Parts": self._parts}
        self._client.complete_multipart_upload(
            **self._target, **self._condition, MultipartUpload=upload
        )

    def _upload_part(self) -> None:
        if not self._parts:
            upload = self._client.create_multipart_upload(
                **self._target, ContentType=self._content_type
            )
            self._target["UploadId"] = upload["UploadId"]
        number = len(self._parts) + 1
        part = self._client.upload_part(
            **self._target, PartNumber=number, Body=self._take_pending()
        )
        self._parts.append({"ETag": part["ETag"], "PartNumber": number})

    def _take_pending(self) -> bytes:
        content = b"".join(self._pending)
        self._pending, self._pending_bytes = [], 0
        return content


@cache
def run_store() -> Store:
    """Return the stack's bucket."""
    return Store(s3_client(), environment().bucket)


def _unreadable(bucket: str, key: str, error: ClientError) -> str:
    """Return why an object cannot be read, and what to do."""
    code, location = error.response["Error"]["Code"], f"s3://{bucket}/{key}"
    if code in _ABSENT:
        return f"{location} does not exist; check the key, or upload it first"
    if code == "PreconditionFailed":
        return f"{location} was replaced before it was read; start a run with its new content"
    if code == "InvalidObjectState":
        return f"{location} is archived; restore it, or upload it again"
    # Without s3:ListBucket, S3 also denies access to what does not exist.
    check = "check its name, and who may use the KMS key that encrypts it"
    if code in _FORBIDDEN:
        return f"{location} does not exist or may not be read; {check} ({error})"
    return f"{location} cannot be read: {error}"
