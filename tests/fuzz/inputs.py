"""Input from outside: noise, JSON of any shape, good files with mistakes."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", " ", "\x00", "\x1b[2J", "\ud800", "\u202e", "1e999", "####", "=1+1"])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=15,
)
# What made readers fail elsewhere.
PIECES = st.sampled_from(
    [
        *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"PK\x03\x04", b"\xc3", b"\r"),
        *(b"\n", b"\r\n", b'"', b"'", b",", b";", b"{", b"}", b"[", b"]", b":", b"\\", b"\\ud800"),
        *(b"\\u0000", b"1e999", b"-0", b"NaN", b"Infinity", b"9" * 5000, b"0." + b"0" * 400 + b"1"),
        *("\u2028".encode(), "\x85".encode(), "\u202e".encode(), "１".encode(), "é".encode()),
        *(b"#### 5", b"<<1+1=2>>", b"\\boxed{", b"Q:", b"(A)", b"<|im_start|>", b"=1+1", b"null"),
    ]
)


def noise() -> st.SearchStrategy[bytes]:
    """Any bytes, some of them meaningful, and a piece repeated many times."""
    mixed = st.lists(PIECES | st.binary(max_size=12), max_size=12).map(b"".join)
    many = st.builds(
        lambda unit, times, end: unit * times + end,
        PIECES | st.binary(min_size=1, max_size=6),
        st.integers(0, 4000),
        st.binary(max_size=8),
    )
    return st.binary(max_size=200) | mixed | many


@st.composite
def wrong(draw: st.DrawFn, files: Sequence[bytes]) -> bytes:
    """One of these files with a few bytes replaced, removed or doubled."""
    content = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 20)))
        piece = draw(PIECES | st.binary(max_size=6) | st.just(content[start:end] * 2))
        content = content[:start] + piece + content[end:]
    return content


def json_bytes(value: Any) -> bytes:
    """JSON as Python writes it, with NaN and halves of surrogate pairs."""
    return json.dumps(value).encode()


def nested(opening: bytes, closing: bytes) -> st.SearchStrategy[bytes]:
    """JSON nested some levels, or far deeper than any reader goes."""
    depths = st.integers(0, 40) | st.sampled_from([500, 990, 1_000, 5_000, 100_000])
    return depths.map(lambda depth: opening * depth + b"1" + closing * depth)


@st.composite
def chunked(draw: st.DrawFn, content: bytes) -> list[bytes]:
    """The same bytes in pieces, cut anywhere."""
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=6)))
    edges = [0, *cuts, len(content)]
    return [content[start:end] for start, end in pairwise(edges)]
