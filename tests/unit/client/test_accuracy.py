from typing import Any

import pytest

from client.accuracy import accuracy_rows, accuracy_title, findings, gain_rows

GAIN = {"points": 0.0241, "low": 0.0013, "high": 0.0484, "gained": 14, "lost": 5, "p_value": 0.0636}
INTERVAL = {"low": 0.8864, "high": 0.941}


def setting(name: str, accuracy: float | None, **more: Any) -> dict[str, Any]:
    return {
        "setting": name,
        "paths": {"min": 10, "mean": 10, "max": 10},
        "accuracy": accuracy,
        "unanswered": 2,
    } | more


def calculator(**more: Any) -> dict[str, Any]:
    return {"variant": "calculator", "accuracy": 0.93, "interval": INTERVAL} | more


def test_an_accuracy_stands_with_its_interval_over_questions() -> None:
    rows = accuracy_rows({"settings": [setting("T0.7", 0.9177, interval=INTERVAL)]})

    assert rows == [("T0.7", "10", "91.77 %", "88.6–94.1", "2")]


def test_a_vote_beside_the_majority_has_a_row_below_its_setting() -> None:
    rows = accuracy_rows({"settings": [setting("T0.7", 0.9177, variants=[calculator()])]})

    assert rows[1] == ("  calculator", "", "93.00 %", "88.6–94.1", "")


def test_questions_without_answers_have_no_accuracy() -> None:
    [row] = accuracy_rows({"settings": [setting("T0.7", None)]})

    assert row[2:4] == ("–", "–")


def test_paths_that_differ_are_told_as_a_span_with_their_mean() -> None:
    paths = {"min": 4, "mean": 9.16, "max": 40}

    [row] = accuracy_rows({"settings": [setting("T0.7", 0.5, paths=paths)]})

    assert row[1] == "4–40, mean 9.2"


def test_a_gain_is_told_with_its_interval_its_questions_and_p() -> None:
    settings = [setting("greedy", 0.8937, gain=None), setting("T0.7", 0.9177, gain=GAIN)]

    assert gain_rows({"settings": settings}) == [
        ("T0.7", "greedy", "+2.41", "+0.1 to +4.8", "14", "5", "0.064")
    ]


def test_a_vote_beside_the_majority_gains_over_that() -> None:
    loss = GAIN | {"points": -0.01, "low": -0.03, "high": 0.0, "p_value": 0.00001}

    rows = gain_rows({"settings": [setting("T0.7", 0.9, variants=[calculator(versus=loss)])]})

    assert rows == [("T0.7 calculator", "majority", "-1.00", "-3.0 to +0.0", "14", "5", "< 0.001")]


def test_it_stands_below_its_setting_where_that_has_a_gain() -> None:
    settings = [setting("T0.7", 0.9, gain=GAIN, variants=[calculator(versus=GAIN)])]

    assert [row[0] for row in gain_rows({"settings": settings})] == ["T0.7", "  calculator"]


def test_accuracies_over_other_questions_are_no_gain() -> None:
    settings = [setting("greedy", 0.5, gain=None), setting("T0.7", 0.625, gain=None)]

    assert gain_rows({"settings": settings}) == []


def test_a_report_of_an_earlier_version_has_gains_without_intervals() -> None:
    settings = [setting("greedy", 0.5), setting("T0.7", 0.625)]

    assert gain_rows({"settings": settings}) == [("T0.7", "greedy", "+12.50", "–", "–", "–", "–")]


def test_without_greedy_no_gain_is_told() -> None:
    assert gain_rows({"settings": [setting("T0.7", 0.625, gain=None)]}) == []


def test_the_advice_and_the_end_of_the_curve_are_told() -> None:
    told = setting("T0.7", 0.9, advice={"sentence": "5 paths do"}, curve_reach="it ends at 4")
    untold = setting("greedy", 0.9, advice=None, curve_reach=None)

    assert findings({"settings": [untold, told, setting("T1.0", 0.9)]}) == [
        "T0.7: 5 paths do",
        "T0.7: it ends at 4",
    ]


def test_votes_that_cannot_be_scored_are_titled_as_votes() -> None:
    title = accuracy_title({"dataset": {"questions": 20, "labelled": 0}})

    assert title == "Votes on 20 questions, none of them labelled"


@pytest.mark.parametrize(
    ("questions", "labelled", "title"),
    [
        (1, 1, "Accuracy of the vote on 1 question"),
        (20, 1, "Accuracy of the vote on 1 labelled question of 20"),
        (1, 0, "Votes on 1 question, none of them labelled"),
    ],
)
def test_one_question_is_no_plural(questions: int, labelled: int, title: str) -> None:
    dataset = {"questions": questions, "labelled": labelled}

    assert accuracy_title({"dataset": dataset}) == title
