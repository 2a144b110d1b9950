"""Options of multiple-choice questions, in every layout that sets are published in."""

import pytest

from lambdas.core.sets.options import columns, options_of
from lambdas.core.sets.question import Choice

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
        pytest.param([True, False], (Choice("A", "true"), Choice("B", "false")), id="truths"),
        pytest.param(["Co", "CO"], (Choice("A", "Co"), Choice("B", "CO")), id="cobalt, not oxide"),
    ],
)
def test_options_are_read_in_every_layout(given: object, choices: tuple[Choice, ...]) -> None:
    found = options_of(given)

    assert (found.choices, found.problems) == (choices, ())


def test_there_may_be_twenty_six_options() -> None:
    found = options_of([f"text {number}" for number in range(26)])

    assert (found.choices[-1], found.problems) == (Choice("Z", "text 25"), ())


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        pytest.param([], ("0 options, must be 2 to 26",), id="none"),
        pytest.param(["up"], ("1 options, must be 2 to 26",), id="one"),
        pytest.param(["x"] * 50_000, ("50000 options, must be 2 to 26",), id="a flood"),
        pytest.param(["up", ""], ('option (B) is "", must be a text',), id="empty"),
        pytest.param(["up", "  "], ("option (B) is blank, must be a text",), id="blank"),
        pytest.param(["A)up", "B)"], ('option (B) is "", must be a text',), id="only a label"),
        pytest.param(["up", None], ("option (B) is null, must be a text",), id="null"),
        pytest.param(["up", ["x"]], ("option (B) is a list, must be a text",), id="a list"),
        pytest.param(
            ["4 m", "5 m", " 4  m"],
            ("options (A) and (C) have the same text, must differ",),
            id="the same text",
        ),
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
def test_options_that_cannot_be_chosen_from_are_told(
    given: object, problems: tuple[str, ...]
) -> None:
    assert options_of(given).problems == problems


def test_a_row_may_leave_its_last_columns_empty() -> None:
    found = columns({"question": "?", "A": "up", "B": "down", "C": None, "D": None})

    assert found is not None
    assert (found.choices, found.problems) == (UP_DOWN, ())


def test_an_empty_column_between_others_is_told() -> None:
    found = columns({"A": "up", "B": None, "C": "down"})

    assert found is not None
    assert found.problems == ("option (B) is null, must be a text",)


@pytest.mark.parametrize("row", [{"a": "1", "b": "2"}, {"A": "1"}, {"A": "1", "C": "2"}, {}])
def test_other_columns_are_no_options(row: dict[str, str]) -> None:
    assert columns(row) is None


@pytest.mark.parametrize("field", ["[" * 100_000, '"x"', "7", "[1,"])
def test_a_field_without_a_list_or_map_is_an_unknown_layout(field: str) -> None:
    (problem,) = options_of(field).problems

    assert "must be a list of texts" in problem
