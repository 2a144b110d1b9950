"""Intervals of an accuracy over questions, against published figures."""

import pytest

from lambdas.core.statistics.intervals import standard_error, wilson


@pytest.mark.parametrize(
    ("right", "questions", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="a third"),
        pytest.param(15, 148, 0.0624, 0.1605, id="a tenth"),
        pytest.param(0, 20, 0.0000, 0.1611, id="none"),
        pytest.param(1, 29, 0.0061, 0.1718, id="one"),
    ],
)
def test_the_interval_is_that_of_newcombe_1998_table_1(
    right: int, questions: int, low: float, high: float
) -> None:
    interval = wilson(right, questions)

    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_the_interval_of_right_ones_mirrors_that_of_wrong_ones() -> None:
    right, wrong = wilson(28, 29), wilson(1, 29)

    assert (right.low, right.high) == pytest.approx((1 - wrong.high, 1 - wrong.low))


def test_all_right_is_not_certain_to_stay_so() -> None:
    assert wilson(20, 20).high == 1
    assert wilson(20, 20).low == pytest.approx(1 - 0.1611, abs=5e-5)


def test_sixteen_questions_leave_twenty_points_on_either_side() -> None:
    interval = wilson(11.9, 16)

    assert 0.38 < interval.high - interval.low < 0.42


def test_the_standard_error_is_that_of_a_share() -> None:
    # The square root of 0.8 · 0.2 / 1600.
    assert standard_error(1280, 1600) == pytest.approx(0.01)
    assert standard_error(0, 7) == standard_error(7, 7) == 0
