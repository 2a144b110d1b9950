"""The table's other entries: a job has one place, numbers stay exact."""

from typing import Any

import pytest

from lambdas.aws.table import RunTable
from lambdas.core.errors import RunEndedError
from lambdas.core.keys import wave_entry
from tests.unit.aws.records import ENDED_AT, EXECUTION, RUN, STARTED_AT, WHY, mark, record


def test_no_more_jobs_are_live_than_there_are_places(running: RunTable) -> None:
    assert running.take_place(RUN, "01-j0001", 2)
    assert running.take_place(RUN, "01-j0002", 2)
    assert not running.take_place(RUN, "01-j0003", 2)
    assert running.take_place(RUN, "01-j0001", 2), "who has a place keeps it"

    running.leave_place(RUN, "01-j0001")

    assert running.take_place(RUN, "01-j0003", 2)
    assert not running.take_place(RUN, "01-j0001", 2)


def test_the_last_place_left_can_be_taken_again(running: RunTable) -> None:
    running.take_place(RUN, "01-j0001", 1)

    running.leave_place(RUN, "01-j0001")
    running.leave_place(RUN, "01-j0001")

    assert running.take_place(RUN, "01-j0002", 1)


def test_a_job_has_one_turn_at_a_time(running: RunTable) -> None:
    assert running.take_turn(RUN, 1, "j0001", now=100.0, until=1000.5) is not None
    assert running.take_turn(RUN, 1, "j0001", now=1000.4, until=1900.0) is None
    assert running.take_turn(RUN, 1, "j0002", now=100.0, until=1000.5) is not None

    running.leave_turn(RUN, 1, "j0001", until=1000.5)

    assert running.take_turn(RUN, 1, "j0001", now=200.0, until=1100.0) is not None


def test_a_turn_whose_time_is_over_is_none_and_cannot_end_the_next(running: RunTable) -> None:
    running.take_turn(RUN, 1, "j0001", now=100.0, until=1000.5)

    assert running.take_turn(RUN, 1, "j0001", now=1000.5, until=1900.0) is not None

    running.leave_turn(RUN, 1, "j0001", until=1000.5)
    assert running.take_turn(RUN, 1, "j0001", now=1500.0, until=2400.0) is None


def test_a_turn_is_told_what_the_one_before_was_asking_for_when_it_died(running: RunTable) -> None:
    running.take_turn(RUN, 1, "j0001", now=100.0, until=200.0)
    for record_id in ("q0s00", "q1s00", "q2s00"):
        running.begin_call(RUN, 1, "j0001", record_id)
    running.end_call(RUN, 1, "j0001", "q1s00")

    assert running.take_turn(RUN, 1, "j0001", now=200.0, until=300.0) == {"q0s00", "q2s00"}


def test_a_run_is_looked_at_without_taking_a_place(running: RunTable, stored: Any) -> None:
    running.check_running(RUN)
    assert "live" not in record(stored)

    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    with pytest.raises(RunEndedError):
        running.check_running(RUN)


@pytest.mark.parametrize("status", ["failed", "succeeded", "planning"])
def test_no_place_is_given_in_a_run_that_does_not_run(
    running: RunTable, stored: Any, status: str
) -> None:
    mark(stored, status)

    with pytest.raises(RunEndedError, match="run run-1 has ended; nothing more is submitted"):
        running.take_place(RUN, "01-j0001", 3)


def test_a_job_of_an_ended_run_gets_no_place_even_where_it_had_one(running: RunTable) -> None:
    running.take_place(RUN, "01-j0001", 3)
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    with pytest.raises(RunEndedError):
        running.take_place(RUN, "01-j0001", 3)


def test_no_place_is_given_in_a_run_that_is_unknown(table: RunTable, stored: Any) -> None:
    with pytest.raises(RunEndedError):
        table.take_place(RUN, "01-j0001", 3)
    assert record(stored) == {}


def test_updating_a_job_returns_all_that_is_known_of_it(table: RunTable) -> None:
    table.update_job(RUN, 1, "j0001", status="waiting", job_arn="arn:job")

    known = table.updated_job(RUN, 1, "j0001", status="Submitted")

    assert (known["status"], known["job_arn"]) == ("Submitted", "arn:job")


def test_jobs_come_in_their_order_with_plain_numbers_however_many_pages(table: RunTable) -> None:
    long = "x" * 300_000
    for job in ("j0002", "j0001", "j0003", "j0005", "j0004"):
        table.update_job(RUN, 1, job, job=job, errors=3, share=0.1, note=long, messages=["a"])
    table.claim(RUN, EXECUTION, STARTED_AT)

    jobs = table.jobs(RUN)

    assert [job["job"] for job in jobs] == ["j0001", "j0002", "j0003", "j0004", "j0005"]
    assert (jobs[0]["errors"], jobs[0]["share"], jobs[0]["messages"]) == (3, 0.1, ["a"])
    assert isinstance(jobs[0]["errors"], int)


def test_waves_come_in_their_order_and_apart_from_jobs(table: RunTable) -> None:
    settings = [{"setting": "T0.7", "open": 3}]
    for wave in (2, 1, 10):
        table.update(RUN, wave_entry(wave), {"wave": wave, "settings": settings})
    table.update_job(RUN, 1, "j0001", job="j0001")

    waves = table.waves(RUN)

    assert [each["wave"] for each in waves] == [1, 2, 10]
    assert waves[0]["settings"] == settings
    assert isinstance(waves[0]["settings"][0]["open"], int)
    assert [each["job"] for each in table.jobs(RUN)] == ["j0001"]


def test_entries_are_written_in_batches_with_exact_floats(table: RunTable, stored: Any) -> None:
    entries = [
        (f"answer#{n:03d}", {"mean": n / 7, "votes": {"1": n}, "gold": None}) for n in range(60)
    ]

    assert table.put_all(RUN, entries) == 60

    written = record(stored, "answer#059")
    assert float(written["mean"]) == 59 / 7
    assert (written["votes"], written["gold"]) == ({"1": 59}, None)


def test_nothing_to_write_is_written(table: RunTable) -> None:
    assert table.put_all(RUN, []) == 0
