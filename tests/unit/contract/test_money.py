"""Dollars in texts: never 0 for a small or an unknown amount."""

import pytest

from lambdas.contract import usd, usd_at_least


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (9.5057, "$9.51"),
        (1234.5, "$1,234.50"),
        (0.17, "$0.17"),
        (0.5, "$0.50"),
        (0.00042, "$0.00042"),
        (3e-8, "$0.000000030"),
        (0, "$0"),
        (None, "unknown"),
    ],
)
def test_an_amount_shows_at_least_two_digits(amount: float | None, shown: str) -> None:
    assert usd(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0.4201, "0.43"),
        (0.42, "0.42"),
        (0.07, "0.070"),
        (9.501, "9.51"),
        (0.000421, "0.00043"),
        (0.1 + 0.2, "0.30"),
    ],
)
def test_a_limit_is_rounded_up(amount: float, shown: str) -> None:
    assert usd_at_least(amount) == shown
