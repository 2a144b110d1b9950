"""Options of a multiple-choice question in every layout, and the correct ones, never guessed."""

import pytest

from lambdas.contract.schema import Choice
from lambdas.core.dataset.choices import ambiguity, correct_labels, parse_choices
from tests.unit.core.dataset.samples import read_dataset

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


@pytest.mark.parametrize(
    ("given", "choices"),
    [
        pytest.param(["up", "down"], UP_DOWN, id="a list"),
        pytest.param({"A": "up", "B": "down"}, UP_DOWN, id="a letter map"),
        pytest.param({"(A)": "up", "B.": "down"}, UP_DOWN, id="a map with dressed letters"),
        pytest.param(["A)up", "B)down"], UP_DOWN, id="AQuA"),
        pytest.param(["A) up", " B)  down "], UP_DOWN, id="a bracket and a space"),
        pytest.param(["(a) up", "(b) down"], UP_DOWN, id="brackets, small letters"),
        pytest.param(["A. up", "B: down"], UP_DOWN, id="points and colons"),
        pytest.param({"text": ["up", "down"], "label": ["A", "B"]}, UP_DOWN, id="ARC"),
        pytest.param(
            [{"label": "A", "text": "up"}, {"text": "down", "label": "B"}], UP_DOWN, id="objects"
        ),
        pytest.param('["up", "down"]', UP_DOWN, id="JSON in a CSV field"),
        pytest.param('{"A": "up", "B": "down"}', UP_DOWN, id="a map in a CSV field"),
        pytest.param(
            {"text": ["up", "down"], "label": ["1", "2"]},
            (Choice("1", "up"), Choice("2", "down")),
            id="ARC with numbers",
        ),
        pytest.param(
            ["1) up", "(2) down"], (Choice("1", "up"), Choice("2", "down")), id="numbered texts"
        ),
        pytest.param(
            ["1.5", "2.5"], (Choice("A", "1.5"), Choice("B", "2.5")), id="decimals are no numbering"
        ),
        pytest.param(
            ["A.M.", "B.C."], (Choice("A", "A.M."), Choice("B", "B.C.")), id="abbreviations"
        ),
        pytest.param(
            ["A) up", "down"], (Choice("A", "A) up"), Choice("B", "down")), id="one dressed text"
        ),
        pytest.param(
            ["Q: up", "A: down"],
            (Choice("A", "Q: up"), Choice("B", "A: down")),
            id="other letters than the first two",
        ),
        pytest.param([3, 4.5], (Choice("A", "3"), Choice("B", "4.5")), id="numbers"),
        pytest.param([True, False], (Choice("A", "true"), Choice("B", "false")), id="booleans"),
        pytest.param(["Co", "CO"], (Choice("A", "Co"), Choice("B", "CO")), id="cobalt, not oxide"),
        pytest.param(["4 m", "4 m"], (Choice("A", "4 m"), Choice("B", "4 m")), id="the same text"),
    ],
)
def test_options_are_read_in_every_layout(given: object, choices: tuple[Choice, ...]) -> None:
    found = parse_choices(given)

    assert (found.choices, found.problems) == (choices, ())


def test_there_may_be_twenty_six_options() -> None:
    found = parse_choices([f"text {number}" for number in range(26)])

    assert (found.choices[-1], found.problems) == (Choice("Z", "text 25"), ())


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        pytest.param([], ("0 options, must be 2 to 26",), id="none"),
        pytest.param(["up"], ("1 options, must be 2 to 26",), id="one"),
        pytest.param(["x"] * 50_000, ("50000 options, must be 2 to 26",), id="far too many"),
        pytest.param(["up", ""], ('option (B) is "", must be a text',), id="empty"),
        pytest.param(["up", "  "], ("option (B) is blank, must be a text",), id="blank"),
        pytest.param(["A)up", "B)"], ('option (B) is "", must be a text',), id="only a label"),
        pytest.param(["up", None], ("option (B) is null, must be a text",), id="null"),
        pytest.param(["up", ["x"]], ("option (B) is a list, must be a text",), id="a list"),
        pytest.param(
            {"text": ["up", "down"], "label": ["A", "a"]},
            ("label (a) twice, must differ",),
            id="the same label",
        ),
        pytest.param(
            {"first": "up", "B": "down"},
            ("a label is a text of 5 characters, must be a letter or a number below 100",),
            id="a word for a label",
        ),
        pytest.param(
            {"text": ["up", "down"], "label": ["A"]},
            ("a label is null, must be a letter or a number below 100",),
            id="a label too few",
        ),
        pytest.param(
            "up / down",
            (
                "options are a text of 9 characters, must be a list of texts, a map such as"
                ' {"A": …}, {"text": […], "label": […]}, [{"label": …, "text": …}], or columns'
                " A, B, C …",
            ),
            id="an unknown layout",
        ),
    ],
)
def test_unusable_options_are_problems(given: object, problems: tuple[str, ...]) -> None:
    assert parse_choices(given).problems == problems


