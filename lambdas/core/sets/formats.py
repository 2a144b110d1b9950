"""Files that are no text in UTF-8, told by how they begin."""

from collections.abc import Mapping

_COMPRESSED = "compressed files are not accepted: unpack it first"
_UTF_16 = "must be UTF-8: iconv -f UTF-16 -t UTF-8 FILE makes it so"
_UTF_32 = "must be UTF-8: iconv -f UTF-32 -t UTF-8 FILE makes it so"
# The longer beginnings first, for UTF-32's in little-endian order begins as UTF-16's does.
_BEGINNINGS: Mapping[bytes, str] = {
    b"\xff\xfe\x00\x00": f"is UTF-32, {_UTF_32}",
    b"\x00\x00\xfe\xff": f"is UTF-32, {_UTF_32}",
    b"\xff\xfe": f"is UTF-16, {_UTF_16}",
    b"\xfe\xff": f"is UTF-16, {_UTF_16}",
    b"\x1f\x8b": f"is gzip, must be text; {_COMPRESSED}",
    b"PK\x03\x04": f"is zip, or an office document, must be text; {_COMPRESSED}",
    b"PK\x05\x06": f"is an empty zip, must be text; {_COMPRESSED}",
    b"BZh": f"is bzip2, must be text; {_COMPRESSED}",
    b"\xfd7zXZ": f"is xz, must be text; {_COMPRESSED}",
    b"\x28\xb5\x2f\xfd": f"is Zstandard, must be text; {_COMPRESSED}",
    b"7z\xbc\xaf": f"is 7-Zip, must be text; {_COMPRESSED}",
    b"PAR1": "is Parquet, must be JSONL or CSV",
    b"%PDF-": "is PDF, must be JSONL or CSV",
    b"\xd0\xcf\x11\xe0": "is an office document, must be JSONL or CSV",
}
_SEEN = max(map(len, _BEGINNINGS))


def file_problem(beginning: bytes) -> str | None:
    r"""Return why a file that begins so cannot be read at all, `None` where nothing tells.

    >>> file_problem(b"\x1f\x8b\x08\x00")
    'is gzip, must be text; compressed files are not accepted: unpack it first'
    >>> file_problem(b"{\x00}\x00")[:9]
    'is UTF-16'
    """
    known = next((start for start in _BEGINNINGS if beginning.startswith(start)), None)
    if known is not None:
        return _BEGINNINGS[known]
    # Without a mark: the letters of JSON and of names have a zero byte on one side.
    halves = beginning[:_SEEN]
    if len(halves) > 1 and (halves[0] == 0) != (halves[1] == 0):
        return f"is UTF-16, {_UTF_16}"
    return None
