"""Abort: live jobs of the run stopped, and the first reason kept."""

from typing import Any

import pytest

from lambdas.core.errors import RequestError
from local.bedrock.settings import Delays
from tests.unit.handlers.world import World, execution

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
    ours = execution(start or REQUEST, name)
    return {
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": ours["execution_arn"],
            "name": name,
            "status": status,
            "input": "{}",
            "error": None,
            "cause": None,
        },
    }


def test_a_failed_step_stops_the_live_jobs_of_its_run_alone(live: World) -> None:
    other = live.step("PlanWave", live.plan(REQUEST, "other"))
    live.step("Submit", live.rows(other["jobs_key"])[0])

    told = live.abort(REQUEST, RequestError(["a problem"]))

    assert told == {"run_id": "demo", "reason": "RequestError", "message": "a problem"}
    first, second, foreign = statuses(live)
    assert {first, second} <= {"Stopping", "Stopped"}
    assert foreign == "Submitted"
    assert (live.entry("demo")["status"], live.entry("other")["status"]) == ("failed", "running")


def test_an_execution_ended_from_outside_is_cleaned_up(live: World) -> None:
    told = live.step("Abort", ended("ABORTED"))

    assert told["message"] == "the execution was aborted; its live jobs were stopped"
    assert live.entry("demo")["message"] == told["message"]
    assert "Submitted" not in statuses(live)


def test_a_child_tells_why_and_the_map_that_failed_for_it_does_not(live: World) -> None:
    arn = execution(REQUEST, "demo")["execution_arn"]
    cause = '{"errorType": "JobRefusedError", "errorMessage": "no access"}'
    child = {"run_id": "demo", "execution_arn": arn, "error": {"Error": "E", "Cause": cause}}

    live.step("Abort", child)
    told = live.abort(REQUEST, RequestError(["too many children failed"]))

    assert told == {"run_id": "demo", "reason": "JobRefusedError", "message": "no access"}
    assert live.entry("demo")["message"] == "no access"


def test_a_job_submitted_in_the_moment_of_the_first_abort_is_stopped_by_the_next(
    live: World,
) -> None:
    live.table.update_item(
        Key={"run_id": "demo", "entry": "run"},
        UpdateExpression="SET #s = :s, reason = :r, message = :r",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": "failed", ":r": "first"},
    )

    told = live.step("Abort", ended("FAILED"))

    assert told["message"] == "first"
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
