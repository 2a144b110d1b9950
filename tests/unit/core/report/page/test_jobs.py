"""Waves and jobs: a row for each setting of a wave, and one for each job."""

from dataclasses import replace
from typing import Any

import pytest

from lambdas.contract.report import JobReport, Report, StoredRequest
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from lambdas.core.report.page.jobs import jobs_section, waves_section
from tests.unit.core.report.page.tables import body_of, rows_of
from tests.unit.core.report.samples import a_setting, with_settings


def a_wave(wave: int, *settings: SettingWaveSummary) -> WaveSummary:
    return WaveSummary(wave, jobs=3, records=1500, generations=1500, settings=settings)


def in_wave(setting: str, questions: int, decided: int, exhausted: int = 0) -> SettingWaveSummary:
    left = questions - decided - exhausted
    return SettingWaveSummary(setting, questions, 5 * questions, 0, decided, exhausted, left)


def two_waves(**request: Any) -> Report:
    """Return a report of 100 questions: 60 are decided, then 10, and the rest exhausted."""
    waves = a_wave(1, in_wave("T0.7", 100, 60)), a_wave(2, in_wave("T0.7", 40, 10, 30))
    stored = StoredRequest(dataset="q.jsonl", **request)
    return with_settings(a_setting("T0.7", 0.5), waves=waves, request=stored)


def test_a_wave_s_jobs_are_shown_once_and_its_questions_by_setting() -> None:
    wave = a_wave(1, in_wave("T0.5", 100, 60), in_wave("T0.7", 100, 40))

    body = body_of(waves_section(with_settings(waves=(wave,))))

    assert rows_of(body, "waves-figures") == [
        ["1", "3", "1,500", "1,500", "T0.5", "100", "60", "40"],
        ['<span class="screen-reader">wave 1</span>', "", "", "", "T0.7", "100", "40", "60"],
    ]
    assert "<canvas" not in body


def test_exhausted_questions_have_a_column_and_a_part_of_the_chart() -> None:
    body = body_of(waves_section(two_waves()))

    assert [row[5:] for row in rows_of(body, "waves-figures")] == [
        ["100", "60", "0", "40"],
        ["40", "10", "30", "0"],
    ]
    assert "60 in wave 1, 10 in wave 2, 30 exhausted" in body


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"early_stop": 0.95}, "questions whose vote is decided stop"),
        ({"budget": 10.0}, "as far as the budget allows"),
        ({}, "once it has all its paths"),
    ],
    ids=["early stopping", "budget", "neither"],
)
def test_waves_are_explained_by_the_request(request_: dict[str, Any], words: str) -> None:
    assert words in body_of(waves_section(two_waves(**request_)))


def test_sized_waves_are_explained_by_what_a_path_must_buy() -> None:
    found = body_of(waves_section(two_waves(early_stop={"worth": 0.0025})))

    assert "expected to add at least 0.25 points to the chance that its vote is right." in found


def test_what_each_wave_bought_stands_with_its_paths() -> None:
    first = replace(in_wave("T0.7", 100, 60), accuracy=0.7, mean_paths=5.0)
    second = replace(in_wave("T0.7", 40, 40), accuracy=0.75, mean_paths=7.0)
    greedy = replace(in_wave("greedy", 100, 100), accuracy=0.6, mean_paths=1.0)
    waves = a_wave(1, greedy, first), a_wave(2, second)

    found = body_of(waves_section(with_settings(a_setting("T0.7", 0.75), waves=waves)))

    # Five points for 200 paths are 25 for a thousand.
    assert rows_of(found, "waves-bought") == [
        ["1", "T0.7", "100", "500", "5", "70.00%", ""],
        ["2", "T0.7", "40", "200", "7", "75.00%", "+25.00"],
    ]
    assert "T0.7 70.00% after wave 1, 75.00% after wave 2." in found


def test_waves_of_earlier_versions_have_no_accuracy_and_no_table_of_it() -> None:
    assert "waves-bought" not in body_of(waves_section(two_waves()))


def test_a_job_is_shown_with_its_figures() -> None:
    job = JobReport(
        job="j0002",
        wave=1,
        setting="T0.7",
        status="Completed",
        on_demand=True,
        records_planned=500,
        succeeded=499,
        errors=1,
        answered=1480,
        unanswered=20,
        tokens_in=1000,
        cost_usd=0.25,
        submitted_at="2026-11-22T09:00:00+00:00",
        ended_at="2026-11-22T09:01:30+00:00",
    )

    body = body_of(jobs_section(with_settings(jobs=(job,))))

    counts = ["500", "499", "1", "1,480", "20", "1,000", ""]
    assert rows_of(body, "jobs-figures") == [
        ["01/j0002", "T0.7", "Completed, on demand", *counts, "$0.25", "1 min 30 s"]
    ]


def test_without_waves_or_jobs_there_are_no_sections() -> None:
    report = with_settings(a_setting("T0.7", 0.5))

    assert (waves_section(report), jobs_section(report)) == (None, None)
