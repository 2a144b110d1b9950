"""Right options: an answer that may mean two options is refused, never guessed."""

import pytest

from lambdas.core.sets.options import options_of
from lambdas.core.sets.right_options import ambiguity, right_labels
from tests.unit.core.sets.samples import reading

TEXTS = ["4 m", "5 m", "6 m"]
DIGITS = ["3", "2", "1", "0"]
NUMBERS = [3, 2, 1, 0]
NUMBERED = {"text": ["a", "b", "c"], "label": ["1", "2", "3"]}
SHIFTED = {"text": ["3", "7", "9"], "label": ["1", "2", "3"]}


@pytest.mark.parametrize(
    ("answer", "options", "right"),
    [
        pytest.param(0, TEXTS, "A", id="MMLU counts from 0"),
        pytest.param(1, DIGITS, "B", id="also where a text equals the number"),
        pytest.param(3, TEXTS, None, id="too far"),
        pytest.param(-1, TEXTS, None, id="below 0"),
        pytest.param(3, ["1", "2", "3"], None, id="too far, though a text equals it"),
        pytest.param(1.0, TEXTS, None, id="no whole number"),
        pytest.param(True, TEXTS, None, id="a truth is no place"),
        pytest.param([2, 0], TEXTS, "A,C", id="several places"),
        pytest.param(2, NUMBERED, "2", id="labels are numbers"),
        pytest.param(0, NUMBERED, None, id="labels are numbers, and it is none"),
        pytest.param(3, SHIFTED, "3", id="a label before a text"),
    ],
)
def test_a_whole_number_beside_texts_is_a_place_unless_labels_are_numbers(
    answer: object, options: object, right: str | None
) -> None:
    assert right_labels(answer, options_of(options)) == right


@pytest.mark.parametrize(
    ("answer", "options", "right"),
    [
        pytest.param(1, NUMBERS, None, id="text of C, place of B"),
        pytest.param("1", NUMBERS, None, id="the same as a text"),
        pytest.param("1", DIGITS, None, id="the same in a CSV"),
        pytest.param("1", ["1 m", "2 m"], None, id="value of A, place of B"),
        pytest.param(1, [1, 2, "none of these"], None, id="one option is a text"),
        pytest.param([1, 3], NUMBERS, None, id="one of several may be two"),
        pytest.param(1, [0, 1, 2], "B", id="text and place of one option"),
        pytest.param(7, [5, 6, 7], "C", id="a text, and too far"),
        pytest.param(-1, [-1, 5], "A", id="a text below 0"),
        pytest.param(4.5, [3, 4.5], "B", id="no whole number"),
        pytest.param(1, [5, 6, 7], "B", id="a place, and no text"),
        pytest.param("1", TEXTS, "B", id="a place in a CSV"),
        pytest.param("26", TEXTS, None, id="neither"),
        pytest.param("9" * 5_000, TEXTS, None, id="a flood of digits"),
        pytest.param("2", NUMBERED, "2", id="a label"),
        pytest.param("3", SHIFTED, "3", id="a label, and the text of another"),
        pytest.param("7", SHIFTED, "2", id="a text, labels are numbers"),
        pytest.param("0", NUMBERED, None, id="labels are numbers, and it is none"),
    ],
)
def test_digits_beside_numbers_or_in_a_csv_are_a_label_or_else_text_or_place_if_but_one_fits(
    answer: object, options: object, right: str | None
) -> None:
    assert right_labels(answer, options_of(options)) == right


@pytest.mark.parametrize(
    ("answer", "options", "right"),
    [
        pytest.param("CO", ["Co", "CO"], "B", id="exactly one, case counts"),
        pytest.param("[1, 2]", ["[0, 1]", "[1, 2]", "[2, 3]"], "B", id="an interval"),
        pytest.param("[1, 2]", TEXTS, "B,C", id="a list in a CSV"),
    ],
)
def test_an_options_own_text_counts_before_other_readings(
    answer: object, options: object, right: str
) -> None:
    assert right_labels(answer, options_of(options)) == right


def test_a_doubt_is_told_with_both_readings_and_the_way_out() -> None:
    assert ambiguity("1", options_of(DIGITS)) == (
        "must be one option: C has this text, B this place counted from 0; write the option's label"
    )
    assert ambiguity("7", options_of(DIGITS)) is None


def test_a_set_with_a_doubtful_answer_is_refused() -> None:
    found, findings = reading({"question": "3 - 2?", "choices": NUMBERS, "answer": 1})

    assert found == []
    assert findings.problems == [
        "q.jsonl line 1: answer is a number, must be one option: C has this text, B this place"
        " counted from 0; write the option's label"
    ]
