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


# Of each one-step problem, in order, worked out by hand from its text.
ONE_STEP_SUMS = re.findall(
    r"\d+ . \d+",
    """
    3 + 4, 9 - 2, 6 * 2, 8 + 5, 10 - 4, 12 / 3, 7 + 6, 15 - 5,
    4 * 5, 11 + 8, 14 - 6, 5 + 9, 4 * 3, 20 - 9, 6 + 7, 18 / 2,
    13 + 4, 16 - 7, 7 * 2, 5 + 12, 17 - 8, 20 + 10, 10 * 4, 12 - 3,
    9 + 9, 20 / 5, 2 * 6, 14 + 11, 30 - 10, 6 + 3, 8 + 4, 25 - 5,
    8 * 2, 15 + 10, 19 - 6, 2 + 5, 16 / 4, 3 * 3, 10 + 6, 13 - 5
    """,
)
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


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


@pytest.fixture(scope="module")
def one_step() -> list[dict[str, Any]]:
    return _lines(EXAMPLES / "one_step_problems.jsonl")


def test_there_are_forty_one_step_problems_and_all_differ(one_step: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in one_step}) == len(one_step) == 40
    assert len({row["question"] for row in one_step}) == 40


def test_every_one_step_problem_has_the_answer_of_its_sum(one_step: list[dict[str, Any]]) -> None:
    right = [_value(sums) for sums in ONE_STEP_SUMS]

    assert [Fraction(row["answer"]) for row in one_step] == right


def test_the_numbers_of_each_sum_are_in_its_one_step_problem(
    one_step: list[dict[str, Any]],
) -> None:
    for row, sums in zip(one_step, ONE_STEP_SUMS, strict=True):
        words = re.findall(r"\w+", row["question"].lower())
        stated = {WORDS.get(word, word) for word in words}

        assert {int(n) for n in re.findall(r"\d+", sums)} <= {int(n) for n in stated if _whole(n)}


def test_one_step_exemplars_state_right_sums_and_are_no_problems(
    one_step: list[dict[str, Any]],
) -> None:
    exemplars = _lines(EXAMPLES / "one_step_exemplars.jsonl")

    assert len(exemplars) == 6
    assert {row["question"] for row in exemplars}.isdisjoint(row["question"] for row in one_step)
    for exemplar in exemplars:
        ((sums, stated),) = EQUATION.findall(exemplar["rationale"])
        assert _value(sums) == Fraction(stated) == Fraction(exemplar["answer"])
        assert exemplar["rationale"].endswith(f" The answer is {exemplar['answer']}.")


def _whole(word: int | str) -> bool:
    return str(word).isdecimal()


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110
