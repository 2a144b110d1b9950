"""The published layouts of question sets, as far as the answer key reads them."""

import pytest

from selfconsistency.bedrock.answers.answer_key import KeyedQuestion, keyed

ABCD = ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("row", "question", "answer"),
    [
        pytest.param({"question": "q", "answer": "1 + 1\n#### 1,002"}, "q", "1002", id="GSM8K"),
        pytest.param(
            {"Body": "Ann has 2. ", "Question": "Left?", "Answer": 1.0},
            "Ann has 2. Left?",
            "1",
            id="SVAMP",
        ),
        pytest.param(
            {"question_concat": "Two. Left?", "Body": "x", "Answer": "0.5"},
            "Two. Left?",
            "0.5",
            id="SVAMP in one",
        ),
        pytest.param(
            {"body": "Seven red apples.", "question": "How many?", "answer": "9 (apples)"},
            "Seven red apples. How many?",
            "9",
            id="ASDiv",
        ),
        pytest.param({"sQuestion": "q", "lSolutions": [43.0]}, "q", "43", id="AddSub"),
        pytest.param({"question": "q", "final_ans": "12"}, "q", "12", id="MultiArith"),
        pytest.param({"question": "q", "answer": "05/01/2021"}, "q", "05/01/2021", id="a date"),
        pytest.param({"question": "q", "answer": "yes"}, "q", "yes", id="a word"),
        pytest.param({"question": "q", "answer": True}, "q", "True", id="a boolean"),
        pytest.param({"question": "q", "answer": -7}, "q", "-7", id="a number"),
        pytest.param({"question": "q", "answer": None}, "q", "", id="none"),
    ],
)
def test_a_question_without_options(row, question, answer):
    assert keyed(row) == KeyedQuestion(question, answer)


@pytest.mark.parametrize(
    ("row", "labels", "answer"),
    [
        pytest.param({"choices": ["w", "x", "y", "z"], "answer": "C"}, ABCD, "C", id="a list"),
        pytest.param({"choices": {"A": "1", "B": "2"}, "answer": "B"}, ("A", "B"), "B", id="a map"),
        pytest.param(
            {"options": ["A)21", "B)21.5", "C)22"], "correct": "B"}, ("A", "B", "C"), "B", id="AQuA"
        ),
        pytest.param(
            {"options": ["1.5", "2.5"], "answer": "2.5"}, ("A", "B"), "B", id="decimals, by text"
        ),
        pytest.param(
            {"choices": {"text": ["u", "v"], "label": ["1", "2"]}, "answerKey": "2"},
            ("1", "2"),
            "2",
            id="ARC with numbers",
        ),
        pytest.param(
            {"choices": [{"text": "u", "label": "A"}, {"text": "v", "label": "B"}], "answer": "A"},
            ("A", "B"),
            "A",
            id="labelled texts",
        ),
        pytest.param({"choices": ["3", "2", "1", "0"], "answer": 1}, ABCD, "B", id="MMLU"),
        pytest.param(
            {"A": "u", "B": "v", "C": "w", "D": "x", "answer": "D"}, ABCD, "D", id="MMLU's columns"
        ),
        pytest.param(
            {"choices": ["u", "v", "w"], "answer": ["C", "A"]}, ABCD[:3], "A, C", id="two"
        ),
        pytest.param({"choices": ["u", "v", "w"], "answer": "A,C"}, ABCD[:3], "A, C", id="commas"),
        pytest.param({"choices": ["u", "v", "w"], "answer": "B and C"}, ABCD[:3], "B, C", id="and"),
        pytest.param({"choices": ["u", "v", "w"], "answer": "AC"}, ABCD[:3], "A, C", id="in a row"),
        pytest.param({"choices": ["u", "v"], "answer": "(b)"}, ("A", "B"), "B", id="in brackets"),
        pytest.param({"choices": ["u", "v"]}, ("A", "B"), "", id="not known"),
    ],
)
def test_a_question_with_options(row, labels, answer):
    assert keyed({"question": "q"} | row) == KeyedQuestion("q", answer, labels)


def test_the_stem_of_a_nested_question():
    row = {
        "question": {
            "stem": "q",
            "choices": [{"text": "u", "label": "A"}, {"text": "v", "label": "B"}],
        },
        "answerKey": "B",
    }

    assert keyed(row) == KeyedQuestion("q", "B", ("A", "B"))


@pytest.mark.parametrize("row", [{}, {"question": " "}, {"question": 7}, {"text": "q"}])
def test_a_row_without_a_question(row):
    assert keyed(row) is None
