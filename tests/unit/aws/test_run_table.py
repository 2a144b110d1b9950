"""The table of runs: one execution per run, one end, a slot per live job, exact numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from lambdas.aws.run_table import RunTable
from lambdas.contract import Table
from lambdas.contract.entries import JobEntry, RunEntry, UploadEntry
from lambdas.contract.jobs import SliceFigures
from lambdas.contract.keys import REFUSED
from lambdas.contract.schema import FORMAT, FormatError
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from lambdas.core.errors import FailureReason, RunEndedError
from tests.unit.aws.records import ENDED_AT, EXECUTION, RUN, STARTED_AT, WHY, entry, job, mark

SETTINGS = (SettingWaveSummary("T0.7", 3, 12, 0, 1, 0, 2),)
CHANGES = (RunEntry(status="running"), RunEntry(status="succeeded"), RunEntry(wave=2))


@pytest.fixture
def failed(running: RunTable) -> RunTable:
    """A table in which the run has failed, with a live job and a refused one."""
    running.acquire_slot(job(1))
    running.refuse_job(job(2), "no access")
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    return running


def test_a_run_is_claimed_by_one_execution(table: RunTable, stored: Any) -> None:
    assert table.claim(RUN, EXECUTION, STARTED_AT)
    assert not table.claim(RUN, "arn:execution-2", "2026-11-22T06:00:01Z")
    assert entry(stored) == {
        "run_id": RUN,
        "entry": "run",
        "format": FORMAT,
        "listed": "run",
        "started_at": STARTED_AT,
        "status": "planning",
        "execution_arn": EXECUTION,
    }


def test_a_retry_of_the_same_execution_claims_its_run_again(running: RunTable, stored: Any) -> None:
    assert running.claim(RUN, EXECUTION, STARTED_AT)
    assert entry(stored)["status"] == "planning"


def test_a_name_used_again_after_90_days_does_not_claim_the_earlier_run(
    running: RunTable, stored: Any
) -> None:
    assert not running.claim(RUN, EXECUTION, "2027-03-01T06:00:00Z")
    assert (entry(stored)["status"], entry(stored)["started_at"]) == ("running", STARTED_AT)


def test_a_live_run_is_updated_again_and_again(running: RunTable) -> None:
    running.update_run(RUN, EXECUTION, RunEntry(wave=1, jobs_planned=4))
    succeeded = RunEntry(status="succeeded", message="50%")
    running.update_run(RUN, EXECUTION, succeeded)

    found = running.update_run(RUN, EXECUTION, succeeded)

    assert (found.status, found.wave, found.message) == ("succeeded", 1, "50%")
    assert (found.run_id, found.started_at, found.jobs_planned) == (RUN, STARTED_AT, 4)


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_that_was_stopped_is_not_updated(
    running: RunTable, stored: Any, change: RunEntry
) -> None:
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    before = entry(stored)

    with pytest.raises(RunEndedError, match="run run-1 has ended"):
        running.update_run(RUN, EXECUTION, change)

    assert entry(stored) == before


@pytest.mark.parametrize("change", [CHANGES[0], CHANGES[2]])
def test_a_run_is_updated_by_its_own_execution_only(
    running: RunTable, stored: Any, change: RunEntry
) -> None:
    before = entry(stored)

    with pytest.raises(RunEndedError):
        running.update_run(RUN, "arn:execution-2", change)

    assert entry(stored) == before


def test_a_run_without_entry_is_not_updated(table: RunTable, stored: Any) -> None:
    with pytest.raises(RunEndedError):
        table.update_run(RUN, EXECUTION, RunEntry(status="running"))

    assert entry(stored) == {}


@pytest.mark.parametrize("status", ["planning", "running"])
def test_a_live_run_fails_with_its_reason(running: RunTable, stored: Any, status: str) -> None:
    mark(stored, status)

    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT) == WHY
    found = entry(stored)
    assert (found["status"], found["reason"], found["message"]) == ("failed", "Error", "why")
    assert found["ended_at"] == ENDED_AT


def test_the_first_reason_stands(running: RunTable, stored: Any) -> None:
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    assert running.fail_run(RUN, EXECUTION, FailureReason("Later", "second"), "2027") == WHY
    assert (entry(stored)["message"], entry(stored)["ended_at"]) == ("why", ENDED_AT)


def test_the_execution_of_a_second_delivery_does_not_fail_the_run(
    running: RunTable, stored: Any
) -> None:
    assert running.fail_run(RUN, "arn:execution-2", WHY, ENDED_AT) is None
    assert entry(stored)["status"] == "running"


def test_a_run_that_succeeded_neither_fails_nor_reopens(running: RunTable, stored: Any) -> None:
    running.update_run(RUN, EXECUTION, RunEntry(status="succeeded"))

    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT) is None
    assert running.reopen(RUN, EXECUTION, 1) is None
    assert entry(stored)["status"] == "succeeded"


def test_a_run_without_entry_cannot_fail(table: RunTable, stored: Any) -> None:
    assert table.fail_run(RUN, EXECUTION, WHY, ENDED_AT) is None
    assert entry(stored) == {}


def test_a_reopened_run_keeps_its_refused_job_and_forgets_its_end(
    failed: RunTable, stored: Any
) -> None:
    opened = failed.reopen(RUN, EXECUTION, 1)

    assert entry(stored) == {
        "run_id": RUN,
        "entry": "run",
        "format": FORMAT,
        "listed": "run",
        "started_at": STARTED_AT,
        "status": "running",
        "execution_arn": EXECUTION,
        "redrives": 1,
        "refused": {"01-j0002"},
    }
    assert opened is not None
    assert (opened.status, opened.redrives, opened.refused) == ("running", 1, {"01-j0002"})


@pytest.mark.parametrize(
    ("arn", "redrives"),
    [
        pytest.param(EXECUTION, 0, id="not redriven"),
        pytest.param("arn:execution-2", 1, id="of another execution"),
    ],
)
def test_a_failed_run_stays_failed(failed: RunTable, stored: Any, arn: str, redrives: int) -> None:
    assert failed.reopen(RUN, arn, redrives) is None
    assert entry(stored)["status"] == "failed"


def test_one_redrive_reopens_a_run_once_and_all_its_steps_find_it_open(failed: RunTable) -> None:
    opened = failed.reopen(RUN, EXECUTION, 1)

    assert failed.reopen(RUN, EXECUTION, 1) == opened

    failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT, 1)
    assert failed.reopen(RUN, EXECUTION, 1) is None
    assert failed.reopen(RUN, EXECUTION, 2) is not None


def test_an_open_run_does_not_count_for_a_step_that_only_reopens(failed: RunTable) -> None:
    failed.reopen(RUN, EXECUTION, 1)

    assert failed.reopen(RUN, EXECUTION, 1, or_open=False) is None


def test_a_run_that_failed_before_it_was_claimed_may_be_claimed(
    table: RunTable, stored: Any
) -> None:
    assert table.reopen(RUN, EXECUTION, 0) is None
    assert entry(stored) == {}

    assert table.reopen(RUN, EXECUTION, 1) is not None
    assert table.claim(RUN, EXECUTION, STARTED_AT, 1)
    assert (entry(stored)["status"], entry(stored)["redrives"]) == ("planning", 1)


def test_a_run_that_abort_never_marked_failed_reopens(running: RunTable) -> None:
    assert running.reopen(RUN, EXECUTION, 1) is not None


def test_a_redriven_job_is_no_longer_refused(running: RunTable, stored: Any) -> None:
    running.refuse_job(job(1), "no access")
    running.refuse_job(job(2), "no access")
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    running.reopen(RUN, EXECUTION, 1)

    running.acquire_slot(job(1), JobEntry(status="waiting"))

    found = entry(stored)
    assert (found["refused"], found["active_jobs"]) == ({"01-j0002"}, {"01-j0001"})
    assert [each.status for each in running.jobs(RUN)] == ["waiting", REFUSED]


def test_a_refused_job_gets_no_slot_until_a_redrive(running: RunTable, stored: Any) -> None:
    running.refuse_job(job(1), "no access")
    before = entry(stored)

    found = running.acquire_slot(job(1), JobEntry(status="waiting"))

    assert found is not None
    assert (found.is_over, found.message) == (True, "no access")
    assert entry(stored) == before


def test_a_job_refused_by_an_earlier_version_may_be_submitted_again(
    running: RunTable, stored: Any
) -> None:
    running.refuse_job(job(1), "no access")
    stored.update_item(
        Key={"run_id": RUN, "entry": "job#01#j0001"}, UpdateExpression="REMOVE refused_in"
    )

    found = running.acquire_slot(job(1), JobEntry(status="waiting"))

    assert found is not None
    assert (found.is_over, found.status) == (False, "waiting")


def test_a_collected_job_gets_no_slot(running: RunTable, stored: Any) -> None:
    running.acquire_slot(job(1))
    running.collect_job(job(1), JobEntry(status="Completed", collected=True))

    found = running.acquire_slot(job(1), JobEntry(status="waiting"))

    assert found is not None
    assert (found.is_over, found.status) == (True, "Completed")
    assert "active_jobs" not in entry(stored)


def test_the_slot_that_a_late_copy_left_when_it_died_is_released(
    running: RunTable, stored: Any
) -> None:
    running.acquire_slot(job(1, slots=1))
    running.collect_job(job(1), JobEntry(collected=True))
    stored.update_item(
        Key={"run_id": RUN, "entry": "run"},
        UpdateExpression="ADD active_jobs :slots",
        ExpressionAttributeValues={":slots": {"01-j0001"}},
    )

    assert running.acquire_slot(job(2, slots=1)) is None

    assert running.acquire_slot(job(2, slots=1)) is not None
    assert entry(stored)["active_jobs"] == {"01-j0002"}


def test_the_slot_of_a_live_job_is_not_released(running: RunTable) -> None:
    running.acquire_slot(job(1, slots=1))

    assert running.acquire_slot(job(2, slots=1)) is None
    assert running.acquire_slot(job(2, slots=1)) is None


LATE = [
    pytest.param("Submitted", "building", id="Build after Submit"),
    pytest.param("Refused", "building", id="Build after a refusal"),
    pytest.param("InProgress", "Submitted", id="Submit after a look"),
    pytest.param("InProgress", "Validating", id="an older look"),
    pytest.param("Completed", "InProgress", id="a look before the end"),
    pytest.param("Completed", "Invoking", id="Invoke after the last reply"),
    pytest.param("Stopped", "a new status", id="a look at a status that is new"),
]


@pytest.mark.parametrize(("found", "late"), LATE)
def test_a_job_s_status_does_not_go_backwards(table: RunTable, found: str, late: str) -> None:
    before = table.update_job(job(), JobEntry(status=found, records_done=9))

    after = table.update_job(job(), JobEntry(status=late, records_done=5, message="late"))

    assert after == before


FORWARDS = [
    pytest.param("Refused", "waiting", id="submitted again"),
    pytest.param("Unknown", "InProgress", id="known again"),
    pytest.param("InProgress", "InProgress", id="the same"),
    pytest.param("Invoking", "Refused", id="refused midway"),
    pytest.param("Completed", "Completed", id="the output is there"),
    pytest.param("a new status", "Completed", id="after a status that is new"),
]


@pytest.mark.parametrize(("found", "then"), FORWARDS)
def test_a_job_s_status_goes_forwards(table: RunTable, found: str, then: str) -> None:
    table.update_job(job(), JobEntry(status=found))

    after = table.update_job(job(), JobEntry(status=then, message="new"))

    assert (after.status, after.message) == (then, "new")


def test_the_first_end_of_a_job_stands(table: RunTable) -> None:
    first = JobEntry(status="Completed", ended_at=ENDED_AT)
    table.update_job(job(), first)

    after = table.update_job(job(), first.model_copy(update={"ended_at": "2026-11-22T07:00:09Z"}))

    assert after.ended_at == ENDED_AT


def test_a_collected_job_stays_as_it_is(table: RunTable) -> None:
    table.update_job(job(), JobEntry(status="Completed", collected=True, answered=2))
    before = table.jobs(RUN)

    table.update_job(job(), JobEntry(records_done=1))
    table.collect_job(job(), JobEntry(collected=False, answered=0))
    table.note_submitted(job(), JobEntry(job_arn="arn:late"))

    assert table.jobs(RUN) == before
    assert table.acquire_lease(job(), now=1.0, until=2.0) is None


def test_the_first_arn_of_a_job_stands(table: RunTable) -> None:
    table.note_submitted(job(), JobEntry(status="Submitted", job_arn="arn:first"))

    noted = table.note_submitted(job(), JobEntry(status="Submitted", job_arn="arn:second"))

    assert noted.job_arn == "arn:first"


def test_a_run_has_failed_until_it_is_reopened(failed: RunTable) -> None:
    assert failed.has_failed(RUN, EXECUTION)

    failed.reopen(RUN, EXECUTION, 1)
    assert not failed.has_failed(RUN, EXECUTION)


def test_a_late_plan_of_the_attempt_before_does_not_claim_the_run(
    running: RunTable, stored: Any
) -> None:
    running.reopen(RUN, EXECUTION, 1)

    assert not running.claim(RUN, EXECUTION, STARTED_AT)
    assert entry(stored)["status"] == "running"


def test_a_run_planned_again_forgets_its_end_but_not_its_redrives(
    failed: RunTable, stored: Any
) -> None:
    failed.reopen(RUN, EXECUTION, 1)
    failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    assert failed.claim(RUN, EXECUTION, STARTED_AT, 2)

    found = entry(stored)
    assert (found["status"], found["redrives"]) == ("planning", 2)
    assert not {"reason", "message", "ended_at"} & found.keys()


@pytest.mark.parametrize(
    ("redrives", "why"),
    [
        pytest.param(0, None, id="a late message about the end before the redrive"),
        pytest.param(1, WHY, id="the redriven execution's own end"),
        pytest.param(2, WHY, id="the end of an attempt that reopened nothing"),
        pytest.param(None, WHY, id="an event that does not say"),
    ],
)
def test_a_reopened_run_fails_by_its_present_end_only(
    failed: RunTable, redrives: int | None, why: Any
) -> None:
    failed.reopen(RUN, EXECUTION, 1)

    assert failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT, redrives) == why


def test_a_failure_keeps_the_first_reason_of_its_attempt_and_the_attempt(
    running: RunTable, stored: Any
) -> None:
    later = FailureReason("LaterError", "later")

    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT, 0) == WHY
    assert running.fail_run(RUN, EXECUTION, later, ENDED_AT, 0) == WHY
    assert running.fail_run(RUN, EXECUTION, later, ENDED_AT, 1) == later
    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT, 0) == later

    assert entry(stored)["redrives"] == 1
    assert running.reopen(RUN, EXECUTION, 1) is None


def test_a_live_run_notes_a_redrive_and_its_jobs_keep_their_slots(
    running: RunTable, stored: Any
) -> None:
    running.acquire_slot(job(1))

    running.reopen(RUN, EXECUTION, 1)
    assert (entry(stored)["redrives"], entry(stored)["active_jobs"]) == (1, {"01-j0001"})

    running.reopen(RUN, EXECUTION, 2, release_slots=True)
    assert "active_jobs" not in entry(stored)


def test_a_run_that_has_ended_has_no_slots(failed: RunTable, stored: Any) -> None:
    assert "active_jobs" not in entry(stored)


def test_between_waves_all_slots_are_released(running: RunTable, stored: Any) -> None:
    running.acquire_slot(job(1))
    assert entry(stored)["active_jobs"] == {"01-j0001"}

    begun = running.begin_wave(RUN, EXECUTION, 2, 0)

    assert begun is not None
    assert begun.next_wave == 2
    assert "active_jobs" not in entry(stored)


@pytest.mark.parametrize("wave", [1, 2])
def test_a_planned_wave_is_not_planned_again(running: RunTable, stored: Any, wave: int) -> None:
    running.finish_wave(RUN, EXECUTION, RunEntry(wave=2, jobs_planned=4), 0)
    running.acquire_slot(job(1))
    before = entry(stored)

    assert running.begin_wave(RUN, EXECUTION, wave, 0) is None
    running.finish_wave(RUN, EXECUTION, RunEntry(wave=wave, jobs_planned=2), 0)

    assert entry(stored) == before


def test_no_wave_of_a_run_that_has_ended_is_planned(failed: RunTable) -> None:
    with pytest.raises(RunEndedError):
        failed.begin_wave(RUN, EXECUTION, 2, 0)
    with pytest.raises(RunEndedError):
        failed.finish_wave(RUN, EXECUTION, RunEntry(wave=2), 0)


def test_a_late_summary_of_a_planned_wave_does_not_replace_that_of_the_ended_one(
    table: RunTable,
) -> None:
    planned, ended = (WaveSummary(1, 2, 12, generations, SETTINGS) for generations in (24, 20))
    table.put_wave(RUN, planned, ended=False)
    table.put_wave(RUN, ended, ended=True)

    table.put_wave(RUN, planned, ended=False)

    assert table.waves(RUN) == [ended]


def test_a_job_of_an_ended_run_is_not_refused(failed: RunTable) -> None:
    with pytest.raises(RunEndedError):
        failed.refuse_job(job(1), "no access")


def test_no_more_jobs_are_live_than_there_are_slots(running: RunTable) -> None:
    first, second, third = (job(number, slots=2) for number in (1, 2, 3))
    assert running.acquire_slot(first)
    assert running.acquire_slot(second)
    assert not running.acquire_slot(third)
    assert running.acquire_slot(first), "a job that has a slot keeps it"

    running.release_slot(first)

    assert running.acquire_slot(third)
    assert not running.acquire_slot(first)


def test_the_last_slot_can_be_acquired_again(running: RunTable) -> None:
    running.acquire_slot(job(1, slots=1))

    running.release_slot(job(1))
    running.release_slot(job(1))

    assert running.acquire_slot(job(2, slots=1))


def test_paths_are_counted_in_the_update_that_releases_the_slot_and_once(
    running: RunTable,
) -> None:
    running.acquire_slot(job(1))
    running.acquire_slot(job(2))

    running.release_slot(job(1), JobEntry(answered=13, unread_paths=7))
    running.release_slot(job(1), JobEntry(answered=13, unread_paths=7))
    running.release_slot(job(2), JobEntry(answered=9, unread_paths=1))

    run = running.run(RUN)
    assert (run.collected_jobs, run.collected_paths, run.unread_paths) == (2, 30, 8)
    assert run.active_jobs == frozenset()


def test_a_skipped_job_says_so_and_releases_its_slot(running: RunTable) -> None:
    running.acquire_slot(job(1))

    running.skip_job(job(1))

    assert running.run(RUN).active_jobs == frozenset()
    assert running.update_job(job(1), JobEntry()).status == "Skipped"


def test_a_run_that_is_not_there_has_an_empty_entry_and_gets_none(
    table: RunTable, stored: Any
) -> None:
    assert table.run(RUN) == RunEntry()
    assert entry(stored) == {}


@pytest.mark.parametrize("status", ["failed", "succeeded", "planning"])
def test_a_run_that_is_not_running_gives_no_slot(
    running: RunTable, stored: Any, status: str
) -> None:
    mark(stored, status)

    with pytest.raises(RunEndedError, match="run run-1 has ended; nothing more is submitted"):
        running.acquire_slot(job())


def test_a_job_of_an_ended_run_gets_no_slot_even_if_it_had_one(running: RunTable) -> None:
    running.acquire_slot(job())
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    with pytest.raises(RunEndedError):
        running.acquire_slot(job())


def test_an_unknown_run_gives_no_slot(table: RunTable, stored: Any) -> None:
    with pytest.raises(RunEndedError):
        table.acquire_slot(job())
    assert entry(stored) == {}


def test_a_run_is_checked_without_acquiring_a_slot(running: RunTable, stored: Any) -> None:
    running.check_running(RUN)
    assert "active_jobs" not in entry(stored)

    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    with pytest.raises(RunEndedError):
        running.check_running(RUN)


def test_a_job_has_one_lease_at_a_time(running: RunTable) -> None:
    assert running.acquire_lease(job(1), now=100.0, until=1000.5) is not None
    assert running.acquire_lease(job(1), now=1000.4, until=1900.0) is None
    assert running.acquire_lease(job(2), now=100.0, until=1000.5) is not None

    running.release_lease(job(1), until=1000.5)

    assert running.acquire_lease(job(1), now=200.0, until=1100.0) is not None


def test_a_lease_that_ran_out_cannot_release_the_next(running: RunTable) -> None:
    running.acquire_lease(job(), now=100.0, until=1000.5)

    assert running.acquire_lease(job(), now=1000.5, until=1900.0) is not None

    running.release_lease(job(), until=1000.5)
    assert running.acquire_lease(job(), now=1500.0, until=2400.0) is None


def test_a_lease_gives_the_records_that_were_in_flight_when_the_last_holder_died(
    running: RunTable,
) -> None:
    running.acquire_lease(job(), now=100.0, until=200.0)
    for record_id in ("q0s00", "q1s00", "q2s00"):
        running.mark_started(job(), record_id)
    running.mark_done(job(), "q1s00")

    assert running.acquire_lease(job(), now=200.0, until=300.0) == {"q0s00", "q2s00"}


def test_updating_a_job_returns_its_whole_entry(table: RunTable) -> None:
    table.update_job(job(), JobEntry(status="waiting", job_arn="arn:job"))

    known = table.update_job(job(), JobEntry(status="Submitted"))

    assert (known.status, known.job_arn) == ("Submitted", "arn:job")


def test_jobs_come_in_order_with_whole_numbers_however_many_pages(table: RunTable) -> None:
    long = "x" * 300_000
    slices = (SliceFigures(setting="greedy", answered=2),)
    for number in (2, 1, 3, 5, 4):
        changes = JobEntry(job=f"j{number:04d}", errors=3, message=long, error_messages=("a",))
        table.update_job(job(number), changes.model_copy(update={"slices": slices}))
    table.claim(RUN, EXECUTION, STARTED_AT)

    jobs = table.jobs(RUN)

    assert [each.job for each in jobs] == ["j0001", "j0002", "j0003", "j0004", "j0005"]
    assert (jobs[0].errors, jobs[0].error_messages) == (3, ("a",))
    assert jobs[0].slices == slices


def test_waves_come_in_order_and_apart_from_jobs(table: RunTable) -> None:
    summaries = [WaveSummary(wave, 2, 12, 24, SETTINGS) for wave in (1, 2, 10)]
    for summary in (summaries[1], summaries[0], summaries[2]):
        table.put_wave(RUN, summary, ended=False)
    table.update_job(job(), JobEntry(job="j0001"))

    assert table.waves(RUN) == summaries
    assert [each.job for each in table.jobs(RUN)] == ["j0001"]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda table: table.jobs(RUN), id="jobs"),
        pytest.param(lambda table: table.waves(RUN), id="waves"),
    ],
)
def test_entries_of_earlier_code_are_refused(
    table: RunTable, stored: Any, read: Callable[[RunTable], Any]
) -> None:
    for name in ("job#01#j0001", "wave#01"):
        stored.put_item(Item={"run_id": RUN, "entry": name})

    with pytest.raises(FormatError, match=f"run {RUN} has no format.*start a new run"):
        read(table)


class RecordingTable:
    """A table in which every condition holds; notes the updates."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.meta = self.client = self.exceptions = self
        self.ConditionalCheckFailedException = LookupError

    def update_item(self, **update: Any) -> dict[str, Any]:
        self.updates.append(update)
        attributes = {"run_id": RUN, "format": FORMAT, "status": "running"}
        return {"Attributes": attributes}


