"""The run's files in S3, read and written in pieces."""

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

from lambdas.aws.clients import s3_client
from lambdas.aws.objects import StoredObject, unreadable
from lambdas.contract import Env
from lambdas.core.errors import MissingObjectError
from lambdas.core.lines import Line, split_lines

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# S3 takes parts of 5 MiB and more, 10,000 at most: 80 GB here, and two pieces fit in memory.
PIECE_BYTES = 8 * 2**20
_READ_TRIES = 4
# The client has ten connections.
_TAGGED_AT_ONCE = 8

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

    def read_as(self, key: str, kind: type[Kind]) -> Kind:
        """Return a JSON document as the type it was written from."""
        return msgspec.json.decode(self.read(key), type=kind)

    def lines(self, key: str, limit: int, seen: dict[str, str] | None = None) -> Iterator[Line]:
        """Yield an object's lines; those over `limit` bytes without their content.

        Args:
            key: of the object.
            limit: the longest line kept, in bytes.
            seen: give the same empty dict to two readings, and the second is refused where the
                object was replaced between them.
        """
        return split_lines(self.pieces(key, seen), limit)

    def pieces(self, key: str, seen: dict[str, str] | None = None) -> Iterator[bytes]:
        """Yield an object piece by piece, each asked for on its own.

        A connection lost in the middle of a large object so costs one piece, and an object
        replaced meanwhile is refused by its ETag instead of being read half and half.

        Raises:
            MissingObjectError: the object is not there, was replaced, or may not be read.
        """
        start, total = 0, 1
        unchanged = {} if seen is None else seen
        while start < total:
            piece, total, etag = self._piece(key, start, self._piece_bytes, unchanged)
            unchanged["IfMatch"] = etag
            start += len(piece)
            if piece:
                yield piece

    def about(self, key: str, seen: dict[str, str] | None = None) -> StoredObject:
        """Return what an object is before it is read: one byte is asked for.

        Args:
            key: of the object.
            seen: as for `lines`; a reading that is given it is of this very content.

        Raises:
            MissingObjectError: the object is not there, was replaced, or may not be read.
        """
        unchanged: Any = {} if seen is None else seen
        asked: Any = {"Bucket": self.bucket, "Key": key, "Range": "bytes=0-0"}
        try:
            found = self._client.get_object(**asked, **unchanged)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return StoredObject(key, 0)
            raise MissingObjectError(unreadable(self.bucket, key, error)) from error
        found["Body"].close()
        unchanged["IfMatch"] = found["ETag"]
        size_bytes = int(found["ContentRange"].rsplit("/", 1)[1])
        return StoredObject(key, size_bytes, found["ETag"].strip('"'), found.get("VersionId"))

    def span(self, key: str, start: int, size: int) -> bytes:
        """Return `size` bytes of an object from `start`, at least one; fewer where it ends.

        Raises:
            MissingObjectError: the object is not there, or may not be read.
        """
        content, _, _ = self._piece(key, start, size, {})
        return content

    def write(self, key: str, content: bytes, content_type: str = "application/json") -> None:
        """Write a small object."""
        self._client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=content_type)

    def write_all(
        self, key: str, content: Iterable[bytes], content_type: str = "application/jsonl"
    ) -> int:
        """Write an object of any size from its pieces, and return its size in bytes."""
        pieces = _gathered(content, self._piece_bytes)
        first = next(pieces, b"")
        if len(first) < self._piece_bytes:
            self.write(key, first, content_type)
            return len(first)
        return self._write_parts(key, first, pieces, content_type)

    def write_json(self, key: str, content: Any) -> None:
        """Write a JSON document."""
        self.write(key, msgspec.json.encode(content))

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a prefix."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def tag(self, keys: Iterable[str], tags: Mapping[str, str]) -> None:
        """Give objects tags, in place of those they have; some at once, for it is a call each."""
        tagging: Any = {"TagSet": [{"Key": name, "Value": tags[name]} for name in tags]}

        def tag_one(key: str) -> None:
            self._client.put_object_tagging(Bucket=self.bucket, Key=key, Tagging=tagging)

        with ThreadPoolExecutor(_TAGGED_AT_ONCE) as threads:
            for _ in threads.map(tag_one, keys):
                pass

    def _piece(self, key: str, start: int, size: int, unchanged: Any) -> tuple[bytes, int, str]:
        try:
            for _ in range(_READ_TRIES - 1):
                with suppress(HTTPClientError, IncompleteReadError):
                    return self._range(key, start, size, unchanged)
            return self._range(key, start, size, unchanged)
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return b"", 0, ""
            raise MissingObjectError(unreadable(self.bucket, key, error)) from error

    def _range(self, key: str, start: int, size: int, unchanged: Any) -> tuple[bytes, int, str]:
        wanted = f"bytes={start}-{start + size - 1}"
        found = self._client.get_object(Bucket=self.bucket, Key=key, Range=wanted, **unchanged)
        total = int(found["ContentRange"].rsplit("/", 1)[1])
        return found["Body"].read(), total, found["ETag"]

    def _write_parts(
        self, key: str, first: bytes, pieces: Iterable[bytes], content_type: str
    ) -> int:
        target: Any = {"Bucket": self.bucket, "Key": key}
        upload = self._client.create_multipart_upload(**target, ContentType=content_type)
        target["UploadId"] = upload["UploadId"]
        parts: list[CompletedPartTypeDef] = []
        size = 0
        for number, piece in enumerate(chain([first], pieces), 1):
            part = self._client.upload_part(**target, PartNumber=number, Body=piece)
            parts.append({"ETag": part["ETag"], "PartNumber": number})
            size += len(piece)
        self._client.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
        return size


@cache
def run_store() -> Store:
    """Return the stack's bucket."""
    return Store(s3_client(), os.environ[Env.BUCKET])


def _gathered(content: Iterable[bytes], piece_bytes: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for piece in content:
        held.append(piece)
        size += len(piece)
        if size >= piece_bytes:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
