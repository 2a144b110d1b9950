"""A failed run whose execution is redriven goes on, and nothing of it is receipt twice."""

from typing import Any

import pytest

from lambdas.core.errors import RunEndedError, RunFailedError
from local.bedrock.settings import Delays, Faults
from tests.unit.handlers.world import World

COUNT = 6
SAMPLES = {
    f"{number} and {number}?": {"T0.7": [f"The answer is {2 * number}."] * 8}
    for number in range(COUNT)
}
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "greedy": False,
    "paths": 4,
    "paths_per_job": 2,
    "few_shot": "none",
}


@pytest.fixture
def ready(world: World) -> World:
    rows = [{"question": text, "answer": str(2 * n)} for n, text in enumerate(SAMPLES)]
    world.put("datasets/q.jsonl", *rows)
    return world


def refusing_role(world: World) -> None:
    world.set("BATCH_ROLE_ARN", "arn:aws:iam::123456789012:role/none")


def planned_wave(world: World) -> tuple[Any, Any, Any]:
    """Return the state of the first wave, and its two jobs."""
    state = world.step("PlanWave", world.plan(REQUEST))
    first, second = world.rows(state["jobs_key"])
    return state, first, second


def test_a_run_with_a_refused_job_reports_the_others_and_fails(ready: World) -> None:
    ready.serve(SAMPLES)
    state, first, second = planned_wave(ready)
    ready.job(first)
    refusing_role(ready)
    ready.job(second)
    for partition in ready.rows(state["partitions_key"]):
        ready.step("Vote", partition)
    receipt = ready.continue_from(ready.step("PlanWave", state))

    assert (receipt["complete"], receipt["reason"]) == (False, "JobRefusedError")
    assert "1 job of 2 refused" in receipt["message"]
    assert "role/none does not exist" in receipt["message"]
    run = ready.entry("demo")
    assert (run["status"], run["message"]) == ("failed", receipt["message"])
    votes = ready.rows("runs/demo/votes.jsonl")
    assert [(row["answer"], row["paths"]) for row in votes] == [(str(2 * n), 2) for n in range(6)]


def test_a_redrive_submits_only_the_refused_job(ready: World) -> None:
    ready.serve(SAMPLES)
    role_arn = ready.cloud.role_arn
    state, first, second = planned_wave(ready)
    ready.job(first)
    refusing_role(ready)
    ready.job(second)
    for partition in ready.rows(state["partitions_key"]):
        ready.step("Vote", partition)
    ready.continue_from(ready.step("PlanWave", state))
    ready.set("BATCH_ROLE_ARN", role_arn)

    ready.executions.redrives = 1
    receipt = ready.continue_from(ready.reopen(REQUEST))

    assert receipt["complete"]
    assert len(ready.jobs_of_bedrock()) == 2
    assert {row["paths"] for row in ready.rows("runs/demo/votes.jsonl")} == {4}
    run = ready.entry("demo")
    assert (run["status"], run["redrives"]) == ("succeeded", 1)
    assert not {"reason", "refused", "active_jobs"} & run.keys()


def test_a_run_with_all_jobs_refused_fails_without_a_report(ready: World) -> None:
    ready.serve(SAMPLES)
    refusing_role(ready)

    receipt = ready.failed_run(REQUEST)

    assert receipt["reason"] == "JobRefusedError"
    assert "nothing was sampled" in receipt["message"]
    assert ready.jobs_of_bedrock() == []


def test_without_a_redrive_reopen_fails_with_the_run_s_reason(ready: World) -> None:
    ready.serve(SAMPLES)
    ready.step("PlanWave", ready.plan(REQUEST))
    ready.abort(REQUEST, ValueError("broken"))

    with pytest.raises(RunFailedError, match="Error: why"):
        ready.reopen(REQUEST)
    assert ready.entry("demo")["status"] == "failed"


def test_a_redriven_run_that_fails_again_needs_another_redrive(ready: World) -> None:
    ready.serve(SAMPLES)
    ready.step("PlanWave", ready.plan(REQUEST))
    ready.abort(REQUEST, ValueError("broken"))
    ready.executions.redrives = 1
    ready.reopen(REQUEST)
    ready.abort(REQUEST, ValueError("broken again"))

    with pytest.raises(RunFailedError):
        ready.reopen(REQUEST)

    ready.executions.redrives = 2
    assert ready.continue_from(ready.reopen(REQUEST))["complete"]


def test_a_run_that_failed_in_plan_is_planned_again(ready: World) -> None:
    start = REQUEST | {"dataset": "datasets/late.jsonl"}
    ready.serve(SAMPLES)
    ready.failed_run(start)
    ready.put("datasets/late.jsonl", {"question": "0 and 0?"})

    ready.executions.redrives = 1
    assert not ready.reopen(start)["planned"]
    receipt = ready.run(start)

    assert receipt["complete"]
    assert ready.entry("demo")["redrives"] == 1


def test_stopped_jobs_are_collected_and_only_their_lost_paths_are_retried(
    ready: World,
) -> None:
    ready.serve(SAMPLES, faults=Faults(partial_jobs=[1], partial_share=0.5))
    state, first, second = planned_wave(ready)
    for job in (first, second):
        job["input"] = ready.step("Build", job)
        job["bedrock"] = ready.step("Submit", job)
    ready.abort(REQUEST, ValueError("broken"))

    ready.executions.redrives = 1
    assert ready.reopen(REQUEST)["wave"] == 1
    receipt = ready.continue_from(state)

    assert receipt["complete"]
    votes = ready.rows("runs/demo/votes.jsonl")
    assert {row["paths"] for row in votes} == {4}
    requested = sum(job["totalRecordCount"] for job in ready.jobs_of_bedrock())
    lost = int(ready.entry("demo", "job#01#j0001")["missing_paths"])
    lost += int(ready.entry("demo", "job#01#j0002")["missing_paths"])
    assert requested <= 4 * COUNT + lost


def test_a_redriven_step_of_an_aborted_execution_reopens_its_run(ready: World) -> None:
    ready.serve(SAMPLES, delays=Delays(60, 60, 60, 60))
    _, first, _ = planned_wave(ready)
    first["input"] = ready.step("Build", first)
    ready.abort(REQUEST, ValueError("aborted"))

    with pytest.raises(RunEndedError):
        ready.step("Submit", first)
    ready.executions.redrives = 1

    assert ready.step("Submit", first)["submitted"]
    assert ready.entry("demo")["status"] == "running"


def test_a_failure_reported_after_the_redrive_changes_nothing(ready: World) -> None:
    ready.serve(SAMPLES)
    ready.step("PlanWave", ready.plan(REQUEST))
    ready.abort(REQUEST, ValueError("broken"))
    ready.executions.redrives = 1
    ready.reopen(REQUEST)

    arn = ready.entry("demo")["execution_arn"]
    detail = {"executionArn": arn, "name": "demo", "status": "FAILED", "redriveCount": 0}
    ready.step("Abort", {"detail": detail | {"input": "{}", "error": "Error", "cause": "late"}})

    assert ready.entry("demo")["status"] == "running"