def every_update() -> list[dict[str, Any]]:
    recording: Any = RecordingTable()
    table = RunTable(recording)
    table.claim(RUN, EXECUTION, STARTED_AT)
    table.belongs_to(RUN, EXECUTION)
    table.claim_upload("upload#1", RUN, 1.0)
    table.update_run(RUN, EXECUTION, RunEntry(status="succeeded"))
    table.begin_wave(RUN, EXECUTION, 2, 0)
    table.finish_wave(RUN, EXECUTION, RunEntry(wave=2), 0)
    table.fail_run(RUN, EXECUTION, WHY, ENDED_AT, 1)
    table.reopen(RUN, EXECUTION, 1)
    table.has_failed(RUN, EXECUTION)
    table.check_running(RUN)
    table.acquire_slot(job(), JobEntry(status="waiting"))
    table.collect_job(job(), JobEntry(status="Completed", collected=True))
    table.note_submitted(job(), JobEntry(job_arn="arn:job"))
    table.refuse_job(job(), "why")
    table.acquire_lease(job(), now=1.0, until=2.0)
    table.release_lease(job(), until=2.0)
    table.mark_started(job(), "q0s00")
    table.mark_done(job(), "q0s00")
    updates: list[dict[str, Any]] = recording.updates
    return updates


WORD = re.compile(r"[#:]?\b[A-Za-z_]\w*")
GRAMMAR = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "IN", "NOT"}
FUNCTIONS = {"attribute_not_exists", "contains", "size"}
KEYS = {Table.PARTITION, Table.SORT, Table.INDEX_PARTITION, "format"}


def test_expressions_name_attributes_of_the_entry_s_type() -> None:
    for update in every_update():
        of_entry = {"run": RunEntry, "upload": UploadEntry}.get(update["Key"]["entry"], JobEntry)
        members = of_entry.model_fields.keys() | KEYS

        assert set(update["ExpressionAttributeNames"].values()) <= members
        text = f"{update['UpdateExpression']} {update['ConditionExpression']}"
        words = set(WORD.findall(text)) - GRAMMAR - FUNCTIONS
        names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
        assert words == names.keys() | values.keys()
