"""The answer in a completion, by task, whole or cut off."""

import pytest

from lambdas.core.answers import read_arithmetic, reader_of
from lambdas.core.families import Completion
from lambdas.core.reading import Reading
from lambdas.core.sets.question import Choice, Question

PONDS = (Choice("A", "rocks"), Choice("B", "sand"))
TOWNS = (Choice("1", "Paris"), Choice("2", "Lyon"), Choice("3", "Nice"))
QUESTIONS = [
    Question(0, "pond", "Where do fish hide?", "A", PONDS),
    Question(1, "town", "Which two lie on the sea or a river?", None, TOWNS, chosen=2),
]


@pytest.mark.parametrize(
    ("text", "cut_off", "answer"),
    [
        pytest.param("The answer is 18.", False, "18", id="whole"),
        pytest.param("The answer is 1,000.", False, "1000", id="votes by value"),
        pytest.param("I cannot say.", False, None, id="a whole text is no answer"),
        pytest.param("", False, None, id="empty"),
        pytest.param("<think>Is it 18? Then", False, None, id="thoughts that do not end"),
        pytest.param("<reasoning>18</reasoning>So 19.", False, "19", id="thoughts that do"),
        pytest.param("So it is 4 + 14", True, None, id="the last number of a text broken off"),
        pytest.param("The answer is 1", True, None, id="an answer broken off may go on"),
        pytest.param(
            "The answer is 18.\n\nQ: What is 4 + 14", True, "18", id="an invented next question"
        ),
    ],
)
def test_read_arithmetic(text: str, cut_off: bool, answer: str | None) -> None:
    assert read_arithmetic(Completion(text, cut_off=cut_off)) == answer


@pytest.mark.parametrize(
    ("text", "cut_off", "answer"),
    [
        pytest.param("The answer is (b).", False, "B", id="label"),
        pytest.param("The answer is the rocks.", False, "A", id="text"),
        pytest.param("The answer is C.", False, None, id="no option of this question"),
        pytest.param("<think>The answer is A.", False, None, id="thoughts that do not end"),
        pytest.param("The answer is B", True, None, id="cut off"),
        pytest.param("The answer is B.\n\nQ: What", True, "B", id="an invented next question"),
    ],
)
def test_a_choice_is_read_with_its_questions_options(
    text: str, cut_off: bool, answer: str | None
) -> None:
    read = reader_of(Reading("multiple_choice"), iter(QUESTIONS))

    assert read(Completion(text, cut_off=cut_off), question=0) == answer


def test_each_question_has_its_own_options_and_number_of_answers() -> None:
    read = reader_of(Reading("multiple_choice"), iter(QUESTIONS))

    assert read(Completion("The answers are 3 and 2.", cut_off=False), question=1) == "2,3"
    assert read(Completion("The answer is 2.", cut_off=False), question=1) is None


@pytest.mark.parametrize(
    ("reading", "text", "cut_off", "answer"),
    [
        pytest.param(Reading("exact"), "A: Yes.", False, "yes", id="usual place"),
        pytest.param(Reading("exact"), "Yes", True, None, id="cut off"),
        pytest.param(Reading("exact"), "Yes.\n\nQ: Wh", True, "yes", id="invented question"),
        pytest.param(Reading("exact"), "<think>yes", False, None, id="thoughts that do not end"),
        pytest.param(Reading("exact", pattern="[a-z]+$"), "Is it red", False, "red", id="pattern"),
        pytest.param(Reading("exact", json_key="k"), '{"k": "Red"}', False, "red", id="JSON key"),
    ],
)
def test_exact_answers_are_read_as_the_run_asks(
    reading: Reading, text: str, cut_off: bool, answer: str | None
) -> None:
    read = reader_of(reading, [])

    assert read(Completion(text, cut_off=cut_off), question=0) == answer


def test_arithmetic_reads_no_questions() -> None:
    read = reader_of(Reading("arithmetic"), iter(()))

    assert read(Completion("So 18.", cut_off=False), question=7) == "18"
