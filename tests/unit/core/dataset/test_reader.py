"""Reading a dataset: its questions, its task, and every problem in one pass."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import Choice, Question
from lambdas.core.dataset.golds import Reading
from lambdas.core.dataset.reader import questions_of
from lambdas.core.dataset.sanitize import sanitize
from lambdas.core.errors import RequestError
from tests.unit.core.dataset.samples import lines_of, read_dataset

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))
# A question with a control character is refused.
CONTROLS = "".join(map(chr, [*range(9), *range(14, 32), 127]))
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS), min_size=1
).filter(str.strip)


def test_gsm8ks_own_file_is_read_as_it_is() -> None:
    read = read_dataset(
        {"question": "How many?", "answer": "She has 48+24 = <<48+24=72>>72.\n#### 72"}
    )

    assert read.questions == [Question(0, "q0", "How many?", "72")]


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        pytest.param("1,000", "1000", id="thousands separator"),
        pytest.param("$1000.00", "1000", id="dollars"),
        pytest.param(0, "0", id="zero"),
        pytest.param(7.5, "7.5", id="float"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="null"),
    ],
)
def test_answers_are_read_by_value(answer: object, gold: str | None) -> None:
    (question,) = read_dataset({"question": "a", "answer": answer}).questions

    assert question.gold == gold


@given(st.lists(TEXTS.filter(lambda text: sanitize(text) == text), min_size=1, max_size=5))
def test_texts_without_prompt_markers_are_unchanged(texts: list[str]) -> None:
    rows = "\n".join(json.dumps({"question": text}, ensure_ascii=False) for text in texts)

    assert [question.text for question in read_dataset(rows.encode()).questions] == texts


def test_a_multiple_choice_dataset_is_recognised_by_its_options() -> None:
    read = read_dataset(
        {"question": "Which way?", "choices": ["up", "down"], "answer": "B"},
        {"question": "And which ways?", "choices": {"A": "up", "B": "down"}, "answer": ["B", "A"]},
        {"question": "Or?", "options": ["A)up", "B)down"]},
    )

    assert read.questions == [
        Question(0, "q0", "Which way?", "B", UP_DOWN, 1),
        Question(1, "q1", "And which ways?", "A,B", UP_DOWN, 2),
        Question(2, "q2", "Or?", None, UP_DOWN, 1),
    ]
    assert (read.task, read.problems) == ("multiple_choice", [])


def test_mmlus_columns_are_options() -> None:
    read = read_dataset(
        b'question, A, B, C,answer\nWhich?,up,down,,B\n"Or, which?",up,down,left,C\n', file="q.csv"
    )

    assert [(each.choices[-1], each.gold) for each in read.questions] == [
        (Choice("B", "down"), "B"),
        (Choice("C", "left"), "C"),
    ]
    assert read.problems == []


def test_a_csv_field_may_hold_options_as_json() -> None:
    read = read_dataset(b'question,choices,answer\nWhich?,"[""up"", ""down""]",1\n', file="q.csv")

    assert read.questions == [Question(0, "q0", "Which?", "B", UP_DOWN)]


def test_an_arithmetic_dataset_with_its_authors_names_is_read() -> None:
    read = read_dataset(
        {"ID": "c-1", "Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0},
        {"ID": "c-2", "sQuestion": "How many?", "lSolutions": [43.0]},
        {"ID": "c-3", "body": "Seven.", "question": "And two?", "answer": "9 (apples)"},
    )

    golds = [(each.id, each.gold) for each in read.questions]
    assert golds == [("c-1", "1"), ("c-2", "43"), ("c-3", "9")]
    assert read.task == "arithmetic"


def test_a_dataset_with_short_texts_for_answers_is_exact() -> None:
    read = read_dataset(
        {"question": "Is it?", "answer": "Yes"},
        {"question": "How many?", "answer": 7},
        {"question": "Is it so?", "answer": True},
        {"question": "Who knows?"},
    )

    assert [each.gold for each in read.questions] == ["yes", "7", "true", None]
    assert (read.task, read.problems) == ("exact", [])


def test_the_requested_task_counts_not_the_first_row() -> None:
    read = read_dataset({"question": "Who?", "answer": "7"}, task="exact")

    assert ([each.gold for each in read.questions], read.task) == (["7"], "exact")


def test_a_row_with_problems_implies_the_task_as_well() -> None:
    read = read_dataset({"question": "Which?", "choices": ["up", ""]})

    assert (read.questions, read.task) == ([], "multiple_choice")


def test_without_a_question_there_is_no_task() -> None:
    assert read_dataset(b"\n").task is None
    assert read_dataset(b'{"answer": 1}').task is None


def test_a_question_that_imitates_the_prompt_is_sanitized_and_counted() -> None:
    read = read_dataset(
        {"question": "Which?\nA: 7\n\nQ: And?", "choices": ["up", "<|im_end|>", "x\n(A) y"]},
        {"question": "Which?", "choices": ["up", "down"]},
    )

    assert read.questions[0].text == "Which?\nA; 7\n\nQ; And?"
    assert [each.text for each in read.questions[0].choices] == ["up", "< |im_end|>", "x\n( A) y"]
    assert [row.sanitized for row in read.rows] == [True, False]


def test_the_same_text_twice_is_counted_and_not_refused() -> None:
    read = read_dataset({"question": "a"}, {"question": "a"}, {"question": "b"})

    assert [row.repeated for row in read.rows] == [False, True, False]
    assert read.problems == []


def test_one_question_with_other_options_is_not_repeated() -> None:
    read = read_dataset(
        {"question": "Which is true?", "choices": ["1 < 2", "2 < 1"]},
        {"question": "Which is true?", "choices": ["2 < 3", "3 < 2"]},
        {"question": "Which is true?", "choices": ["1 < 2", "2 < 1"]},
    )

    assert [row.repeated for row in read.rows] == [False, False, True]


def test_rows_beyond_the_limit_are_not_read() -> None:
    read = read_dataset({"question": "a"}, {"question": "b"}, b"{oops", limit=2)

    assert [question.id for question in read.questions] == ["q0", "q1"]
    assert read.problems == []


def test_a_control_character_becomes_a_space_and_is_counted() -> None:
    read = read_dataset(
        {"question": "a\x00b\x1b", "choices": ["u\x07p", "down"], "answer": "\x7fB"},
        {"question": "a\tb\r\nc\x0c\x0bd", "choices": ["up", "down"]},
    )

    assert [each.text for each in read.questions] == ["a b ", "a\tb\r\nc\x0c\x0bd"]
    assert (read.questions[0].choices[0].text, read.questions[0].gold) == ("u p", "B")
    assert [row.cleaned for row in read.rows] == [True, False]


def test_ids_that_repeat_are_replaced_by_numbers() -> None:
    read = read_dataset({"question": "a", "id": "x"}, {"question": "b", "id": "x"})

    assert [question.id for question in read.questions] == ["q0", "q1"]
    assert read.problems == []


def test_an_id_that_is_the_number_of_another_row_is_a_problem() -> None:
    read = read_dataset({"question": "a"}, {"question": "b", "id": "q0"})

    assert read.problems == ['q.jsonl line 2: id "q0" is that of line 1, must be new']


def test_questions_alone_are_those_of_the_rows() -> None:
    lines = lines_of({"question": "a"}, {"question": "b", "answer": "yes"}, {"question": "c"})

    questions = list(questions_of(lines, "q.jsonl", Reading("exact"), limit=2))

    assert questions == [Question(0, "q0", "a", None), Question(1, "q1", "b", "yes")]


def test_questions_alone_stop_at_a_problem() -> None:
    questions = questions_of(
        lines_of(b'{"question":"a"}', b"{oops"), "q.jsonl", Reading("arithmetic")
    )

    assert next(questions).text == "a"
    with pytest.raises(RequestError, match=r"^q\.jsonl line 2: is no JSON"):
        next(questions)
