"""Text for messages, and the lines of a byte stream that is never held as a whole."""

import json
import re
from collections.abc import Iterable, Iterator

import msgspec

SHOWN_CHARACTERS = 100
# What an id or the name of a member may look like to be quoted in a message.
# In other scripts a few letters may be a whole question.
_PLAIN_NAME = re.compile(
    r"(?=.{1,40}\Z)(?a:[\w.#-]+(?: [\w.#()'-]+){0,4})|[\w-]{1,12}(?: [\w-]{1,12})?"
)


def encodable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: JSON may hold half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: object) -> str:
    """Return a value as JSON for a message, cut where it is long.

    >>> shown("é")
    '"é"'
    """
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "a value nested too deep to show"
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one.

    >>> count_of(1, "path"), count_of(1200, "path")
    ('1 path', '1,200 paths')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def group_messages(messages: Iterable[tuple[str, str]]) -> list[str]:
    """Return each message once, after the names of all that it is about.

    >>> group_messages([("T0.5", "it ends"), ("T0.7", "it ends"), ("T1.0", "it runs")])
    ['T0.5, T0.7: it ends', 'T1.0: it runs']
    """
    names_by_text: dict[str, list[str]] = {}
    for name, text in messages:
        names_by_text.setdefault(text, []).append(name)
    return [f"{', '.join(names)}: {text}" for text, names in names_by_text.items()]


def describe(value: object) -> str:
    """Return what kind of value this is, without its content.

    >>> [describe(value) for value in (None, True, "", " ", "x", 7, ["x"], {})]
    ['null', 'true', '""', 'blank', 'a text of 1 character', 'a number', 'a list', 'an object']
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case "":
            return '""'
        case str():
            return f"a text of {count_of(len(value), 'character')}" if value.strip() else "blank"
        case int() | float():
            return "a number"
    return "a list" if isinstance(value, list) else "an object"


def quoted_name(value: object) -> str:
    """Return a name in quotes if it looks like one, else what kind of value it is.

    >>> quoted_name("q-17"), quoted_name("réponse"), quoted_name("What is 1 + 1?")
    ('"q-17"', '"réponse"', 'a text of 14 characters')
    """
    plain = isinstance(value, str) and _PLAIN_NAME.fullmatch(value)
    return f'"{value}"' if plain else describe(value)


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of a stream.

    Attributes:
        number: counted from 1.
        content: its bytes without the line end; `None` if it is longer than the limit.
        size: in bytes, also of a line that is too long.
        start: where it begins in the stream, in bytes.
    """

    number: int
    content: bytes | None
    size: int
    start: int = 0


def split_lines(chunks: Iterable[bytes], limit: int) -> Iterator[Line]:
    r"""Yield the lines of a stream, split on `\n` alone.

    `bytes.splitlines` and text mode also split on U+0085, U+2028 and others. These are valid
    unescaped in JSON strings, so such a split would break a record in two.

    Args:
        chunks: the stream, in pieces of any size.
        limit: the longest line to return, in bytes; a longer one is skipped without holding it.

    >>> [line.content for line in split_lines([b'a\nb', b'c\n\n'], limit=9)]
    [b'a', b'bc', b'']
    """
    number, rest, skipped, start = 1, b"", 0, 0
    for chunk in chunks:
        begin = 0
        # One line at a time, because all lines of a large chunk do not fit in a cache.
        while (end := chunk.find(b"\n", begin)) >= 0:
            line = _line(number, rest + chunk[begin:end], skipped, limit, start)
            yield line
            number, start, begin = number + 1, start + line.size + 1, end + 1
            rest, skipped = b"", 0
        rest += chunk[begin:]
        if skipped or len(rest) > limit:
            skipped, rest = skipped + len(rest), b""
    if rest or skipped:
        yield _line(number, rest, skipped, limit, start)


def _line(number: int, piece: bytes, skipped: int, limit: int, start: int) -> Line:
    size = skipped + len(piece)
    content = piece.removesuffix(b"\r") if size <= limit else None
    return Line(number, content, size, start)
