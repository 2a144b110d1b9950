"""Options wherever a row has them, by their labels, and where positions are counted from."""

import pytest

from lambdas.core.dataset.golds import Asked
from tests.unit.core.dataset.samples import Row, read_dataset, surveyed

# A question whose options stand in the row's other members.
WHICH: dict[str, object] = {"question": "Which metal rusts?"}
IRON, TIN = ("A", "iron"), ("B", "tin")


def labelled(row: Row, file: str = "q.jsonl") -> list[tuple[str, str]]:
    """Return labels and texts of the options of a dataset of one row."""
    (question,) = read_dataset(row, file=file).questions
    return [(choice.label, choice.text) for choice in question.choices]


@pytest.mark.parametrize(
    ("row", "gold"),
    [
        pytest.param({"a": "iron", "b": "tin", "answer": "b"}, "B", id="small letters"),
        pytest.param({"choice_A": "iron", "choice_B": "tin", "answer": "A"}, "A", id="choice_A"),
        pytest.param({"Option A": "iron", "Option B": "tin", "Answer": "B"}, "B", id="Option A"),
        pytest.param({"optionA": "iron", "optionB": "tin", "Correct": "A"}, "A", id="optionA"),
        pytest.param({"option#1": "iron", "option#2": "tin", "answer": "2"}, "B", id="option#1"),
        pytest.param({"option1": "iron", "option2": "tin", "answer": "1"}, "A", id="WinoGrande"),
        pytest.param(
            {"option1": "iron", "option2": "tin", "answer": "option2"}, "B", id="a column's name"
        ),
        pytest.param(
            {"mc_answer1": "iron", "mc_answer2": "tin", "correct_answer_num": "1"},
            "A",
            id="Belebele counts from 1",
        ),
        pytest.param({"Choice 1": "iron", "Choice 2": "tin", "answer": "1"}, "A", id="Choice 1"),
        pytest.param({"sol1": "iron", "sol2": "tin", "label": 1}, "B", id="PIQA counts from 0"),
        pytest.param({"choice1": "iron", "choice2": "tin", "label": 0}, "A", id="COPA from 0"),
        pytest.param({"ans0": "iron", "ans1": "tin", "label": 1}, "B", id="BBQ"),
        pytest.param({"answer0": "iron", "answer1": "tin", "label": "0"}, "A", id="CosmosQA"),
        pytest.param(
            {"endings": ["iron", "tin"], "label": "1"}, "B", id="HellaSwag on Hugging Face"
        ),
        pytest.param(
            {"answers": ["iron", "tin"], "correct_answer_id": 1}, "B", id="QuAIL's answers"
        ),
        pytest.param({"answers": ["iron", "tin"], "label": 0}, "A", id="ReClor's answers"),
        pytest.param(
            {"options": "a ) iron , b ) tin", "correct": "b"}, "B", id="MathQA's options in a text"
        ),
        pytest.param({"options": "['iron', 'tin']", "answer": "A"}, "A", id="MMMU's Python list"),
        pytest.param(
            {
                "options": [{"key": "A", "value": "iron"}, {"key": "B", "value": "tin"}],
                "answer": "B",
            },
            "B",
            id="keys and values",
        ),
        pytest.param({"target_scores": {"iron": 1, "tin": 0}}, "A", id="BIG-bench"),
        pytest.param(
            {
                "multiple_choice_targets": ["iron", "tin"],
                "multiple_choice_scores": [0, 1],
                "targets": ["tin"],
            },
            "B",
            id="BIG-bench on Hugging Face",
        ),
        pytest.param(
            {"options": {"A": "iron", "B": "tin"}, "answer": "tin", "answer_letter": "B"},
            "B",
            id="SuperGPQA",
        ),
    ],
)
def test_options_are_found_wherever_they_stand(row: dict[str, object], gold: str) -> None:
    read = read_dataset(WHICH | row)

    assert read.task == "multiple_choice"
    assert labelled(WHICH | row) == [IRON, TIN]
    assert (read.golds, read.problems) == ([gold], [])


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            {
                "Correct Answer": "iron\n",
                "Incorrect Answer 1": "tin",
                "Incorrect Answer 2": "lead",
            },
            id="GPQA",
        ),
        pytest.param(
            {"correct_answer": "iron", "distractor1": "tin", "distractor2": "lead"}, id="SciQ"
        ),
        pytest.param({"ideal": "iron", "distractors": ["tin", "lead"]}, id="LAB-bench"),
        pytest.param(
            {"best_answer": "iron", "incorrect_answers": ["tin", "lead"]},
            id="TruthfulQA on Hugging Face",
        ),
        pytest.param(
            {"Best Answer": "iron", "Incorrect Answers": "tin; lead"}, id="TruthfulQA's CSV"
        ),
        pytest.param(
            {"mc1_targets": {"choices": ["iron", "tin", "lead"], "labels": [1, 0, 0]}},
            id="TruthfulQA, multiple choice",
        ),
    ],
)
def test_right_and_wrong_answers_become_options_in_an_order_that_gives_nothing_away(
    row: dict[str, object],
) -> None:
    rows = [{"question": f"Which rusts, of {n}?", **row} for n in range(12)]

    questions = read_dataset(*rows).questions

    texts = [{choice.label: choice.text for choice in each.choices} for each in questions]
    assert {text[str(each.gold)] for text, each in zip(texts, questions, strict=True)} == {"iron"}
    assert all(set(text.values()) == {"iron", "tin", "lead"} for text in texts)
    assert {each.gold for each in questions} == {"A", "B", "C"}


