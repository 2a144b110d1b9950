"""Numbers: read from completions, and written in one canonical form."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import DecimalMark
from lambdas.core.answers.markers import AnswerMarker, ExtractedAnswer
from lambdas.core.answers.numeric import (
    MAX_NUMBER_CHARS,
    canonical_number,
    extract_number,
    from_marker,
    gold_number,
    spelled_out_number,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("9 * 2 = 18. The answer is 18.", "18", id="answer is"),
        pytest.param("The answer is $1,234.50.\n", "1234.5", id="money"),
        pytest.param("The answer is 523 eggs.", "523", id="unit"),
        pytest.param("The answer is 2 million people.", "2000000", id="scale"),
        pytest.param("The answer is -2.", "-2", id="negative"),
        pytest.param("The answer is 20%.", "20", id="percent"),
        pytest.param("The answer is 3/4.", "0.75", id="fraction"),
        pytest.param("The answer is twenty-five.", "25", id="words"),
        pytest.param("The answer is:\n\n56 - 35 = 21\n", "21", id="equation on a line below"),
        pytest.param("The answer is 25/3 ≈ 8.33.", "8.333333", id="the exact side"),
        pytest.param("The answer is 100/7.5 ≈ 13.3.", "13.3", id="the worked-out side"),
        pytest.param("The answer is 5 = x.", "5", id="equation the wrong way round"),
        pytest.param("The answer is 10-5.", "5", id="difference not worked out"),
        pytest.param("The answer is 65 pennies and 66 dimes.", "65", id="the first of two"),
        pytest.param("The answer is A. No, the answer is 7.", "7", id="the last correction"),
        pytest.param("The answer is 7. So the answer is right.", "7", id="comment on an answer"),
        pytest.param("Final Answer: After 4 years he is 41.", "41", id="sentence"),
        pytest.param("**Answer:** 42 (40 + 2)\n\nCheck: 42 - 2", "42", id="checked below"),
        pytest.param("Answer: He works 6 hours.\nThat makes 24 calls.", "24", id="reasoning label"),
        pytest.param("Answer: 6*60 = 360.\nans = 120", "120", id="ans ="),
        pytest.param("He has 20.\nA: 20\n\nQ: And 8?\nA: 9", "20", id="invented question"),
        pytest.param("9 eggs\n#### 1,800", "1800", id="GSM8K's own"),
        pytest.param("The answer is 8.\n\n#### Step 2\n\n7", "8", id="heading, not GSM8K's"),
        pytest.param(r"so $x = \boxed{\frac{3}{4}}$, not 5", "0.75", id="boxed"),
        pytest.param(r"\boxed{5} is wrong: \boxed{x = 7}", "7", id="last box"),
        pytest.param(r"\[\boxed{\$1{,}250}\]", "1250", id="boxed money"),
        pytest.param('{"reasoning": "8 * 2", "answer": "$16.00"}', "16", id="JSON"),
        pytest.param('{"answer": 2 + 3 = 5}\nSo 7', "5", id="not quite JSON"),
        pytest.param('{"answer": "9"}\nThe answer is about 10.', "9", id="JSON before prose"),
        pytest.param("<answer>18</answer> for 2", "18", id="XML"),
        pytest.param("<think>The answer is 3.</think>\nSo 4 eggs.", "4", id="thoughts"),
        pytest.param("is 50 * 2 = <<50*2=100.0>>100.", "100", id="calculator annotation"),
        pytest.param("So she pays 3 * $8 = $24 for 3 hats.", "24", id="right-hand side"),
        pytest.param("In 2 years he will be 41 in 3 towns.", "41", id="after the verb"),
        pytest.param("She makes **$18** in 7 days.", "18", id="bold"),
        pytest.param("So 16 are left.\n3. Done, then.", "16", id="enumerator"),
        pytest.param("That makes 12.\nSo now 12 + 3 =", "12", id="broken off"),
        pytest.param("Answer: Nancy can't pay, she needs 5 more.", "5", id="no refusal"),
        pytest.param("18", "18", id="nothing else"),
        pytest.param("The answer (arabic numerals) is \n\n96\n", "96", id="on a line below"),
        pytest.param("The answer is 0.8 or 4/5.", "0.8", id="one value given twice"),
        pytest.param("So it is 3/5 = 0.6 or 60%.", "60", id="the same as a percentage"),
        pytest.param("The result is ¾", "0.75", id="a fraction sign alone"),
        pytest.param("The result is nine.", "9", id="words alone"),
        pytest.param("七", "7", id="a Chinese numeral alone"),
        pytest.param("Then 4 left. 5 more came, so now 9 - 4 + 5 = 10.", "10", id="clause"),
        pytest.param("Answer: Two are red. So 2 * 6 = 12 are.", "12", id="label before reasoning"),
        pytest.param("It takes 84 / 3, which gives us 28.", "28", id="relative clause"),
        pytest.param("30 apples divided by 6 is 5 apples.", "5", id="a sentence's own start"),
        pytest.param("That leaves 25 = S.", "25", id="a value before its name"),
        pytest.param(
            "Preis: 1.250,50 €, also 2.501 mit Steuer", "2501", id="mark told by a number"
        ),
        pytest.param("Es kostet 0,75 pro Stück.\nAnswer: 80.000", "80000", id="mark told above"),
        pytest.param(r'{"answer": "\u20ac50 for 3 tickets"}', "50", id="escaped euro sign"),
    ],
)
def test_an_answer_is_read(text: str, expected: str) -> None:
    assert extract_number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\n", id="blank"),
        pytest.param("I do not know.", id="no number"),
        pytest.param("The answer cannot be determined from 3 numbers.", id="cannot"),
        pytest.param("5 - 7 = -2. The answer is not available.", id="not available"),
        pytest.param("The answer is unknown, though 5 is likely.", id="unknown"),
        pytest.param('{"sum": 5, "answer": null}', id="null"),
        pytest.param('{"sum": 5, "answer": ""}', id="empty member"),
        pytest.param("He has 5. I cannot determine the rest.", id="refusal"),
        pytest.param("With 5 hats there is not enough information.", id="not enough"),
        pytest.param("9" * 200, id="no answer has so many digits"),
        pytest.param("That is 17. The answer is 5 or 6.", id="two answers"),
        pytest.param("That is 17. The answer is between 4 and 9.", id="bounds"),
        pytest.param("That is 17. The answer is 10-12 days.", id="range"),
        pytest.param("That is 17. The answer is (3, 8).", id="pair"),
        pytest.param(r"That is 17. The answer is $12\pi$ square inches.", id="formula with unit"),
        pytest.param('That is 17. {"answer": "4x + 1"}', id="formula in JSON"),
        pytest.param("That is 17.\nThe area is 9π.", id="formula in the last sentence"),
        pytest.param(r"17 it is not: \boxed{\text{Yes}}", id="box that holds a word"),
    ],
)
def test_a_text_without_an_answer_abstains(text: str) -> None:
    assert extract_number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("so Ann needs #### 6 boxes for 90 pens.", "6", id="within a sentence"),
        pytest.param("It is\n####6", "6", id="no space"),
        pytest.param("#### $6 per day for 4 days", "6", id="money, then how long"),
        pytest.param("#### 5/2 cups", "2.5", id="fraction"),
        pytest.param("#### x = 6", "6", id="a value with its name"),
        pytest.param("#### 2 + 4 = 6", "6", id="equation"),
        pytest.param("#### 9 - 3 = 6 boxes left after 2 days", "6", id="equation, then when"),
        pytest.param("#### Answer: 6", "6", id="label"),
        pytest.param("#### The answer is 6", "6", id="sentence"),
        pytest.param("#### **6**", "6", id="bold"),
        pytest.param("#### -6 degrees at 7 pm", "-6", id="negative"),
        pytest.param("#### 1,250 miles in 3 weeks", "1250", id="separator"),
        pytest.param("#### 6 hours.\nThat is 6 of 24.", "6", id="a check below"),
        pytest.param("#### 1. Count\n2 + 3 = 5\nSo 5.", "5", id="numbered heading"),
        pytest.param("#### Step 2: Add\nThat makes 9.", "9", id="heading with a step's number"),
        pytest.param("#### Adding 4 and 5\nThat makes 9.", "9", id="heading with numbers"),
    ],
)
def test_the_number_right_behind_the_mark_of_gsm8k_is_read(text: str, expected: str) -> None:
    assert extract_number(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Bea saves $28 by selling her $75 bike.", "28", id="by doing"),
        pytest.param("$140 each week for 6 weeks", "140", id="how long"),
        pytest.param("The 3-year plan costs $90 in 12 payments.", "90", id="hyphen"),
        pytest.param("$12 (hat) + $30 (coat) + $8 (tax) = $50", "50", id="asides in a sum"),
        pytest.param("They sold 35 of the 80 cups.", "35", id="a part of a whole"),
        pytest.param("45 guests came out of 60.", "45", id="out of"),
        pytest.param("She reads 24 pages more than the 6 of Ida.", "24", id="than"),
        pytest.param("It takes 15 days at a rate of 4 a day.", "15", id="rate"),
        pytest.param("With 3 dogs, he needs 21 cans.", "21", id="circumstance first"),
        pytest.param("He is left with 8 of his 20 coins.", "8", id="what is left"),
        pytest.param("For 5 nights they pay a total of $600.", "600", id="total of"),
        pytest.param("Each of the 4 friends gets 7 cards.", "7", id="each of"),
        pytest.param("The bill is $60, because 4 of them eat for $15.", "60", id="reason"),
        pytest.param("So 25% of 80 is 20.", "20", id="verb"),
        pytest.param("It takes Leo 9 hours to ride 54 miles.", "9", id="purpose"),
        pytest.param("Mia has to save $65 to buy 2 games.", "65", id="duty, then purpose"),
    ],
)
@pytest.mark.parametrize(
    "form", ["{}", "9 + 9 = 18.\n\nTherefore: {}", '{{"answer": "{}"}}', "**Answer:** {}"]
)
def test_of_several_numbers_the_one_that_a_sentence_states_is_read(
    form: str, sentence: str, expected: str
) -> None:
    assert extract_number(form.format(sentence)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(r"1. Start: 80 * 2 = 160\n2. Then: 160 - 40 = 120\nIt holds 120.", "120"),
        pytest.param(r"First, 6 + 6 = 12.\nThen, 12 * 3 = 36.\nAnn has 36 in 3 jars.", "36"),
        pytest.param("18. She sells 9 for $2.", "18"),
        pytest.param("18 dollars. It is for 9 eggs.", "18"),
        pytest.param("8 are red. So 20 - 8 = 12 are blue.", "12"),
    ],
    ids=["numbered lines", "lines", "number first", "amount first", "amount that leads on"],
)
def test_a_member_of_several_sentences_gives_the_one_that_answers(
    value: str, expected: str
) -> None:
    assert extract_number(f'{{"reasoning": "5 + 7", "answer": "{value}"}}') == expected


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        pytest.param(" 80.000.", ",", "80000", id="German group"),
        pytest.param(" 12,5 Euro.", ",", "12.5", id="German decimals"),
        pytest.param(" 1 500,75 рублей.", ",", "1500.75", id="Russian decimals"),
        pytest.param(" once.", ",", "11", id="Spanish word"),
        pytest.param("二十四。", ".", "24", id="Chinese numeral"),
        pytest.param(" 80.000.", None, "80", id="English"),
    ],
)
def test_a_marker_s_language_tells_the_decimal_mark(
    text: str, mark: DecimalMark | None, expected: str
) -> None:
    marker = AnswerMarker("statement", text, 0, mark)

    assert from_marker(marker, text) == ExtractedAnswer(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("48/2 = <<48/2=24>>24\n#### 72", "72", id="GSM8K"),
        pytest.param("#### 109,200,000", "109200000", id="GSM8K, separators"),
        pytest.param("72", "72", id="text"),
        pytest.param("1,000", "1000", id="separators"),
        pytest.param(72, "72", id="whole number"),
        pytest.param(72.0, "72", id="float"),
        pytest.param(0.3333333333333333, "0.333333", id="endless float"),
        pytest.param(1e22, "10000000000000000000000", id="large float"),
        pytest.param(Decimal("0.50"), "0.5", id="decimal"),
        pytest.param(r"Thus \boxed{5}", "5", id="worked solution"),
        pytest.param("The answer is 5.", "5", id="sentence"),
        pytest.param("yes", None, id="no number"),
        pytest.param("5 or 6", None, id="two numbers"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="absent"),
        pytest.param(True, None, id="truth value"),
        pytest.param("9 (apples)", "9", id="ASDiv"),
        pytest.param("1/5 (of the pie)", "0.2", id="ASDiv, fraction"),
        pytest.param("8.0", "8", id="SVAMP"),
        pytest.param(" 4", "4", id="MultiArith"),
        pytest.param("#### 4", "4", id="MultiArith, marked"),
        pytest.param([43.0], "43", id="AddSub, list of one"),
        pytest.param(["72"], "72", id="list of one text"),
        pytest.param([1, 2], None, id="list of two"),
        pytest.param([], None, id="empty list"),
        pytest.param(float("nan"), None, id="not a number"),
    ],
)
def test_a_gold_answer_is_read(value: object, expected: str | None) -> None:
    assert gold_number(value) == expected


FRAGMENTS = st.sampled_from(
    (
        *("The answer is ", "answer", "Answer: ", "####", "\\boxed{", "}", "ans = ", '"answer": '),
        *(
            "5",
            "1,0",
            "/",
            "-",
            "$",
            ".",
            " ",
            "\n",
            "**",
            "<<",
            ">>",
            "Q:",
            "\\frac",
            "½",
            "is",
            "=",
        ),
    )
)


@given(fragments=st.lists(FRAGMENTS, max_size=25))
def test_whatever_is_read_is_canonical(fragments: list[str]) -> None:
    answer = extract_number("".join(fragments))

    assert answer is None or canonical_number(answer) == answer


@given(fragments=st.lists(FRAGMENTS, max_size=25))
def test_a_common_ending_is_read_as_the_full_text_is(fragments: list[str]) -> None:
    text = "".join([*fragments, "5"])

    # A capital Q may begin the next question, so the whole text has to be read.
    assert extract_number(text) == extract_number(f"Q\n{text}")


@given(number=st.integers(-(10**9), 10**9), before=st.lists(FRAGMENTS, max_size=10))
def test_the_answer_stated_last_wins(number: int, before: list[str]) -> None:
    earlier = "".join(before).replace('"', "").replace("Q:", "")

    assert extract_number(f"{earlier}\n\nThe answer is {number:,}.") == str(number)


@pytest.mark.parametrize(
    "unit",
    [
        *("1 234,", "1.234", "7'", "§", "7_", "(1, ", "x=1,", "万", "3万", "三", "kumi na ", "$1 "),
        *("a of ", "1 of ", "by ", "1-", "1:", "\\{", "\\u00", "#### 1 of ", "k ", "is 1, "),
        *("7", " ", "{", "}", ",", "1,", "1 ", "1/", "-", "\\boxed{", "\\frac{", "\\", "½", "$1"),
        *("answer is ", '"answer": "', "5 Q:", "\n#### 1 x", "<<", "5=", "1e", "twenty ", "\n1. "),
    ],
    ids=repr,
)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 400 kB would take minutes.
    text = unit * (400_000 // len(unit))

    extract_number(text)
    gold_number(text)


def test_recorded_cases_are_read_as_people_read_them(shared_data: Callable[[str], Path]) -> None:
    lines = shared_data("extraction_cases.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["kind"] == "numeric"]

    misread = [
        (case["id"], extract_number(case["text"]), case["accept"])
        for case in cases
        if extract_number(case["text"])
        not in [number and canonical_number(number) for number in case["accept"]]
    ]

    assert len(cases) > 50
    assert misread == []


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
        pytest.param("$5k", "5000", id="k"),
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
def test_a_number_has_one_canonical_form(text: str, expected: str) -> None:
    assert canonical_number(text) == expected


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
        pytest.param("9" * (MAX_NUMBER_CHARS + 1), id="more digits than any answer has"),
        pytest.param("9" * 100_000, id="a flood of digits"),
        pytest.param("one of them", id="a pronoun"),
        pytest.param("nan", id="not a number"),
    ],
)
def test_what_is_not_one_number_has_no_canonical_form(text: str) -> None:
    assert canonical_number(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1/3", "0.3333333333333333", id="a third"),
        pytest.param("0.333333", "1/3", id="a third, cut off"),
        pytest.param("7.999999999999999", "8", id="float noise"),
        pytest.param("0.00000012345649", "0.0000001234561", id="small numbers by their digits"),
    ],
)
def test_equal_values_have_one_canonical_form(one: str, other: str) -> None:
    assert canonical_number(one) == canonical_number(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("0.33", "1/3", id="two decimals are another answer"),
        pytest.param("0.0000002", "0.0000003", id="small numbers are not all 0"),
        pytest.param("1000000.5", "1000000.6", id="large numbers keep their decimals"),
    ],
)
def test_different_values_have_different_canonical_forms(one: str, other: str) -> None:
    assert canonical_number(one) != canonical_number(other)


@given(value=st.decimals(-(10**12), 10**12, places=6))
def test_a_canonical_form_keeps_the_value_and_is_its_own(value) -> None:
    number = canonical_number(f"{value:,f}")

    assert number is not None
    assert value == type(value)(number)
    assert canonical_number(number) == number


@given(text=st.text(alphabet="0123456789.,-/^ e$%k:\\{}×½xn", max_size=30))
def test_any_text_has_a_stable_canonical_form_or_none(text: str) -> None:
    number = canonical_number(text)

    assert number is None or canonical_number(number) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one.", "1", id="unit"),
        pytest.param("Twenty-five apples", "25", id="tens and units"),
        pytest.param("one hundred and four", "104", id="hundreds"),
        pytest.param("a hundred", "100", id="article"),
        pytest.param("two thousand three hundred", "2300", id="thousands"),
        pytest.param("three million", "3000000", id="millions"),
        pytest.param("zero", "0", id="zero"),
        pytest.param("negative five", "-5", id="negative"),
        pytest.param("half", "0.5", id="half"),
        pytest.param("only two", "2", id="adverb"),
        pytest.param("one of them", None, id="pronoun"),
        pytest.param("oneself", None, id="part of a word"),
        pytest.param("a few", None, id="no number"),
        pytest.param("one and a half", "1.5", id="and a half"),
        pytest.param("two thirds", None, id="a fraction in words"),
        pytest.param("twenty-one thirds", None, id="a larger fraction in words"),
        pytest.param("siebzehn", "17", id="German"),
        pytest.param("dieciséis manzanas", "16", id="Spanish, with a unit"),
        pytest.param("quatre-vingt-dix", "90", id="French"),
        pytest.param("quattordici.", "14", id="Italian"),
        pytest.param("dezoito", "18", id="Portuguese"),
        pytest.param("tujuh belas", "17", id="Indonesian"),
        pytest.param("kumi na tatu", "13", id="Swahili"),
        pytest.param("mẹ́rin", "4", id="Yoruba"),
        pytest.param("Девять", "9", id="Russian"),
        pytest.param("خمسون", "50", id="Arabic"),
        pytest.param("पंद्रह", "15", id="Hindi"),
        pytest.param("বারো", "12", id="Bengali"),
        pytest.param("పదిహేను", "15", id="Telugu"),
        pytest.param("สิบเจ็ด", "17", id="Thai"),
        pytest.param("열다섯", "15", id="Korean"),
        pytest.param("三百六十五天", "365", id="Chinese, with a unit"),
        pytest.param("二万五千", "25000", id="Japanese"),
        pytest.param("三角形", None, id="a word that begins with a numeral"),
        pytest.param("once", None, id="an English word that is a number elsewhere"),
        pytest.param("una casa grande", None, id="an article"),
        pytest.param("null", None, id="no value"),
        pytest.param("", None, id="empty"),
    ],
)
def test_number_words_are_read(text: str, expected: str | None) -> None:
    assert spelled_out_number(text) == expected
