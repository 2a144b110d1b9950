"""Self-reported confidence: read, and never mistaken for the answer, nor the answer for it."""

import json
from collections.abc import Callable, Sequence
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import AnswerSpec, Choice, Question
from lambdas.core.answers.confidence import (
    CONFIDENCE_INSTRUCTION,
    self_reported_confidence,
    without_confidence,
)
from lambdas.core.answers.reader import answer_reader
from lambdas.core.models.base import Completion

CHOICES = tuple(
    Choice(label, text)
    for label, text in zip("ABCD", ["4 m", "85", "a red car", "0.85"], strict=True)
)
QUESTIONS = {
    "arithmetic": Question(0, "0", "How many?", "18"),
    "multiple_choice": Question(0, "0", "Which?", "C", CHOICES),
    "exact": Question(0, "0", "Where?", "paris"),
}


def answer(task: str, text: str) -> str | None:
    return answer_reader(AnswerSpec(task), [QUESTIONS[task]])(Completion(text), 0)


STATEMENTS = [
    *("Confidence: 85", "Confidence: 85%", "Confidence: 0.85", "Confidence: 85/100"),
    *("**Confidence:** 85", "**Confidence: 85%**", "confidence = 85.", "Confidence: 8.5/10"),
    *("- Confidence: 85 percent", "### Confidence: ~85%", "Confidence (0-100): 85"),
    *("Confidence level: **85**", "My confidence is about 85%.", "Overall confidence: [85]"),
    *("Confidence in my answer: 85", "Confidence that this answer is correct: 85%"),
    *("I'm 85% sure.", "I am about 85% confident in this answer."),
]
PHRASES = {
    "arithmetic": [
        ("So she makes 9 * 2 = 18 a day. The answer is 18.", "18"),
        ("So she makes 9 * 2 = $18 a day.", "18"),
        ("9 * 2 = 18\n#### 18", "18"),
        (r"So it is \(\boxed{18}\).", "18"),
        ("She makes eighteen. Answer: 18", "18"),
    ],
    "multiple_choice": [
        ("It has wheels. The answer is (C).", "C"),
        ("C) a red car", "C"),
        ("Wheels roll, so it must be the red car.", "C"),
        ("Answer: A", "A"),
    ],
    "exact": [
        ("It is by the Seine. The answer is Paris.", "paris"),
        ("Paris", "paris"),
        ("It has a tower.\n**Paris**", "paris"),
        ("A: 05/01/2021", "05/01/2021"),
    ],
}