@pytest.mark.parametrize("field", ["[" * 100_000, '"x"', "7", "[1,"])
def test_a_field_without_a_list_or_map_is_an_unknown_layout(field: str) -> None:
    (problem,) = parse_choices(field).problems

    assert "must be a list of texts" in problem


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
        pytest.param(1.0, TEXTS, "B", id="a whole number as pandas writes it"),
        pytest.param(1.5, TEXTS, None, id="no whole number"),
        pytest.param(True, TEXTS, None, id="a boolean is no position"),
        pytest.param([2, 0], TEXTS, "A,C", id="several positions"),
        pytest.param([0, 1, 0], TEXTS, "B", id="a mark for each option"),
        pytest.param([True, False, True], TEXTS, "A,C", id="marks that are booleans"),
        pytest.param([1, 0], ["4 m", "5 m"], "A", id="marks of two options"),
        pytest.param([0, 1], TEXTS, "A,B", id="fewer than options are positions"),
        pytest.param([0, 0, 0], TEXTS, None, id="no option is marked"),
        pytest.param(2, NUMBERED, "2", id="labels are numbers"),
        pytest.param(0, NUMBERED, None, id="labels are numbers, but not this one"),
        pytest.param(3, SHIFTED, "3", id="a label before a text"),
    ],
)
def test_a_whole_number_beside_texts_is_a_position_unless_labels_are_numbers(
    answer: object, options: object, right: str | None
) -> None:
    assert correct_labels(answer, parse_choices(options)) == right


@pytest.mark.parametrize(
    ("answer", "options", "right"),
    [
        pytest.param(1, NUMBERS, None, id="text of C, position of B"),
        pytest.param("1", NUMBERS, None, id="the same as a text"),
        pytest.param("1", DIGITS, None, id="the same in a CSV"),
        pytest.param("1", ["1 m", "2 m"], None, id="value of A, position of B"),
        pytest.param(1, [1, 2, "none of these"], None, id="one option is a text"),
        pytest.param([1, 3], NUMBERS, None, id="one of several is ambiguous"),
        pytest.param(1, [0, 1, 2], "B", id="text and position of one option"),
        pytest.param(7, [5, 6, 7], "C", id="a text, and too far"),
        pytest.param(-1, [-1, 5], "A", id="a text below 0"),
        pytest.param(4.5, [3, 4.5], "B", id="no whole number"),
        pytest.param(1, [5, 6, 7], "B", id="a position, and no text"),
        pytest.param("1", TEXTS, "B", id="a position in a CSV"),
        pytest.param("26", TEXTS, None, id="neither"),
        pytest.param("9" * 5_000, TEXTS, None, id="5,000 digits"),
        pytest.param("2", NUMBERED, "2", id="a label"),
        pytest.param("3", SHIFTED, "3", id="a label, and the text of another"),
        pytest.param("7", SHIFTED, "2", id="a text, labels are numbers"),
        pytest.param("0", NUMBERED, None, id="labels are numbers, but not this one"),
    ],
)
def test_digits_beside_numbers_or_in_a_csv_are_a_label_or_else_a_text_or_a_position(
    answer: object, options: object, right: str | None
) -> None:
    assert correct_labels(answer, parse_choices(options)) == right


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
    assert correct_labels(answer, parse_choices(options)) == right


def test_an_ambiguous_answer_is_a_problem_with_both_meanings_and_the_way_out() -> None:
    assert ambiguity("1", parse_choices(DIGITS)) == (
        "must be one option: C has this text, B this position counted from 0;"
        " write the option's label"
    )
    assert ambiguity("7", parse_choices(DIGITS)) is None


def test_a_row_with_an_ambiguous_answer_has_no_gold() -> None:
    read = read_dataset({"question": "3 - 2?", "choices": NUMBERS, "answer": 1})

    assert read.golds == [None]
    assert read.unscored == [
        "answer is a number, must be one option: C has this text, B this position counted from 0;"
        " write the option's label"
    ]
