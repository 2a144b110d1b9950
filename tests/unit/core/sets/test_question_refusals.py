"""Question sets that do not fit: told by line and value, whatever stands in them."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import Task
from tests.unit.core.sets.samples import reading

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
MEMBERS = ["question", "Question", "Body", "answer", "answerKey", "correct", "lSolutions", "data"]
OFFERS = ["choices", "options", "label", "text", "stem", "id", "A", "B", "rationale"]
NAMES = st.sampled_from([*MEMBERS, *OFFERS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("row", "task", "problem"),
    [
        pytest.param(
            {"question": "?", "choices": ["up", "up"], "answer": "A"},
            None,
            "options (A) and (B) have the same text, must differ",
            id="options that repeat",
        ),
        pytest.param(
            {"question": "?", "choices": ["up", ""], "answer": "A"},
            None,
            'option (B) is "", must be a text',
            id="an empty option",
        ),
        pytest.param(
            {"question": "?", "choices": ["up", "down"], "answer": "C"},
            None,
            "answer is a text of 1 character, must be among the options A, B, or absent",
            id="an answer that is no option",
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
            {"question": "?", "answer": ["yes"]},
            "exact",
            "answer is a list, must be a text with letters or digits, a number, true or false,"
            " or absent",
            id="a list of texts",
        ),
        pytest.param(
            {"question": "?", "options": ["up", "down"]},
            "exact",
            'has options, must have none for "exact"; use "task": "multiple_choice", without'
            " pattern and json_key, or leave the options out of the set",
            id="options for a free answer",
        ),
        pytest.param(
            ["?"],
            None,
            "begins a JSON array, must be JSONL, one object a line: jq -c '.[]' FILE makes it so",
            id="a JSON array",
        ),
        pytest.param(
            {"data": [{"question": "?"}]},
            None,
            '"data" holds the questions, must be JSONL, one object a line: jq -c '
            "'.data[]' FILE makes it so",
            id="a wrapped set",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_told(row: object, task: Task | None, problem: str) -> None:
    found, findings = reading(json.dumps(row).encode(), task=task)

    assert (found, findings.problems) == ([], [f"q.jsonl line 1: {problem}"])


def test_an_array_over_several_lines_is_told_once() -> None:
    _, findings = reading(b'\n[\n {"question": "a"},\n {"question": "b"}\n]')

    assert findings.problems == [
        "q.jsonl line 2: begins a JSON array, must be JSONL, one object a line:"
        " jq -c '.[]' FILE makes it so"
    ]


def test_an_object_over_several_lines_is_told_once() -> None:
    _, findings = reading(b'{"data": [\n {"question": "a"}\n]}')

    assert findings.problems == [
        "q.jsonl line 1: begins an object of several lines, must be one a line:"
        " jq -c . FILE makes it so"
    ]


def test_a_csv_without_names_is_told_once() -> None:
    _, findings = reading(b"What is 1 + 1?,1,2,B\nWhat is 2 + 2?,3,4,B\n", file="q.csv")

    assert findings.problems == [
        "q.csv line 1: none of 4 columns is named so: question, question_concat or sQuestion;"
        " name them"
    ]


@given(st.dictionaries(NAMES, VALUES, max_size=6), st.sampled_from(get_args(Task)) | st.none())
def test_any_row_is_a_question_or_a_problem(row: dict[str, object], task: Task | None) -> None:
    found, findings = reading(row, task=task)

    assert len(found) == (0 if findings.problems else 1)


@given(st.binary(max_size=200), st.sampled_from(["q.jsonl", "q.csv"]))
def test_any_bytes_are_read_to_their_end(content: bytes, file: str) -> None:
    found, findings = reading(b"question,answer\n" + content, file=file)

    assert found or findings.problems or not content.strip()
