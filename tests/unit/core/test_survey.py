"""The survey of a dataset: sizes for the plan, findings for its reader, why it is refused."""

import json

import pytest

from lambdas.core.costs.loads import DatasetSize
from lambdas.core.dataset.golds import Asked
from tests.unit.core.dataset.samples import Row, surveyed

GOOD: dict[str, object] = {"question": "How many é?", "answer": "7"}
CHOICE: dict[str, object] = {"question": "Which?", "choices": ["12", "18"], "answer": "A"}


def test_a_survey_counts_labels_and_the_bytes_of_each_question_in_a_record() -> None:
    survey = surveyed(GOOD, GOOD | {"answer": None})

    # "é" is six bytes, for its escape.
    assert (survey.labelled, list(survey.question_bytes)) == (1, [16, 16])


def test_a_survey_counts_the_tokens_that_questions_and_their_options_may_have() -> None:
    survey = surveyed(CHOICE | {"question": "Which é?"})

    # "Which" 3, " " 1, "é" 2, "?" 1; each of the 13 characters of "(A) 12\n(B) 18".
    assert survey.size.token_bound == 7 + 13


def test_a_survey_counts_choices_apart_because_a_template_may_repeat_either() -> None:
    survey = surveyed(CHOICE | {"question": "Which é?"}, CHOICE)

    # "(A) 12\n(B) 18" is 13 characters, and 14 with the escape of its line end.
    assert list(survey.question_bytes) == [13 + 14, 6 + 14]
    assert list(survey.choices_bytes) == [14, 14]
    assert (survey.size.choices_characters, survey.size.choices_token_bound) == (28, 26)


def test_a_survey_knows_the_longest_question_and_the_characters_of_all() -> None:
    survey = surveyed(*({"question": "1" * size} for size in (3, 7, 5)))

    assert survey.size == DatasetSize(characters=15, token_bound=15, longest_token_bound=7)


def test_a_survey_infers_the_task_unless_it_is_given() -> None:
    assert [surveyed(CHOICE).task, surveyed(GOOD).task] == ["multiple_choice", "arithmetic"]
    assert surveyed(GOOD, asked=Asked("exact")).task == "exact"
    assert surveyed(b"{oops").task is None


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        pytest.param(
            [{"question": "a"}, {"question": "b"}],
            ["2 questions without an answer: voted, not scored"],
            id="no answers",
        ),
        pytest.param(
            [GOOD | {"weather": "wet"}, GOOD | {"question": "a", "weather": "dry", "mood": 1}],
            ['members that are not used: "weather" (2), "mood" (1)'],
            id="members that are not used",
        ),
        pytest.param([GOOD, GOOD], ["1 question with the text of an earlier one"], id="a repeat"),
        pytest.param(
            [GOOD | {"question": "How many?\nA: 7</s>"}],
            ["1 question contained prompt markers", '"Q:"', "semicolon", '"</s>"', "a space"],
            id="prompt markers",
        ),
        pytest.param(
            [GOOD | {"question": "How\x00 many?"}],
            ["1 question contained control characters: each became a space"],
            id="control characters",
        ),
        pytest.param(
            [CHOICE | {"choices": ["12", "12"]}],
            ["1 question with options of equal text"],
            id="options of equal text",
        ),
        pytest.param(
            [GOOD | {"id": 1}, {"question": "a", "answer": "8", "id": 1}],
            ["ids that repeat: the questions are numbered q0, q1, q2"],
            id="ids that repeat",
        ),
        pytest.param(
            [CHOICE | {"question": f"{n}?", "answer": n, "choices": ["x", "y"]} for n in (1, 2)],
            ["right options given by position: counted from 1, as the answers show"],
            id="positions from 1",
        ),
        pytest.param(
            [GOOD | {"answer": "1.234"}],
            ["no right answer shows which mark separates decimals", 'give "decimal_mark": ","'],
            id="an open decimal mark",
        ),
        pytest.param(
            [*({"question": f"{n}?", "answer": "7"} for n in range(19)), GOOD | {"answer": "few"}],
            ["1 question with an answer that cannot be scored: voted, not scored", " 20: answer"],
            id="an answer that cannot be scored",
        ),
    ],
)
def test_what_a_reader_of_the_report_should_know_is_one_warning(
    rows: list[Row], parts: list[str]
) -> None:
    survey = surveyed(*rows)

    (warning,) = survey.warnings
    assert [part for part in parts if part not in warning] == []
    assert survey.problems == ()
    assert survey.findings.warnings == survey.warnings


