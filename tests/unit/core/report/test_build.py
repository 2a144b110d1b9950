"""The report: accuracy by setting, totals over all, and the warnings in one list."""

import json
from dataclasses import replace

import pytest

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import SliceFigures
from lambdas.contract.report import (
    PathSpread,
    Report,
    StoredRequest,
    Tokens,
    Totals,
    decode_report,
    encode_report,
)
from lambdas.contract.schema import Plan
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.report.build import accuracy_csv, accuracy_entries, headline, make_report
from lambdas.core.report.scores import ScoredRun, scored_settings
from lambdas.core.statistics.curve import Curve
from lambdas.core.voting.sums import PartitionSums
from tests.unit.core.report.samples import LOCAL, MADE_UP, PRICES, a_job_entry, a_report
from tests.unit.core.samples import a_plan, some_sums

REQUEST = StoredRequest(dataset="q.jsonl")
WAVE = WaveSummary(1, 2, 600, 600, (SettingWaveSummary("T0.7", 100, 500, 0, 100, 0, 0),))
GREEDY_SUMS = some_sums(
    requested=100, paths=100, fewest=1, most=1, tied=0, expected=60.0, correct=60
)
NOTHING = some_sums(
    unsampled=100, labelled=0, expected=0.0, correct=0, paths=0, fewest=0, most=0, curve=Curve()
)


def priced_plan() -> Plan:
    size = DatasetSize(4000, 2500, 50)
    return a_plan(prices=PRICES, estimate=estimate(a_plan(), size, PRICES))


def report(warm: PartitionSums, *jobs: JobEntry, plan: Plan | None = None) -> Report:
    plan = plan or a_plan(warnings=("a warning of the plan",))
    scored = scored_settings(plan, {"greedy": GREEDY_SUMS, "T0.7": warm}, jobs, {})
    return make_report(plan, REQUEST, ScoredRun(scored), jobs=jobs, waves=(WAVE,), seconds=12.34)


def test_a_run_in_which_all_went_well_has_no_warnings_of_its_own() -> None:
    assert report(some_sums(), a_job_entry()).warnings == ("a warning of the plan",)


def test_warnings_are_those_of_the_plan_then_of_jobs_then_of_settings() -> None:
    found = report(some_sums(unvoted=1), a_job_entry(status="Expired")).warnings

    assert found == (
        "a warning of the plan",
        "job 01/j0002: ended Expired",
        "T0.7: 1 question without any vote",
    )


def test_figures_of_a_setting() -> None:
    sums = some_sums(unsampled=1, labelled=96, expected=72.0, correct=71, fewest=0, paths=480)

    greedy, warm = report(sums, a_job_entry()).settings

    assert (greedy.setting, greedy.accuracy, greedy.paths.max) == ("greedy", 0.6, 1)
    assert greedy.unsampled_questions == 0
    assert warm == replace(
        warm,
        setting="T0.7",
        temperature=0.7,
        questions=100,
        labelled=96,
        unsampled_questions=1,
        generations=480,
        paths=PathSpread(0, 4.8, 5),
        accuracy=0.75,
        voted_accuracy=71 / 96,
        unanswered=0,
        unvoted_questions=0,
        tied_questions=2,
        curve=(CurvePoint(1, 0.75, 0.25), CurvePoint(2, 0.75, 0.25)),
        records=500,
        on_demand=False,
        on_demand_records=0,
        tokens=Tokens(1000, 200, estimated=False),
        cost_usd=None,
        cost_estimated=False,
        usd_per_path=None,
        job_seconds=0.0,
        seconds_per_path=0.0,
        gain=None,
        curve_reach="the curve ends at 2 paths, the fewest that a question in it has",
        variants=(),
    )


def test_a_setting_s_time_is_that_of_its_jobs_and_of_a_path_its_share() -> None:
    started = "2026-11-22T06:00:00+00:00"
    jobs = (
        a_job_entry(submitted_at=started, ended_at="2026-11-22T06:10:00+00:00"),
        a_job_entry(job="j0003", submitted_at=started),
        a_job_entry(job="j0004", submitted_at=started, ended_at="2026-11-22T06:00:30+00:00"),
    )

    _, warm = report(some_sums(), *jobs).settings

    assert (warm.job_seconds, warm.seconds_per_path) == (630.0, 126.0)


def test_each_setting_has_its_slice_of_a_shared_job_and_the_totals_have_it_once() -> None:
    slices = (
        SliceFigures(setting="greedy", records_planned=40, tokens_in=300, tokens_out=50),
        SliceFigures(setting="T0.7", records_planned=80, tokens_in=700, tokens_out=150),
    )
    shared = a_job_entry(setting="greedy + T0.7", records_planned=120, slices=slices)

    found = report(some_sums(), shared, plan=priced_plan())

    # 300 and 700 tokens in at $1 a million, 50 and 150 out at $4.
    assert [each.records for each in found.settings] == [40, 80]
    assert [each.cost_usd for each in found.settings] == [0.0005, 0.0013]
    assert (found.totals.records, found.totals.cost_usd) == (120, 0.0018)
    assert [job.setting for job in found.jobs] == ["greedy + T0.7"]


