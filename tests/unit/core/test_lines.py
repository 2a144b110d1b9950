"""Lines: split on the line feed alone, in pieces of any size, without holding a long one."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.lines import Line, split_lines

PIECES = st.lists(st.text(alphabet="ab\n\r\u2028\u0085", max_size=8).map(str.encode), max_size=8)


def contents(pieces: Iterable[bytes], limit: int = 1000) -> list[bytes | None]:
    return [line.content for line in split_lines(pieces, limit)]


@given(PIECES)
def test_lines_are_those_of_a_split_on_the_line_feed(pieces: list[bytes]) -> None:
    whole = b"".join(pieces).split(b"\n")
    expected = whole if whole[-1] else whole[:-1]

    assert contents(pieces) == [line.removesuffix(b"\r") for line in expected]


@given(PIECES, st.integers(0, 6))
def test_long_lines_are_told_by_their_size_however_they_are_cut(
    pieces: list[bytes], limit: int
) -> None:
    whole = b"".join(pieces).split(b"\n")
    expected = whole if whole[-1] else whole[:-1]

    lines = list(split_lines(pieces, limit))

    assert [line.number for line in lines] == list(range(1, len(expected) + 1))
    assert [line.size for line in lines] == [len(line) for line in expected]
    assert [line.content is None for line in lines] == [len(line) > limit for line in expected]


@given(PIECES, st.integers(0, 6))
def test_a_line_lies_where_it_says_in_the_stream(pieces: list[bytes], limit: int) -> None:
    whole = b"".join(pieces)

    lines = list(split_lines(pieces, limit))

    found = [whole[line.start : line.start + line.size] for line in lines]
    assert b"\n".join(found) == whole.removesuffix(b"\n")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_a_row_is_not_broken_on_what_splitlines_breaks_on(separator: str) -> None:
    row = f'{{"text":"one{separator}two"}}'.encode()

    assert contents([row + b"\n" + row]) == [row, row]


def test_the_end_of_a_windows_line_is_no_part_of_it() -> None:
    assert contents([b"a\r", b"\nb\r\n"]) == [b"a", b"b"]


def test_a_line_of_ten_megabytes_is_passed_over() -> None:
    pieces = [b"short\n", *[b"x" * 2**20] * 10, b"y\nlast"]

    lines = list(split_lines(pieces, limit=100))

    long = 10 * 2**20 + 1
    assert lines == [
        Line(1, b"short", 5, start=0),
        Line(2, None, long, start=6),
        Line(3, b"last", 4, start=6 + long + 1),
    ]
