from decimal import Decimal
from typing import Any

from client.runs import Expected, Run, read_run, recent_runs, run_of_entries

RUN = {
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
        "run_id": "r1",
        "entry": "job#01#j0001",
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
        "run_id": "r1",
        "entry": "job#01#j0002",
        "setting": "T0.7",
        "status": "InProgress",
        "paths_planned": 955,
        "records_planned": 955,
        "records_done": 100,
    },
]


def test_a_run_is_read_with_its_jobs(account: Any, stack: Any, entries: Any) -> None:
    for entry in (RUN, *JOBS, {"run_id": "r1", "entry": "answer#T0.7#q0000000"}):
        entries.put_item(Item=entry)

    run = read_run(account, stack, "r1")

    assert (run.status, run.wave, run.questions) == ("running", 1, 191)
    assert [(job.name, job.status) for job in run.jobs] == [
        ("01#j0001", "Completed"),
        ("01#j0002", "InProgress"),
    ]
    assert (run.jobs_done, run.records_done, run.generations) == (1, 1055, 955)


def test_a_run_without_an_entry_yet_is_starting(account: Any, stack: Any) -> None:
    assert read_run(account, stack, "none") == Run("none")


def test_all_of_many_jobs_are_read(account: Any, stack: Any, entries: Any) -> None:
    padding = "x" * 30_000
    with entries.batch_writer() as batch:
        for number in range(50):
            batch.put_item(
                Item={"run_id": "r1", "entry": f"job#01#j{number:04d}", "message": padding}
            )

    assert len(read_run(account, stack, "r1").jobs) == 50


def test_recent_runs_come_newest_first(account: Any, stack: Any, entries: Any) -> None:
    for number in range(3):
        entries.put_item(Item=RUN | {"run_id": f"r{number}", "started_at": f"2026-01-0{number}"})

    runs = recent_runs(account, stack, most=2)

    assert [run.run_id for run in runs] == ["r2", "r1"]


def test_expected_and_actual_cost_are_read_once_they_are_there() -> None:
    expected = {"estimate": {"cost_usd": 1, "ceiling_usd": None}}
    ended = expected | {"totals": {"cost_usd": 0.00042}}

    assert run_of_entries("r1", {}, ()).expected is None
    assert run_of_entries("r1", expected, ()).expected == Expected(1.0, None)
    assert run_of_entries("r1", ended, ()).cost_usd == 0.00042
    assert run_of_entries("r1", {"totals": {"cost_usd": None}}, ()).cost_usd is None


def test_a_run_whose_questions_leave_early_tells_who_is_open() -> None:
    request = {"early_stop": {"certified": Decimal("0.05")}, "budget": None}
    settings = {"settings": ["greedy", "T0.5", "T0.7"], "open_questions": Decimal(23)}

    run = run_of_entries("r1", RUN | settings | {"request": request}, ())

    assert (run.open_questions, run.sampled_settings) == (23, 2)
    assert (run.early_stop, run.budget, run.grows) == (True, False, True)


def test_a_run_of_an_earlier_version_does_not_grow() -> None:
    run = run_of_entries("r1", RUN | {"request": {"early_stop": None}}, ())

    assert (run.open_questions, run.grows) == (None, False)


def test_a_run_that_has_failed_tells_why_and_what_it_left() -> None:
    ended = {"status": "failed", "reason": "JobRefusedError", "refused": {"01-j0001"}}
    left = {"redrives": Decimal(2), "report_key": "runs/r1/report.json"}

    run = run_of_entries("r1", RUN | ended | left, ())

    assert (run.reason, run.refused, run.report_key) == (
        "JobRefusedError",
        True,
        "runs/r1/report.json",
    )
    assert run.standing == "failed, redriven 2×"
    assert run_of_entries("r1", RUN, ()).standing == "running"
