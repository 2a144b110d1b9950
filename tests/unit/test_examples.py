"""The question set, the exemplars and the README that a newcomer meets first."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract import RunRequest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
EXEMPLARS = ROOT / "lambdas" / "core" / "prompts" / "builtin" / "arithmetic.jsonl"
CHOOSING = (
    ROOT / "lambdas" / "core" / "prompts" / "builtin" / "multiple_choice.jsonl",
    EXAMPLES / "exam_exemplars.jsonl",
)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
EQUATION = re.compile(r"(\d[\d.]*(?: [-+*/] \d[\d.]*)+) = (\d+(?:\.\d+)?)", re.ASCII)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def _value(sums: str) -> Fraction:
    exact = re.sub(r"\d+(?:\.\d+)?", lambda number: f"Fraction('{number[0]}')", sums)
    return Fraction(eval(exact))


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return _lines(EXAMPLES / "word_problems.jsonl")


@pytest.fixture(scope="module")
def exemplars() -> list[dict[str, Any]]:
    return _lines(EXEMPLARS)


def test_the_example_set_fills_a_smallest_batch_job(questions: list[dict[str, Any]]) -> None:
    assert len(questions) >= 100


@pytest.mark.parametrize("member", ["id", "question"])
def test_no_two_example_questions_share(questions: list[dict[str, Any]], member: str) -> None:
    assert len({question[member] for question in questions}) == len(questions)


def test_every_example_question_has_a_number_for_an_answer(
    questions: list[dict[str, Any]],
) -> None:
    assert [q["id"] for q in questions if not NUMBER.fullmatch(q["answer"])] == []


def test_the_example_request_is_valid() -> None:
    request = RunRequest.model_validate_json((EXAMPLES / "word_problems.run.json").read_bytes())

    assert Path(request.dataset).name == "word_problems.jsonl"


def test_there_are_eight_exemplars(exemplars: list[dict[str, Any]]) -> None:
    assert len(exemplars) == 8


def test_an_exemplar_ends_with_its_answer(exemplars: list[dict[str, Any]]) -> None:
    for exemplar in exemplars:
        assert NUMBER.fullmatch(exemplar["answer"])
        assert exemplar["rationale"].endswith(f" The answer is {exemplar['answer']}.")


def test_the_sums_in_an_exemplar_are_right(exemplars: list[dict[str, Any]]) -> None:
    for exemplar in exemplars:
        equations = EQUATION.findall(exemplar["rationale"])
        assert equations
        for sums, stated in equations:
            assert _value(sums) == Fraction(stated), sums


def test_no_example_question_is_an_exemplar(
    questions: list[dict[str, Any]], exemplars: list[dict[str, Any]]
) -> None:
    shown = {exemplar["question"] for exemplar in exemplars}

    assert shown.isdisjoint(question["question"] for question in questions)


@pytest.fixture(scope="module")
def exam() -> list[dict[str, Any]]:
    return _lines(EXAMPLES / "exam.jsonl")


def test_the_example_exam_has_sixteen_questions_with_four_options(
    exam: list[dict[str, Any]],
) -> None:
    assert [len(set(question["choices"])) for question in exam] == [4] * 16
    assert len({question["question"] for question in exam}) == 16


def test_an_example_exam_question_says_where_two_options_are_right(
    exam: list[dict[str, Any]],
) -> None:
    right = {question["id"]: [*question["answer"]] for question in exam}
    two = {question["id"] for question in exam if "(Choose two.)" in question["question"]}

    assert all(set(labels) <= set("ABCD") for labels in right.values())
    assert {name for name, labels in right.items() if len(labels) == 2} == two
    assert len(two) == 2


def test_every_letter_of_the_example_exam_is_right_somewhere(exam: list[dict[str, Any]]) -> None:
    assert {question["answer"] for question in exam if len(question["answer"]) == 1} == set("ABCD")


@pytest.mark.parametrize("path", CHOOSING, ids=lambda path: path.name)
def test_multiple_choice_exemplars_end_with_their_answer(path: Path) -> None:
    found = _lines(path)

    assert len(found) == 4
    for exemplar in found:
        labels = ", ".join(exemplar["answer"])
        assert exemplar["rationale"].endswith(f" The answer is ({labels}).")


def test_no_question_of_the_example_exam_is_an_exemplar(exam: list[dict[str, Any]]) -> None:
    shown = {exemplar["question"] for path in CHOOSING for exemplar in _lines(path)}

    assert len(shown) == 8
    assert shown.isdisjoint(question["question"] for question in exam)


def test_the_example_exam_request_is_valid() -> None:
    request = RunRequest.model_validate_json((EXAMPLES / "exam.run.json").read_bytes())

    assert Path(request.dataset).name == "exam.jsonl"
    assert Path(request.few_shot).name == "exam_exemplars.jsonl"
    assert (request.greedy, request.temperatures, request.paths) == (True, (0.7,), 10)


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110
