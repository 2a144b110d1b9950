"""Warnings: whatever went wrong in a setting, in its jobs and in the last wave."""

from typing import Any

import pytest

from lambdas.contract.entries import RunEntry
from lambdas.contract.schema import Plan, Prompt
from lambdas.contract.votes import SettingWaveSummary, VoteRecord, WaveSummary
from lambdas.core.errors import JobRefusedError
from lambdas.core.report.warnings import (
    CommonAnswers,
    incomplete_reason,
    job_warnings,
    left_out_reason,
    setting_warnings,
    stopped_reason,
    stopped_warning,
    wave_warnings,
    zero_warning,
)
from lambdas.core.statistics.curve import Curve
from tests.unit.core.report.samples import a_job_entry
from tests.unit.core.samples import WARM, a_plan, some_sums

PLAN = a_plan(max_tokens=512, min_records=100)
CUSTOM = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abc"
EXEMPLARS = Prompt(("Q: ", "\nA:"), ("question",), exemplars=4)
REFUSED = a_job_entry(status="Refused", succeeded=0, message="job sc-1 is refused: no access")


def a_wave(*, open_: int = 0, underfilled: int = 0, lost: int = 0, refused: int = 0) -> WaveSummary:
    setting = SettingWaveSummary(
        "T0.7", 100, 500, 0, 100, 0, open_, underfilled=underfilled, lost=lost, refused=refused
    )
    return WaveSummary(1, 1, 500, 500, (setting,))


def test_a_run_without_refused_jobs_is_complete() -> None:
    entries = [a_job_entry(), a_job_entry(status="Failed", succeeded=0)]

    assert incomplete_reason(entries, frozenset()) is None


def test_an_incomplete_run_says_how_many_jobs_why_and_the_way_out() -> None:
    entries = [
        a_job_entry(),
        *(REFUSED.model_copy(update={"job": name}) for name in ("j0003", "j0004")),
    ]

    why = incomplete_reason(entries, {"01-j0003", "01-j0004"})

    assert why is not None
    assert why.reason == "JobRefusedError"
    assert "2 jobs of 3 refused" in why.message
    assert "job sc-1 is refused: no access; fix that and redrive" in why.message


def test_a_job_that_a_redrive_asked_again_is_no_longer_refused() -> None:
    assert incomplete_reason([REFUSED, a_job_entry(wave=2)], frozenset()) is None


def test_a_run_with_refused_jobs_that_sampled_nothing_has_no_report() -> None:
    with pytest.raises(JobRefusedError, match="no access; nothing was sampled"):
        incomplete_reason([REFUSED], {"01-j0002"})


def test_a_run_that_left_jobs_out_is_incomplete_and_says_why() -> None:
    run = RunEntry(stop_if_unreadable=0.5, collected_jobs=3, collected_paths=10, unread_paths=10)
    skipped = a_job_entry(status="Skipped", succeeded=0)

    why = stopped_reason(run, [a_job_entry(unread="the end"), skipped])
    warning = stopped_warning(run, [a_job_entry(unread="the end"), skipped])

    assert why is not None
    assert why.reason == "UnreadableAnswersError"
    assert "the end" not in why.message
    assert 'they end in "the end"' in (warning or "")
    assert job_warnings([skipped]) == [
        f"job {skipped.wave:02d}/{skipped.job}: not submitted, because the run was stopped"
    ]


def test_a_run_whose_answers_are_hard_to_read_is_complete_if_all_jobs_ran() -> None:
    run = RunEntry(stop_if_unreadable=0.5, collected_jobs=3, collected_paths=10, unread_paths=10)

    assert stopped_reason(run, [a_job_entry()]) is None
    assert stopped_warning(run, [a_job_entry()]) is None
    assert stopped_warning(run.model_copy(update={"stopped": True}), [a_job_entry()])


def test_an_accuracy_of_0_shows_right_answers_beside_the_most_frequent_votes() -> None:
    common = CommonAnswers()
    for answer in ("0.72", "0.5", "0.72", None):
        common.add(VoteRecord("q1", "T0.7", answer, "72", False, 5, 3, {}, 0, False, 1))

    warning = zero_warning(WARM, 0.0, common) or ""

    assert warning.startswith(
        'T0.7: accuracy is 0 %: right answers are such as "72", the most frequent votes "0.72" or'
        ' "0.5"; if these are to be equal'
    )
    assert zero_warning(WARM, 0.01, common) is None
    assert zero_warning(WARM, None, common) is None


