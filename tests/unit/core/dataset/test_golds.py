"""The right answers of a dataset: its task, and each answer in canonical form or none."""

import pytest

from lambdas.contract import Task
from lambdas.core.answers.exact import MAX_ANSWER_CHARS
from lambdas.core.dataset.golds import Asked, Reading, expected_answer, gold_of
from lambdas.core.dataset.schemas import read_members
from tests.unit.core.dataset.samples import Row, read_dataset, surveyed

ARITHMETIC, EXACT = Reading("arithmetic"), Reading("exact")


@pytest.mark.parametrize(
    ("row", "task"),
    [
        ({"answer": "She has 8 * 9 = 72.\n#### 72"}, "arithmetic"),
        ({"answer": 1.0}, "arithmetic"),
        ({"lSolutions": [43.0]}, "arithmetic"),
        ({"answer": "9 (apples)"}, "arithmetic"),
        ({}, "arithmetic"),
        ({"answer": " "}, "arithmetic"),
        ({"answer": "word after word " * 10}, "arithmetic"),
        ({"answer": "yes"}, "exact"),
        ({"answer": True}, "exact"),
        ({"answer": "05/01/2021"}, "exact"),
        ({"choices": ["a", "b"], "answer": "7"}, "multiple_choice"),
        ({"options": {"A": "1"}}, "multiple_choice"),
        ({"A": "1", "B": "2", "answer": "A"}, "multiple_choice"),
    ],
)
def test_a_rows_task_is_inferred_from_its_options_or_else_its_answer(
    row: dict[str, object], task: Task
) -> None:
    assert read_dataset({"question": "?", **row}).task == task


@pytest.mark.parametrize(
    ("answers", "task"),
    [
        pytest.param(["1/2"] * 19 + ["several"], "arithmetic", id="one of twenty is a text"),
        pytest.param(["7"] * 18 + ["several", "few"], "exact", id="two of twenty are texts"),
        pytest.param(["None", "7", None, ""], "arithmetic", id="rows that have no number say so"),
        pytest.param(["true", "7"], "exact", id="a boolean among numbers"),
        pytest.param([" ".join(["so"] * 90), "a"] * 2 + [" ".join(["so"] * 90)], "arithmetic"),
    ],
)
def test_a_datasets_task_is_inferred_from_all_of_its_rows(answers: list[str], task: Task) -> None:
    rows = [{"question": f"{n}?", "answer": answer} for n, answer in enumerate(answers)]

    assert read_dataset(*rows).task == task
    assert read_dataset(*reversed(rows)).task == task


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        pytest.param("B", "B", id="a letter"),
        pytest.param("(b)", "B", id="in brackets"),
        pytest.param("5 m", "B", id="an option's text"),
        pytest.param(0, "A", id="an index from 0"),
        pytest.param("0", "A", id="an index from 0 in a CSV"),
        pytest.param(["C", "A"], "A,C", id="a list, in the options' order"),
        pytest.param('["C", "A"]', "A,C", id="a list in a CSV"),
        pytest.param("A and C", "A,C", id="a text with two"),
        pytest.param("E", None, id="no option"),
        pytest.param(3, None, id="an index too far"),
        pytest.param(["A", "E"], None, id="one of two is no option"),
        pytest.param({"A": 1}, None, id="a map"),
    ],
)
def test_the_correct_options_are_labels(answer: object, gold: str | None) -> None:
    row = read_members({"question": "?", "choices": ["4 m", "5 m", "6 m"], "answer": answer})

    assert gold_of(row, Reading("multiple_choice")) == gold


@pytest.mark.parametrize(
    ("answer", "reading", "gold"),
    [
        pytest.param([43.0], ARITHMETIC, "43", id="a list of one number"),
        pytest.param([43.0, 43.0], ARITHMETIC, "43", id="one number twice"),
        pytest.param([43.0, 2.0], ARITHMETIC, None, id="two numbers"),
        pytest.param(True, ARITHMETIC, None, id="a boolean is no number"),
        pytest.param("#### 1,200", ARITHMETIC, "1200", id="behind the rule mark"),
        pytest.param({"text": ["Lima", "Lima"]}, EXACT, "lima", id="one span given twice"),
        pytest.param({"spans": ["Lima", "Oslo"]}, EXACT, None, id="two spans"),
        pytest.param({"number": "12", "spans": []}, EXACT, "12", id="a number and no spans"),
        pytest.param(
            {"number": "", "date": {"day": "3", "month": "May", "year": ""}, "spans": []},
            EXACT,
            "3 may",
            id="a date",
        ),
        pytest.param(True, Reading("exact", yes_no=True), "yes", id="true in a boolean dataset"),
        pytest.param("False", Reading("exact", yes_no=True), "no", id="a text that says false"),
        pytest.param("maybe", Reading("exact", yes_no=True), None, id="neither yes nor no"),
        pytest.param("\ud800", EXACT, None, id="half a surrogate pair"),
        pytest.param({}, EXACT, None, id="an empty object"),
    ],
)
def test_a_right_answer_is_one_value_or_none(
    answer: object, reading: Reading, gold: str | None
) -> None:
    assert gold_of(read_members({"question": "?", "answer": answer}), reading) == gold


def test_a_text_too_long_to_vote_is_a_problem_with_the_longest_that_votes() -> None:
    row = read_members({"question": "?", "answer": "word " * 300})

    assert gold_of(row, EXACT) is None
    assert expected_answer(row, EXACT) == (
        f"must be at most {MAX_ANSWER_CHARS} characters long, as no longer answer votes;"
        " shorten it, or leave it out"
    )


