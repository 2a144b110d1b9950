"""The one spelling of an answer: notation is ignored, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.contract import DecimalMark
from lambdas.core.answers.spelling import MAX_ANSWER_CHARS, boolean, normalised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("**Not  Sure.**", "not sure", id="Markdown, spaces, case, full stop"),
        pytest.param('"Cat"', "cat", id="quotes"),
        pytest.param("(b)", "b", id="brackets"),
        pytest.param("02/02/2020)", "02/02/2020", id="a bracket left over"),
        pytest.param("1/5/2021", "01/05/2021", id="date"),
        pytest.param("12/25/21", "12/25/21", id="short year"),
        pytest.param("1,000.0", "1000", id="number"),
        pytest.param("$5.00", "5", id="currency"),
        pytest.param("3 cats", "3 cats", id="more than a number"),
        pytest.param("ＹＥＳ", "yes", id="full width"),
        pytest.param("Straße", "strasse", id="case folding"),
        pytest.param("+", "+", id="sign"),
        pytest.param("the **new** one", "the new one", id="Markdown within"),
        pytest.param("2 * 3", "2*3", id="a star that multiplies"),
        pytest.param("a_b", "a_b", id="a joint within a word"),
        pytest.param("it\u2019s", "it's", id="apostrophe"),
        pytest.param("...", None, id="nothing left"),
        pytest.param("", None, id="empty"),
        pytest.param("x" * (MAX_ANSWER_CHARS + 1), None, id="too long to be an answer"),
    ],
)
def test_a_text_has_one_normalised_form(text: str, expected: str | None) -> None:
    assert normalised(text) == expected


@given(text=st.text(max_size=60))
def test_a_normalised_form_is_its_own(text: str) -> None:
    normal = normalised(text)

    assert normal is None or normalised(normal) == normal


PARTS = st.sampled_from(
    [
        *(
            r"\frac",
            r"\sqrt",
            r"\pi",
            r"\left",
            r"\,",
            r"\!",
            r"\text{",
            r"\{",
            r"\}",
            r"\sin",
            "\\\\",
        ),
        *(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "<",
            ">",
            "|",
            "1",
            "23",
            "100",
            "x",
            "y",
            "abc",
            "pi",
            "é",
        ),
        *(
            " ",
            ",",
            ".",
            "^",
            "_",
            "$",
            "*",
            "**",
            "-",
            "+",
            "=",
            "°",
            "²",
            "½",
            "√",
            "~",
            "%",
            "/",
            "#",
        ),
    ]
)


@given(text=st.lists(PARTS, max_size=10).map("".join))
def test_a_normalised_formula_is_its_own(text: str) -> None:
    normal = normalised(text)

    assert normal is None or normalised(normal) == normal


@pytest.mark.parametrize(
    "spellings",
    [
        pytest.param(
            ["(1,2)", "(1, 2)", r"\left( 1,2 \right)", r"\((1,2)\)", "$(1, 2)$"], id="a pair"
        ),
        pytest.param([r"\{1,2\}", "{1, 2}", r"\left\{1,2\right\}"], id="a set"),
        pytest.param(["[1,2)", r"\left[1, 2\right)"], id="an interval open at one end"),
        pytest.param(["(12,102)", "(12, 102)"], id="an interval up to hundreds"),
        pytest.param(["1,-2", "1, -2", "$1$, $-2$"], id="a list with a sign"),
        pytest.param(["7:30 p.m.", r"7:30\ \text{p.m.}"], id="a time of day"),
        pytest.param([r"11,\! 111,\! 100", "11,111,100"], id="millions"),
        pytest.param(["a, b, c", "a,b,c"], id="a list of letters"),
        pytest.param(["red,green", "red, green"], id="a list of words"),
        pytest.param(
            [r"\frac{1}{2}", r"\dfrac{1}{2}", r"\tfrac12", r"\frac1{2}", "1/2", "½"], id="a half"
        ),
        pytest.param([r"3\frac{1}{2}", "3 1/2", "3½"], id="a mixed number"),
        pytest.param([r"-\frac{1}{2}", r"\frac{-1}{2}", "-1/2", "−1/2"], id="a sign of a fraction"),
        pytest.param([r"\frac{\sqrt{3}}{2}", r"\frac{\sqrt3}2", "sqrt(3)/2", "√3/2"], id="a root"),
        pytest.param([r"\frac{x + 1}{2}", "(x+1)/2"], id="a sum above"),
        pytest.param([r"\frac{\pi}{6}", r"\frac\pi6", "π/6", "pi/6"], id="pi"),
        pytest.param(["48", "48°", r"48^\circ", r"48^{\circ}", "48.0"], id="degrees"),
        pytest.param(["5%", "5 %", r"5\%", "5"], id="percent"),
        pytest.param(["18", r"\$18", r"$\$18$", "$18.00"], id="dollars"),
        pytest.param(
            ["900000", "900,000", r"900,\!000", r"900{,}000", r"900\,000"], id="thousands"
        ),
        pytest.param(["0.5", ".5", "+0.50"], id="a decimal"),
        pytest.param(["540", "# 540", "#### 540"], id="a heading"),
        pytest.param([r"2 \cdot 3", r"2\times3", "2 * 3", "2×3"], id="times"),
        pytest.param(["x^2", "x^{2}", "x²", "x ^ 2"], id="a square"),
        pytest.param(["2^-1", "2^{-1}", "2⁻¹"], id="a negative power"),
        pytest.param([r"x \leq 3", r"x\le 3", "x≤3"], id="at most"),
        pytest.param([r"(-\infty, 3]", "(-∞,3]", "(-infinity, 3]"], id="without end"),
        pytest.param([r"(0,1) \cup (2,3)", r"(0, 1)\cup(2, 3)"], id="a union"),
        pytest.param([r"5\text{ cm}", r"5\,\mathrm{cm}", "5 cm"], id="a unit"),
        pytest.param(["3:1", "3 : 1", r"3\!:\!1"], id="a ratio"),
        pytest.param([r"\boxed{\text{No}}", "no", r"\textbf{No}."], id="a word"),
        pytest.param(["} )", "})"], id="spaces between brackets"),
        pytest.param(
            [
                r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}",
                r"\begin{bmatrix}1\\2\end{bmatrix}",
                r"\begin{array}{c} 1 \\ 2 \end{array}",
            ],
            id="a vector",
        ),
    ],
)
def test_notations_of_one_answer_are_one_spelling(spellings: list[str]) -> None:
    assert len({normalised(each) for each in spellings}) == 1


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["(1,2)", "[1,2]", "(1,2]", "{1,2}", "1.2", "12"], id="ends of an interval"),
        pytest.param(["(-1,100)", "-1100"], id="an interval and a number"),
        pytest.param(["1, 234", "1,234"], id="a list and thousands"),
        pytest.param(["}", "} )", "} ) )", "]"], id="closing brackets"),
        pytest.param(["x^2", "x2", "x_2"], id="a square and a name"),
        pytest.param(["x^{2y}", "x^2y"], id="what a power holds"),
        pytest.param([r"\sqrt{3x}", r"\sqrt{3}x"], id="what a root holds"),
        pytest.param([r"\frac{1}{2x}", r"\frac{1}{2}x"], id="what a fraction holds"),
        pytest.param([r"3\frac{1}{2}", r"\frac{31}{2}"], id="a mixed number and a fraction"),
        pytest.param(["(x+1)(x-2)", "x+1)(x-2"], id="brackets that are no pair"),
        pytest.param(["a*b", "ab"], id="a product and a word"),
        pytest.param(["C++", "C", "C#"], id="names of languages"),
        pytest.param([".NET", "NET"], id="a leading point"),
        pytest.param(["!", "?"], id="signs alone"),
        pytest.param(["- 5", "-5", "5"], id="an item of a list"),
        pytest.param(["x = 3", "3"], id="an equation and its side"),
        pytest.param(["valid", "invalid", "not valid"], id="a prefix"),
        pytest.param(["1/5/2021", "1/5"], id="a date and a fraction"),
        pytest.param(["5 cm", "5 m", "5"], id="units"),
    ],
)
def test_answers_that_differ_have_spellings_that_differ(texts: list[str]) -> None:
    assert len({normalised(each) for each in texts}) == len(texts)


BRACKETS = st.text("()[]{}<>", min_size=1, max_size=6)
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, places=3)


@given(one=BRACKETS, other=BRACKETS)
def test_no_brackets_are_taken_for_others(one: str, other: str) -> None:
    assert (normalised(one) == normalised(other)) == (one == other)


@given(one=NUMBERS, other=NUMBERS)
def test_no_number_is_taken_for_another(one: Decimal, other: Decimal) -> None:
    assume(one != other)

    assert normalised(f"{one:,}") != normalised(f"{other:,}")


@pytest.mark.parametrize(
    ("text", "decimal_mark", "expected"),
    [
        pytest.param("3,5", ",", "3.5", id="a decimal comma"),
        pytest.param("1.250,75", ",", "1250.75", id="points between thousands"),
        pytest.param("70.000", ",", "70000", id="thousands alone"),
        pytest.param("70.000", ".", "70", id="a decimal point"),
        pytest.param("3,5", None, "3, 5", id="a list, unless the run says otherwise"),
    ],
)
def test_a_bare_number_is_read_with_the_decimal_mark_of_the_run(
    text: str, decimal_mark: DecimalMark | None, expected: str
) -> None:
    assert normalised(text, decimal_mark) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(True, "yes", id="JSON's true"),
        pytest.param(False, "no", id="JSON's false"),
        pytest.param("TRUE", "yes", id="capitals"),
        pytest.param("**Correct.**", "yes", id="another word"),
        pytest.param(r"\text{No}", "no", id="LaTeX"),
        pytest.param("Nein", "no", id="German"),
        pytest.param("是", "yes", id="Chinese"),
        pytest.param("いいえ", "no", id="Japanese"),
        pytest.param(1, None, id="a number"),
        pytest.param("0", None, id="a digit"),
        pytest.param("maybe", None, id="neither"),
        pytest.param(None, None, id="null"),
    ],
)
def test_a_boolean_is_yes_or_no(value: object, expected: str | None) -> None:
    assert boolean(value) == expected


def test_booleans_have_one_spelling_each() -> None:
    assert [normalised(text, yes_no=True) for text in ("True.", "(no)", "maybe", "")] == [
        "yes",
        "no",
        "maybe",
        None,
    ]
