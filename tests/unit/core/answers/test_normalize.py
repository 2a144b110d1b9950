"""Completions without formatting."""

import pytest

from lambdas.core.answers.normalize import plain_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("costs $5", "costs 5", id="currency"),
        pytest.param("-$ 5", "-5", id="minus, currency, space"),
        pytest.param("$5$ 6", "5 6", id="the end of LaTeX is no currency"),
        pytest.param("**5** and 2**3", "5 and 2**3", id="bold, not power"),
        pytest.param("is <<3+4=7>>7", "is 7", id="calculator annotation"),
        pytest.param("is <<3+4=7>>", "is  3+4=7 ", id="annotation that alone shows the number"),
        pytest.param(r"\frac{1}{2}", "1/2 ", id="fraction"),
        pytest.param(r"5\,\text{cm}", "5 cm", id="LaTeX space and text"),
        pytest.param(r"10\,000", "10,000", id="LaTeX separator"),
        pytest.param(r"90^\circ", "90°", id="degrees"),
        pytest.param(r"x_{12} = 3", "x_ = 3", id="index"),
        pytest.param("5\u00b2 \u2212 1", "5^2 - 1", id="superscript and minus sign"),
        pytest.param("1 234 567", "1,234,567", id="groups of three"),
        pytest.param("12 34", "12 34", id="no groups of three"),
    ],
)
def test_formatting_is_removed(text: str, expected: str) -> None:
    assert plain_numbers(text) == expected