def test_without_problems_there_are_no_warnings() -> None:
    assert setting_warnings(PLAN, WARM, some_sums(), [a_job_entry()]) == []
    assert job_warnings([a_job_entry()]) == []


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"paths": 490, "fewest": 3},
            "T0.7: 10 paths of 500 did not come back; the curve ends at 2 paths, the fewest that a"
            " question in it has",
            id="lost paths",
        ),
        pytest.param(
            {"paths": 490, "labelled": 0, "curve": Curve()},
            "T0.7: 10 paths of 500 did not come back",
            id="lost paths, without a curve",
        ),
        pytest.param(
            {"unanswered": 7},
            "T0.7: 7 paths of 500 without a readable answer, 3 of them cut off at max_tokens; they"
            " do not vote",
            id="unanswered paths",
        ),
        pytest.param({"unvoted": 1}, "T0.7: 1 question without any vote", id="no vote"),
    ],
)
def test_a_loss_is_a_warning(changed: dict[str, Any], warning: str) -> None:
    jobs = [a_job_entry(cut_off=3)]

    assert setting_warnings(PLAN, WARM, some_sums(**changed), jobs) == [warning]


def test_questions_without_any_path_have_a_warning_beside_that_of_lost_paths() -> None:
    sums = some_sums(unsampled=2, paths=490, fewest=0, labelled=98)

    unsampled, lost = setting_warnings(PLAN, WARM, sums, [a_job_entry()])

    assert unsampled.startswith("T0.7: 2 questions of 100 without any path")
    assert lost.startswith("T0.7: 10 paths of 500 did not come back")


def test_paths_that_were_never_requested_are_not_lost() -> None:
    """Half of the questions stopped early."""
    assert setting_warnings(PLAN, WARM, some_sums(requested=300, paths=300), [a_job_entry()]) == []


@pytest.mark.parametrize("budget", [None, 3.0])
def test_lost_paths_without_a_retry_are_a_warning_of_the_last_wave(budget: float | None) -> None:
    plan = a_plan(max_cost_usd=1.0, budget=budget)

    (warning,) = wave_warnings(plan, [a_wave(lost=9), a_wave(lost=3)])

    assert warning.startswith("T0.7: 3 lost paths not retried")
    assert "max_cost_usd" in warning


def test_lost_paths_after_a_refused_job_wait_for_a_redrive() -> None:
    (warning,) = wave_warnings(a_plan(), [a_wave(lost=3)], refused=True)

    assert warning.startswith("T0.7: 3 lost paths not retried")
    assert "redrive the execution" in warning


def test_lost_paths_of_a_stopped_run_without_skipped_jobs_name_the_stop() -> None:
    (warning,) = wave_warnings(a_plan(), [a_wave(lost=17)], stopped=True)

    assert warning == "T0.7: 17 lost paths not retried: the run was stopped"


@pytest.mark.parametrize(
    ("plan", "refused", "message"),
    [
        pytest.param(a_plan(max_cost_usd=1.0), 0, None, id="lost paths alone are a warning"),
        pytest.param(
            a_plan(max_cost_usd=1.5),
            1,
            "1 refused record not asked again, the report covers what came back: they might have"
            " exceeded max_cost_usd (1.5); start a new run with a higher max_cost_usd",
            id="a limit",
        ),
        pytest.param(
            a_plan(model_id=CUSTOM),
            2,
            "2 refused records not asked again, the report covers what came back: too few records"
            " for a batch job, and this model does not run on demand; start a new run",
            id="too few for a batch job",
        ),
    ],
)
def test_a_run_that_leaves_out_refused_records_is_incomplete(
    plan: Plan, refused: int, message: str | None
) -> None:
    why = left_out_reason(plan, [a_wave(lost=9, refused=8), a_wave(lost=9, refused=refused)])

    assert (why and why.message) == message


def test_too_few_records_for_a_model_without_on_demand_are_a_warning() -> None:
    lost, undecided = wave_warnings(a_plan(model_id=CUSTOM), [a_wave(underfilled=2, lost=1)])

    assert lost.startswith("T0.7: 1 lost path not retried: too few records for a batch job")
    assert undecided.startswith("T0.7: 2 questions undecided, with fewer paths than allowed")


@pytest.mark.parametrize("budget", [None, 4.5])
def test_open_questions_are_a_warning_for_a_model_without_on_demand(budget: float | None) -> None:
    (warning,) = wave_warnings(a_plan(model_id=CUSTOM, budget=budget), [a_wave(open_=3)])

    assert warning.startswith("T0.7: 3 questions undecided, with fewer paths than allowed")


