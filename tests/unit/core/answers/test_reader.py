"""The answer in a completion, by task, whole or cut off."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import AnswerSpec, Choice, Question
from lambdas.core.answers.reader import MAX_LABELS, answer_reader, class_labels, read_arithmetic
from lambdas.core.models.base import Completion

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
    read = answer_reader(AnswerSpec("multiple_choice"), iter(QUESTIONS))

    assert read(Completion(text, cut_off=cut_off), question=0) == answer


def test_each_question_has_its_own_options_and_number_of_answers() -> None:
    read = answer_reader(AnswerSpec("multiple_choice"), iter(QUESTIONS))

    assert read(Completion("The answers are 3 and 2.", cut_off=False), question=1) == "2,3"
    assert read(Completion("The answer is 2.", cut_off=False), question=1) is None


@pytest.mark.parametrize(
    ("spec", "text", "cut_off", "answer"),
    [
        pytest.param(AnswerSpec("exact"), "A: Yes.", False, "yes", id="usual place"),
        pytest.param(AnswerSpec("exact"), "Yes", True, None, id="cut off"),
        pytest.param(AnswerSpec("exact"), "Yes.\n\nQ: Wh", True, "yes", id="invented question"),
        pytest.param(AnswerSpec("exact"), "<think>yes", False, None, id="thoughts that do not end"),
        pytest.param(
            AnswerSpec("exact", pattern="[a-z]+$"), "Is it red", False, "red", id="pattern"
        ),
        pytest.param(
            AnswerSpec("exact", json_key="k"), '{"k": "Red"}', False, "red", id="JSON key"
        ),
    ],
)
def test_exact_answers_are_read_as_the_run_requests(
    spec: AnswerSpec, text: str, cut_off: bool, answer: str | None
) -> None:
    read = answer_reader(spec, [])

    assert read(Completion(text, cut_off=cut_off), question=0) == answer


def labelled(*golds: str | None) -> list[Question]:
    return [Question(index, str(index), "Is it?", gold) for index, gold in enumerate(golds)]


def test_repeated_answers_are_labels() -> None:
    golds = Counter({"yes": 3, "can't tell": 3, "no": 2, "maybe": 1})

    assert class_labels(golds, None) == {"yes", "no", "can't tell"}


@pytest.mark.parametrize(
    "golds",
    [
        pytest.param(Counter(), id="none known"),
        pytest.param(Counter({"a": 3, **dict.fromkeys("bcdefg", 1)}), id="fewer than two for each"),
        pytest.param(Counter({str(each): 3 for each in range(MAX_LABELS + 1)}), id="too many"),
    ],
)
def test_answers_that_are_no_classes_are_no_labels(golds: Counter[str]) -> None:
    assert class_labels(golds, None) == frozenset()


@given(others=st.lists(st.sampled_from("abcd"), max_size=12), own=st.sampled_from("abcde"))
def test_a_questions_own_gold_answer_makes_no_label(others: list[str], own: str) -> None:
    assert class_labels(Counter([*others, own]), own) == class_labels(Counter(others), None)


def test_a_class_that_reads_like_a_refusal_is_an_answer_if_the_dataset_has_it() -> None:
    completion = Completion("The answer is can't tell.", cut_off=False)
    classes = answer_reader(AnswerSpec("exact"), labelled(*["yes", "no", "can't tell"] * 3))
    others = answer_reader(AnswerSpec("exact"), labelled(*["yes", "no"] * 3))

    assert classes(completion, question=0) == "can't tell"
    assert others(completion, question=0) is None


@pytest.mark.parametrize("own", ["yes", "can't tell", None])
@pytest.mark.parametrize(("others", "answer"), [(1, None), (2, "can't tell")])
def test_no_questions_own_gold_answer_decides_how_it_is_read(
    own: str | None, others: int, answer: str | None
) -> None:
    completion = Completion("The answer is can't tell.", cut_off=False)
    questions = labelled(own, *["yes", "no"] * 4, *["can't tell"] * others)

    assert answer_reader(AnswerSpec("exact"), questions)(completion, question=0) == answer


def test_too_many_gold_answers_are_no_classes() -> None:
    completion = Completion("The answer is can't tell.", cut_off=False)
    golds = ["can't tell", *map(str, range(MAX_LABELS + 1))] * 3

    assert answer_reader(AnswerSpec("exact"), labelled(*golds))(completion, question=0) is None


def test_numbers_are_read_with_the_decimal_mark_of_the_run() -> None:
    read = answer_reader(AnswerSpec("arithmetic", decimal_mark=","), iter(()))

    assert read(Completion("The answer is 80.000."), question=0) == "80000"
    assert read(Completion("So it is 4,5 + 14", cut_off=True), question=0) is None


def test_arithmetic_reads_no_questions() -> None:
    read = answer_reader(AnswerSpec("arithmetic"), iter(()))

    assert read(Completion("So 18.", cut_off=False), question=7) == "18"
