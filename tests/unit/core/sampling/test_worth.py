"""Sized waves: how many more paths of a question are worth their cost."""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.sampling.worth import best_size, wanted_paths

SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36)
SMALL = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda two: sorted(two, reverse=True))


Counts = tuple[int, int]


@cache
def value(worth: Fraction, counts: Counts, most: int, waves: int) -> Fraction:
    """Return the value of two counts with the best waves, in fractions."""
    left = most - sum(counts)
    if not waves or left <= 0:
        return stopping(counts)
    sizes = {size for size in SIZES if size <= left} | {left}
    return max(
        stopping(counts), *(of_size(worth, counts, most, waves, paths=size) for size in sizes)
    )


def stopping(counts: Counts) -> Fraction:
    return Fraction(max(counts) + 1, sum(counts) + 2)


@cache
def of_size(worth: Fraction, counts: Counts, most: int, waves: int, paths: int) -> Fraction:
    """Return the value of a wave, path by path: the next is the first answer's by its share."""
    if not paths:
        return value(worth, counts, most, waves - 1)
    first, second = counts
    share = Fraction(first + 1, first + second + 2)
    to_first = of_size(worth, (first + 1, second), most, waves, paths - 1)
    to_second = of_size(worth, (first, second + 1), most, waves, paths - 1)
    return share * to_first + (1 - share) * to_second - worth


@given(
    SMALL,
    st.integers(0, 12),
    st.integers(1, 2),
    st.sampled_from([Fraction(0), Fraction(1, 1000), Fraction(1, 100), Fraction(1, 20)]),
)
def test_the_size_of_a_wave_has_the_best_value(
    counts: list[int], most: int, waves: int, worth: Fraction
) -> None:
    first, second = counts
    most = max(most, first + second)

    size = best_size(float(worth), first, second, most, waves)

    of_best, of_stop = value(worth, (first, second), most, waves), stopping((first, second))
    found = of_size(worth, (first, second), most, waves, size) if size else of_stop
    assert found == pytest.approx(of_best, abs=1e-12)
    assert (size == 0) == (of_best == of_stop)


def may_lose(first: int, second: int, left: int) -> bool:
    """Return whether any of the ways in which the paths left may come changes the leader."""
    ways = (Counter(way) for way in product("ab?", repeat=left))
    return any(second + way["b"] > first + way["a"] for way in ways)


@given(SMALL, st.integers(0, 3), st.integers(0, 6), st.integers(1, 2))
def test_free_paths_are_wanted_exactly_while_they_may_change_the_leader(
    counts: list[int], others: int, left: int, waves: int
) -> None:
    first, second = counts
    returned = first + second + others

    wanted = wanted_paths(
        0.0, first, second, returned, left=left, most=returned + left, waves=waves
    )

    assert (wanted > 0) == may_lose(first, second, left)


@pytest.mark.parametrize(("left", "wanted"), [(58, 0), (59, 0), (60, 60)])
def test_free_paths_are_wanted_however_little_they_bring(left: int, wanted: int) -> None:
    assert wanted_paths(0.0, 59, 0, 59, left=left, most=59 + left, waves=1) == wanted


@given(
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 5),
    st.integers(0, 40),
    st.sampled_from([0.0, 0.001, 0.01]),
)
def test_no_more_paths_are_wanted_than_are_left(
    first: int, second: int, others: int, left: int, worth: float
) -> None:
    first, second = max(first, second), min(first, second)
    returned = first + second + others

    wanted = wanted_paths(worth, first, second, returned, left=left, most=returned + left, waves=2)

    assert 0 <= wanted <= left


def test_dearer_paths_are_not_wanted() -> None:
    # 3 to 1: more paths may at best bring the third that the leader lacks.
    assert [best_size(worth, 3, 1, 40, 2) for worth in (0.0005, 0.001, 0.4)][1:] == [6, 0]


def test_of_answers_beside_the_two_leading_ones_more_paths_are_wanted() -> None:
    # At 2 to 1 eight are best. Of four paths three reached these two: ceil(8 / (4 / 5)) = 10; of
    # nine paths as well: ceil(8 / (4 / 10)) = 20.
    wanted = [
        wanted_paths(0.001, 2, 1, returned, left=31, most=40, waves=2) for returned in (3, 4, 9)
    ]

    assert wanted == [8, 10, 20]
