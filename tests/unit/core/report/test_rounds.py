"""The time that batch jobs took, in rounds of as many as may run at once."""

from lambdas.contract.report import JobReport
from lambdas.core.report.rounds import ActualTime, actual_time


def a_job(wave: int, start: str, end: str, *, on_demand: bool = False) -> JobReport:
    day = "2026-11-22T"
    return JobReport(
        job=f"j{start}",
        setting="T0.7",
        wave=wave,
        on_demand=on_demand,
        submitted_at=f"{day}{start}:00+00:00" if start else "",
        ended_at=f"{day}{end}:00+00:00" if end else "",
    )


def test_a_wave_begins_with_a_round_of_its_own() -> None:
    first = [a_job(1, "09:00", "09:15"), a_job(1, "09:01", "09:14"), a_job(1, "09:15", "09:30")]
    second = [a_job(2, "09:31", "09:45")]

    assert actual_time([*first, *second], jobs_at_once=2) == ActualTime(4, 3, 45 * 60.0)


def test_what_runs_on_demand_is_no_batch_job() -> None:
    jobs = [a_job(1, "09:00", "09:10"), a_job(2, "10:00", "10:30", on_demand=True)]

    assert actual_time(jobs, jobs_at_once=3) == ActualTime(1, 1, 600.0)


def test_the_time_of_jobs_that_never_ended_is_unknown() -> None:
    assert actual_time([a_job(1, "09:00", "")], jobs_at_once=3) == ActualTime(1, 1, None)