def test_a_dataset_without_peculiarities_has_no_warning() -> None:
    assert surveyed(GOOD, CHOICE | {"choices": None, "answer": 5}).warnings == ()


def test_an_empty_dataset_is_a_problem() -> None:
    assert surveyed(b"\n").problems == ("q.jsonl holds no question, must have one in each line",)


@pytest.mark.parametrize("name", ["anwser", "gold_letter", "Correct Choice No", "expected"])
def test_a_dataset_whose_answers_may_be_missed_is_refused_unless_that_is_asked_for(
    name: str,
) -> None:
    rows: list[Row] = [{"question": f"{n}?", name: [n]} for n in range(3)]

    (problem,) = surveyed(*rows).problems
    asked_for = surveyed(*rows, asked=Asked(unscored_at_most=1))

    assert f'no row has an answer, but "{name}" may hold it' in problem
    assert asked_for.problems == ()


def test_a_dataset_in_which_some_rows_have_an_answer_is_not_refused_for_an_unused_member() -> None:
    assert surveyed(GOOD | {"expected_form": "a number"}).problems == ()


@pytest.mark.parametrize(
    ("members", "names"),
    [
        pytest.param({"resp_a": "x", "resp_b": "y"}, '"resp_a", "resp_b"', id="an unknown prefix"),
        pytest.param({"a": "x", "c": "y"}, '"a", "c"', id="a gap"),
        pytest.param({"Reply A": "x", "Reply B": "y"}, '"Reply A", "Reply B"', id="spaces"),
    ],
)
def test_a_dataset_whose_options_may_be_missed_is_refused_unless_a_task_is_named(
    members: dict[str, object], names: str
) -> None:
    rows: list[Row] = [{"question": f"{n}?", "answer": "A", **members} for n in range(3)]

    (problem,) = surveyed(*rows).problems

    assert f"all answers are single letters, and {names} may be the options" in problem
    assert surveyed(*rows, asked=Asked("exact")).problems == ()
    assert surveyed(*rows, GOOD | {"answer": "two words"}).problems == ()


def test_the_findings_name_members_by_what_they_are_used_for() -> None:
    survey = surveyed(
        {
            "Passage": "Ann went out.",
            "Question": "Who?",
            "option_a": "Ann",
            "option_b": "Ben",
            "Answer": "A",
            "mood": "calm",
        }
    )

    found = survey.findings
    assert (found.asked, found.options) == (("Passage", "Question"), ("option_a", "option_b"))
    assert (found.answers, found.unused, found.golds) == (("Answer",), ("mood",), ("A",))
    assert (found.questions, found.labelled, found.task) == (1, 1, "multiple_choice")


def test_findings_fit_in_a_tables_entry_whatever_the_members_are_named() -> None:
    names = [f"{n}\ud800{'é' * 900}" for n in range(1_500)]
    odd = json.dumps({"question": "?", "q\ud800": 1, **dict.fromkeys(names, 1)}).encode()
    asked = (b'{"%squestion": "%d?"}' % (b"_" * n, n) for n in range(300))

    for survey in (surveyed(*[odd, odd]), surveyed(*asked)):
        assert len(survey.findings.model_dump_json().encode()) < 100_000


def test_rows_that_cannot_be_scored_are_found_by_line_the_first_thousand() -> None:
    rows = ({"question": f"{n}?", "answer": ["a", "b"]} for n in range(1_200))

    survey = surveyed(*rows, asked=Asked("exact", unscored_at_most=1))

    assert survey.findings.unscored_lines == tuple(range(1, 1_001))
    assert "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1,190 more: " in survey.warnings[0]


def test_only_as_many_questions_are_surveyed_as_the_limit_allows() -> None:
    content = [GOOD, GOOD | {"question": "b", "extra": 1}, {"question": 7}]

    survey = surveyed(*content, limit=1)

    assert (survey.findings.questions, survey.findings.unused, survey.problems) == (1, (), ())
