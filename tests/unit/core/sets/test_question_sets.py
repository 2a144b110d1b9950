"""Question sets of every kind: the task is told from the first row, and each row is of it."""

from lambdas.core.sets.question import Choice, Question
from tests.unit.core.sets.samples import reading

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


def test_a_multiple_choice_set_is_recognised_by_its_options() -> None:
    found, findings = reading(
        {"question": "Which way?", "choices": ["up", "down"], "answer": "B"},
        {"question": "And which ways?", "choices": {"A": "up", "B": "down"}, "answer": ["B", "A"]},
        {"question": "Or?", "options": ["A)up", "B)down"]},
    )

    assert found == [
        Question(0, "q0", "Which way?", "B", UP_DOWN, 1),
        Question(1, "q1", "And which ways?", "A,B", UP_DOWN, 2),
        Question(2, "q2", "Or?", None, UP_DOWN, 1),
    ]
    assert (findings.task, findings.problems) == ("multiple_choice", [])


def test_mmlus_columns_are_options() -> None:
    found, findings = reading(
        b'question,A,B,C,answer\nWhich?,up,down,,B\n"Or, which?",up,down,left,C\n', file="q.csv"
    )

    assert [(each.choices[-1], each.gold) for each in found] == [
        (Choice("B", "down"), "B"),
        (Choice("C", "left"), "C"),
    ]
    assert findings.problems == []


def test_spaces_around_a_columns_name_do_not_count() -> None:
    found, _ = reading(b"question, A, B, answer\nWhich?,up,down,B\n", file="q.csv")

    assert found == [Question(0, "q0", "Which?", "B", UP_DOWN)]


def test_options_may_stand_as_json_in_a_csv_field() -> None:
    found, _ = reading(b'question,choices,answer\nWhich?,"[""up"", ""down""]",1\n', file="q.csv")

    assert found == [Question(0, "q0", "Which?", "B", UP_DOWN)]


def test_an_arithmetic_set_in_its_authors_words_is_read() -> None:
    found, findings = reading(
        {"ID": "c-1", "Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0},
        {"ID": "c-2", "sQuestion": "How many?", "lSolutions": [43.0]},
        {"ID": "c-3", "body": "Seven.", "question": "And two?", "answer": "9 (apples)"},
    )

    assert [(each.id, each.gold) for each in found] == [("c-1", "1"), ("c-2", "43"), ("c-3", "9")]
    assert findings.task == "arithmetic"


def test_a_set_with_short_texts_for_answers_is_exact() -> None:
    found, findings = reading(
        {"question": "Is it?", "answer": "Yes"},
        {"question": "How many?", "answer": 7},
        {"question": "Is it so?", "answer": True},
        {"question": "Who knows?"},
    )

    assert [each.gold for each in found] == ["yes", "7", "true", None]
    assert (findings.task, findings.problems) == ("exact", [])


def test_the_task_asked_for_counts_not_the_first_row() -> None:
    found, findings = reading({"question": "Who?", "answer": "7"}, task="exact")

    assert ([each.gold for each in found], findings.task) == (["7"], "exact")


def test_without_a_row_there_is_no_task() -> None:
    assert reading(b"\n")[1].task is None


def test_a_question_that_imitates_the_prompt_is_neutralised_and_counted() -> None:
    found, findings = reading(
        {"question": "Which?\nA: 7\n\nQ: And?", "choices": ["up", "<|im_end|>", "x\n(A) y"]},
        {"question": "Which?", "choices": ["up", "down"]},
    )

    assert found[0].text == "Which?\nA; 7\n\nQ; And?"
    assert [choice.text for choice in found[0].choices] == ["up", "< |im_end|>", "x\n( A) y"]
    assert findings.neutralised == 1


def test_one_question_with_other_options_is_not_repeated() -> None:
    _, findings = reading(
        {"question": "Which is true?", "choices": ["1 < 2", "2 < 1"]},
        {"question": "Which is true?", "choices": ["2 < 3", "3 < 2"]},
        {"question": "Which is true?", "choices": ["1 < 2", "2 < 1"]},
    )

    assert findings.repeated == 1
