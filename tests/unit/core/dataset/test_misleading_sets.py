"""Datasets that would be read wrong without a word: refused, or read as their authors meant."""

import pytest

from tests.unit.core.dataset.samples import Row, read_dataset, surveyed

PAIR = ["ant", "whale"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        pytest.param({"question": "17 * 3?", "hint": "The answer is 51."}, "hint", id="a hint"),
        pytest.param(
            {"question": "17 * 3?", "background": "51"}, "background", id="the gold alone"
        ),
        pytest.param(
            {"question": "17 * 3?", "document": "Q: 17 * 3? A: 51"}, "document", id="a solved text"
        ),
        pytest.param(
            {"instruction": "Solve.", "input": "17*3", "text": "Solve. ### Response: 51"},
            "text",
            id="a training text with a short question",
        ),
        pytest.param({"prompt": "17 * 3? Answer: 51"}, "prompt", id="a prompt with its answer"),
    ],
)
def test_a_member_that_states_the_answer_is_refused(row: dict[str, object], name: str) -> None:
    (problem,) = surveyed(row | {"answer": "51"}).problems

    assert f'"{name}" is in the prompt and states the right answer in 1 of 1' in problem


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            {"passage": "Ann has 51 hens.", "question": "How many?"}, id="within a passage"
        ),
        pytest.param(
            {"passage": "The answer is 510.", "question": "How many?"}, id="another number"
        ),
        pytest.param({"passage": "The answer is 51 or 52.", "question": "Which?"}, id="one of two"),
        pytest.param({"question": "How many?", "solution": "The answer is 51."}, id="not shown"),
    ],
)
def test_a_text_that_only_holds_the_answer_is_shown(row: dict[str, object]) -> None:
    assert surveyed(row | {"answer": "51"}).problems == ()


def test_a_training_text_in_another_layout_is_not_shown() -> None:
    row = {
        "question": "How many hens has Ann?",
        "text": "How many  hens has\nAnn?\n51",
        "answer": 51,
    }

    assert read_dataset(row).questions[0].text == "How many hens has Ann?"


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        pytest.param({"choises": PAIR}, "B", id="a slip in the name"),
        pytest.param({"opitons": PAIR}, 1, id="a slip, and positions"),
        pytest.param({"possibilities": PAIR}, "B", id="another name beside letters"),
        pytest.param({"possibilities": {"A": "ant", "B": "whale"}}, "B", id="a map"),
    ],
)
def test_options_in_a_member_that_is_not_read_are_refused(
    options: dict[str, object], answer: object
) -> None:
    (problem,) = surveyed({"question": "Which is big?", "answer": answer} | options).problems

    assert f'"{next(iter(options))}" may hold the options; rename it to options' in problem


@pytest.mark.parametrize(
    ("rows", "golds"),
    [
        pytest.param(
            [
                {
                    "options": [
                        {"text": "ant", "isCorrect": False},
                        {"text": "elk", "isCorrect": True},
                    ]
                }
            ],
            ["B"],
            id="marked as right",
        ),
        pytest.param(
            [
                {
                    "answers": [
                        {"answer": "ant", "correct": True},
                        {"answer": "elk", "correct": False},
                    ]
                }
            ],
            ["A"],
            id="answers with marks",
        ),
        pytest.param(
            [{"options": [{"text": "ant", "correct": 0}, {"text": "elk", "correct": "1"}]}],
            ["B"],
            id="marks in figures",
        ),
        pytest.param(
            [{"options": [{"option": "ant", "is_correct": True}, {"option": "elk"}]}],
            ["A"],
            id="a text named option",
        ),
        pytest.param(
            [{"Answer 1": "ant", "Answer 2": "elk", "Answer 3": "bee", "Correct": 2}],
            ["B"],
            id="numbered answers beside the right one",
        ),
        pytest.param([{"options": "A. ant; B. elk", "answer": "B"}], ["B"], id="one text"),
        pytest.param([{"options": "A. ant\nB. elk", "answer": "B"}], ["B"], id="lines"),
        pytest.param([{"options": ["A:ant", "B:elk"], "label": "B"}], ["B"], id="no space"),
        pytest.param([{"options": PAIR, "answer": 1.0}], ["B"], id="a whole float"),
        pytest.param([{"A": "ant", "B": "elk", "answer": "0.0"}], ["A"], id="a float of a table"),
    ],
)
def test_options_are_read_as_their_authors_wrote_them(
    rows: list[dict[str, object]], golds: list[str]
) -> None:
    read = read_dataset(*({"question": "Which?"} | row for row in rows))

    assert (read.golds, read.problems) == (golds, [])


def test_marks_that_name_another_option_than_the_answer_leave_it_unscored() -> None:
    options = [{"text": "ant", "correct": True}, {"text": "elk", "correct": False}]

    read = read_dataset({"question": "Which?", "options": options, "answer": "B"})

    assert read.unscored == [
        'answer is a text of 1 character, but "options" names another option; correct one of them'
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Which is big?\nA. ant\nB. whale", id="lines with points"),
        pytest.param("Which is big?\n(a) ant\n(b) whale", id="small letters"),
        pytest.param("Which is big? A) ant B) whale", id="one line"),
    ],
)
def test_options_within_a_question_are_read_in_any_notation(text: str) -> None:
    (question,) = read_dataset({"question": text, "answer": "B"}).questions

    assert [choice.text for choice in question.choices] == PAIR


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Which is big?\nA. ant\nB. whale\nThink first.", id="a line behind them"),
        pytest.param("Do vitamins\nA. help\nC. harm?", id="a letter left out"),
    ],
)
def test_what_may_be_no_option_stays_in_the_question(text: str) -> None:
    (question,) = read_dataset({"question": text, "answer": "A"}).questions

    assert (question.text, question.choices) == (text, ())


