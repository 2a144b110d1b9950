"""Published schemas: the members of a row, its task, its correct answer."""

import pytest

from lambdas.contract import Task
from lambdas.contract.schema import Choice
from lambdas.core.answers.exact import MAX_ANSWER_CHARS
from lambdas.core.dataset.schemas import (
    choices_to_select,
    expected_answer,
    gold_of,
    has_question_column,
    infer_task,
    read_members,
    wrapping_member,
)

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


@pytest.mark.parametrize(
    ("row", "text", "answer"),
    [
        pytest.param(
            {"question": "How many?", "answer": "8 * 9 = 72\n#### 72"},
            "How many?",
            "8 * 9 = 72\n#### 72",
            id="GSM8K",
        ),
        pytest.param(
            {"ID": "c-1", "Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0},
            "He has $ 4. Left?",
            1.0,
            id="SVAMP",
        ),
        pytest.param(
            {"Body": "He", "Question": "b?", "question_concat": "He. b?", "Answer": "1"},
            "He. b?",
            "1",
            id="SVAMP on Hugging Face",
        ),
        pytest.param(
            {"iIndex": 3, "sQuestion": "How many?", "lEquations": ["X=7"], "lSolutions": [7.0]},
            "How many?",
            [7.0],
            id="MultiArith, AddSub",
        ),
        pytest.param(
            {"question": "How many?", "final_ans": "7"},
            "How many?",
            "7",
            id="MultiArith on Hugging Face",
        ),
        pytest.param(
            {"body": "Seven apples.", "question": "And two?", "answer": "9 (apples)"},
            "Seven apples. And two?",
            "9 (apples)",
            id="ASDiv",
        ),
        pytest.param(
            {"@ID": "n-1", "Body": "", "Question": "1 + 1?", "Answer": "2"},
            "1 + 1?",
            "2",
            id="ASDiv's XML as JSON, no body",
        ),
    ],
)
def test_published_arithmetic_datasets_are_read(
    row: dict[str, object], text: str, answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.parsed_choices) == (text, answer, None)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        pytest.param({"question": "?", "choices": ["up", "down"], "answer": 1}, 1, id="MMLU"),
        pytest.param(
            {"question": "?", "A": "up", "B": "down", "answer": "B"}, "B", id="MMLU's columns"
        ),
        pytest.param(
            {"Question": "?", "A": "up", "B": "down", "Answer": "B"}, "B", id="MMMLU's columns"
        ),
        pytest.param(
            {"question": "?", "options": ["A)up", "B)down"], "rationale": "r", "correct": "B"},
            "B",
            id="AQuA",
        ),
        pytest.param(
            {
                "id": "x",
                "question": "?",
                "choices": {"text": ["up", "down"], "label": ["A", "B"]},
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA on Hugging Face",
        ),
        pytest.param(
            {
                "id": "x",
                "question": {
                    "stem": "?",
                    "choices": [{"text": "up", "label": "A"}, {"text": "down", "label": "B"}],
                },
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA",
        ),
        pytest.param(
            {
                "question": "?",
                "options": {"A": "up", "B": "down"},
                "answer_idx": "B",
                "answer": "d",
            },
            "d",
            id="a letter map",
        ),
        pytest.param({"question": "?", "choices": ["up", "down"]}, None, id="no answer"),
    ],
)
def test_published_multiple_choice_datasets_are_read(
    row: dict[str, object], answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.choices) == ("?", answer, UP_DOWN)


def test_a_row_without_any_known_member_holds_nothing() -> None:
    found = read_members({"prompt": "1 + 1?"})

    assert (found.id, found.text, found.answer, found.parsed_choices) == (None, None, None, None)


def test_the_member_correct_counts_only_beside_options() -> None:
    assert read_members({"question": "?", "correct": "7", "answer": "8"}).answer == "8"


def test_a_whole_dataset_in_one_row_is_recognised() -> None:
    assert wrapping_member({"version": 1, "data": [{"question": "?"}]}) == "data"
    assert wrapping_member({"question": "?", "steps": [{"text": "x"}]}) is None
    assert wrapping_member({"prompt": "?", "tags": ["a"]}) is None


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (["id", "Question", "A", "B"], True),
        (["Body", "Question"], True),
        (["What is 1 + 1?", "1", "2", "3", "4", "B"], False),
    ],
)
def test_a_question_column_is_recognised(names: list[str], known: bool) -> None:
    assert has_question_column(names) is known


def test_members_not_read_are_those_of_rows_without_an_answer() -> None:
    medical = {"question": "Which?", "opa": "iron", "opb": "zinc", "cop": 1, "id": "m1"}

    assert read_members(medical).unread == ("opa", "opb", "cop")
    assert read_members(medical | {"answer": "iron"}).unread == ()


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
def test_a_rows_task_is_inferred_from_its_options_or_else_its_answer(
    row: dict[str, object], task: Task
) -> None:
    assert infer_task(read_members({"question": "?", **row})) == task


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
def test_the_correct_options_are_labels(answer: object, gold: str | None) -> None:
    row = read_members({"question": "?", "choices": ["4 m", "5 m", "6 m"], "answer": answer})

    assert gold_of("multiple_choice", row) == gold


def test_a_list_of_one_number_is_that_number() -> None:
    assert gold_of("arithmetic", read_members({"lSolutions": [43.0]})) == "43"
    assert gold_of("arithmetic", read_members({"lSolutions": [43.0, 2.0]})) is None


@pytest.mark.parametrize(
    ("text", "right", "chosen"),
    [
        pytest.param("Which float? (Choose two.)", None, 2, id="in brackets"),
        pytest.param("Which float? Select THREE.", None, 3, id="capitals"),
        pytest.param("Please pick 4 options: which float?", None, 4, id="digits"),
        pytest.param("Which two of the metals float?", None, 2, id="which two"),
        pytest.param("Select all that apply.", None, 0, id="all that apply"),
        pytest.param("Which float?\nMark all correct answers", "B", 0, id="all, one is right"),
        pytest.param(
            "Choose two numbers from 1 to 9. How likely is 3?", None, 1, id="a word problem"
        ),
        pytest.param(
            "In how many ways can Ann choose two of the hats?", None, 1, id="another word problem"
        ),
        pytest.param("Which float? (Choose two.)", "A,B,D", 3, id="three are right"),
        pytest.param("Which float?", "A,C", 2, id="two are right, nothing said"),
        pytest.param("Which float?", "A", 1, id="one"),
    ],
)
def test_how_many_options_a_question_asks_for(text: str, right: str | None, chosen: int) -> None:
    assert choices_to_select(text, right) == chosen


def test_a_text_too_long_to_vote_is_a_problem_with_the_longest_that_votes() -> None:
    row = read_members({"question": "?", "answer": "word " * 300})

    assert gold_of("exact", row) is None
    assert expected_answer("exact", row) == (
        f"must be at most {MAX_ANSWER_CHARS} characters long, as no longer answer votes; it has"
        " 1,500; shorten it, or leave it out"
    )
