"""Warnings: whatever did not go as asked, of a setting and of its jobs."""

from typing import Any

import pytest

from lambdas.core.reporting.remarks import job_warnings, setting_warnings, wave_warnings
from lambdas.core.statistics.curve import Curve
from tests.unit.core.samples import WARM, a_plan, a_record, some_sums

PLAN = a_plan(max_tokens=512, min_records=100)


def test_what_went_well_is_not_remarked() -> None:
    assert setting_warnings(PLAN, WARM, some_sums(), [a_record()]) == []
    assert job_warnings([a_record()]) == []


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"paths": 490, "fewest": 3},
            "T0.7: 10 paths of 500 did not come back; the curve ends at 2 paths, the fewest a"
            " question in it has",
            id="missing paths",
        ),
        pytest.param(
            {"paths": 490, "labelled": 0, "curve": Curve()},
            "T0.7: 10 paths of 500 did not come back",
            id="missing paths, without a curve",
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
    assert setting_warnings(PLAN, WARM, some_sums(**changed), [a_record(cut_off=3)]) == [warning]


def test_questions_without_any_path_are_told_beside_the_paths_lost() -> None:
    sums = some_sums(unsampled=2, paths=490, fewest=0, labelled=98)

    unsampled, lost = setting_warnings(PLAN, WARM, sums, [a_record()])

    assert unsampled == (
        "T0.7: 2 questions of 100 without any path; its accuracy is over the others alone, and"
        " not comparable with that of a setting that has them"
    )
    assert lost.startswith("T0.7: 10 paths of 500 did not come back; the curve ends at 2 paths")


def test_paths_that_were_never_asked_for_are_not_lost() -> None:
    """Half of the questions left early."""
    assert setting_warnings(PLAN, WARM, some_sums(sampled=300, paths=300), [a_record()]) == []


CUSTOM = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abc"


def a_wave(**counts: int) -> dict[str, Any]:
    return {"settings": [{"setting": "T0.7", "open": 0, "short": 0, "lost": 0} | counts]}


@pytest.mark.parametrize("budget", [None, 3.0])
def test_lost_paths_that_were_not_asked_for_again_are_told(budget: float | None) -> None:
    plan = a_plan(max_cost_usd=1.0, budget=budget)

    assert wave_warnings(plan, [a_wave(lost=9), a_wave(lost=3)]) == [
        "T0.7: 3 lost paths not asked for again: that might have passed max_cost_usd"
    ]


def test_lost_paths_after_a_refused_job_wait_for_a_redrive() -> None:
    refused = a_record(status="Refused")

    assert wave_warnings(a_plan(), [a_wave(lost=3)], [refused]) == [
        "T0.7: 3 lost paths not asked for again: no wave follows a refused job; redriven, the run"
        " goes on from there"
    ]


def test_questions_too_few_for_a_model_of_batch_jobs_alone_are_told() -> None:
    assert wave_warnings(a_plan(model_id=CUSTOM), [a_wave(short=2, lost=1)]) == [
        "T0.7: 1 lost path not asked for again: in records too few for a batch job, and this"
        " model runs in no other",
        "T0.7: 2 questions not settled, with fewer paths than they might have: the rest would be"
        " in records too few for a batch job, and this model runs in no other",
    ]


@pytest.mark.parametrize("budget", [None, 4.5])
def test_questions_still_open_are_told_where_a_model_runs_in_batch_jobs_alone(
    budget: float | None,
) -> None:
    (warning,) = wave_warnings(a_plan(model_id=CUSTOM, budget=budget), [a_wave(open=3)])

    assert warning.startswith("T0.7: 3 questions not settled, with fewer paths than they might")


def test_questions_that_a_budget_did_not_reach_are_no_warning() -> None:
    assert wave_warnings(a_plan(budget=3.0), [a_wave(short=40)]) == []


def test_many_paths_cut_off_name_the_way_out() -> None:
    sums = some_sums(unanswered=7)

    (few,) = setting_warnings(PLAN, WARM, sums, [a_record(cut_off=5)])
    (many,) = setting_warnings(PLAN, WARM, sums, [a_record(cut_off=6)])

    assert few.endswith("5 of them cut off at max_tokens; they do not vote")
    assert many.endswith(
        "6 of them cut off at max_tokens; they do not vote; raise max_tokens, which was 512 (a"
        " model that thinks before it answers may need thousands)"
    )


def test_an_unread_completion_shows_how_it_ends() -> None:
    (warning,) = setting_warnings(PLAN, WARM, some_sums(unanswered=7), [a_record(unread="No idea")])

    assert warning.endswith('they do not vote; one of them ends "No idea"')


def test_tokens_estimated_in_part_are_marked() -> None:
    jobs = [a_record(), a_record(tokens_estimated=True)]

    assert setting_warnings(PLAN, WARM, some_sums(), jobs) == [
        "T0.7: tokens are estimated at four characters each where the model states none"
    ]


@pytest.mark.parametrize(
    ("records", "warning"),
    [
        pytest.param(
            [16],
            "its 16 records ran on demand, fewer than the 100 of a batch job; at the"
            " on-demand price",
            id="all, in one job",
        ),
        pytest.param(
            [90, 80],
            "its 170 records ran on demand, in jobs of fewer records than the 100 of a batch job;"
            " at the on-demand price",
            id="all, in several jobs",
        ),
        pytest.param(
            [96, 500],
            "96 of its 596 records ran on demand, fewer than the 100 of a batch job;"
            " at the on-demand price",
            id="one job of two",
        ),
    ],
)
def test_what_ran_on_demand_is_told(records: list[int], warning: str) -> None:
    jobs = [a_record(records_planned=each, on_demand=each < 100) for each in records]

    assert setting_warnings(PLAN, WARM, some_sums(), jobs) == [f"T0.7: {warning}"]


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"errors": 5, "malformed": 1, "duplicates": 2, "foreign": 3},
            "job 01/j0002: rows of its output: 5 errors, 1 malformed, 2 duplicates, 3 foreign",
            id="rows",
        ),
        pytest.param(
            {"unreadable": 1200},
            "job 01/j0002: rows of its output: 1,200 of a form not known",
            id="rows of another form",
        ),
        pytest.param(
            {"filtered": 1, "empty": 2, "odd_stops": 3},
            "job 01/j0002: completions: 1 withheld, 2 without text, 3 stopped for a reason not"
            " known",
            id="completions",
        ),
        pytest.param(
            {"error_messages": ["400: bad"]},
            "job 01/j0002: error of a record: 400: bad",
            id="errors",
        ),
        pytest.param(
            {"status": "PartiallyCompleted"}, "job 01/j0002: ended PartiallyCompleted", id="status"
        ),
        pytest.param({"message": "out of time"}, "job 01/j0002: out of time", id="message"),
        pytest.param(
            {"overdue": True},
            "job 01/j0002: outlived its time, and was stopped for it",
            id="overdue",
        ),
        pytest.param({"disagreement": "it says 9"}, "job 01/j0002: it says 9", id="manifest"),
    ],
)
def test_what_a_job_did_not_bring_is_a_warning(changed: dict[str, Any], warning: str) -> None:
    assert job_warnings([a_record(**changed)]) == [warning]


def test_jobs_of_several_waves_with_one_fault_share_a_warning() -> None:
    jobs = [a_record(wave=1 + n // 6, job=f"j{n:04d}", status="Expired") for n in range(4, 11)]

    assert job_warnings(jobs) == [
        "jobs 01/j0004, 01/j0005, 02/j0006, 02/j0007, 02/j0008 and 2 more: ended Expired"
    ]
