"""Rows that are refused, by line and value, whatever they contain."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import Task
from tests.unit.core.dataset.samples import read_dataset

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
MEMBERS = ["question", "Question", "Body", "answer", "answerKey", "correct", "lSolutions", "data"]
CHOICE_MEMBERS = ["choices", "options", "label", "text", "stem", "id", "A", "B", "rationale"]
NO_QUESTION = "has no question, must have question, problem, input or prompt"
NAMES = st.sampled_from([*MEMBERS, *CHOICE_MEMBERS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param(b'{"answer":1}', NO_QUESTION, id="no question"),
        pytest.param(
            b'{"facts":"a","answer":1}',
            f'{NO_QUESTION}; it has "facts"; rename the one that is the question',
            id="none of known names",
        ),
        pytest.param(
            b'{"questoin":"a"}',
            f'{NO_QUESTION}; it has "questoin"; rename "questoin" to question',
            id="a mistyped name",
        ),
        pytest.param(b'{"question":" "}', "question is blank, must be a text", id="blank"),
        pytest.param(b'{"question":7}', "question is a number, must be a text", id="a number"),
        pytest.param(
            b'{"question":"a","id":[1]}',
            "id is a list, must be a text or whole number",
            id="id is a list",
        ),
        pytest.param(
            b'{"question":"a","id":"\\ud800"}',
            "id holds half a surrogate pair, must be UTF-8 text",
            id="half a surrogate pair in the id",
        ),
        pytest.param(
            b'{"question":"\\ud800"}',
            "question holds half a surrogate pair, must be UTF-8 text",
            id="half a surrogate pair in the question",
        ),
        pytest.param(
            b'{"question":"a","choices":["1","2"]}',
            'has options, must have none for "arithmetic"; use "task": "multiple_choice", or leave'
            " the options out of the dataset",
            id="multiple choice",
        ),
        pytest.param(
            b'{"question":"b","id":"q0"}',
            'id "q0" is that of line 1, must be new',
            id="one id twice",
        ),
    ],
)
def test_a_problem_names_file_line_value_and_expectation(row: bytes, problem: str) -> None:
    read = read_dataset(b'{"question":"fine"}', row, b'{"question":"fine too"}')

    assert read.problems == [f"q.jsonl line 2: {problem}"]


@pytest.mark.parametrize(
    ("row", "task", "problem"),
    [
        pytest.param(
            {"question": "?", "choices": ["up", ""], "answer": "A"},
            None,
            'option (B) is "", must be a text',
            id="an empty option",
        ),
        pytest.param(
            {"question": "?", "choices": ["up", "\ud800"]},
            None,
            "an option holds half a surrogate pair, must be UTF-8 text",
            id="half a surrogate pair",
        ),
        pytest.param(
            {"question": "?", "answer": "A"},
            "multiple_choice",
            "has no options, must have choices or options: a list of texts, a map such as"
            ' {"A": …}, {"text": […], "label": […]}, [{"label": …, "text": …}], or columns'
            ' A, B, C …; use "task": "arithmetic" or "exact" for questions without',
            id="no options",
        ),
        pytest.param(
            {"question": "?", "options": ["up", "down"]},
            "exact",
            'has options, must have none for "exact"; use "task": "multiple_choice", without'
            " pattern and json_key, or leave the options out of the dataset",
            id="options for a free answer",
        ),
    ],
)
def test_a_row_that_does_not_fit_the_task_is_a_problem(
    row: object, task: Task | None, problem: str
) -> None:
    read = read_dataset(json.dumps(row).encode(), task=task)

    assert (read.questions, read.problems) == ([], [f"q.jsonl line 1: {problem}"])


@pytest.mark.parametrize(
    ("row", "task", "problem"),
    [
        pytest.param(
            {"question": "?", "answer": "soon"},
            "arithmetic",
            'answer is a text of 4 characters, must be a number, or absent; use "task": "exact"'
            " for answers that are texts",
            id="a text where a number is asked for",
        ),
        pytest.param(
            {"question": "?", "answer": "$\\sqrt{y}$"},
            "arithmetic",
            'answer is a formula, must be a number; use "task": "exact", which compares formulas'
            " by how they are written",
            id="a formula where a number is asked for",
        ),
        pytest.param(
            {"question": "?", "choices": ["up", "down"], "answer": "C"},
            None,
            "answer is a text of 1 character, must be among the options A, B, or absent",
            id="an answer that is no option",
        ),
        pytest.param(
            {"question": "?", "choices": ["up", "down"], "Correct Option": "left"},
            None,
            "Correct Option is a text of 4 characters, must be among the options A, B, or absent",
            id="the member's own name",
        ),
        pytest.param(
            {"question": "?", "answer": ["yes", "maybe"]},
            "exact",
            "answer is a list, must be one text, number, true or false, or absent; keep one right"
            " answer",
            id="a list of texts",
        ),
    ],
)
def test_an_answer_that_cannot_be_scored_is_no_gold_and_says_what_it_must_be(
    row: dict[str, object], task: Task | None, problem: str
) -> None:
    read = read_dataset(row, task=task)

    assert (read.golds, read.unscored, read.problems) == ([None], [problem], [])


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
def test_an_id_with_a_control_character_is_refused_by_its_number(character: str) -> None:
    read = read_dataset({"question": "?", "id": f"1{character}"})

    assert read.problems == [
        f"q.jsonl line 1: id holds the control character U+{ord(character):04X}, must be text"
        " alone; remove it"
    ]


def test_an_id_longer_than_a_table_entry_should_hold_is_refused() -> None:
    longest, longer = ("x" * size for size in (200, 201))

    read = read_dataset({"question": "?", "id": longest}, {"question": "?", "id": longer})

    assert [question.id for question in read.questions] == [longest]
    assert read.problems == [
        "q.jsonl line 2: id is a text of 201 characters, must be at most 200 characters long"
    ]


@given(st.dictionaries(NAMES, VALUES, max_size=6), st.sampled_from(get_args(Task)) | st.none())
def test_any_row_is_a_question_or_a_problem(row: dict[str, object], task: Task | None) -> None:
    read = read_dataset(row, task=task)

    assert len(read.questions) == (0 if read.problems else 1)
