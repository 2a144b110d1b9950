from decimal import Decimal
from typing import Any

import pytest

from lambdas.contract.entries import ExpectedCost, RunEntry
from lambdas.contract.schema import FormatError
from selfconsistency.runs import Run, job_label, read_run, recent_runs, run_of_entries

RUN = {
    "format": 1,
    "run_id": "r1",
    "entry": "run",
    "listed": "run",
    "started_at": "2026-01-02T03:04:05Z",
    "status": "running",
    "wave": 1,
    "questions": 191,
    "jobs_planned": 2,
    "paths_planned": 1910,
    "execution_arn": "arn:x",
}
JOBS = [
    {
        "format": 1,
        "run_id": "r1",
        "entry": "job#01#j0001",
        "wave": 1,
        "job": "j0001",
        "setting": "T0.7",
        "status": "Completed",
        "collected": True,
        "paths_planned": 955,
        "records_planned": 955,
        "records_done": 955,
        "answered": 940,
        "unanswered": 15,
    },
    {
        "format": 1,
        "run_id": "r1",
        "entry": "job#01#j0002",
        "wave": 1,
        "job": "j0002",
        "setting": "T0.7",
        "status": "InProgress",
        "paths_planned": 955,
        "records_planned": 955,
        "records_done": 100,
    },
]


def test_a_run_is_read_with_the_accuracy_of_the_wave_that_ended(
    account: Any, stack: Any, entries: Any
) -> None:
    setting = {"setting": "T0.7", "questions": 191, "generations": 764, "retried": 0}
    setting |= {"decided": 100, "exhausted": 0, "open": 91, "accuracy": Decimal("0.7312")}
    wave = {"wave": 1, "jobs": 2, "records": 764, "generations": 764, "settings": [setting]}
    key = {"format": 1, "run_id": "r1", "entry": "wave#01"}
    entries.put_item(Item=RUN | {"wave": 2})
    before = read_run(account, stack, "r1").ended_wave
    entries.put_item(Item=key | wave)

    ended = read_run(account, stack, "r1").ended_wave

    assert before is None
    assert ended is not None
    assert (ended.wave, ended.settings[0].accuracy) == (1, 0.7312)


def test_a_run_is_read_with_its_jobs(account: Any, stack: Any, entries: Any) -> None:
    for entry in (RUN, *JOBS, {"run_id": "r1", "entry": "answer#T0.7#q0000000"}):
        entries.put_item(Item=entry)

    run = read_run(account, stack, "r1")

    assert (run.status, run.wave, run.questions) == ("running", 1, 191)
    assert [(job_label(job), job.status) for job in run.jobs] == [
        ("01/j0001", "Completed"),
        ("01/j0002", "InProgress"),
    ]
    assert (run.jobs_done, run.records_done, run.generations) == (1, 1055, 955)


def test_a_run_without_an_entry_yet_is_starting(account: Any, stack: Any) -> None:
    assert read_run(account, stack, "none") == Run("none")


def test_all_of_many_jobs_are_read(account: Any, stack: Any, entries: Any) -> None:
    padding = "x" * 30_000
    with entries.table.batch_writer() as batch:
        for number in range(50):
            batch.put_item(
                Item={
                    "format": 1,
                    "run_id": "r1",
                    "entry": f"job#01#j{number:04d}",
                    "message": padding,
                }
            )

    assert len(read_run(account, stack, "r1").jobs) == 50


def test_recent_runs_come_newest_first(account: Any, stack: Any, entries: Any) -> None:
    for number in range(3):
        entries.put_item(Item=RUN | {"run_id": f"r{number}", "started_at": f"2026-01-0{number}"})

    runs = recent_runs(account, stack, most=2)

    assert [run.run_id for run in runs] == ["r2", "r1"]


def state(**attributes: Any) -> Run:
    """The run of an entry with these attributes beside those of `RUN`."""
    return run_of_entries("r1", RunEntry.of(RUN | attributes, "run"), ())


def test_a_run_of_an_earlier_version_is_refused(account: Any, stack: Any, entries: Any) -> None:
    entries.put_item(Item={"format": None, "run_id": "r1", "entry": "run", "status": "running"})

    with pytest.raises(FormatError, match="no format, must have format 1"):
        read_run(account, stack, "r1")


def test_a_run_of_a_newer_version_is_refused_with_both_formats(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUN | {"format": 2})

    with pytest.raises(FormatError, match="has format 2, this version reads format 1"):
        read_run(account, stack, "r1")


def test_a_run_of_another_format_hides_no_other_from_the_list(
    account: Any, stack: Any, entries: Any
) -> None:
    for number, format_ in enumerate((1, 2, None)):
        changed = {"run_id": f"r{number}", "started_at": f"2026-01-0{number}", "format": format_}
        entries.put_item(Item=RUN | changed)

    runs = recent_runs(account, stack, most=9)

    assert [(run.run_id, run.status) for run in runs] == [
        ("r2", "unreadable"),
        ("r1", "unreadable"),
        ("r0", "running"),
    ]
    assert "format 2" in runs[1].message


def test_expected_and_actual_cost_are_read_once_they_are_there() -> None:
    tokens = {"input": 1, "output": 1, "estimated": False}
    totals = {"records": 1, "generations": 1, "tokens": tokens, "cost_usd": Decimal("0.00042")}
    totals |= {"cost_estimated": False, "seconds": Decimal(1)}

    assert state().expected is None
    assert state(estimate={"cost_usd": Decimal(1), "ceiling_usd": None}).expected == ExpectedCost(
        cost_usd=1.0, ceiling_usd=None
    )
    assert state(totals=totals).cost_usd == 0.00042
    assert state(totals=totals | {"cost_usd": None}).cost_usd is None


def test_a_run_whose_questions_leave_early_grows() -> None:
    request = {"early_stop": {"certified": Decimal("0.05")}, "budget": None}
    settings = ["greedy", "T0.5", "T0.7"]

    run = state(settings=settings, open_questions=Decimal(23), request=request)

    assert (run.open_questions, run.sampled_settings) == (23, 2)
    assert (run.early_stop, run.budget, run.grows) == (True, False, True)


def test_a_run_of_all_paths_does_not_grow() -> None:
    assert not state(request={"early_stop": None}).grows


def test_a_failed_run_has_its_reason_and_its_report() -> None:
    key = "runs/r1/report.json"

    run = state(
        status="failed",
        reason="JobRefusedError",
        refused={"01-j0001"},
        redrives=Decimal(2),
        report_key=key,
    )

    assert (run.reason, run.refused, run.report_key) == ("JobRefusedError", True, key)
    assert run.status_line == "failed, redriven 2×"
    assert state().status_line == "running"