def test_totals_are_those_of_all_jobs_and_settings() -> None:
    jobs = (a_job_entry(), a_job_entry(job="j0001", setting="greedy", records_planned=100))

    assert report(some_sums(), *jobs).totals == Totals(
        records=600,
        generations=600,
        tokens=Tokens(2000, 400, estimated=False),
        cost_usd=None,
        cost_estimated=False,
        seconds=12.3,
    )


def test_jobs_cost_their_tokens_at_the_prices_of_the_plan() -> None:
    on_demand = a_job_entry(job="j0001", setting="greedy", records_planned=16, on_demand=True)

    found = report(some_sums(), a_job_entry(), on_demand, plan=priced_plan())
    greedy, warm = found.settings

    # 1,000 tokens in and 200 out: $0.0018 in batch, twice that on demand.
    assert [job.cost_usd for job in found.jobs] == [0.0018, 0.0036]
    assert (greedy.cost_usd, greedy.on_demand, greedy.on_demand_records) == (0.0036, True, 16)
    assert (warm.cost_usd, warm.on_demand) == (0.0018, False)
    assert warm.usd_per_path == pytest.approx(0.0018 / 5)
    assert found.totals.cost_usd == 0.0054


def test_prices_and_estimate_are_those_of_the_plan() -> None:
    plan = priced_plan()

    found = report(some_sums(), a_job_entry(), plan=plan)

    assert (found.prices, found.estimate) == (PRICES, plan.estimate)


def test_without_prices_the_cost_is_unknown_and_not_0() -> None:
    found = report(some_sums(), a_job_entry(tokens_estimated=True))

    assert (found.prices, found.totals.cost_usd, found.jobs[0].cost_usd) == (None, None, None)
    assert found.totals.cost_estimated


def test_a_setting_without_paths_is_not_scored() -> None:
    _, warm = report(NOTHING, a_job_entry(status="Failed")).settings

    assert (warm.accuracy, warm.curve, warm.unsampled_questions) == (None, (), 100)


def test_a_report_can_be_read_again() -> None:
    found = a_report(early_stop=True, variants=["repair"], warnings=["half of them"])

    assert decode_report(encode_report(found), "report.json") == found


def test_the_curves_are_a_csv_file_and_table_entries() -> None:
    found = report(some_sums(), a_job_entry())

    assert accuracy_csv(found).decode().splitlines() == [
        "setting,paths,mean,sd",
        *(f"{name},{k},0.75,0.25" for name in ("greedy", "T0.7") for k in (1, 2)),
    ]
    assert dict(accuracy_entries(found))["accuracy#T0.7#002"] == CurvePoint(2, 0.75, 0.25)


def test_the_headline_gives_each_accuracy() -> None:
    assert headline(report(some_sums(), a_job_entry())) == "greedy 60.00%, T0.7 75.00%"


def test_made_up_figures_are_said_to_be_so_before_all_else() -> None:
    found = a_report(settings=["T0.7"], answered_by=MADE_UP, warnings=["a warning of the plan"])

    assert headline(found).startswith("SIMULATED, says nothing about a model: T0.7 ")
    assert [warning.split(":")[0] for warning in found.warnings[:2]] == [
        "SIMULATED, says nothing about a model",
        "a warning of the plan",
    ]


def test_a_model_s_figures_are_not_said_to_be_made_up() -> None:
    found = a_report(settings=["T0.7"], answered_by=LOCAL)

    assert headline(found).startswith("T0.7 ")
    assert not any("SIMULATED" in warning for warning in found.warnings)


def test_a_report_names_who_answered() -> None:
    on_aws, local = a_report(settings=["T0.7"]), a_report(settings=["T0.7"], answered_by=LOCAL)

    assert on_aws.answered_by == (AnsweredBy(str(on_aws.request.model_id), "Amazon Bedrock"),)
    assert local.answered_by == tuple(LOCAL)
    assert json.loads(encode_report(local))["answered_by"] == [
        {"model": "qwen2.5:1.5b", "source": "http://localhost:11434"}
    ]


def test_a_report_written_before_it_was_known_who_answered_is_one_of_aws() -> None:
    written = json.loads(encode_report(a_report(settings=["T0.7"])))
    del written["answered_by"]

    found = decode_report(json.dumps(written).encode(), "report.json")

    assert (found.answered_by, found.is_rehearsed, found.cost_word) == ((), False, "cost")


def test_records_on_demand_have_a_price_where_something_is_paid() -> None:
    jobs = a_job_entry(on_demand=True, records_planned=60)

    paid = report(some_sums(), jobs, plan=a_plan()).warnings
    free = report(some_sums(), jobs, plan=a_plan(answered_by=tuple(LOCAL))).warnings

    assert paid[-1].startswith("T0.7: all 60 records ran on demand, at the on-demand price: ")
    assert free[-1].startswith("T0.7: all 60 records ran on demand: ")


def test_the_headline_says_why_nothing_is_scored() -> None:
    unlabelled = a_report(labelled=False)
    unread = replace(
        unlabelled,
        settings=tuple(replace(each, labelled=100) for each in unlabelled.settings),
    )

    assert headline(unlabelled).startswith("voted, not scored")
    assert headline(unread).startswith("not scored")
