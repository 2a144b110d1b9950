"""The report: accuracy by setting, and a warning for whatever did not go as asked."""

from typing import Any

import pytest

from lambdas.core.curve import Curve
from lambdas.core.errors import NothingAnsweredError
from lambdas.core.lane import LaneSums
from lambdas.core.report import Scored, curve_rows, headline, make_report, scored_settings
from tests.unit.core.samples import GREEDY, WARM, a_plan

# Two questions of two paths: one always right, one right half the time.
CURVE = Curve(2, (1.5, 1.5), (0.25, 0.25))


def sums(**changed: Any) -> LaneSums:
    whole: dict[str, Any] = {
        "questions": 100,
        "labelled": 100,
        "correct": 74,
        "expected": 75.0,
        "silent": 0,
        "tied": 2,
        "paths": 500,
        "fewest": 5,
        "most": 5,
        "unanswered": 0,
        "curve": CURVE,
    }
    return LaneSums(**(whole | changed))


GREEDY_SUMS = sums(paths=100, fewest=1, most=1, tied=0, expected=60.0, correct=60)


def a_record(**changed: Any) -> dict[str, Any]:
    return {
        "run_id": "run-1",
        "entry": "job#01#j0002",
        "job": "j0002",
        "setting": "T0.7",
        "wave": 1,
        "status": "Completed",
        "message": "",
        "records_planned": 500,
        "errors": 0,
        "tokens_in": 1000,
        "tokens_out": 200,
        "tokens_estimated": False,
        "error_messages": [],
        "disagreement": None,
    } | changed


def report(warm: LaneSums, *jobs: dict[str, Any]) -> dict[str, Any]:
    plan = a_plan(warnings=("a warning of the plan",))
    scored = scored_settings(plan, {"greedy": GREEDY_SUMS, "T0.7": warm}, jobs)
    return make_report(plan, {"dataset": "q.jsonl"}, scored, seconds=12.34)


def warnings(warm: LaneSums, *jobs: dict[str, Any]) -> list[str]:
    found: list[str] = report(warm, *jobs)["warnings"]
    assert found[0] == "a warning of the plan"
    return found[1:]


def test_a_run_in_which_all_went_well_has_no_warnings_of_its_own() -> None:
    assert warnings(sums(), a_record()) == []


def test_figures_of_a_setting() -> None:
    greedy, warm = report(sums(), a_record())["settings"]

    assert (greedy["setting"], greedy["accuracy"], greedy["paths"]["max"]) == ("greedy", 0.6, 1)
    assert warm == {
        "setting": "T0.7",
        "temperature": 0.7,
        "questions": 100,
        "labelled": 100,
        "generations": 500,
        "paths": {"min": 5, "mean": 5.0, "max": 5},
        "accuracy": 0.75,
        "voted_accuracy": 0.74,
        "unanswered": 0,
        "unvoted_questions": 0,
        "tied_questions": 2,
        "curve": [
            {"paths": 1, "mean": 0.75, "sd": 0.25},
            {"paths": 2, "mean": 0.75, "sd": 0.25},
        ],
        "tokens": {"input": 1000, "output": 200, "estimated": False},
        "cost_usd": None,
    }


def test_totals_are_those_of_all_jobs_and_settings() -> None:
    jobs = (a_record(), a_record(job="j0001", setting="greedy", records_planned=100))

    assert report(sums(), *jobs)["totals"] == {
        "records": 600,
        "generations": 600,
        "tokens": {"input": 2000, "output": 400, "estimated": False},
        "cost_usd": None,
        "seconds": 12.3,
    }


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"paths": 490, "fewest": 3},
            "T0.7: 10 paths of 500 did not come back; the curve ends at 3 paths, the fewest a"
            " question has",
            id="missing paths",
        ),
        pytest.param(
            {"unanswered": 7},
            "T0.7: 7 paths of 500 without a readable answer, 3 of them cut off at max_tokens; they"
            " do not vote",
            id="unanswered paths",
        ),
        pytest.param({"silent": 1}, "T0.7: 1 question got no vote at all", id="silent questions"),
    ],
)
def test_a_loss_is_a_warning(changed: dict[str, Any], warning: str) -> None:
    assert warnings(sums(**changed), a_record(cut_off=3)) == [warning]


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"errors": 5, "malformed": 1, "duplicates": 2, "foreign": 3},
            "job j0002: rows of its output: 5 errors, 1 malformed, 2 duplicates, 3 foreign",
            id="rows",
        ),
        pytest.param(
            {"error_messages": ["400: bad"]}, "job j0002: error of a record: 400: bad", id="errors"
        ),
        pytest.param(
            {"status": "PartiallyCompleted"}, "job j0002: ended PartiallyCompleted", id="status"
        ),
        pytest.param({"message": "out of time"}, "job j0002: out of time", id="message"),
        pytest.param({"disagreement": "it says 9"}, "job j0002: it says 9", id="manifest"),
    ],
)
def test_what_a_job_did_not_bring_is_a_warning(changed: dict[str, Any], warning: str) -> None:
    assert warnings(sums(), a_record(**changed)) == [warning]


def test_jobs_with_one_fault_share_a_warning() -> None:
    jobs = [a_record(job=f"j{n:04d}", status="Expired") for n in range(1, 8)]

    assert warnings(sums(), *jobs) == [
        "jobs j0001, j0002, j0003, j0004, j0005 and 2 more: ended Expired"
    ]


def test_estimated_tokens_are_marked() -> None:
    (warning,) = warnings(sums(), a_record(tokens_estimated=True))

    assert warning.startswith("T0.7: tokens are estimated at four characters each")


def test_a_run_without_a_single_answer_is_no_success() -> None:
    none = sums(paths=500, unanswered=500)
    failed = a_record(status="Completed", errors=500, error_messages=["400: bad body"])

    with pytest.raises(NothingAnsweredError, match=r"no path of any job can be read: .*400: bad"):
        scored_settings(a_plan(settings=(WARM,)), {"T0.7": none}, [failed])


def test_a_setting_that_brought_nothing_is_not_scored_beside_one_that_did() -> None:
    warm = sums(paths=0, fewest=0, most=0, expected=0.0, correct=0, silent=100, curve=Curve(100))

    found = report(warm, a_record(status="Failed"))

    assert found["settings"][1]["accuracy"] is None
    assert "T0.7: 500 paths of 500 did not come back" in found["warnings"][2]


def test_the_headline_gives_each_accuracy() -> None:
    scored = [Scored(GREEDY, GREEDY_SUMS, ()), Scored(WARM, sums(), ())]
    unlabelled = Scored(WARM, sums(labelled=0), ())

    assert headline(scored) == "greedy 60.00%, T0.7 75.00%"
    assert headline([unlabelled]).startswith("voted, not scored")
    assert curve_rows(scored)[-1] == ("T0.7", 2, 0.75, 0.25)