@pytest.mark.parametrize("shape", ["{0}\n{1}", "{0}\n\n{1}\n", "{0} {1}", "{1}\n{0}"])
@pytest.mark.parametrize("task", PHRASES)
def test_answer_and_confidence_are_never_mistaken_for_each_other(task: str, shape: str) -> None:
    for (phrase, expected), statement in product(PHRASES[task], STATEMENTS):
        text = shape.format(phrase, statement)

        assert answer(task, without_confidence(text)) == expected, text
        assert self_reported_confidence(text) == pytest.approx(0.85), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Confidence: 0", 0.0, id="none at all"),
        pytest.param("Confidence: 100", 1.0, id="all"),
        pytest.param("Confidence: 1.0", 1.0, id="all as a share"),
        pytest.param("Confidence: 1%", 0.01, id="one percent"),
        pytest.param("Confidence: .5", 0.5, id="without zero"),
        pytest.param("Confidence: 99.5", 0.995, id="half a percent"),
        pytest.param('{"answer": 18, "confidence": 85}', 0.85, id="JSON"),
        pytest.param("It is 18 (confidence: 85%).", 0.85, id="in brackets"),
        pytest.param("Confidence: 20. Wait! Confidence: 85", 0.85, id="the last"),
        pytest.param("<think>Confidence: 20</think>Confidence: 85", 0.85, id="thoughts"),
        pytest.param("Confidence: 85\n\nQ: Next?\nA: 3. Confidence: 20", 0.85, id="own text"),
        pytest.param("The answer is 18.", None, id="none stated"),
        pytest.param("Confidence: 1", None, id="a share, or one percent"),
        pytest.param("Confidence: 150", None, id="too much"),
        pytest.param("Confidence: 8500", None, id="far too much"),
        pytest.param("Confidence: -5", None, id="below zero"),
        pytest.param("Confidence: 11/10", None, id="more than all"),
        pytest.param("Confidence: high", None, id="in words"),
        pytest.param("A 95% confidence interval is 3 to 5.", None, id="statistics"),
        pytest.param("The confidence level: low. It is 5.", None, id="in words, within the text"),
    ],
)
def test_confidence_is_a_share_of_one(text: str, expected: float | None) -> None:
    assert self_reported_confidence(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I say with confidence: 18",
        "I have full confidence that the answer is 18",
        "Answer and confidence: 18, 85",
        "The confidence interval is 18 wide",
        "She gained in confidence. 18 of them did.",
        "Self-confidence: 18",
    ],
)
def test_an_answer_given_with_confidence_is_no_statement(text: str) -> None:
    assert without_confidence(text) == text
    assert self_reported_confidence(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("It is 18.\nConfidence: high", "It is 18.", id="in words"),
        pytest.param("It is 18.\nConfidence: 150%", "It is 18.", id="out of range"),
        pytest.param("Paris (confidence: 85%)", "Paris", id="in brackets"),
        pytest.param("Paris, confidence: 85%", "Paris", id="after a comma"),
        pytest.param("Paris and my confidence is 85%.", "Paris", id="in the sentence"),
        pytest.param(
            '{"answer": 18, "confidence": 85}', '{"answer": 18, "confidence": 85}', id="j"
        ),
        pytest.param("It is 18.\n", "It is 18.\n", id="nothing to cut"),
    ],
)
def test_a_statement_is_cut_with_what_surrounds_it(text: str, rest: str) -> None:
    assert without_confidence(text) == rest


def test_json_with_a_confidence_beside_the_answer_is_read_as_it_is() -> None:
    text = without_confidence('{"answer": "Paris", "confidence": 85}')

    assert answer_reader(AnswerSpec("exact", json_key="answer"), [])(Completion(text), 0) == "paris"
    assert answer("exact", text) == "paris"


def test_the_instruction_shows_a_form_that_is_read() -> None:
    form = CONFIDENCE_INSTRUCTION.split('"')[1]

    assert (
        self_reported_confidence(form.replace("C", "85").replace("85onfidence", "Confidence"))
        == 0.85
    )


@given(percent=st.integers(0, 100).filter(lambda percent: percent != 1), before=st.text())
def test_the_requested_form_is_read_and_cut(percent: int, before: str) -> None:
    text = f"{before}\nThe answer is 18.\nConfidence: {percent}"

    assert self_reported_confidence(text) == pytest.approx(percent / 100)
    assert without_confidence(text).endswith("The answer is 18.")


@pytest.mark.parametrize(
    "unit",
    ["confidence ", "confidence: ", "confidence: 85 ", "confidence (", "I'm 85% ", "*", "\n", "- "],
)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 100 kB would take minutes; one look at each position takes 20 ms.
    text = unit * (100_000 // len(unit))

    self_reported_confidence(text)
    without_confidence(text)


@pytest.mark.parametrize("name", ["gsm8k_qwen2.5-1.5b", "mcq_command-r-plus", "date_gpt-3.5"])
def test_recorded_texts_that_state_no_confidence_stay_whole(
    name: str, shared_data: Callable[[str], Path]
) -> None:
    with shared_data(f"{name}.recorded.jsonl").open(encoding="utf-8") as lines:
        rows: Sequence[dict[str, dict[str, list[str]]]] = [*map(json.loads, islice(lines, 30))]
    texts = [text for row in rows for each in row["samples"].values() for text in each]

    assert [text for text in texts if without_confidence(text) != text] == []
    assert [text for text in texts if self_reported_confidence(text) is not None] == []
