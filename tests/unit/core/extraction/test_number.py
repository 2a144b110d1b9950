"""Canonical numbers: one spelling for each value, none for what is not a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.extraction.number import LONGEST_NUMBER, canonical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1000", "1000", id="digits"),
        pytest.param("1,000", "1000", id="thousands separator"),
        pytest.param("$1000.00", "1000", id="currency and cents"),
        pytest.param("$ 1,234.50", "1234.5", id="spaced currency"),
        pytest.param("27,50 €", "27.5", id="decimal comma"),
        pytest.param("1.234,56", "1234.56", id="continental separators"),
        pytest.param("1.000.000", "1000000", id="dots as separators"),
        pytest.param("1,00,000", "100000", id="Indian separators"),
        pytest.param("10 000", "10000", id="space as separator"),
        pytest.param("10\u202f000", "10000", id="narrow space as separator"),
        pytest.param("1_000", "1000", id="underscore as separator"),
        pytest.param("US$5", "5", id="prefixed currency"),
        pytest.param("Rs. 500", "500", id="currency code"),
        pytest.param("007", "7", id="leading zeros"),
        pytest.param("72.0", "72", id="trailing zero"),
        pytest.param(".375", "0.375", id="leading point"),
        pytest.param("5.", "5", id="full stop"),
        pytest.param("-5", "-5", id="negative"),
        pytest.param("\u22125", "-5", id="unicode minus"),
        pytest.param("-$110", "-110", id="minus before currency"),
        pytest.param("$-110", "-110", id="minus after currency"),
        pytest.param("minus 5", "-5", id="minus in words"),
        pytest.param("-0", "0", id="no negative zero"),
        pytest.param("+5", "5", id="plus"),
        pytest.param("20%", "20", id="percent is a unit"),
        pytest.param("12 apples", "12", id="unit"),
        pytest.param("5 m^2", "5", id="squared unit"),
        pytest.param("5 sq. ft.", "5", id="abbreviated unit"),
        pytest.param("90°", "90", id="degrees"),
        pytest.param("3rd", "3", id="ordinal"),
        pytest.param("3/4", "0.75", id="fraction"),
        pytest.param("3 / 4", "0.75", id="spaced fraction"),
        pytest.param("1/3", "0.333333", id="endless fraction"),
        pytest.param("2 1/2", "2.5", id="mixed number"),
        pytest.param("-2 1/2", "-2.5", id="negative mixed number"),
        pytest.param("2½", "2.5", id="fraction sign"),
        pytest.param("3e5", "300000", id="scientific"),
        pytest.param("2.5E-3", "0.0025", id="scientific, small"),
        pytest.param("3 × 10^5", "300000", id="times a power of ten"),
        pytest.param(r"3 \times 10^{5}", "300000", id="the same in LaTeX"),
        pytest.param("10^6", "1000000", id="power of ten"),
        pytest.param("$1.5 million", "1500000", id="million"),
        pytest.param("5k", "5000", id="k"),
        pytest.param("2:00 pm", "2", id="time of day, full hour"),
        pytest.param("2:30 pm", "2.5", id="time of day, in hours"),
        pytest.param(r"\boxed{-\$1{,}250}", "-1250", id="boxed"),
        pytest.param(r"\frac{3}{4}", "0.75", id="LaTeX fraction"),
        pytest.param(r"-\dfrac34", "-0.75", id="LaTeX fraction without braces"),
        pytest.param(r"2\frac{1}{2}", "2.5", id="LaTeX mixed number"),
        pytest.param(r"\(45\text{ km}\)", "45", id="LaTeX text"),
        pytest.param("**18**", "18", id="bold"),
        pytest.param("twenty-five", "25", id="words"),
        pytest.param("١٢٣", "123", id="Arabic digits"),
        pytest.param("１２", "12", id="full-width digits"),
    ],
)
def test_a_number_has_one_spelling(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("apples", id="no number"),
        pytest.param("3 and 4", id="two numbers"),
        pytest.param("3-4", id="range"),
        pytest.param("5x + 3", id="expression"),
        pytest.param("20 -", id="unfinished expression"),
        pytest.param("x = 5", id="equation"),
        pytest.param("2^10", id="power"),
        pytest.param("1/0", id="division by zero"),
        pytest.param("1.2.3", id="version"),
        pytest.param("12/25/2020", id="date"),
        pytest.param("1e999", id="beyond all measure"),
        pytest.param("9" * (LONGEST_NUMBER + 1), id="more digits than any answer has"),
        pytest.param("9" * 100_000, id="a flood of digits"),
        pytest.param("one of them", id="a pronoun"),
        pytest.param("nan", id="not a number"),
    ],
)
def test_what_is_not_one_number_has_no_spelling(text: str) -> None:
    assert canonical(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1/3", "0.3333333333333333", id="a third"),
        pytest.param("0.333333", "1/3", id="a third, cut off"),
        pytest.param("7.999999999999999", "8", id="float noise"),
        pytest.param("0.00000012345649", "0.0000001234561", id="small numbers by their digits"),
    ],
)
def test_equal_values_are_spelt_alike(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("0.33", "1/3", id="two decimals are another answer"),
        pytest.param("0.0000002", "0.0000003", id="small numbers are not all 0"),
        pytest.param("1000000.5", "1000000.6", id="large numbers keep their decimals"),
    ],
)
def test_different_values_are_spelt_differently(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(value=st.decimals(-(10**12), 10**12, places=6))
def test_a_spelling_keeps_the_value_and_is_its_own(value) -> None:
    spelling = canonical(f"{value:,f}")

    assert spelling is not None
    assert value == type(value)(spelling)
    assert canonical(spelling) == spelling


@given(text=st.text(alphabet="0123456789.,-/^ e$%k:\\{}×½xn", max_size=30))
def test_any_text_has_a_stable_spelling_or_none(text: str) -> None:
    spelling = canonical(text)

    assert spelling is None or canonical(spelling) == spelling
