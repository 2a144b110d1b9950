"""Summaries of waves and totals of a run, worked by hand."""

from dataclasses import replace

from lambdas.contract.votes import (
    ConfidenceGroup,
    LostRecords,
    SettingWaveSummary,
    WaveTotals,
)
from lambdas.core.sampling.scheduling import initial_backlogs, plan_jobs
from lambdas.core.sampling.wave_summary import add_wave, summarize_wave
from tests.unit.core.samples import GREEDY, WARM, a_backlog, a_plan

PLAN = a_plan(settings=(GREEDY, WARM), waves=(2, 3))
GREEDY_DONE = a_backlog(
    partition="greedy-000", setting="greedy", open=(), lost=(), finished=100, requested_paths=100
)
# After the first wave 60 questions are decided; 30 of the other 40 have a lost path to retry.
HALF = a_backlog(
    open=(ConfidenceGroup(0.5, 40),), lost=(LostRecords(1, 30, 30),), lost_questions=30, finished=60
)


def test_the_summary_of_a_running_wave_counts_what_it_requests() -> None:
    backlogs = initial_backlogs(PLAN)

    summary = summarize_wave(PLAN, 1, plan_jobs(PLAN, 1, backlogs), backlogs, backlogs)

    assert (summary.wave, summary.jobs, summary.records, summary.generations) == (1, 2, 300, 300)
    assert summary.settings == (
        SettingWaveSummary(
            "greedy", questions=100, generations=100, retried=0, decided=0, exhausted=0, open=100
        ),
        SettingWaveSummary(
            "T0.7", questions=100, generations=200, retried=0, decided=0, exhausted=0, open=100
        ),
    )


def test_the_summary_of_an_ended_wave_counts_decided_questions() -> None:
    before = initial_backlogs(PLAN)

    summary = summarize_wave(PLAN, 1, plan_jobs(PLAN, 1, before), before, [GREEDY_DONE, HALF])

    assert [(each.decided, each.open) for each in summary.settings] == [(100, 0), (60, 40)]


def test_the_summary_has_accuracy_and_mean_paths_of_all_questions_so_far() -> None:
    before = initial_backlogs(PLAN)
    known = replace(HALF, labelled=80, expected=62.0, returned_paths=190)

    summary = summarize_wave(PLAN, 1, plan_jobs(PLAN, 1, before), before, [GREEDY_DONE, known])

    assert [(each.accuracy, each.mean_paths) for each in summary.settings] == [
        (None, None),
        (0.775, 1.9),
    ]


def test_exhausted_questions_are_counted_apart_from_decided_ones() -> None:
    before, after = (
        [GREEDY_DONE, HALF],
        [GREEDY_DONE, a_backlog(open=(), finished=100, exhausted=25)],
    )

    summary = summarize_wave(PLAN, 2, plan_jobs(PLAN, 2, before), before, after)

    # 40 questions were open.
    assert [(each.decided, each.exhausted, each.open) for each in summary.settings] == [
        (0, 0, 0),
        (15, 25, 0),
    ]


def test_open_questions_are_exhausted_once_the_budget_is_used_up() -> None:
    """The first wave uses the whole budget of two paths per question."""
    plan = a_plan(settings=(GREEDY, WARM), waves=(2, 3), budget=2.0)
    before = initial_backlogs(plan)
    after = [GREEDY_DONE, a_backlog(open=(ConfidenceGroup(0.5, 40),), finished=60)]

    ended = summarize_wave(plan, 1, plan_jobs(plan, 1, before), before, after)
    running = summarize_wave(plan, 1, plan_jobs(plan, 1, before), before, before)

    warm, still_open = ended.settings[1], running.settings[1]
    assert (warm.decided, warm.exhausted, warm.open) == (60, 40, 0)
    assert (still_open.decided, still_open.exhausted, still_open.open) == (0, 0, 100)


def test_open_questions_stay_open_while_the_budget_lasts() -> None:
    plan = a_plan(settings=(GREEDY, WARM), waves=(2, 3), budget=2.5)
    before = initial_backlogs(plan)
    after = [GREEDY_DONE, a_backlog(open=(ConfidenceGroup(0.5, 40),), finished=60)]

    summary = summarize_wave(plan, 1, plan_jobs(plan, 1, before), before, after)

    assert [(each.exhausted, each.open) for each in summary.settings] == [(0, 0), (0, 40)]


def test_retried_paths_are_counted_apart_and_their_questions_once() -> None:
    """Ten decided questions have lost a path: the wave has records of 50 questions, not 40."""
    before = [GREEDY_DONE, HALF]
    after = [
        GREEDY_DONE,
        a_backlog(open=(), finished=97, requested_questions=50, lost=(LostRecords(2, 3, 3, 1),)),
    ]

    summary = summarize_wave(PLAN, 2, plan_jobs(PLAN, 2, before), before, after)

    # 120 records of new paths, and 30 retried ones in the same job.
    assert (summary.jobs, summary.records, summary.generations) == (1, 150, 150)
    assert summary.settings == (
        SettingWaveSummary(
            "greedy", questions=0, generations=0, retried=0, decided=0, exhausted=0, open=0
        ),
        SettingWaveSummary(
            "T0.7",
            questions=50,
            generations=150,
            retried=30,
            decided=37,
            exhausted=0,
            open=3,
            lost=3,
            refused=1,
        ),
    )


def test_totals_count_the_jobs_and_retries_of_all_waves() -> None:
    first = plan_jobs(PLAN, 1, initial_backlogs(PLAN))
    second = plan_jobs(PLAN, 2, [GREEDY_DONE, HALF])

    totals = add_wave(WaveTotals(), first)

    assert totals == WaveTotals(wave_jobs=2, jobs=2, completions=300, retry_records=0)
    assert add_wave(totals, second) == WaveTotals(
        wave_jobs=1, jobs=3, completions=450, retry_records=30
    )
