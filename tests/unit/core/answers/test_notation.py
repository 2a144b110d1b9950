"""How numbers are written: formulas, whole tokens, decimal marks, and one form for each value."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import DecimalMark
from lambdas.core.answers.notation import canonical_number, decimal_mark_of, is_formula
from lambdas.core.answers.numeric import extract_number, gold_number

FORMULAS = [
    pytest.param(r"\frac{\sqrt{5}}{2}", id="a root within a fraction"),
    pytest.param(r"3\sqrt{11}", id="a multiple of a root"),
    pytest.param(r"9\pi", id="a multiple of pi"),
    pytest.param("8π", id="a multiple of pi as a character"),
    pytest.param(r"\frac{400}{\pi}", id="a quotient by pi"),
    pytest.param(r"\frac{3}{4}\pi", id="a fraction of pi"),
    pytest.param("(4, 7)", id="a pair"),
    pytest.param("(-3,2)", id="a pair without a space"),
    pytest.param("[0,6)", id="an interval"),
    pytest.param(r"\left(5, \frac{\pi}{3}\right)", id="polar coordinates"),
    pytest.param(r"\{2,5\}", id="a set"),
    pytest.param("2, 3, 5", id="a list"),
    pytest.param("1,2,4", id="a list without spaces"),
    pytest.param("10-12", id="a range"),
    pytest.param("4:7", id="a ratio"),
    pytest.param("3k", id="a multiple of a variable"),
    pytest.param("12xy", id="a product of variables"),
    pytest.param("5R^2", id="a square of a variable"),
    pytest.param("2n+7", id="a linear term"),
    pytest.param("6(x-y)", id="a product with a bracket"),
    pytest.param("y = 4x - 1", id="a line's equation"),
    pytest.param("x=2, y=9", id="two values"),
    pytest.param("4-3i", id="a complex number"),
    pytest.param(r"\pm 6", id="two signs"),
    pytest.param(r"2 \text{ or } 9", id="two answers"),
    pytest.param("z^3", id="a power"),
    pytest.param("3^{12}", id="a power that is not worked out"),
    pytest.param("7!", id="a factorial"),
    pytest.param(r"\binom{8}{3}", id="a binomial coefficient"),
    pytest.param(r"12\log 3", id="a logarithm"),
    pytest.param(r"-\infty", id="infinity"),
    pytest.param(r"x \ge 4", id="an inequality"),
    pytest.param("3 < x < 8", id="a double inequality"),
    pytest.param(r"0.\overline{27}", id="repeating decimals"),
    pytest.param(r"1202_{3}", id="a number to another base"),
    pytest.param(r"3A_{16}", id="a number to base sixteen"),
    pytest.param(r"\begin{pmatrix} 3 \\ 1 \end{pmatrix}", id="a vector"),
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_no_number(text: str) -> None:
    assert is_formula(text)
    assert canonical_number(text) is None
    assert gold_number(text) is None


@pytest.mark.parametrize("text", FORMULAS)
def test_a_box_that_holds_a_formula_gives_no_other_number(text: str) -> None:
    assert extract_number(f"There are 17 of them, so \\boxed{{{text}}}") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(r"\frac5{16}", "0.3125", id="a fraction with braces below"),
        pytest.param(r"\frac{130}4", "32.5", id="a fraction with braces above"),
        pytest.param(r"\frac 3 8", "0.375", id="a fraction with spaces"),
        pytest.param(r"\frac{ 7 }{ 2 }", "3.5", id="a fraction with spaces within its braces"),
        pytest.param(r"\frac{-1}{8}", "-0.125", id="a fraction negative above"),
        pytest.param(r"12\frac{1}{2}\%", "12.5", id="a mixed percentage"),
        pytest.param(r"\theta = 40^\circ", "40", id="an angle with its name"),
        pytest.param("n = 12", "12", id="a value with its name"),
        pytest.param("$x = -6$", "-6", id="a value within dollar signs"),
        pytest.param(r"25^\circ\text{C}", "25", id="a temperature"),
        pytest.param(r"40\%", "40", id="a percentage"),
        pytest.param(r"\$7.25", "7.25", id="money"),
        pytest.param(r"12,\!500", "12500", id="a separator without space"),
        pytest.param(r"11,\! 234,\! 500", "11234500", id="separators with space"),
        pytest.param(r"36 \text{ cm}^2", "36", id="an area"),
        pytest.param(r"6^\text{th}", "6", id="an ordinal"),
        pytest.param(r"9:30 \text{ a.m.}", "9.5", id="a time of day"),
        pytest.param(r"0.35 \mathrm{~m}", "0.35", id="a unit as olympiads write it"),
        pytest.param(r"1.6 \times 10^{-3}", "0.0016", id="a power of ten"),
        pytest.param("073", "73", id="three digits as in AIME"),
    ],
)
def test_a_gold_answer_in_latex_is_read(text: str, expected: str) -> None:
    assert not is_formula(text)
    assert gold_number(text) == expected


@pytest.mark.parametrize("text", [r"\text{(B)}", r"\text{Monday}", "yes", "B", "n/a", "3/14/2025"])
def test_text_and_dates_are_no_formulas(text: str) -> None:
    assert not is_formula(text)
    assert gold_number(text) is None


@pytest.mark.parametrize("text", ["4,5", "0,3", "$2,7$"])
def test_what_may_be_one_number_or_two_is_none_before_the_mark_is_known(text: str) -> None:
    assert gold_number(text) is None
    assert extract_number(f"\\boxed{{{text}}}") is None
    assert gold_number(text, ",") == text.strip("$").replace(",", ".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("R$ 3.480,50", "3480.5", id="Brazilian money"),
        pytest.param("2 345,25 €", "2345.25", id="French money"),
        pytest.param("2\u202f345,5", "2345.5", id="narrow spaces"),
        pytest.param("12\u00a0500,250", "12500.25", id="three decimals behind a space's group"),
        pytest.param("45'300", "45300", id="Swiss separator"),
        pytest.param("45’300.50", "45300.5", id="Swiss separator, curved"),
        pytest.param("CHF 1'250", "1250", id="Swiss money"),
        pytest.param("Rp 75.000,00", "75000", id="Indonesian money"),
        pytest.param("₹3,75,000", "375000", id="Indian separators"),
        pytest.param("4 lakh", "400000", id="lakh"),
        pytest.param("1.5 crore", "15000000", id="crore"),
        pytest.param("2,5 Millionen", "2500000", id="German scale"),
        pytest.param("5 mil", "5000", id="Spanish scale"),
        pytest.param("3 тысячи", "3000", id="Russian scale"),
        pytest.param("26万", "260000", id="Chinese scale"),
        pytest.param("3万6千", "36000", id="Chinese scales"),
        pytest.param("1億2千万", "120000000", id="Japanese scales"),
        pytest.param("5만 원", "50000", id="Korean scale"),
        pytest.param("8千克", "8", id="a kilogram is a unit"),
        pytest.param("5,- €", "5", id="a price without cents"),
        pytest.param("7½", "7.5", id="fraction sign"),
        pytest.param("3 and a half", "3.5", id="a half in words"),
        pytest.param("౪౫", "45", id="Telugu digits"),
        pytest.param("৩৬০", "360", id="Bengali digits"),
        pytest.param("๑๒", "12", id="Thai digits"),
        pytest.param("٣٫٢٥", "3.25", id="Arabic decimal separator"),
        pytest.param("١٢٬٥٠٠", "12500", id="Arabic thousands separator"),
        pytest.param("𝟒𝟐", "42", id="bold digits"),
        pytest.param("$3k", "3000", id="thousands of dollars"),
        pytest.param("12K", "12000", id="a capital K"),
        pytest.param("4k followers", "4000", id="thousands of something"),
        pytest.param("$1.2M", "1200000", id="millions of dollars"),
        pytest.param("$3bn", "3000000000", id="billions of dollars"),
        pytest.param("8M users", "8000000", id="millions of something"),
        pytest.param("8M", None, id="a capital M alone"),
        pytest.param("1,23,4", None, id="no grouping"),
        pytest.param("1.23.456", None, id="no grouping by points"),
        pytest.param("0,500", "0.5", id="no group begins with zero"),
        pytest.param("3 7/5", None, id="no mixed number"),
    ],
)
def test_other_notations_are_read_as_a_whole_or_not_at_all(text: str, expected: str | None) -> None:
    assert canonical_number(text) == expected


@pytest.mark.parametrize(
    ("text", "by_comma", "by_point"),
    [
        pytest.param("80.000", "80000", "80", id="a group or three decimals"),
        pytest.param("4,250", "4.25", "4250", id="three decimals or a group"),
        pytest.param("2,5", "2.5", None, id="one decimal"),
        pytest.param("1.250,75", "1250.75", "1250.75", id="both signs, the comma last"),
        pytest.param("1,250.75", "1250.75", "1250.75", id="both signs, the point last"),
        pytest.param("2.400.000", "2400000", "2400000", id="two groups by points"),
        pytest.param("2,400,000", "2400000", "2400000", id="two groups by commas"),
        pytest.param("0.75", "0.75", "0.75", id="no group begins with zero"),
        pytest.param("12.5", "12.5", "12.5", id="no group of one digit"),
        pytest.param("80 000", "80000", "80000", id="a space"),
    ],
)
def test_the_decimal_mark_decides(text: str, by_comma: str, by_point: str | None) -> None:
    assert canonical_number(text, ",") == by_comma
    assert canonical_number(text, ".") == by_point
    assert extract_number(f"The answer is {text}.", ",") == by_comma


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(70.125, "70.125", id="a number"),
        pytest.param([70.125], "70.125", id="a number in a list"),
        pytest.param(Decimal("1.250"), "1.25", id="a decimal"),
        pytest.param("70.125", "70125", id="a text"),
    ],
)
def test_only_texts_are_read_with_the_decimal_mark(value: object, expected: str) -> None:
    assert gold_number(value, ",") == expected


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        pytest.param("R$ 3.480,50", ",", id="a comma behind a group"),
        pytest.param("0,25", ",", id="a comma behind zero"),
        pytest.param("19,90 €", ",", id="cents behind a comma"),
        pytest.param("2.400.000", ",", id="two groups by points"),
        pytest.param("1,250.75", ".", id="a point behind a group"),
        pytest.param("12.5", ".", id="one decimal"),
        pytest.param("2,400,000", ".", id="two groups by commas"),
        pytest.param("80.000", None, id="a group or three decimals"),
        pytest.param("4,250", None, id="three decimals or a group"),
        pytest.param("4,5", None, id="one number or two"),
        pytest.param("(12,50)", None, id="a pair"),
        pytest.param("1,2,3", None, id="a list"),
        pytest.param("12,50 or 12.50", None, id="both"),
        pytest.param("42", None, id="no mark"),
    ],
)
def test_a_number_may_tell_its_decimal_mark(text: str, mark: DecimalMark | None) -> None:
    assert decimal_mark_of(text) == mark


MARKS: st.SearchStrategy[DecimalMark] = st.sampled_from((".", ","))
SEPARATORS = {".": ",", ",": "."}


def written(value: Decimal, separator: str, mark: str) -> str:
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    return ("-" if value < 0 else "") + whole.replace(",", separator) + mark + decimals


VALUES = st.decimals(-(10**9), 10**9, places=6)


@given(value=VALUES, mark=MARKS, separator=st.sampled_from(("", "'", "\u202f", "group")))
def test_a_number_has_one_form_however_it_is_written(
    value: Decimal, mark: DecimalMark, separator: str
) -> None:
    text = written(value, SEPARATORS[mark] if separator == "group" else separator, mark)

    number = canonical_number(text, mark)

    assert number is not None
    assert Decimal(number) == value
    assert canonical_number(number) == number
    assert extract_number(f"The answer is {text}.", mark) == number


@given(one=VALUES, other=VALUES, mark=MARKS)
def test_different_values_share_no_form(one: Decimal, other: Decimal, mark: DecimalMark) -> None:
    forms = [canonical_number(written(each, SEPARATORS[mark], mark), mark) for each in (one, other)]

    assert (forms[0] == forms[1]) == (one == other)


@given(above=st.integers(-999, 999), below=st.integers(1, 999))
def test_a_fraction_has_the_form_of_its_value(above: int, below: int) -> None:
    sign = "-" if above < 0 else ""
    numbers = {
        canonical_number(f"{above}/{below}"),
        canonical_number(rf"{sign}\frac{{{abs(above)}}}{{{below}}}"),
        canonical_number(rf"\dfrac{{{above}}}{{{below}}}"),
    }

    (number,) = numbers
    assert number is not None
    assert abs(Fraction(number) - Fraction(above, below)) <= Fraction(1, 2 * 10**6)


@given(text=st.text(alphabet="0123456789.,-/^ (){}[]\\πxk§'_!%€万", max_size=24), mark=MARKS)
def test_no_text_is_both_a_formula_and_a_number(text: str, mark: DecimalMark) -> None:
    number = canonical_number(text, mark)

    assert number is None or canonical_number(number) == number
    assert number is None or canonical_number(text) is None or not is_formula(text)