def test_the_order_of_such_options_depends_on_the_seed_alone() -> None:
    rows = [{"question": f"{n}?", "ideal": "a", "distractors": ["b", "c", "d"]} for n in range(9)]

    orders = [surveyed(*rows, asked=Asked(seed=seed)).findings.golds for seed in (1, 1, 2)]

    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("Which metal rusts? (A) iron (B) tin", "A", id="ARC's CSV"),
        pytest.param("Which metal rusts?\nOptions:\n(A) iron\n(B) tin", "(A)", id="BIG-Bench Hard"),
    ],
)
def test_options_within_the_question_are_options(text: str, answer: str) -> None:
    (question,) = read_dataset({"question": text, "answerKey": answer}).questions

    assert (question.text, question.gold) == ("Which metal rusts?", "A")
    assert [(choice.label, choice.text) for choice in question.choices] == [IRON, TIN]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("Is (A) iron or (B) tin older?", "iron", id="an answer that is no letter"),
        pytest.param("Is (B) iron or (C) tin older?", "B", id="letters not from A"),
        pytest.param("Which of lines (A) and (B) is longer?", "F", id="another letter"),
    ],
)
def test_letters_in_brackets_may_be_part_of_a_question(text: str, answer: str) -> None:
    (question,) = read_dataset({"question": text, "answer": answer}, task="exact").questions

    assert (question.text, question.choices) == (text, ())


@pytest.mark.parametrize(
    ("answers", "golds", "unscored"),
    [
        pytest.param([0, 1, 2], ["A", "B", "C"], 0, id="a 0 shows that it is from 0"),
        pytest.param([1, 3, 2], ["A", "C", "B"], 0, id="a 3 of three shows that it is from 1"),
        pytest.param([1, 2, 1], [None, None, None], 3, id="nothing shows it"),
        pytest.param([0, 3, 1], ["A", None, "B"], 1, id="one that no count allows"),
        pytest.param([-1, -1, 1], [None, None, None], 1, id="-1 is no answer"),
    ],
)
def test_positions_beside_columns_of_options_are_counted_from_where_the_rows_show(
    answers: list[int], golds: list[str | None], unscored: int
) -> None:
    rows = [
        {"question": f"{n}?", "opa": "up", "opb": "down", "opc": "on", "cop": answer}
        for n, answer in enumerate(answers)
    ]

    read = read_dataset(*rows)

    assert read.golds == golds
    assert sum(each is not None for each in read.unscored) == unscored


def test_columns_named_a_and_b_of_a_set_of_sums_are_no_silent_options() -> None:
    survey = surveyed(b"question,a,b,answer\nAdd a and b.,2,3,5\nAdd both.,4,5,9\n", file="q.csv")

    assert "2 of 2 answers cannot be scored" in survey.problems[-1]


@pytest.mark.parametrize(
    ("row", "gold"),
    [
        pytest.param({"choices": ["iron", "tin", "iron"], "answer": "A"}, "A", id="by its label"),
        pytest.param({"choices": ["iron", "tin", "iron"], "answer": 2}, "C", id="by its position"),
        pytest.param({"choices": ["iron", "tin", "iron"], "answer": "tin"}, "B", id="another text"),
        pytest.param({"choices": ["iron", "tin", "iron"], "answer": "iron"}, None, id="its text"),
        pytest.param({"A": "iron", "B": "iron", "answer": "b"}, "B", id="in columns"),
        pytest.param(
            {"options": ["A)iron", "B)iron"], "correct": "B"}, "B", id="AQuA's labels in the texts"
        ),
        pytest.param({"correct_answer": "iron", "distractor1": "iron", "distractor2": "tin"}, None),
    ],
)
def test_options_of_equal_text_are_told_apart_by_their_labels(
    row: dict[str, object], gold: str | None
) -> None:
    read = read_dataset(WHICH | row)

    assert read.problems == []
    if gold is not None or "answer" in row:
        assert read.golds == [gold]
