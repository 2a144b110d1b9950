"""Layouts: the members of a row, as the authors of published sets named them."""

import pytest

from lambdas.core.sets.layouts import names_question, published, wrapped
from lambdas.core.sets.question import Choice

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


@pytest.mark.parametrize(
    ("row", "text", "answer"),
    [
        pytest.param(
            {"question": "How many?", "answer": "8 * 9 = 72\n#### 72"},
            "How many?",
            "8 * 9 = 72\n#### 72",
            id="GSM8K",
        ),
        pytest.param(
            {"ID": "c-1", "Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0},
            "He has $ 4. Left?",
            1.0,
            id="SVAMP",
        ),
        pytest.param(
            {"Body": "He", "Question": "b?", "question_concat": "He. b?", "Answer": "1"},
            "He. b?",
            "1",
            id="SVAMP on Hugging Face",
        ),
        pytest.param(
            {"iIndex": 3, "sQuestion": "How many?", "lEquations": ["X=7"], "lSolutions": [7.0]},
            "How many?",
            [7.0],
            id="MultiArith, AddSub",
        ),
        pytest.param(
            {"question": "How many?", "final_ans": "7"},
            "How many?",
            "7",
            id="MultiArith on Hugging Face",
        ),
        pytest.param(
            {"body": "Seven apples.", "question": "And two?", "answer": "9 (apples)"},
            "Seven apples. And two?",
            "9 (apples)",
            id="ASDiv",
        ),
        pytest.param(
            {"@ID": "n-1", "Body": "", "Question": "1 + 1?", "Answer": "2"},
            "1 + 1?",
            "2",
            id="ASDiv's XML as JSON, no body",
        ),
    ],
)
def test_published_arithmetic_sets_are_known(
    row: dict[str, object], text: str, answer: object
) -> None:
    found = published(row)

    assert (found.text, found.answer, found.options) == (text, answer, None)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        pytest.param({"question": "?", "choices": ["up", "down"], "answer": 1}, 1, id="MMLU"),
        pytest.param(
            {"question": "?", "A": "up", "B": "down", "answer": "B"}, "B", id="MMLU's columns"
        ),
        pytest.param(
            {"Question": "?", "A": "up", "B": "down", "Answer": "B"}, "B", id="MMMLU's columns"
        ),
        pytest.param(
            {"question": "?", "options": ["A)up", "B)down"], "rationale": "r", "correct": "B"},
            "B",
            id="AQuA",
        ),
        pytest.param(
            {
                "id": "x",
                "question": "?",
                "choices": {"text": ["up", "down"], "label": ["A", "B"]},
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA on Hugging Face",
        ),
        pytest.param(
            {
                "id": "x",
                "question": {
                    "stem": "?",
                    "choices": [{"text": "up", "label": "A"}, {"text": "down", "label": "B"}],
                },
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA",
        ),
        pytest.param(
            {
                "question": "?",
                "options": {"A": "up", "B": "down"},
                "answer_idx": "B",
                "answer": "d",
            },
            "d",
            id="a letter map",
        ),
        pytest.param({"question": "?", "choices": ["up", "down"]}, None, id="no answer"),
    ],
)
def test_published_multiple_choice_sets_are_known(row: dict[str, object], answer: object) -> None:
    found = published(row)

    assert (found.text, found.answer, found.choices) == ("?", answer, UP_DOWN)


def test_a_row_without_any_known_member_holds_nothing() -> None:
    found = published({"prompt": "1 + 1?"})

    assert (found.id, found.text, found.answer, found.options) == (None, None, None, None)


def test_a_members_own_word_for_right_counts_only_beside_options() -> None:
    assert published({"question": "?", "correct": "7", "answer": "8"}).answer == "8"


def test_a_whole_set_in_one_row_is_known() -> None:
    assert wrapped({"version": 1, "data": [{"question": "?"}]}) == "data"
    assert wrapped({"question": "?", "steps": [{"text": "x"}]}) is None
    assert wrapped({"prompt": "?", "tags": ["a"]}) is None


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (["id", "Question", "A", "B"], True),
        (["Body", "Question"], True),
        (["What is 1 + 1?", "1", "2", "3", "4", "B"], False),
    ],
)
def test_columns_are_named_or_not(names: list[str], known: bool) -> None:
    assert names_question(names) is known


def test_members_not_read_are_those_of_rows_without_an_answer() -> None:
    medical = {"question": "Which?", "opa": "iron", "opb": "zinc", "cop": 1, "id": "m1"}

    assert published(medical).others == ("opa", "opb", "cop")
    assert published(medical | {"answer": "iron"}).others == ()
