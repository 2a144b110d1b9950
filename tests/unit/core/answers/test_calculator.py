"""The calculator: wrong if no fair reading is right, `None` if it is not certain; repairs."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.answers.calculator import check_equation, repaired_answer
from lambdas.core.answers.numeric import extract_number, gold_number

SharedData = Callable[[str], Path]


def checked(text: str) -> bool | None:
    """Return the outcome for a text that ends in "The answer is N."."""
    return check_equation(text, text.rstrip(".").rpartition(" ")[2])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("She sold 9 * 2 = $18. The answer is 18.", id="product"),
        pytest.param("That is 16 - 3 - 4 = 9 eggs. The answer is 9.", id="from left to right"),
        pytest.param("They have 2 + 3 * 4 = 14. The answer is 14.", id="products first"),
        pytest.param("It is (2 + 3) * 4 = 20. The answer is 20.", id="brackets"),
        pytest.param("It is [(2 + 3) x 4] ÷ 2 = 10. The answer is 10.", id="signs of all kinds"),
        pytest.param("2x3 = 6. The answer is 6.", id="x without spaces"),
        pytest.param("It took 4(12) + 22 = 70 days. The answer is 70.", id="sign left out"),
        pytest.param("$1,250 + $750.50 = $2,000.50. The answer is 2000.5.", id="money"),
        pytest.param("12 eggs / 4 eggs per cake = 3 cakes. The answer is 3.", id="units"),
        pytest.param("20 tires × $0.25/tire = $5. The answer is 5.", id="rate"),
        pytest.param("10 (red) + 9 (blue) + 1 (green) = 20. The answer is 20.", id="remarks"),
        pytest.param("It is 20% of 50 = 10. The answer is 10.", id="percent of"),
        pytest.param("It is 50 * 20% = 10. The answer is 10.", id="times percent"),
        pytest.param("So 100% - 20% = 80%. The answer is 80.", id="percent alone"),
        pytest.param("So 5 / 25 = 20%. The answer is 20.", id="comes to percent"),
        pytest.param("So 5/25 * 100 = 20%. The answer is 20.", id="comes to a hundredfold"),
        pytest.param("1/2 of 60 = 30. The answer is 30.", id="fraction of"),
        pytest.param("25 × 80/100 = 25 × 0.8 = 20. The answer is 20.", id="chain"),
        pytest.param("50 / 4 = 12.5 = 13 boxes. The answer is 13.", id="rounded on the way"),
        pytest.param("50 / 4 = 13 boxes. The answer is 13.", id="rounded up at a half"),
        pytest.param("100 / 3 = 33.33. The answer is 33.33.", id="rounded to cents"),
        pytest.param("100 / 3 ≈ 33. The answer is 33.", id="about"),
        pytest.param("-5 + 8 = 3. The answer is 3.", id="below zero"),
        pytest.param("5 - (8 + 2) = -5. The answer is -5.", id="comes to less than zero"),
        pytest.param("3 times 5 = 15. The answer is 15.", id="sign in words"),
        pytest.param("5 (100% / 20% = 5) are 100%. The answer is 5.", id="closed behind"),
        pytest.param("(15 + 10) * 2 = (25) * 2 = 50. The answer is 50.", id="number in brackets"),
        pytest.param("10 apples (5 * 2 = 10). The answer is 10.", id="within brackets"),
        pytest.param(
            r"\[ \frac{60 \text{ km}}{6 \text{ hours}} = 10 \] The answer is 10.", id="frac"
        ),
        pytest.param(r"\( 2\frac{1}{2} \times 4 = 10 \). The answer is 10.", id="mixed number"),
        pytest.param("2 * <<2*3=6>>3 = $<<2*3=6>>6. The answer is 6.", id="annotations"),
        pytest.param("Total = 3 + 4\n      = 7. The answer is 7.", id="goes on in the next line"),
        pytest.param("P = 48 + 22\nP = 70\nThe answer is 70.", id="the same letter again"),
        pytest.param("2 + 2 = 5, so no: 2 + 3 = 5. The answer is 5.", id="the last one counts"),
        pytest.param("3 + 4 = 7.\n\nQ: 5 + 5?\nA: 5 + 5 = 7. The answer is 7.", id="own text"),
    ],
)
def test_a_right_equation_is_right(text: str) -> None:
    assert checked(text) is True


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("640 + 540 + 30 = 1190 legs. The answer is 1190.", id="sum"),
        pytest.param("She spent 3 * $22.50 = $75. The answer is 75.", id="product"),
        pytest.param("He has 9 - 7 - 4 = 9 kittens. The answer is 9.", id="difference"),
        pytest.param("20% of 50 = 12. The answer is 12.", id="percent of"),
        pytest.param("$180 (melons) + $300 (peppers) = $500. The answer is 500.", id="remarks"),
        pytest.param(r"\frac{7}{13} \times 120 = 60. The answer is 60.", id="fraction"),
        pytest.param("12 * 12 = 144 / 2 = 74. The answer is 74.", id="last step of a chain"),
        pytest.param("2 + 2 = 4. 2 + 3 = 6. The answer is 6.", id="the last one counts"),
        pytest.param("Tim had 12. So he now has 12 + 5 = 19. The answer is 19.", id="prose"),
        pytest.param("A total of 12 + 5 = 19 pens. The answer is 19.", id="total of"),
        pytest.param("2) 12 + 5 = 19. The answer is 19.", id="list"),
        pytest.param("P = 48 + 22\nP = 80\nThe answer is 80.", id="the same letter again"),
        pytest.param("20 hours * 3 = 65 hours. The answer is 65.", id="one unit"),
    ],
)
def test_a_wrong_equation_is_wrong(text: str) -> None:
    assert checked(text) is False


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It is seven. The answer is 7.", id="no equation"),
        pytest.param("3 + 4 = 8. The answer is 7.", id="not of the answer"),
        pytest.param("x = 7. The answer is 7.", id="nothing to compute"),
        pytest.param("5 + 5 = 7 * 2. The answer is 7.", id="no number on the right"),
        pytest.param("2x + 3 = 7. The answer is 7.", id="unknown"),
        pytest.param("20 - y = 7. The answer is 7.", id="unknown set apart"),
        pytest.param("Sales + 3 = 7. The answer is 7.", id="word for a number"),
        pytest.param("2^3 = 9. The answer is 9.", id="power"),
        pytest.param(r"\sqrt{16} + 1 = 9. The answer is 9.", id="root"),
        pytest.param(r"\frac{a+1}{2} * 3 = 9. The answer is 9.", id="fraction of letters"),
        pytest.param("1 + 2 + ... + 10 = 55. The answer is 55.", id="left out"),
        pytest.param("5 / 0 = 7. The answer is 7.", id="divided by zero"),
        pytest.param("Half of 10 + 2 = 7. The answer is 7.", id="half of it"),
        pytest.param("Twice the 4 + 3 = 14. The answer is 14.", id="twice it"),
        pytest.param("He adds 5 to 3 * 4 = 17. The answer is 17.", id="number before"),
        pytest.param("Day 1 - 5 * 3 = 15. The answer is 15.", id="heading"),
        pytest.param("- 5 + 8 = 3. The answer is 3.", id="bullet"),
        pytest.param("2 dozen + 3 = 27. The answer is 27.", id="dozen"),
        pytest.param("2 hours + 30 minutes = 150 minutes. The answer is 150.", id="units of time"),
        pytest.param("4 * 30 minutes = 2 hours. The answer is 2.", id="converted"),
        pytest.param("3 * 50 cents = $1.50. The answer is 1.5.", id="cents"),
        pytest.param("$50 - 20% = $40. The answer is 40.", id="percent taken off"),
        pytest.param("10 + 20 / 2 = 15. The answer is 15.", id="mean without brackets"),
        pytest.param("60 / 2 * 3 = 10. The answer is 10.", id="product below the line"),
        pytest.param("7.5 / 1/2 = 15. The answer is 15.", id="fraction below the line"),
        pytest.param("22 - 56 = 34. The answer is 34.", id="difference turned round"),
        pytest.param("3/4 * 364 = 364 / 4 = 273. The answer is 273.", id="slip on the way"),
        pytest.param("50 cards (1/3) + 100 cards (2/3) = 150. The answer is 150.", id="shares"),
        pytest.param("2 trees - 16/8 = 2. The answer is 2.", id="dash"),
        pytest.param("7/20 of the mix = 3. The answer is 3.", id="share of something"),
        pytest.param("(18/11)A = 162. The answer is 162.", id="unknown behind a bracket"),
        pytest.param("(18/11) A = 162. The answer is 162.", id="unknown set apart from it"),
        pytest.param("3 * 4 = 12. Two is 2 hours = 120. The answer is 120.", id="another sentence"),
        pytest.param("10 am - 5 pm = 17. The answer is 17.", id="hours of the day"),
        pytest.param("0.8888888888888888888888888 + 1 = 3. The answer is 3.", id="too long"),
        pytest.param("0900 - 0130 = 0730. The answer is 730.", id="time of day"),
        pytest.param("8 / 3 = 2. The answer is 2.", id="cut off"),
        pytest.param("9.1 / 3 = 4 trips. The answer is 4.", id="rounded up"),
        pytest.param("0.67 * 300 = 200. The answer is 200.", id="shortened on the way"),
        pytest.param("33% * 300 = 100. The answer is 100.", id="shortened percent"),
        pytest.param("9 because - 18/-2 = 9. The answer is 9.", id="begins within"),
    ],
)
def test_an_uncertain_equation_is_not_checked(text: str) -> None:
    assert checked(text) is None


@pytest.mark.parametrize(
    ("text", "answer", "repaired"),
    [
        pytest.param("She sells 16 - 3 - 4 = 8 eggs.", "8", "9", id="whole number"),
        pytest.param("It weighs 7 / 2 = 5 kg.", "5", "3.5", id="decimal number"),
        pytest.param("Each gets 100 / 3 = 25.", "25", "33.333333", id="endless decimals"),
        pytest.param("It is 50 * 20% = 12.", "12", "10", id="percentage of a number"),
        pytest.param("So 100% - 30% = 60%.", "60", "70", id="percentages"),
        pytest.param("So 10 + 20 * 3 = 80 = 80.", "80", "70", id="chain"),
        pytest.param("It sold 3 - 10 = -6.", "-6", "-7", id="below zero"),
        pytest.param("She sells 16 - 3 - 4 = 9 eggs.", "9", None, id="right"),
        pytest.param("Half of 10 + 2 = 7.", "7", None, id="in doubt"),
        pytest.param("The answer is 7.", "7", None, id="no equation"),
    ],
)
def test_a_wrong_equation_is_repaired(text: str, answer: str, repaired: str | None) -> None:
    assert repaired_answer(text, answer) == repaired


@given(terms=st.lists(st.integers(1, 999), min_size=2, max_size=6), off=st.integers(1, 1000))
def test_wrong_sums_are_repaired(terms: list[int], off: int) -> None:
    wrong = sum(terms) + off
    text = f"So it is {' + '.join(map(str, terms))} = {wrong} pens."

    assert repaired_answer(text, str(wrong)) == str(sum(terms))


@pytest.mark.parametrize("answer", ["", "A", "1e999999999", "NaN", "1,000", "٣", "9" * 100])
def test_an_answer_that_is_no_canonical_number_is_not_checked(answer: str) -> None:
    assert check_equation(f"3 + 4 = {answer}", answer) is None


def test_an_equation_cut_by_the_window_is_not_checked() -> None:
    assert check_equation("1 + " * 3_000 + "2 * 3 = 7", "7") is None


@st.composite
def computed(draw: st.DrawFn) -> tuple[str, int]:
    """Draw an expression of whole numbers from the inside out, with its value."""
    amount = draw(st.integers(1, 50))
    text, loosest = str(amount), "*"
    for sign in draw(st.lists(st.sampled_from("+-*"), min_size=1, max_size=5)):
        other = draw(st.integers(1, 50))
        if sign == "*" and loosest != "*":
            text = f"({text})"
        text = f"{text} {sign} {other}"
        amount = {"+": amount + other, "-": amount - other, "*": amount * other}[sign]
        loosest = sign
    return text, amount


@given(drawn=computed())
def test_right_equations_are_right(drawn: tuple[str, int]) -> None:
    text, amount = drawn

    assert check_equation(f"So it is {text} = {amount:,}.", str(amount)) is True


@given(drawn=computed(), off=st.integers(1, 1000))
def test_numbers_that_no_reading_gives_are_never_right(drawn: tuple[str, int], off: int) -> None:
    text, amount = drawn
    wrong = amount + off

    assert check_equation(f"So it is {text} = {wrong}.", str(wrong)) is not True


@given(terms=st.lists(st.integers(1, 999), min_size=2, max_size=6), off=st.integers(1, 1000))
def test_wrong_sums_are_wrong(terms: list[int], off: int) -> None:
    wrong = sum(terms) + off

    assert (
        check_equation(f"So it is {' + '.join(map(str, terms))} = {wrong} pens.", str(wrong))
        is False
    )


FRAGMENTS = st.text() | st.sampled_from(
    [
        *(
            "3",
            "7",
            "=",
            " = 7",
            "≈",
            "+",
            "-",
            "*",
            "/",
            "(",
            ")",
            "%",
            "x",
            " of ",
            "$",
            ",",
            ".",
        ),
        *("\n", "7 = ", "\\frac{1}{0}", "\\frac{", "}", "1e9", "^", "<<", ">>", "½", "**", "0.5"),
    ]
)


@given(fragments=st.lists(FRAGMENTS, max_size=25))
def test_any_text_can_be_checked(fragments: list[str]) -> None:
    text = "".join(fragments)

    assert check_equation(text, "7") in {True, False, None}
    assert repaired_answer(text, "7") != "7"


@pytest.mark.parametrize(
    "unit",
    [
        *("=", "1=", "7 = ", "7 =\n", "a = 7\n", "(", "7(", "1+", "1 + (", "=-", "-->", "\\frac{"),
        *("\\text{a", "\\frac{1}{2}", "½", "1,000", "7 7 = 7 ", "(a ", "of 7 ", "9" * 15 + "*"),
    ],
    ids=repr,
)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 100 kB would take minutes; the end is read in milliseconds.
    text = unit * (100_000 // len(unit))

    check_equation(f"{text}\n{text[:5_000]} = 7", "7")
    check_equation(text, "7")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def test_human_solutions_are_wrong_only_where_people_slipped(
    shared_data: SharedData,
) -> None:
    solutions = [row["answer"] for row in rows(shared_data("gsm8k_test.jsonl"))]

    outcomes = Counter(check_equation(text, gold_number(text) or "") for text in solutions)

    # One solution has a slip: "So, Suzzane has $32 - $20 = $300 left."
    assert outcomes[False] == 1
    assert outcomes[True] > 0.95 * len(solutions)


def test_no_right_path_of_a_strong_model_is_marked_wrong(shared_data: SharedData) -> None:
    questions = rows(shared_data("gsm8k_gpt-4.questions.jsonl"))
    golds = {row["question"]: gold_number(row["answer"]) for row in questions}
    recorded = rows(shared_data("gsm8k_gpt-4.recorded.jsonl"))
    paths = [(golds[row["question"]], row["samples"]["T0.4"][0]) for row in recorded]

    right = [text for expected, text in paths if extract_number(text) == expected]

    assert len(right) > 1_200
    assert [
        text for text in right if check_equation(text, extract_number(text) or "") is False
    ] == []
