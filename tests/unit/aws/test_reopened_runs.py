"""A failed run goes on when its execution has been redriven since, once for each redrive."""

from typing import Any

import pytest

from lambdas.aws.table import RunTable
from lambdas.core.errors import RunEndedError
from tests.unit.aws.records import ENDED_AT, EXECUTION, RUN, STARTED_AT, WHY, record


@pytest.fixture
def failed(running: RunTable) -> RunTable:
    """A table in which the run has failed, a job of it in its place."""
    running.take_place(RUN, "01-j0001", 3)
    running.note_refusal(RUN, EXECUTION, "01-j0002")
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    return running


def test_a_redriven_run_is_as_one_that_goes_on(failed: RunTable, stored: Any) -> None:
    opened = failed.reopen(RUN, EXECUTION, 1)

    assert (
        opened
        == record(stored)
        == {
            "run_id": RUN,
            "entry": "run",
            "listed": "run",
            "started_at": STARTED_AT,
            "status": "running",
            "execution_arn": EXECUTION,
            "redrives": 1,
            "refused": {"01-j0002"},
        }
    )


@pytest.mark.parametrize(
    ("arn", "redrives"),
    [
        pytest.param(EXECUTION, 0, id="not redriven"),
        pytest.param("arn:execution-2", 1, id="of another execution"),
    ],
)
def test_a_failed_run_stays_failed(failed: RunTable, stored: Any, arn: str, redrives: int) -> None:
    assert failed.reopen(RUN, arn, redrives) is None
    assert record(stored)["status"] == "failed"


def test_one_redrive_opens_a_run_once_and_all_its_steps_find_it_so(failed: RunTable) -> None:
    opened = failed.reopen(RUN, EXECUTION, 1)

    assert failed.reopen(RUN, EXECUTION, 1) == opened

    failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    assert failed.reopen(RUN, EXECUTION, 1) is None
    assert failed.reopen(RUN, EXECUTION, 2) is not None


def test_a_run_that_failed_before_it_was_claimed_may_be_claimed(
    table: RunTable, stored: Any
) -> None:
    assert table.reopen(RUN, EXECUTION, 0) is None
    assert record(stored) == {}

    assert table.reopen(RUN, EXECUTION, 1) is not None
    assert table.claim(RUN, EXECUTION, STARTED_AT)
    assert (record(stored)["status"], record(stored)["redrives"]) == ("planning", 1)


def test_a_run_that_nobody_could_mark_failed_goes_on_as_well(running: RunTable) -> None:
    assert running.reopen(RUN, EXECUTION, 1) is not None


def test_who_goes_on_by_a_redrive_alone_does_not_find_a_run_open(failed: RunTable) -> None:
    failed.reopen(RUN, EXECUTION, 1)

    assert failed.reopen(RUN, EXECUTION, 1, or_open=False) is None


def test_a_job_that_is_asked_for_anew_is_refused_no_more(running: RunTable, stored: Any) -> None:
    running.note_refusal(RUN, EXECUTION, "01-j0001")
    running.note_refusal(RUN, EXECUTION, "01-j0002")

    running.take_place(RUN, "01-j0001", 3)

    assert record(stored)["refused"] == {"01-j0002"}


def test_a_run_is_failed_until_it_is_redriven(failed: RunTable) -> None:
    assert failed.has_failed(RUN, EXECUTION)

    failed.reopen(RUN, EXECUTION, 1)
    assert not failed.has_failed(RUN, EXECUTION)


def test_a_run_that_succeeded_is_not_opened(running: RunTable, stored: Any) -> None:
    running.update_run(RUN, EXECUTION, status="succeeded")

    assert running.reopen(RUN, EXECUTION, 1) is None
    assert record(stored)["status"] == "succeeded"


def test_a_plan_made_again_forgets_the_end_and_not_the_redrives(
    failed: RunTable, stored: Any
) -> None:
    failed.reopen(RUN, EXECUTION, 1)
    failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    assert failed.claim(RUN, EXECUTION, STARTED_AT)

    found = record(stored)
    assert (found["status"], found["redrives"]) == ("planning", 1)
    assert not {"reason", "message", "ended_at"} & found.keys()


@pytest.mark.parametrize(
    ("redrives", "why"),
    [
        pytest.param(0, None, id="told of an end that came before the redrive"),
        pytest.param(1, WHY, id="told of the redriven execution's own"),
        pytest.param(None, WHY, id="told by a step of it"),
    ],
)
def test_a_run_that_goes_on_again_fails_by_what_is_told_of_its_present_end(
    failed: RunTable, redrives: int | None, why: Any
) -> None:
    failed.reopen(RUN, EXECUTION, 1)

    assert failed.fail_run(RUN, EXECUTION, WHY, ENDED_AT, redrives) == why


def test_a_run_that_has_ended_holds_no_place(failed: RunTable, stored: Any) -> None:
    assert "live" not in record(stored)


def test_between_waves_no_place_is_held(running: RunTable, stored: Any) -> None:
    running.take_place(RUN, "01-j0001", 3)

    running.update_run(RUN, EXECUTION, no_job_is_live=True, next_wave=2)

    assert "live" not in record(stored)


def test_a_refusal_is_noted_of_a_run_that_goes_on_alone(failed: RunTable) -> None:
    with pytest.raises(RunEndedError):
        failed.note_refusal(RUN, EXECUTION, "01-j0001")
