"""The table's runs: one has one execution, goes on only while it lives, and ends once."""

from typing import Any

import pytest

from lambdas.aws.table import RunTable
from lambdas.core.ending import Reason
from lambdas.core.errors import RunEndedError
from tests.unit.aws.records import ENDED_AT, EXECUTION, RUN, STARTED_AT, WHY, mark, record


def test_a_run_is_claimed_by_one_execution(table: RunTable, stored: Any) -> None:
    assert table.claim(RUN, EXECUTION, STARTED_AT)
    assert not table.claim(RUN, "arn:execution-2", "2026-11-22T06:00:01Z")
    assert record(stored) == {
        "run_id": RUN,
        "entry": "run",
        "listed": "run",
        "started_at": STARTED_AT,
        "status": "planning",
        "execution_arn": EXECUTION,
    }


def test_a_retry_of_the_same_execution_claims_its_run_again(running: RunTable, stored: Any) -> None:
    assert running.claim(RUN, EXECUTION, STARTED_AT)
    assert record(stored)["status"] == "planning"


def test_a_name_used_again_after_90_days_does_not_claim_the_run_it_was_of(
    running: RunTable, stored: Any
) -> None:
    assert not running.claim(RUN, EXECUTION, "2027-03-01T06:00:00Z")
    assert (record(stored)["status"], record(stored)["started_at"]) == ("running", STARTED_AT)


def test_a_run_that_goes_on_is_updated_again_and_again(running: RunTable, stored: Any) -> None:
    running.update_run(RUN, EXECUTION, wave=1, jobs_planned=4)
    running.update_run(RUN, EXECUTION, status="succeeded", message="50%")
    running.update_run(RUN, EXECUTION, status="succeeded", message="50%")

    found = record(stored)
    assert (found["status"], found["wave"], found["message"]) == ("succeeded", 1, "50%")


@pytest.mark.parametrize("change", [{"status": "running"}, {"status": "succeeded"}, {"wave": 2}])
def test_a_run_that_was_stopped_stays_as_it_is(
    running: RunTable, stored: Any, change: dict[str, Any]
) -> None:
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)
    before = record(stored)

    with pytest.raises(RunEndedError, match="run run-1 has ended"):
        running.update_run(RUN, EXECUTION, **change)

    assert record(stored) == before


@pytest.mark.parametrize("change", [{"status": "running"}, {"wave": 2}])
def test_a_run_is_updated_by_its_own_execution_alone(
    running: RunTable, stored: Any, change: dict[str, Any]
) -> None:
    before = record(stored)

    with pytest.raises(RunEndedError):
        running.update_run(RUN, "arn:execution-2", **change)

    assert record(stored) == before


def test_a_run_without_record_is_not_updated(table: RunTable, stored: Any) -> None:
    with pytest.raises(RunEndedError):
        table.update_run(RUN, EXECUTION, status="running")

    assert record(stored) == {}


@pytest.mark.parametrize("status", ["planning", "running"])
def test_a_live_run_fails_with_its_reason(running: RunTable, stored: Any, status: str) -> None:
    mark(stored, status)

    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT) == WHY
    found = record(stored)
    assert (found["status"], found["reason"], found["message"]) == ("failed", "Error", "why")
    assert found["ended_at"] == ENDED_AT


def test_the_first_reason_stays(running: RunTable, stored: Any) -> None:
    running.fail_run(RUN, EXECUTION, WHY, ENDED_AT)

    assert running.fail_run(RUN, EXECUTION, Reason("Later", "second"), "2027") == WHY
    assert (record(stored)["message"], record(stored)["ended_at"]) == ("why", ENDED_AT)


def test_the_execution_of_a_second_delivery_does_not_fail_the_run(
    running: RunTable, stored: Any
) -> None:
    assert running.fail_run(RUN, "arn:execution-2", WHY, ENDED_AT) is None
    assert record(stored)["status"] == "running"


def test_a_run_that_succeeded_stays_so(running: RunTable, stored: Any) -> None:
    running.update_run(RUN, EXECUTION, status="succeeded")

    assert running.fail_run(RUN, EXECUTION, WHY, ENDED_AT) is None
    assert record(stored)["status"] == "succeeded"


def test_a_run_without_record_cannot_fail(table: RunTable, stored: Any) -> None:
    assert table.fail_run(RUN, EXECUTION, WHY, ENDED_AT) is None
    assert record(stored) == {}
