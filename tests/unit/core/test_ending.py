"""How an execution came to its end, and what a user is told."""

import json
from typing import Any

import pytest

from lambdas.core.ending import Ending, Reason, failure_of, read_ending, reason_of
from lambdas.core.requests.start import read_start

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


def test_a_caught_error_comes_with_the_executions_own_start() -> None:
    error = {"Error": "RequestError", "Cause": "{}"}

    ending = read_ending(
        {"start": UPLOAD, "execution_name": "demo", "execution_arn": "arn:e", "error": error}
    )

    assert ending == Ending(read_start(UPLOAD, "demo").run_id, "arn:e", "FAILED", error)


def test_a_child_knows_the_run_and_names_the_execution_it_belongs_to() -> None:
    error = {"Error": "JobRefusedError", "Cause": "no access"}

    ending = read_ending(
        {"run_id": "run-1", "execution_arn": "arn:e", "job": "j0001", "error": error}
    )

    assert ending == Ending("run-1", "arn:e", "FAILED", error)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT"])
def test_an_execution_ended_from_outside_names_the_same_run(status: str) -> None:
    ending = read_ending(status_change(status, UPLOAD, error=None, cause=None))

    assert ending == Ending(read_start(UPLOAD, "x").run_id, "arn:e", status, None)


def test_an_execution_whose_input_the_event_leaves_out_goes_by_its_name() -> None:
    event = status_change("ABORTED", {})
    event["detail"]["input"] = None

    assert read_ending(event).run_id == "demo"


def test_a_failed_executions_event_carries_the_error() -> None:
    ending = read_ending(status_change("FAILED", {}, error="RequestError", cause="bad"))

    assert ending.error == {"Error": "RequestError", "Cause": "bad"}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(
            {
                "Error": "RequestError",
                "Cause": '{"errorMessage": "paths is 0", "errorType": "RequestError"}',
            },
            Reason("RequestError", "paths is 0"),
            id="a function's own error",
        ),
        pytest.param(
            {"Error": "States.Timeout", "Cause": ""},
            Reason("States.Timeout", "States.Timeout"),
            id="no cause",
        ),
        pytest.param(
            {"Error": "Lambda.Unknown", "Cause": "it died"},
            Reason("Lambda.Unknown", "it died"),
            id="a cause in words",
        ),
        pytest.param(
            {"Error": "E", "Cause": "[1]"}, Reason("E", "[1]"), id="a cause that is a list"
        ),
        pytest.param({}, Reason("Error", ""), id="nothing at all"),
        pytest.param(
            {"Error": "E", "Cause": "x" * 40_000},
            Reason("E", "x" * 32_000),
            id="a cause longer than a Fail state takes",
        ),
    ],
)
def test_an_error_is_told_as_its_user_should_read_it(error: dict[str, str], reason: Reason) -> None:
    assert reason_of(Ending("run", "arn:e", "FAILED", error)) == reason


def test_an_execution_ended_from_outside_is_told_as_such() -> None:
    ending = Ending("run", "arn:e", "TIMED_OUT", None)

    assert reason_of(ending) == Reason(
        "TIMED_OUT", "the execution was timed out; its live jobs were stopped. Redrive it to go on"
    )


def test_a_failed_clean_up_is_told_with_where_jobs_may_still_be_live() -> None:
    told = failure_of({"Error": "StillLiveError", "Cause": "jobs sc-1 could not be stopped"})

    assert "may still be live, see Bedrock's console" in told
    assert told.endswith("StillLiveError: jobs sc-1 could not be stopped")


def test_an_event_tells_how_often_its_execution_had_been_redriven() -> None:
    event = status_change("FAILED", {}, redriveCount=2, error="E", cause="why")

    assert read_ending(event).redrives == 2
