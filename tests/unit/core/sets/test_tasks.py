"""Tasks: which one a row is of, its right answer, how many options are to be chosen."""

import pytest

from lambdas.contract import Task
from lambdas.core.extraction.spelling import LONGEST_ANSWER
from lambdas.core.sets.layouts import published
from lambdas.core.sets.tasks import chosen_of, expected, gold_of, task_of


@pytest.mark.parametrize(
    ("row", "task"),
    [
        ({"answer": "She has 8 * 9 = 72.\n#### 72"}, "arithmetic"),
        ({"answer": 1.0}, "arithmetic"),
        ({"lSolutions": [43.0]}, "arithmetic"),
        ({"answer": "9 (apples)"}, "arithmetic"),
        ({}, "arithmetic"),
        ({"answer": " "}, "arithmetic"),
        ({"answer": "word after word " * 10}, "arithmetic"),
        ({"answer": "yes"}, "exact"),
        ({"answer": True}, "exact"),
        ({"answer": "05/01/2021"}, "exact"),
        ({"choices": ["a", "b"], "answer": "7"}, "multiple_choice"),
        ({"options": []}, "multiple_choice"),
        ({"A": "1", "B": "2", "answer": "A"}, "multiple_choice"),
    ],
)
def test_a_rows_task_is_told_from_its_options_or_else_its_answer(
    row: dict[str, object], task: Task
) -> None:
    assert task_of(published({"question": "?", **row})) == task


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        pytest.param("B", "B", id="a letter"),
        pytest.param("(b)", "B", id="in brackets"),
        pytest.param("5 m", "B", id="an option's text"),
        pytest.param(1, "B", id="an index from 0"),
        pytest.param("1", "B", id="an index from 0 in a CSV"),
        pytest.param(["C", "A"], "A,C", id="a list, in the options' order"),
        pytest.param('["C", "A"]', "A,C", id="a list in a CSV"),
        pytest.param("A and C", "A,C", id="a text with two"),
        pytest.param("E", None, id="no option"),
        pytest.param(3, None, id="an index too far"),
        pytest.param(["A", "E"], None, id="one of two is no option"),
        pytest.param({"A": 1}, None, id="a map"),
    ],
)
def test_the_right_options_are_labels(answer: object, gold: str | None) -> None:
    row = published({"question": "?", "choices": ["4 m", "5 m", "6 m"], "answer": answer})

    assert gold_of("multiple_choice", row) == gold


def test_a_list_of_one_number_is_that_number() -> None:
    assert gold_of("arithmetic", published({"lSolutions": [43.0]})) == "43"
    assert gold_of("arithmetic", published({"lSolutions": [43.0, 2.0]})) is None


@pytest.mark.parametrize(
    ("text", "right", "chosen"),
    [
        pytest.param("Which float? (Choose two.)", None, 2, id="in brackets"),
        pytest.param("Which float? Select THREE.", None, 3, id="capitals"),
        pytest.param("Please pick 4 options: which float?", None, 4, id="digits"),
        pytest.param("Which two of the metals float?", None, 2, id="which two"),
        pytest.param("Select all that apply.", None, 0, id="all that apply"),
        pytest.param("Which float?\nMark all correct answers", "B", 0, id="all, one is right"),
        pytest.param("Choose two numbers from 1 to 9. How likely is 3?", None, 1, id="a sum"),
        pytest.param("In how many ways can Ann choose two of the hats?", None, 1, id="a story"),
        pytest.param("Which float? (Choose two.)", "A,B,D", 3, id="three are right"),
        pytest.param("Which float?", "A,C", 2, id="two are right, nothing said"),
        pytest.param("Which float?", "A", 1, id="one"),
    ],
)
def test_how_many_options_are_to_be_chosen(text: str, right: str | None, chosen: int) -> None:
    assert chosen_of(text, right) == chosen


def test_a_text_too_long_to_vote_is_told_with_the_longest_that_does() -> None:
    row = published({"question": "?", "answer": "word " * 300})

    assert gold_of("exact", row) is None
    assert expected("exact", row) == (
        f"must be at most {LONGEST_ANSWER} characters long, as no longer answer votes; it has"
        " 1,500; shorten it, or leave it out"
    )
