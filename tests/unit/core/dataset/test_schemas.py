"""Published schemas: the members of a row by their meaning, and none that is lost."""

import pytest

from lambdas.contract.schema import Choice
from lambdas.core.dataset.schemas import choices_to_select, has_question_column, read_members

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
def test_published_arithmetic_datasets_are_read(
    row: dict[str, object], text: str, answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.parsed_choices) == (text, answer, None)


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
def test_published_multiple_choice_datasets_are_read(
    row: dict[str, object], answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.choices) == ("?", answer, UP_DOWN)


def test_a_row_without_any_known_member_holds_nothing() -> None:
    found = read_members({"colour": "red"})

    assert (found.id, found.text, found.answer, found.parsed_choices) == (None, None, None, None)


def test_the_member_correct_counts_only_beside_options() -> None:
    assert read_members({"question": "?", "correct": "7", "answer": "8"}).answer == "8"


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (["id", "Question", "A", "B"], True),
        (["Body", "Question"], True),
        (["What is 1 + 1?", "1", "2", "3", "4", "B"], False),
    ],
)
def test_a_question_column_is_recognised(names: list[str], known: bool) -> None:
    assert has_question_column(names) is known


@pytest.mark.parametrize(
    ("text", "right", "chosen"),
    [
        pytest.param("Which float? (Choose two.)", None, 2, id="in brackets"),
        pytest.param("Which float? Select THREE.", None, 3, id="capitals"),
        pytest.param("Please pick 4 options: which float?", None, 4, id="digits"),
        pytest.param("Which two of the metals float?", None, 2, id="which two"),
        pytest.param("Select all that apply.", None, 0, id="all that apply"),
        pytest.param("Which float?\nMark all correct answers", "B", 0, id="all, one is right"),
        pytest.param(
            "Choose two numbers from 1 to 9. How likely is 3?", None, 1, id="a word problem"
        ),
        pytest.param(
            "In how many ways can Ann choose two of the hats?", None, 1, id="another word problem"
        ),
        pytest.param("Which float? (Choose two.)", "A,B,D", 3, id="three are right"),
        pytest.param("Which float?", "A,C", 2, id="two are right, nothing said"),
        pytest.param("Which float?", "A", 1, id="one"),
    ],
)
def test_how_many_options_a_question_asks_for(text: str, right: str | None, chosen: int) -> None:
    assert choices_to_select(text, right) == chosen