def test_options_within_few_questions_of_a_set_stay_in_their_text() -> None:
    text = "Which? (A) ant (B) elk"
    read = read_dataset(
        {"question": text, "answer": "B"},
        {"question": "Who?", "answer": "Ann"},
        {"question": "Where?", "answer": "Oslo"},
    )

    assert (read.questions[0].text, read.golds) == (text, ["b", "ann", "oslo"])


def _positions(*answers: int) -> list[Row]:
    return [
        {"question": f"{n}?", "choices": ["ant", "bee", "elk"], "answer": answer}
        for n, answer in enumerate(answers)
    ]


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        pytest.param([0, 1, 3, 2], "some rows count from 0, others from 1", id="both"),
        pytest.param([1, 2] * 6, "none of 12 rows shows whether they count from 0", id="neither"),
    ],
)
def test_positions_that_may_be_counted_in_two_ways_are_refused(
    answers: list[int], part: str
) -> None:
    assert part in surveyed(*_positions(*answers)).problems[-1]


def test_a_slip_among_many_positions_is_left_unscored() -> None:
    survey = surveyed(*_positions(*[0, 1, 2] * 20, 3))

    assert (survey.problems, survey.labelled) == ((), 60)


def test_few_positions_of_a_list_are_counted_from_0_with_a_warning() -> None:
    survey = surveyed(*_positions(1, 2))

    assert survey.findings.golds == ("B", "C")
    assert "counted from 0, as no row shows otherwise" in survey.warnings[0]


def test_an_answer_that_a_label_calls_wrong_is_refused() -> None:
    rows: list[Row] = [
        {"paragraph": "Ann ran.", "question": "Who ran?", "answer": name, "label": label}
        for name, label in (("Ann", 1), ("Bob", 0))
    ]

    assert '"label" is 0 beside 1 answer' in surveyed(*rows).problems[-1]


def _answers(*answers: object) -> list[Row]:
    return [{"question": f"{n}?", "answer": answer} for n, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("answers", "task", "golds"),
    [
        pytest.param(
            ["yes", "no", "unknown"], "exact", ["yes", "no", "unknown"], id="unknown is a class"
        ),
        pytest.param(["yes", "no", "N/A"], "exact", ["yes", "no", None], id="no answer is none"),
        pytest.param(
            ["Yes, it floats.", "No. It sinks."], "exact", ["yes", "no"], id="with explanations"
        ),
        pytest.param(
            ["5", "7", "unknown"], "arithmetic", ["5", "7", None], id="unknown among numbers"
        ),
        pytest.param(
            ["10:30 AM", "10:30 PM"], "exact", ["10:30 am", "10:30 pm"], id="halves of a day"
        ),
        pytest.param(
            ["3,5", "0,75", "2.000"], "arithmetic", ["3.5", "0.75", "2000"], id="decimal commas"
        ),
    ],
)
def test_the_task_and_the_answers_are_those_of_a_careful_reader(
    answers: list[object], task: str, golds: list[str | None]
) -> None:
    read = read_dataset(*_answers(*answers))

    assert read.reading is not None
    assert (read.reading.task, read.golds) == (task, golds)


def test_answers_that_may_be_one_number_or_two_are_refused() -> None:
    (problem,) = surveyed(*_answers("3,5", "12")).problems

    assert 'give "decimal_mark": "," for one, or "task": "exact" for two' in problem


def test_numbers_of_a_question_stand_in_their_places() -> None:
    row = {"Question": "number0 hens and N_01 ducks ?", "Numbers": "3.0 4.5", "Answer": 7.5}

    assert read_dataset(row).questions[0].text == "3 hens and 4.5 ducks ?"


@pytest.mark.parametrize("name", ["Antwort", "réponse", "respuesta", "答案", "ответ", "정답"])
def test_an_answer_named_in_another_language_is_not_left_out(name: str) -> None:
    (problem,) = surveyed({"question": "1 + 1?", name: "2"}).problems

    assert f'no row has an answer, but "{name}" may hold it' in problem


def test_a_list_of_messages_is_refused_with_the_way_out() -> None:
    turns = [{"role": "user", "content": "1 + 1?"}]

    (problem,) = read_dataset({"prompt": turns, "answer": "2"}).problems

    assert "jq -c '.question = .prompt[-1].content' FILE" in problem


def test_a_comma_behind_each_row_is_refused_with_the_way_out() -> None:
    (problem,) = read_dataset(b'{"question": "1 + 1?"},\n{"question": "2 + 2?"}\n').problems

    assert problem.startswith("q.jsonl line 1: ends in a comma, must be one object alone: sed")


def test_a_long_field_of_a_table_is_read() -> None:
    passage = "x" * 200_000

    read = read_dataset(f"passage,question\n{passage},Why?\n".encode(), file="q.csv")

    assert read.questions[0].text == f"{passage}\nWhy?"


def test_passages_in_the_plural_are_shown() -> None:
    row = {"passages": ["Ann ran.", "Bob slept."], "question": "Who ran?", "answer": "Ann"}

    assert read_dataset(row).questions[0].text == "Ann ran.\nBob slept.\nWho ran?"


def test_a_question_named_q_is_read_and_its_a_not_left_out() -> None:
    survey = surveyed(b"Q,A\n1 + 1?,2\n", file="q.csv")

    assert survey.findings.asked == ("Q",)
    assert 'no row has an answer, but "A" may hold it' in survey.problems[0]