def test_rows_beyond_the_share_that_may_stay_unscored_refuse_the_dataset() -> None:
    rows = [{"question": f"{n}?", "answer": "7"} for n in range(3)]
    odd = {"question": "Why?", "answer": ["a", "b"]}

    strict = surveyed(*rows, odd, asked=Asked("arithmetic", unscored_at_most=0.24))
    lenient = surveyed(*rows, odd, asked=Asked("arithmetic", unscored_at_most=0.25))

    assert [problem.split(":")[0] for problem in strict.problems] == ["q.jsonl line 4", "q.jsonl"]
    assert "1 of 4 answers cannot be scored" in strict.problems[1]
    assert (lenient.problems, lenient.labelled) == ((), 3)
    assert lenient.findings.unscored_lines == (4,)


@pytest.mark.parametrize(
    ("rows", "golds"),
    [
        pytest.param(
            [{"question": "Do owls hunt?", "answer": True}, {"question": "Fly?", "answer": False}],
            ["yes", "no"],
            id="booleans of JSON",
        ),
        pytest.param(
            [{"input": "not not so is", "target": "True"}, {"input": "not", "target": "False"}],
            ["yes", "no"],
            id="BIG-Bench Hard writes them as texts",
        ),
        pytest.param(
            [
                {"passage": "Owls hunt.", "question": "do owls hunt", "label": "true"},
                {"passage": "Owls hunt.", "question": "do owls sleep", "label": "false"},
            ],
            ["yes", "no"],
            id="BoolQ with texts for labels",
        ),
        pytest.param(
            [
                {"question": "Is it valid?", "text": "A clause.", "answer": "Yes"},
                {"question": "Is it so?", "text": "A clause.", "answer": "No"},
                {"question": "Is it open?", "text": "A clause.", "answer": ""},
            ],
            ["yes", "no", None],
            id="LegalBench, with a row that has none",
        ),
        pytest.param(
            [
                {"question": "Is it?", "answers": ["no", "no"]},
                {"question": "Or?", "answers": [True]},
            ],
            ["no", "yes"],
            id="lists of one value",
        ),
        pytest.param(
            [{"question": "Is it?", "expected_output": " TRUE "}],
            ["yes"],
            id="a text with spaces around it",
        ),
    ],
)
def test_booleans_have_one_spelling_where_all_right_answers_are_booleans(
    rows: list[Row], golds: list[str | None]
) -> None:
    read = read_dataset(*rows)

    assert read.golds == golds
    assert read.reading is not None
    assert (read.reading.task, read.reading.yes_no) == ("exact", True)
    assert surveyed(*rows).findings.yes_no


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(["yes", "no", "maybe"], id="PubMedQA has a third answer"),
        pytest.param(["yes", "oslo"], id="HotpotQA has spans"),
        pytest.param(["true", "3"], id="TheoremQA has numbers"),
        pytest.param(["true", "false", "unknown fact"], id="a third truth value"),
    ],
)
def test_booleans_stay_as_they_are_beside_other_answers(answers: list[str]) -> None:
    rows = [{"question": f"{place}?", "answer": each} for place, each in enumerate(answers)]

    read = read_dataset(*rows)

    assert read.golds == answers
    assert read.reading is not None
    assert not read.reading.yes_no


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"answer": "2:5"}, id="ASDiv's ratio"),
        pytest.param({"answer": "3 (miles); 5 (km)"}, id="ASDiv's two numbers"),
        pytest.param({"lSolutions": [3.0, 5.0]}, id="MAWPS' two solutions"),
        pytest.param({"answer": "x" * 2_000}, id="a long text"),
        pytest.param({"answer": "\\sqrt{y}"}, id="a formula"),
        pytest.param({"answer": {"value": 3}}, id="an object"),
    ],
)
def test_a_row_that_cannot_be_scored_is_voted_if_it_is_one_of_many(odd: dict[str, object]) -> None:
    rows: list[Row] = [{"question": f"{n}?", "answer": f"{n} (cm)"} for n in range(19)]

    survey = surveyed(*rows, {"question": "Odd?", **odd})

    assert (survey.problems, survey.task, survey.labelled) == ((), "arithmetic", 19)
    assert survey.findings.unscored_lines == (20,)
    assert "1 question with an answer that cannot be scored" in survey.warnings[0]


@pytest.mark.parametrize("says_none", ["None", "null", "N/A", "nan", " unknown "])
def test_a_row_that_says_it_has_no_number_is_no_problem(says_none: str) -> None:
    survey = surveyed({"question": "a", "answer": "3"}, {"question": "b", "answer": says_none})

    assert (survey.problems, survey.task, survey.labelled) == ((), "arithmetic", 1)


@pytest.mark.parametrize(
    ("answers", "gold"),
    [
        pytest.param({"answer": "tin", "answer_idx": "B"}, "B", id="MedQA's text and label"),
        pytest.param({"answer": "iron", "answer_idx": "B"}, None, id="another label"),
        pytest.param({"answer": "A", "answer_letter": "B"}, None, id="two labels"),
        pytest.param({"answer": "B", "answer_index": 1}, "B", id="MMLU-Pro's label and position"),
        pytest.param({"answer": "B", "answer_index": 2}, "B", id="a position from 1"),
        pytest.param({"answerKey": "A", "answer": "It is iron."}, "A", id="a sentence"),
        pytest.param({"answer": "A", "answer_text": "tin", "label": "x"}, "A", id="other members"),
    ],
)
def test_two_members_that_name_the_right_option_must_agree(
    answers: dict[str, object], gold: str | None
) -> None:
    read = read_dataset({"question": "?", "choices": ["iron", "tin"], **answers})

    assert read.golds == [gold]
    if gold is None:
        assert "names another option; correct one of them" in str(read.unscored)
