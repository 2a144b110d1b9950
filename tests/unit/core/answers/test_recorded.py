"""Recorded generations, read and voted: their accuracy is the one computed independently.

If ours differs from the reference by more than 0.2 points, this module singles out the texts that
cause it: the reference takes a number, a letter or the whole text, although a reader finds that the
text says there is no answer, gives two, or has none.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor, normalised
from lambdas.core.answers.multiple_choice import extract_choice, gold_labels
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.statistics.curve import Curve, question_chances

ARITHMETIC = ["gsm8k_qwen2.5-1.5b", "addsub_code-davinci-002", "gsm8k_gpt-4"]
CHOICES = "mcq_command-r-plus"
DATES = "date_gpt-3.5"
MEAN_WITHIN = 0.2
SD_WITHIN = 0.1

Samples = Mapping[str, Sequence[str]]
ReadAnswer = Callable[[str, str], str | None]
SharedData = Callable[[str], Path]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def questions(name: str, shared_data: SharedData) -> dict[str, dict[str, Any]]:
    return {row["question"]: row for row in rows(shared_data(f"{name}.questions.jsonl"))}


def settings(name: str, shared_data: SharedData) -> Iterator[tuple[dict[str, Any], Samples]]:
    """Yield each setting's reference and its samples by question."""
    reference = json.loads(shared_data("reference.json").read_text(encoding="utf-8"))[name]
    recorded = [*rows(shared_data(f"{name}.recorded.jsonl"))]
    for setting, expected in reference["settings"].items():
        yield (
            expected["accuracy_percent"],
            {row["question"]: row["samples"][setting] for row in recorded},
        )


def curve(golds: Mapping[str, str | None], samples: Samples, read: ReadAnswer) -> dict[str, Any]:
    """Return the points of the curve by their number of paths."""
    chances = []
    for question, texts in samples.items():
        votes = Counter(read(text, question) for text in texts)
        answered = {answer: count for answer, count in votes.items() if answer is not None}
        chances.append(question_chances(answered, golds[question] or "", votes[None]))
    return {str(point.paths): point for point in Curve.of(chances).points()}


def assert_as_expected(points: dict[str, Any], expected: dict[str, list[float]]) -> None:
    for paths, (mean, sd) in expected.items():
        assert 100 * points[paths].mean == pytest.approx(mean, abs=MEAN_WITHIN)
        assert 100 * points[paths].sd == pytest.approx(sd, abs=SD_WITHIN)


def last_number(text: str) -> str | None:
    """Return what a reader who never abstains takes from a text that gives no answer."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", text.replace(",", ""))
    return numbers[-1] if numbers else None


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_is_read_as_in_the_reference(name: str, shared_data: SharedData) -> None:
    golds = {key: gold_number(row["answer"]) for key, row in questions(name, shared_data).items()}

    for expected, samples in settings(name, shared_data):
        points = curve(golds, samples, lambda text, _: extract_number(text) or last_number(text))

        assert_as_expected(points, expected)


def test_abstaining_is_no_worse_than_taking_the_last_number(shared_data: SharedData) -> None:
    for name in ARITHMETIC:
        golds = {
            key: gold_number(row["answer"]) for key, row in questions(name, shared_data).items()
        }
        for expected, samples in settings(name, shared_data):
            points = curve(golds, samples, lambda text, _: extract_number(text))

            for paths, (mean, _) in expected.items():
                assert mean - 0.01 <= 100 * points[paths].mean <= mean + 0.3


def test_texts_left_unanswered_give_none_or_a_formula(shared_data: SharedData) -> None:
    says = re.compile(
        r"can(?:no|')t|not (?:available|applicable|enough)|unknown|lack of|is None \("
        r"|provide the actual|let me have|is more than|\+ 2B|44 / \(58560\)",
        re.IGNORECASE,
    )
    recorded = rows(shared_data("gsm8k_qwen2.5-1.5b.recorded.jsonl"))
    texts = [text for row in recorded for each in row["samples"].values() for text in each]

    unanswered = [text for text in texts if extract_number(text) is None]

    assert len(unanswered) == 15
    assert [text for text in unanswered if not says.search(text[-300:])] == []


def choices(row: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(label, text) for label, text in row["choices"].items())


def test_choices_are_read_as_in_the_reference(shared_data: SharedData) -> None:
    rows_by_question = questions(CHOICES, shared_data)
    options = {key: choices(row) for key, row in rows_by_question.items()}
    golds = {key: gold_labels(row["answer"], options[key]) for key, row in rows_by_question.items()}

    def read(text: str, question: str) -> str | None:
        # Of 1,940 texts one names two options where the reference takes the first.
        both = text.endswith('Answer("B") or ("D")\n')
        return "B" if both else extract_choice(text, options[question])

    for expected, samples in settings(CHOICES, shared_data):
        assert_as_expected(curve(golds, samples, read), expected)


def test_two_options_in_one_call_are_no_answer(shared_data: SharedData) -> None:
    recorded = rows(shared_data(f"{CHOICES}.recorded.jsonl"))
    texts = [text for row in recorded for each in row["samples"].values() for text in each]
    options = tuple(Choice(label, "") for label in "ABCDE")

    both = [text for text in texts if text.endswith('Answer("B") or ("D")\n')]

    assert [extract_choice(text, options) for text in both] == [None]
    assert "either option B or D could be the correct" in both[0]


def after_the_last_label(text: str) -> str:
    """Return what the reference reads: all after the last `A:`, or the whole text."""
    return text.rpartition("A:")[2].strip()


def test_the_reference_for_dates_reads_whole_texts(shared_data: SharedData) -> None:
    golds = {key: row["answer"] for key, row in questions(DATES, shared_data).items()}

    for expected, samples in settings(DATES, shared_data):
        assert_as_expected(
            curve(golds, samples, lambda text, _: after_the_last_label(text)), expected
        )


@pytest.mark.parametrize(
    "spec", [AnswerSpec("exact"), AnswerSpec("exact", pattern=r"\d{1,2}/\d{1,2}/\d{4}")], ids=str
)
def test_dates_are_read_where_the_reference_reads_none(
    spec: AnswerSpec, shared_data: SharedData
) -> None:
    golds = {key: normalised(row["answer"]) for key, row in questions(DATES, shared_data).items()}
    read = exact_extractor(spec)

    for expected, samples in settings(DATES, shared_data):
        points = curve(golds, samples, lambda text, _: read(text))
        misread = [
            text
            for question, texts in samples.items()
            for text in texts
            if after_the_last_label(text) == golds[question] != read(text)
        ]

        assert misread == []
        assert all(100 * points[paths].mean > mean for paths, (mean, _) in expected.items())


def test_every_gold_answer_of_gsm8k_is_read(shared_data: SharedData) -> None:
    for name in ("gsm8k_train.jsonl", "gsm8k_test.jsonl"):
        answers = [row["answer"] for row in rows(shared_data(name))]

        unread = [answer for answer in answers if extract_number(answer) is None]
        differing = [answer for answer in answers if gold_number(answer) != extract_number(answer)]

        assert (unread, differing) == ([], [])
