"""Exemplars: built in or the user's own, each with an answer that stands."""

import json

import pytest

from lambdas.contract import Task
from lambdas.contract.schema import Choice
from lambdas.core.answers.numeric import extract_number
from lambdas.core.errors import RequestError
from lambdas.core.prompts.exemplars import Exemplar, builtin_exemplars, read_exemplars
from lambdas.core.text import split_lines

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


def exemplars(content: bytes, task: Task | None = "arithmetic") -> list[Exemplar]:
    return read_exemplars(split_lines([content], 2**18), "e.jsonl", task)


def exemplar(row: dict[str, object], task: Task | None = "arithmetic") -> Exemplar:
    (found,) = exemplars(json.dumps(row).encode(), task)
    return found


def problems(row: object, task: Task = "arithmetic") -> tuple[str, ...]:
    with pytest.raises(RequestError) as refused:
        exemplars(json.dumps(row).encode(), task)
    return refused.value.problems


def test_eight_arithmetic_exemplars_are_built_in_each_with_an_answer_that_can_be_read() -> None:
    found = builtin_exemplars("arithmetic")

    assert len(found) == 8
    assert all(extract_number(each.rationale) for each in found)


def test_four_multiple_choice_exemplars_are_built_in_with_different_correct_options() -> None:
    found = builtin_exemplars("multiple_choice")

    assert [each.rationale[-18:] for each in found] == [
        f"The answer is ({label})." for label in "CADB"
    ]
    assert all(len(each.choices) == 4 for each in found)


def test_no_exemplars_for_exact_answers_are_built_in() -> None:
    assert builtin_exemplars("exact") == []


@pytest.mark.parametrize(
    ("row", "rationale"),
    [
        pytest.param({"rationale": "So the answer is 2.", "answer": "2"}, "So the answer is 2."),
        pytest.param({"rationale": " It is 2. ", "answer": "2"}, "It is 2. The answer is 2."),
        pytest.param({"rationale": "It is 2.", "answer": 2.0}, "It is 2. The answer is 2."),
        pytest.param({"answer": "1 + 1 = <<1+1=2>>2.\n#### 2"}, "1 + 1 = 2. The answer is 2."),
    ],
    ids=["closed", "open", "a number", "GSM8K's own"],
)
def test_an_arithmetic_rationale_ends_with_its_answer(
    row: dict[str, object], rationale: str
) -> None:
    assert exemplar({"question": " 1 + 1? ", **row}) == Exemplar("1 + 1?", rationale)


@pytest.mark.parametrize(
    ("row", "closing"),
    [
        pytest.param({"choices": ["up", "down"], "answer": 1}, "The answer is (B)."),
        pytest.param({"options": ["A)up", "B)down"], "correct": "B"}, "The answer is (B)."),
        pytest.param({"choices": {"A": "up", "B": "down"}, "answer": "down"}, "The answer is (B)."),
        pytest.param({"choices": ["up", "down"], "answer": ["B", "A"]}, "The answer is (A, B)."),
    ],
    ids=["index", "AQuA", "an option's text", "several"],
)
def test_a_multiple_choice_rationale_ends_with_its_labels(
    row: dict[str, object], closing: str
) -> None:
    found = exemplar({"question": "Which?", "rationale": "So.", **row}, "multiple_choice")

    assert found == Exemplar("Which?", f"So. {closing}", UP_DOWN)


def test_an_exact_rationale_ends_with_its_answer_as_written() -> None:
    row = {"question": "Is it?", "rationale": "It is.", "answer": " Yes "}

    assert exemplar(row, "exact").rationale == "It is. The answer is Yes."


def test_an_unknown_task_is_inferred_from_the_first_exemplar() -> None:
    row = {"question": "Which?", "rationale": "So.", "choices": ["up", "down"], "answer": "A"}

    assert exemplar(row, None).rationale == "So. The answer is (A)."


@pytest.mark.parametrize(
    ("row", "task", "found"),
    [
        pytest.param(
            {"question": "a", "rationale": "b"},
            "arithmetic",
            ("answer is null, must be the right answer",),
            id="no answer",
        ),
        pytest.param(
            {"question": "a", "rationale": "b", "answer": "?"},
            "arithmetic",
            (
                'answer is a text of 1 character, must be a number, or absent; use "task":'
                ' "exact" for answers that are texts',
            ),
            id="no number",
        ),
        pytest.param(
            {"question": "a", "answer": "5"},
            "arithmetic",
            ("rationale is null, must be a text",),
            id="no rationale",
        ),
        pytest.param(
            {"question": "a", "answer": "#### 5"},
            "arithmetic",
            ('rationale is "", must be a text',),
            id="nothing before the answer",
        ),
        pytest.param(
            {"question": "a", "rationale": "\ud800", "answer": "5"},
            "arithmetic",
            ("rationale holds half a surrogate pair, must be UTF-8 text",),
            id="half a surrogate pair",
        ),
        pytest.param(
            {"question": "a", "rationale": "b", "choices": ["x", "y"], "answer": "C"},
            "multiple_choice",
            ("answer is a text of 1 character, must be among the options A, B, or absent",),
            id="an answer that is no option",
        ),
        pytest.param(
            {"rationale": "b", "choices": ["x", "x"], "answer": "A"},
            "multiple_choice",
            (
                'has no question, must have question, problem, input or prompt; it has "rationale";'
                " rename the one that is the question",
            ),
            id="no question",
        ),
        pytest.param(
            {"question": "", "choices": ["x", ""], "answer": "A"},
            "multiple_choice",
            (
                'question is "", must be a text',
                'option (B) is "", must be a text',
                "rationale is null, must be a text",
            ),
            id="several problems",
        ),
        pytest.param(
            ["x"],
            "arithmetic",
            ("is a list, must be JSON objects, each with a question",),
            id="a list",
        ),
    ],
)
def test_exemplars_that_cannot_be_used_are_refused(
    row: object, task: Task, found: tuple[str, ...]
) -> None:
    assert problems(row, task) == tuple(f"e.jsonl line 1: {problem}" for problem in found)


def test_a_file_without_an_exemplar_is_refused() -> None:
    with pytest.raises(RequestError, match='no exemplar; use "few_shot": "none"'):
        exemplars(b"\n")


def test_more_exemplars_than_a_prompt_should_hold_are_refused() -> None:
    row = b'{"question":"a","rationale":"b","answer":"5"}\n'

    assert len(exemplars(row * 64)) == 64
    with pytest.raises(RequestError, match="line 65: more than 64 exemplars; keep the best few"):
        exemplars(row * 65)


def test_exemplars_longer_than_any_prompt_should_be_are_refused() -> None:
    row = {"question": "a" * 150_000, "answer": "5"}
    longest, longer = (
        json.dumps(row | {"rationale": "answer is 5.".rjust(size, "b")}).encode()
        for size in (50_000, 50_001)
    )

    assert len(exemplars(longest)) == 1
    with pytest.raises(RequestError, match="200,001 characters of exemplars, must be at most"):
        exemplars(longer)
