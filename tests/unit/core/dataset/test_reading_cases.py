"""Datasets that users reported: each is read as a careful reader would, or refused."""

import ast
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.schema import Question
from lambdas.core.survey import DatasetSurvey
from tests.unit.core.dataset.samples import Row, read_dataset, surveyed

BEGINNINGS = ("question", '{"question"', '{"problem"', '{"messages"', '{"features"')
# The golds of each case by its kind and place there; a tuple's other member is how often options
# are shown, or what a refusal names.
GOLDS: dict[str, list[str]] = {
    "A1": ["yes", "no"],
    "B1": ["bob", "ann"],
    "C1": ["B", "C"],
    "C3": ["C"],
    "L1": ["A"],
    "M2": ["540"],
    "N1": ["2"],
    "N2": ["2"],
    "N3": ["2"],
    "O1": ["7", "50"],
}
REFUSALS = {"B2": '"image" is given', "N4": ".messages[0].content"}
WITH_OPTIONS = {"C1": 4, "C2": 4, "C3": 3, "L1": 3}


def cases(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the cases that are datasets or right answers, by kind and place."""
    places: Counter[str] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        text = case["input"]
        if "file" in case or text.startswith(("gold", *BEGINNINGS)):
            places[case["kind"][0]] += 1
            yield f"{case['kind'][0]}{places[case['kind'][0]]}", case


def is_golds(case: dict[str, Any]) -> bool:
    return case["input"].startswith("gold")


def dataset_of(case: dict[str, Any]) -> tuple[bytes, str]:
    """Return a case's dataset and the name of its file."""
    content = case.get("file", case["input"])
    return content.encode(), "q.jsonl" if content.startswith("{") else "q.csv"


@pytest.fixture(scope="module")
def datasets(shared_data: Callable[[str], Path]) -> dict[str, tuple[DatasetSurvey, list[Question]]]:
    """Return the survey and the questions of each case that is a dataset."""
    found = {}
    for name, case in cases(shared_data("reading_cases.jsonl")):
        if not is_golds(case):
            content, file = dataset_of(case)
            found[name] = surveyed(content, file=file), read_dataset(content, file=file).questions
    return found


def test_every_dataset_has_an_expectation(
    datasets: dict[str, tuple[DatasetSurvey, list[Question]]],
) -> None:
    assert set(datasets) == {*GOLDS, *REFUSALS, *WITH_OPTIONS}


@pytest.mark.parametrize("name", GOLDS)
def test_right_answers_of_a_dataset(
    name: str, datasets: dict[str, tuple[DatasetSurvey, list[Question]]]
) -> None:
    survey, questions = datasets[name]

    assert survey.problems == ()
    assert [question.gold for question in questions] == GOLDS[name]


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_options_of_a_dataset(
    name: str, datasets: dict[str, tuple[DatasetSurvey, list[Question]]]
) -> None:
    survey, questions = datasets[name]

    assert survey.task == "multiple_choice"
    assert {len(question.choices) for question in questions} == {WITH_OPTIONS[name]}
    assert survey.labelled == len(questions)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_dataset_that_is_refused_with_the_way_out(
    name: str, datasets: dict[str, tuple[DatasetSurvey, list[Question]]]
) -> None:
    assert REFUSALS[name] in datasets[name][0].problems[0]


def test_a_right_option_beside_wrong_ones_keeps_its_text(
    shared_data: Callable[[str], Path],
) -> None:
    case = dict(cases(shared_data("reading_cases.jsonl")))["C2"]
    content, file = dataset_of(case)
    names, *rows = (line.split(",") for line in content.decode().splitlines())

    golds = [
        next(choice.text for choice in each.choices if choice.label == each.gold)
        for each in read_dataset(content, file=file).questions
    ]

    assert golds == [row[names.index("Correct Answer")] for row in rows]


def test_a_table_stands_before_its_question(
    shared_data: Callable[[str], Path],
) -> None:
    case = dict(cases(shared_data("reading_cases.jsonl")))["B1"]
    content, file = dataset_of(case)
    rows = [json.loads(line) for line in content.decode().splitlines()]

    texts = [question.text for question in read_dataset(content, file=file).questions]

    assert texts == [f"{row['table']}\n{row['question']}" for row in rows]


def test_right_answers_that_are_formulas_are_no_numbers(
    shared_data: Callable[[str], Path],
) -> None:
    wrong = {}
    for name, case in cases(shared_data("reading_cases.jsonl")):
        if is_golds(case) and name[0] == "D":
            answer = ast.literal_eval(case["input"].removeprefix("gold "))
            row: Row = {"question": "?", "answer": answer}
            (gold,) = read_dataset(row, task="arithmetic").golds
            wrong |= {} if gold == case["expected"] else {name: (answer, gold)}

    assert wrong == {}


def test_right_answers_that_differ_by_more_than_form_stay_apart(
    shared_data: Callable[[str], Path],
) -> None:
    found = dict(cases(shared_data("reading_cases.jsonl")))["M1"]
    answers = ast.literal_eval(f"[{found['input'].removeprefix('golds ')}]")

    rows: list[Row] = [{"question": f"{each}?", "answer": each} for each in answers]
    golds = read_dataset(*rows, task="exact").golds

    assert len({*golds} - {None}) == len(answers)
