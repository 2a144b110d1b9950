"""The report: accuracy by setting, totals over all, and the warnings in one list."""

from typing import Any

from lambdas.core.curve import Curve
from lambdas.core.lane import LaneSums
from lambdas.core.report import curve_rows, headline, make_report
from lambdas.core.scored import Scored, scored_settings
from tests.unit.core.samples import GREEDY, WARM, a_plan, a_record, some_sums

GREEDY_SUMS = some_sums(paths=100, fewest=1, most=1, tied=0, expected=60.0, correct=60)


def report(warm: LaneSums, *jobs: dict[str, Any]) -> dict[str, Any]:
    plan = a_plan(warnings=("a warning of the plan",))
    scored = scored_settings(plan, {"greedy": GREEDY_SUMS, "T0.7": warm}, jobs)
    return make_report(plan, {"dataset": "q.jsonl"}, scored, seconds=12.34)


def test_a_run_in_which_all_went_well_has_no_warnings_of_its_own() -> None:
    assert report(some_sums(), a_record())["warnings"] == ["a warning of the plan"]


def test_warnings_are_those_of_the_plan_then_of_jobs_then_of_settings() -> None:
    found = report(some_sums(silent=1), a_record(status="Expired"))["warnings"]

    assert found == [
        "a warning of the plan",
        "job 01/j0002: ended Expired",
        "T0.7: 1 question got no vote at all",
    ]


def test_figures_of_a_setting() -> None:
    sums = some_sums(unsampled=1, labelled=96, expected=72.0, correct=71, fewest=0, paths=480)

    greedy, warm = report(sums, a_record())["settings"]

    assert (greedy["setting"], greedy["accuracy"], greedy["paths"]["max"]) == ("greedy", 0.6, 1)
    assert greedy["unsampled_questions"] == 0
    assert warm == {
        "setting": "T0.7",
        "temperature": 0.7,
        "questions": 100,
        "labelled": 96,
        "unsampled_questions": 1,
        "generations": 480,
        "paths": {"min": 0, "mean": 4.8, "max": 5},
        "accuracy": 0.75,
        "voted_accuracy": 71 / 96,
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

    assert report(some_sums(), *jobs)["totals"] == {
        "records": 600,
        "generations": 600,
        "tokens": {"input": 2000, "output": 400, "estimated": False},
        "cost_usd": None,
        "seconds": 12.3,
    }


def test_a_setting_that_brought_nothing_is_not_scored_beside_one_that_did() -> None:
    warm = some_sums(
        unsampled=100, labelled=0, expected=0.0, correct=0, paths=0, fewest=0, most=0, curve=Curve()
    )

    found = report(warm, a_record(status="Failed"))

    assert (found["settings"][1]["accuracy"], found["settings"][1]["curve"]) == (None, [])
    assert found["settings"][1]["unsampled_questions"] == 100
    assert found["warnings"][2].startswith("T0.7: 100 questions of 100 without any path")
    assert found["warnings"][3] == "T0.7: 500 paths of 500 did not come back"


def test_the_headline_gives_each_accuracy() -> None:
    scored = [Scored(GREEDY, GREEDY_SUMS, ()), Scored(WARM, some_sums(), ())]
    unlabelled = Scored(WARM, some_sums(labelled=0), ())

    assert headline(scored) == "greedy 60.00%, T0.7 75.00%"
    assert headline([unlabelled]).startswith("voted, not scored")
    assert curve_rows(scored)[-1] == ("T0.7", 2, 0.75, 0.25)
