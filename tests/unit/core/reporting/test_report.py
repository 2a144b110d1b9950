"""The report: accuracy by setting, totals over all, and the warnings in one list."""

from typing import Any

import pytest

from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import Texts
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.plan import Plan
from lambdas.core.reporting.report import curve_rows, headline, make_report
from lambdas.core.reporting.scored import Scored, scored_settings
from lambdas.core.statistics.curve import Curve
from lambdas.core.voting.sums import LaneSums
from tests.unit.core.samples import GREEDY, WARM, a_plan, a_record, some_sums

TEXTS = Texts(4000, 2500, 50)
# A wave's record in the table, which has members that the report has not.
WAVE = {
    "run_id": "run-1",
    "entry": "wave#01",
    "wave": 1,
    "jobs": 2,
    "records": 600,
    "generations": 600,
    "settings": [
        {"setting": name, "questions": 100, "generations": 100, "again": 0, "settled": 100}
        | {"open": 0}
        for name in ("greedy", "T0.7")
    ],
}
GREEDY_SUMS = some_sums(sampled=100, paths=100, fewest=1, most=1, tied=0, expected=60.0, correct=60)


def priced_plan() -> Plan:
    prices = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
    return a_plan(estimate=estimate(a_plan(), TEXTS, prices))


def report(warm: LaneSums, *jobs: dict[str, Any], plan: Plan | None = None) -> dict[str, Any]:
    plan = plan or a_plan(warnings=("a warning of the plan",))
    scored = scored_settings(plan, {"greedy": GREEDY_SUMS, "T0.7": warm}, jobs, {})
    return make_report(
        plan, {"dataset": "q.jsonl"}, scored, jobs=jobs, waves=(WAVE,), seconds=12.34
    )


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
    assert warm == warm | {
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
        "records": 500,
        "on_demand": False,
        "on_demand_records": 0,
        "tokens": {"input": 1000, "output": 200, "estimated": False},
        "cost_usd": None,
        "cost_estimated": False,
        "usd_per_path": None,
        "job_seconds": 0.0,
        "seconds_per_path": 0.0,
        "gain": None,
        "curve_reach": "the curve ends at 2 paths, the fewest that a question in it has",
        "variants": [],
    }


def test_a_setting_s_time_is_that_of_its_jobs_and_of_a_path_its_share() -> None:
    jobs = (
        a_record(submitted_at="2026-11-22T06:00:00+00:00", ended_at="2026-11-22T06:10:00+00:00"),
        a_record(job="j0003", submitted_at="2026-11-22T06:00:00+00:00"),
        a_record(
            job="j0004",
            submitted_at="2026-11-22T06:05:00+00:00",
            ended_at="2026-11-22T06:05:30+00:00",
        ),
    )

    _, warm = report(some_sums(), *jobs)["settings"]

    assert (warm["job_seconds"], warm["seconds_per_path"]) == (630.0, 126.0)


def test_waves_are_told_without_their_keys_in_the_table() -> None:
    (wave,) = report(some_sums(), a_record())["waves"]

    assert wave == {name: WAVE[name] for name in WAVE if name not in {"run_id", "entry"}}


def test_of_a_shared_job_each_setting_has_its_part_and_the_totals_have_it_once() -> None:
    parts = [
        {"setting": "greedy", "records_planned": 40, "tokens_in": 300, "tokens_out": 50},
        {"setting": "T0.7", "records_planned": 80, "tokens_in": 700, "tokens_out": 150},
    ]
    shared = a_record(setting="greedy + T0.7", records_planned=120, parts=parts)

    found = report(some_sums(), shared, plan=priced_plan())

    # 300 and 700 tokens in at $1 a million, 50 and 150 out at $4.
    assert [each["records"] for each in found["settings"]] == [40, 80]
    assert [each["cost_usd"] for each in found["settings"]] == [0.0005, 0.0013]
    assert (found["totals"]["records"], found["totals"]["cost_usd"]) == (120, 0.0018)
    assert [job["setting"] for job in found["jobs"]] == ["greedy + T0.7"]
    assert "parts" not in found["jobs"][0]


def test_totals_are_those_of_all_jobs_and_settings() -> None:
    jobs = (a_record(), a_record(job="j0001", setting="greedy", records_planned=100))

    assert report(some_sums(), *jobs)["totals"] == {
        "records": 600,
        "generations": 600,
        "tokens": {"input": 2000, "output": 400, "estimated": False},
        "cost_usd": None,
        "cost_estimated": False,
        "seconds": 12.3,
    }


def test_jobs_cost_their_tokens_at_the_prices_of_the_plan() -> None:
    on_demand = a_record(job="j0001", setting="greedy", records_planned=16, on_demand=True)

    found = report(some_sums(), a_record(), on_demand, plan=priced_plan())
    greedy, warm = found["settings"]

    # 1,000 tokens in and 200 out: $0.0018 in batch, twice that on demand.
    assert [job["cost_usd"] for job in found["jobs"]] == [0.0018, 0.0036]
    assert (greedy["cost_usd"], greedy["on_demand"], greedy["on_demand_records"]) == (
        0.0036,
        True,
        16,
    )
    assert (warm["cost_usd"], warm["on_demand"]) == (0.0018, False)
    assert warm["usd_per_path"] == pytest.approx(0.0018 / 5)
    assert found["totals"]["cost_usd"] == 0.0054


def test_prices_and_estimate_stand_beside_the_cost() -> None:
    found = report(some_sums(), a_record(), plan=priced_plan())

    assert found["prices"] == {
        "input": 2.0,
        "output": 8.0,
        "batch_input": 1.0,
        "batch_output": 4.0,
        "as_of": "2026-06-30",
        "source": "a page",
    }
    assert found["estimate"]["cost_usd"] > 0
    assert [each["setting"] for each in found["estimate"]["settings"]] == ["greedy", "T0.7"]


def test_a_run_without_prices_has_an_unknown_cost_and_not_0() -> None:
    plan = a_plan(estimate=estimate(a_plan(), TEXTS, None))

    found = report(some_sums(), a_record(tokens_estimated=True), plan=plan)

    assert (found["prices"], found["totals"]["cost_usd"]) == (None, None)
    assert found["totals"]["cost_estimated"] is True
    assert found["estimate"]["ceiling_usd"] is None
    assert found["jobs"][0]["cost_usd"] is None


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
