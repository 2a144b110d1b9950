"""Makes moto fit for a whole run: one call at a time, and large objects that stay on disk."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import RLock
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import BotocoreStubber
from moto.s3.models import FakeKey, S3Backend, s3_backends

# The one of moto.
ACCOUNT: Final = "123456789012"
_OBJECT = re.compile(
    r"https://(?:s3\.[^/]*amazonaws\.com/(?P<named>[^/?]+)|(?P<hosted>[^./]+)\.s3\.[^/]*)/(?P<key>[^?]+)"
)
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_one_call = RLock()
_moto_answer = BotocoreStubber.__call__
_moto_complete = S3Backend.complete_multipart_upload


@contextmanager
def safe_moto() -> Iterator[None]:
    """Let moto be used from threads, and for objects that are too large for its copies of them."""
    stubber: Any = BotocoreStubber
    backend: Any = S3Backend
    stubber.__call__, backend.complete_multipart_upload = _answer, _complete_on_disk
    try:
        yield
    finally:
        stubber.__call__, backend.complete_multipart_upload = _moto_answer, _moto_complete


def _answer(stubber: BotocoreStubber, event_name: str, request: Any, **options: Any) -> Any:
    """Answer one call at a time: moto changes its objects, and goes through them, without locks."""
    with _one_call:
        content = _content(request) if stubber.enabled and request.method == "GET" else None
        return content or _moto_answer(stubber, event_name, request, **options)


def _content(request: Any) -> AWSResponse | None:
    """Return an object or a range of it, if there is one and no condition is against it.

    moto copies the whole object for each range of it, several times.
    """
    found = _OBJECT.fullmatch(request.url)
    key = _key(found) if found else None
    if key is None:
        return None
    headers = {name.lower(): _text(given) for name, given in request.headers.items()}
    if headers.get("if-match", key.etag) != key.etag:
        return None
    size: int = key.contentsize
    if "range" not in headers:
        return _response(request, _Span(key, 0, size))
    span = _RANGE.fullmatch(headers["range"])
    if span is None or int(span[1]) >= size:
        return None
    start, end = int(span[1]), min(int(span[2]) + 1, size)
    ranged = {"Content-Range": f"bytes {start}-{end - 1}/{size}"}
    return _response(request, _Span(key, start, end), ranged)


def _key(found: "re.Match[str]") -> Any:
    """Return moto's object; `None` if there is none, or moto has to say which version it is."""
    backend = s3_backends[ACCOUNT]["aws"]
    bucket = found["named"] or found["hosted"]
    if bucket not in backend.buckets:
        return None
    key: Any = backend.get_object(bucket, unquote(found["key"]))
    return key if isinstance(key, FakeKey) and key.version_id == "null" else None


def _response(request: Any, span: "_Span", more: Mapping[str, str] = _NOTHING) -> AWSResponse:
    headers: Any = {"ETag": span.etag, "Content-Length": str(span.size), **more}
    body: Any = span
    return AWSResponse(request.url, 206 if more else 200, headers, body)


class _Span:
    """A part of an object, read when it is asked for."""

    def __init__(self, key: Any, start: int, end: int) -> None:
        self._key, self._at, self._end = key, start, end
        self.size = end - start
        self.etag: str = key.etag

    def read(self, amount: int | None = None) -> bytes:
        """Return the next bytes, all that are left unless so many are asked for."""
        left = self._end - self._at
        with self._key.lock:
            self._key._value_buffer.seek(self._at)
            content: bytes = self._key._value_buffer.read(
                left if amount is None else min(amount, left)
            )
        self._at += len(content)
        return content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield all bytes, as urllib3 does."""
        yield self.read()

    def close(self) -> None:
        """Do nothing: the object stays."""


def _complete_on_disk(
    backend: Any, bucket_name: str, multipart_id: str, body: Iterator[tuple[int, str]]
) -> Any:
    """Join the parts of an upload in a file: moto would hold the object five times in memory."""
    multipart = backend.get_bucket(bucket_name).multiparts.pop(multipart_id)
    file = TemporaryFile()  # noqa: SIM115 - it stays open as long as the object
    for number, _ in body:
        part = multipart.parts[number]
        part._value_buffer.seek(0)
        shutil.copyfileobj(part._value_buffer, file, 2**20)
    etag = f"{multipart.id[:32]}-{len(multipart.parts)}"
    key = backend.put_object(bucket_name, multipart.key_name, b"", etag=etag)
    key.set_metadata(multipart.metadata)
    key._value_buffer.close()
    key._value_buffer, key.contentsize = file, file.tell()
    multipart.dispose()
    return key


def _text(given: Any) -> str:
    return given.decode() if isinstance(given, bytes) else str(given)
