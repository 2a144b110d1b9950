"""Abort: stops the run's live jobs, and keeps the first reason."""

from typing import Any

import pytest

from lambdas.aws.clients import bedrock_client
from lambdas.contract.keys import job_name
from lambdas.core.errors import RequestError, StillLiveError
from selfconsistency.bedrock.settings import Delays
from tests.unit.handlers.world import World, execution
from tests.unit.stubbed import Given, answering, listed, looked, stopped, unlisted

STAY = Delays(60, 60, 60, 60)
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "greedy": False,
    "paths": 2,
    "paths_per_job": 1,
    "few_shot": "none",
}


@pytest.fixture
def live(world: World) -> World:
    """A world whose run `demo` has two live jobs."""
    world.serve({"one?": {"T0.7": ["The answer is 1."] * 2}}, delays=STAY)
    world.put("datasets/q.jsonl", {"question": "one?"})
    state = world.step("PlanWave", world.plan(REQUEST))
    for job in world.rows(state["jobs_key"]):
        assert world.step("Submit", job)["submitted"]
    return world


def statuses(world: World) -> list[str]:
    return [job["status"] for job in world.jobs_of_bedrock()]


def ended(status: str, name: str = "demo", start: Any = None) -> dict[str, Any]:
    context = execution(start or REQUEST, name)
    return {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": context["execution_arn"],
            "name": name,
            "status": status,
            "input": "{}",
            "error": None,
            "cause": None,
        },
    }


def test_a_failed_step_stops_the_live_jobs_of_its_own_run(live: World) -> None:
    other = live.step("PlanWave", live.plan(REQUEST, "other"))
    live.step("Submit", live.rows(other["jobs_key"])[0])

    receipt = live.abort(REQUEST, RequestError(["a problem"]))

    assert receipt == {"run_id": "demo", "reason": "RequestError", "message": "a problem"}
    first, second, foreign = statuses(live)
    assert {first, second} <= {"Stopping", "Stopped"}
    assert foreign == "Submitted"
    assert (live.entry("demo")["status"], live.entry("other")["status"]) == ("failed", "running")


def test_an_execution_aborted_from_outside_is_cleaned_up(live: World) -> None:
    receipt = live.step("Abort", ended("ABORTED"))

    assert (
        receipt["message"]
        == "the execution was aborted; its live jobs were stopped. Redrive it to resume the run"
    )
    assert live.entry("demo")["message"] == receipt["message"]
    assert "Submitted" not in statuses(live)


def test_the_child_s_reason_stands_and_not_that_of_the_map_state(live: World) -> None:
    arn = execution(REQUEST, "demo")["execution_arn"]
    cause = '{"errorType": "JobRefusedError", "errorMessage": "no access"}'
    child = {"run_id": "demo", "execution_arn": arn, "error": {"Error": "E", "Cause": cause}}

    live.step("Abort", child)
    receipt = live.abort(REQUEST, RequestError(["too many children failed"]))

    assert receipt == {"run_id": "demo", "reason": "JobRefusedError", "message": "no access"}
    assert live.entry("demo")["message"] == "no access"


def test_a_job_submitted_during_one_abort_is_stopped_by_the_next(
    live: World,
) -> None:
    live.mark("demo", "failed", "first")

    receipt = live.step("Abort", ended("FAILED"))

    assert receipt["message"] == "first"
    assert "Submitted" not in statuses(live)


def test_the_execution_of_a_second_delivery_stops_nothing(live: World) -> None:
    arn = execution(REQUEST, "again")["execution_arn"]

    live.step("Abort", {"run_id": "demo", "execution_arn": arn, "error": {"Error": "E"}})

    assert statuses(live) == ["Submitted"] * 2
    assert live.entry("demo")["status"] == "running"


def test_an_event_of_an_execution_without_a_run_stops_nothing(live: World) -> None:
    live.step("Abort", ended("ABORTED", "stranger"))

    assert statuses(live) == ["Submitted"] * 2
    assert live.entry("stranger") == {}


@pytest.fixture
def planned(world: World) -> World:
    """A world whose run `demo` is planned and has no jobs."""
    world.put("datasets/q.jsonl", {"question": "one?"})
    world.plan(REQUEST)
    return world


def abort(world: World, *answers: Given) -> Any:
    """Abort while Bedrock gives these answers."""
    with answering(bedrock_client(), *answers):
        return world.abort(REQUEST, RequestError(["a problem"]))


def live_jobs(world: World, *numbers: int) -> Given:
    return listed(
        *((job_name(world.bucket, "demo", 1, f"j{n:04d}"), "InProgress") for n in numbers)
    )


def test_a_job_that_does_not_stop_delays_no_other_and_is_tried_again(
    planned: World, waits_s: list[float]
) -> None:
    refused = "ConflictException"

    receipt = abort(
        planned,
        live_jobs(planned, 1, 2),
        stopped(1, refused=refused),
        looked("InProgress", 1),
        stopped(2),
        live_jobs(planned, 1),
        stopped(1),
    )

    assert receipt["message"] == "a problem"
    assert len(waits_s) == 1


def test_jobs_are_listed_again_if_bedrock_throttles(planned: World, waits_s: list[float]) -> None:
    abort(planned, unlisted("ThrottlingException"), live_jobs(planned, 1), stopped())

    assert len(waits_s) == 1


def test_jobs_that_stay_live_are_an_error_after_minutes(
    planned: World, waits_s: list[float]
) -> None:
    one_try = (live_jobs(planned, 1), stopped(refused="ConflictException"), looked("InProgress"))

    with pytest.raises(StillLiveError, match="could not be stopped; stop them in Bedrock's cons"):
        abort(planned, *one_try * 7)

    assert planned.entry("demo")["status"] == "failed"
    assert waits_s == sorted(waits_s)
    # Of the function's 15 minutes, some are left for the calls.
    assert 5 * 60 <= sum(waits_s) <= 10 * 60
