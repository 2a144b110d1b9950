"""Lines out of a stream of bytes, without ever holding the stream."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream: its number from 1, and its bytes without the line end.

    `content` is `None` where the line is longer than the limit; `size` is then what was seen.
    `start` is where it begins in the stream, in bytes.
    """

    number: int
    content: bytes | None
    size: int
    start: int = 0


def split_lines(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    r"""Yield the lines of a stream, split on `\n` alone.

    `bytes.splitlines` and text mode also split on U+0085, U+2028 and others, which stand
    unescaped inside valid JSON strings and would break a record in two.

    Args:
        chunks: the stream, in pieces of any size.
        limit: the longest line kept, in bytes; a longer one is passed over without being held.

    >>> [line.content for line in split_lines([b'a\nb', b'c\n\n'], limit=9)]
    [b'a', b'bc', b'']
    """
    number, rest, skipped, start = 1, b"", 0, 0
    for chunk in chunks:
        pieces = (rest + chunk).split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            yield _line(number, piece, skipped, limit, start)
            start += skipped + len(piece) + 1
            number, skipped = number + 1, 0
        if skipped or len(rest) > limit:
            skipped, rest = skipped + len(rest), b""
    if rest or skipped:
        yield _line(number, rest, skipped, limit, start)


def _line(number: int, content: bytes, skipped: int, limit: int, start: int) -> Line:
    size = skipped + len(content)
    kept = content.removesuffix(b"\r") if size <= limit else None
    return Line(number, kept, size, start)