def test_questions_that_a_budget_did_not_reach_are_no_warning() -> None:
    assert wave_warnings(a_plan(budget=3.0), [a_wave(underfilled=40)]) == []


def test_the_way_out_of_many_cut_off_paths_is_max_tokens() -> None:
    sums = some_sums(unanswered=7)

    (few,) = setting_warnings(PLAN, WARM, sums, [a_job_entry(cut_off=5)])
    (many,) = setting_warnings(PLAN, WARM, sums, [a_job_entry(cut_off=6)])

    assert "5 of them cut off at max_tokens" in few
    assert "raise max_tokens" not in few
    assert "raise max_tokens, now 512" in many


def test_an_unread_completion_shows_how_it_ends() -> None:
    jobs = [a_job_entry(unread="No idea")]

    (warning,) = setting_warnings(PLAN, WARM, some_sums(unanswered=7), jobs)

    assert warning.endswith('; one of them ends "No idea"')


@pytest.mark.parametrize(
    ("self_reported", "few_shot"), [(500, None), (300, False), (200, True)], ids=str
)
def test_paths_without_a_self_reported_confidence_are_a_warning(
    self_reported: int, few_shot: bool | None
) -> None:
    plan = a_plan(variants=("confidence",), prompt=EXEMPLARS)
    sums = some_sums(self_reported=self_reported)

    found = setting_warnings(plan, WARM, sums, [a_job_entry()])

    assert [f"{self_reported} of 500 paths state a confidence" in each for each in found] == (
        [] if few_shot is None else [True]
    )
    assert ["few_shot" in each for each in found] == ([] if few_shot is None else [few_shot])


def test_estimated_tokens_are_a_warning() -> None:
    jobs = [a_job_entry(), a_job_entry(tokens_estimated=True)]

    (warning,) = setting_warnings(PLAN, WARM, some_sums(), jobs)

    assert warning.startswith("T0.7: tokens are estimated at four characters each")


@pytest.mark.parametrize(
    ("records", "start"),
    [
        pytest.param([16], "T0.7: all 16 records ran on demand", id="all, in one job"),
        pytest.param([90, 80], "T0.7: all 170 records ran on demand", id="all, in several jobs"),
        pytest.param([96, 500], "T0.7: 96 of 596 records ran on demand", id="one job of two"),
    ],
)
def test_records_on_demand_are_a_warning(records: list[int], start: str) -> None:
    jobs = [a_job_entry(records_planned=each, on_demand=each < 100) for each in records]

    (warning,) = setting_warnings(PLAN, WARM, some_sums(), jobs)

    assert warning.startswith(start)
    assert warning.endswith("at least 100")


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        pytest.param(
            {"errors": 5, "malformed": 1, "duplicates": 2, "foreign": 3},
            "output rows: 5 errors, 1 malformed, 2 duplicates, 3 foreign",
            id="rows",
        ),
        pytest.param(
            {"unreadable": 1200}, "output rows: 1,200 in an unknown format", id="unknown format"
        ),
        pytest.param(
            {"filtered": 1, "empty": 2, "odd_stops": 3},
            "completions: 1 withheld, 2 without text, 3 stopped for an unknown reason",
            id="completions",
        ),
        pytest.param({"error_messages": ("400: bad",)}, "record error: 400: bad", id="errors"),
        pytest.param({"status": "PartiallyCompleted"}, "ended PartiallyCompleted", id="status"),
        pytest.param({"message": "out of time"}, "out of time", id="message"),
        pytest.param({"overdue": True}, "exceeded its timeout and was stopped", id="overdue"),
        pytest.param({"disagreement": "it says 9"}, "it says 9", id="manifest"),
    ],
)
def test_what_goes_wrong_in_a_job_is_a_warning(changed: dict[str, Any], warning: str) -> None:
    assert job_warnings([a_job_entry(**changed)]) == [f"job 01/j0002: {warning}"]


def test_jobs_of_several_waves_with_one_problem_share_a_warning() -> None:
    jobs = [a_job_entry(wave=1 + n // 6, job=f"j{n:04d}", status="Expired") for n in range(4, 11)]

    assert job_warnings(jobs) == [
        "jobs 01/j0004, 01/j0005, 02/j0006, 02/j0007, 02/j0008 and 2 more: ended Expired"
    ]
