"""How an execution failed, and the reason that its user reads."""

import json
from typing import Any

import pytest

from lambdas.core.errors import FailureReason
from lambdas.core.requests.start import read_start
from lambdas.core.run_failure import (
    FailedExecution,
    failure_message,
    failure_reason,
    read_failure,
)

UPLOAD = {
    "detail-type": "Object Created",
    "detail": {"object": {"key": "uploads/q.jsonl", "version-id": "v1"}},
}


def status_change(status: str, start: object, **members: Any) -> dict[str, Any]:
    return {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": "arn:e",
            "name": "demo",
            "status": status,
            "input": json.dumps(start),
        }
        | members,
    }


def test_a_caught_error_belongs_to_the_run_of_the_executions_start() -> None:
    error = {"Error": "RequestError", "Cause": "{}"}

    failed = read_failure(
        {"start": UPLOAD, "execution_name": "demo", "execution_arn": "arn:e", "error": error}
    )

    assert failed == FailedExecution(read_start(UPLOAD, "demo").run_id, "arn:e", "FAILED", error)


def test_a_child_execution_knows_its_run_and_its_parent() -> None:
    error = {"Error": "JobRefusedError", "Cause": "no access"}

    failed = read_failure(
        {"run_id": "run-1", "execution_arn": "arn:e", "job": "j0001", "error": error}
    )

    assert failed == FailedExecution("run-1", "arn:e", "FAILED", error)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_an_execution_stopped_from_outside_names_the_same_run(status: str) -> None:
    failed = read_failure(status_change(status, UPLOAD, error=None, cause=None))

    assert failed == FailedExecution(read_start(UPLOAD, "x").run_id, "arn:e", status, None)


def test_without_its_input_an_execution_names_the_run() -> None:
    event = status_change("ABORTED", {})
    event["detail"]["input"] = None

    assert read_failure(event).run_id == "demo"


def test_the_event_of_a_failed_execution_contains_the_error() -> None:
    failed = read_failure(status_change("FAILED", {}, error="RequestError", cause="bad"))

    assert failed.error == {"Error": "RequestError", "Cause": "bad"}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(
            {
                "Error": "RequestError",
                "Cause": '{"errorMessage": "paths is 0", "errorType": "RequestError"}',
            },
            FailureReason("RequestError", "paths is 0"),
            id="a function's own error",
        ),
        pytest.param(
            {"Error": "States.Timeout", "Cause": ""},
            FailureReason("States.Timeout", "States.Timeout"),
            id="no cause",
        ),
        pytest.param(
            {"Error": "Lambda.Unknown", "Cause": "it died"},
            FailureReason("Lambda.Unknown", "it died"),
            id="a cause that is a text",
        ),
        pytest.param(
            {"Error": "E", "Cause": "[1]"}, FailureReason("E", "[1]"), id="a cause that is a list"
        ),
        pytest.param({}, FailureReason("Error", ""), id="nothing at all"),
        pytest.param(
            {"Error": "E", "Cause": "x" * 40_000},
            FailureReason("E", "x" * 32_000),
            id="a cause longer than a Fail state accepts",
        ),
    ],
)
def test_the_reason_is_the_error_as_its_user_should_read_it(
    error: dict[str, str], reason: FailureReason
) -> None:
    assert failure_reason(FailedExecution("run", "arn:e", "FAILED", error)) == reason


def test_an_execution_stopped_from_outside_has_its_status_for_a_reason() -> None:
    reason = failure_reason(FailedExecution("run", "arn:e", "TIMED_OUT", None))

    assert reason.reason == "TIMED_OUT"
    assert "timed out" in reason.message
    assert "Redrive it" in reason.message


def test_a_failed_clean_up_says_where_jobs_may_still_be_live() -> None:
    message = failure_message(
        {"Error": "StillLiveError", "Cause": "jobs sc-1 could not be stopped"}
    )

    assert "may still be live, see Bedrock's console" in message
    assert message.endswith("StillLiveError: jobs sc-1 could not be stopped")


def test_a_state_says_how_often_its_execution_was_redriven() -> None:
    error = {"Error": "E", "Cause": "why"}
    of_parent = {"start": {}, "execution_arn": "arn", "execution_name": "r", "error": error}
    of_child = {"run_id": "r", "execution_arn": "arn", "error": error}

    assert [read_failure(event | {"redrives": 2}).redrives for event in (of_parent, of_child)] == [
        2,
        2,
    ]


def test_an_event_says_how_often_its_execution_had_been_redriven() -> None:
    event = status_change("FAILED", {}, redriveCount=2, error="E", cause="why")

    assert read_failure(event).redrives == 2
