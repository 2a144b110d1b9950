"""Text of messages; lines split on the line feed alone, without holding a long one."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.text import Line, count_of, shown, split_lines

CHUNKS = st.lists(st.text(alphabet="ab\n\r\u2028\u0085", max_size=8).map(str.encode), max_size=8)


def contents(chunks: Iterable[bytes], limit: int = 1000) -> list[bytes | None]:
    return [line.content for line in split_lines(chunks, limit)]


@given(CHUNKS)
def test_lines_are_those_of_a_split_on_the_line_feed(chunks: list[bytes]) -> None:
    whole = b"".join(chunks).split(b"\n")
    expected = whole if whole[-1] else whole[:-1]

    assert contents(chunks) == [line.removesuffix(b"\r") for line in expected]


@given(CHUNKS, st.integers(0, 6))
def test_long_lines_have_their_size_however_they_are_chunked(
    chunks: list[bytes], limit: int
) -> None:
    whole = b"".join(chunks).split(b"\n")
    expected = whole if whole[-1] else whole[:-1]

    lines = list(split_lines(chunks, limit))

    assert [line.number for line in lines] == list(range(1, len(expected) + 1))
    assert [line.size for line in lines] == [len(line) for line in expected]
    assert [line.content is None for line in lines] == [len(line) > limit for line in expected]


@given(CHUNKS, st.integers(0, 6))
def test_a_line_starts_where_it_says(chunks: list[bytes], limit: int) -> None:
    whole = b"".join(chunks)

    lines = list(split_lines(chunks, limit))

    found = [whole[line.start : line.start + line.size] for line in lines]
    assert b"\n".join(found) == whole.removesuffix(b"\n")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_a_row_is_not_split_where_splitlines_splits(separator: str) -> None:
    row = f'{{"text":"one{separator}two"}}'.encode()

    assert contents([row + b"\n" + row]) == [row, row]


def test_the_carriage_return_of_a_windows_line_is_dropped() -> None:
    assert contents([b"a\r", b"\nb\r\n"]) == [b"a", b"b"]


def test_a_line_of_ten_megabytes_is_skipped() -> None:
    chunks = [b"short\n", *[b"x" * 2**20] * 10, b"y\nlast"]

    lines = list(split_lines(chunks, limit=100))

    long = 10 * 2**20 + 1
    assert lines == [
        Line(1, b"short", 5, start=0),
        Line(2, None, long, start=6),
        Line(3, b"last", 4, start=6 + long + 1),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("é", '"é"', id="text"),
        pytest.param(None, "null", id="null"),
        pytest.param({"a": [1.5]}, '{"a": [1.5]}', id="object"),
        pytest.param("\ud800", '"\\ud800"', id="half a surrogate pair"),
        pytest.param("x" * 200, '"' + "x" * 99 + "…", id="cut at 100 characters"),
    ],
)
def test_a_value_is_shown_as_json(value: object, text: str) -> None:
    assert shown(value) == text
    assert shown(value).encode()


def test_a_value_nested_deeper_than_json_allows_is_described() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    assert shown(value) == "a value nested too deep to show"


def test_a_noun_is_in_the_plural_unless_there_is_one() -> None:
    assert [count_of(n, "path") for n in (0, 1, 2, 1234)] == [
        "0 paths",
        "1 path",
        "2 paths",
        "1,234 paths",
    ]
