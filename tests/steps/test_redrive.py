"""A failed run whose execution is redriven goes on, and nothing of it is done twice."""

from typing import Any

import pytest

from lambdas.contract import Env
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
def asked(world: World) -> World:
    rows = [{"question": text, "answer": str(2 * n)} for n, text in enumerate(SAMPLES)]
    world.put("datasets/q.jsonl", *rows)
    return world


def refusing_role(world: World) -> None:
    world.set(Env.BATCH_ROLE_ARN, "arn:aws:iam::123456789012:role/none")


def begun(world: World) -> tuple[Any, Any, Any]:
    """Return the state of the first wave, and its two jobs."""
    state = world.step("PlanWave", world.plan(REQUEST))
    first, second = world.rows(state["jobs_key"])
    return state, first, second


def test_a_run_with_a_refused_job_reports_the_others_and_fails_with_its_words(asked: World) -> None:
    asked.serve(SAMPLES)
    state, first, second = begun(asked)
    asked.job(first)
    refusing_role(asked)
    asked.job(second)
    for lane in asked.rows(state["lanes_key"]):
        asked.step("Vote", lane)
    told = asked.on_from(asked.step("PlanWave", state))

    assert (told["complete"], told["reason"]) == (False, "JobRefusedError")
    assert "1 job of 2 refused" in told["message"]
    assert "role/none does not exist" in told["message"]
    run = asked.entry("demo")
    assert (run["status"], run["message"]) == ("failed", told["message"])
    votes = asked.rows("runs/demo/votes.jsonl")
    assert [(row["answer"], row["paths"]) for row in votes] == [(str(2 * n), 2) for n in range(6)]


def test_redriven_such_a_run_submits_the_refused_job_alone(asked: World) -> None:
    asked.serve(SAMPLES)
    role_arn = asked.cloud.role_arn
    state, first, second = begun(asked)
    asked.job(first)
    refusing_role(asked)
    asked.job(second)
    for lane in asked.rows(state["lanes_key"]):
        asked.step("Vote", lane)
    asked.on_from(asked.step("PlanWave", state))
    asked.set(Env.BATCH_ROLE_ARN, role_arn)

    asked.executions.redrives = 1
    done = asked.on_from(asked.reopen(REQUEST))

    assert done["complete"]
    assert len(asked.jobs_of_bedrock()) == 2
    assert {row["paths"] for row in asked.rows("runs/demo/votes.jsonl")} == {4}
    run = asked.entry("demo")
    assert (run["status"], run["redrives"]) == ("succeeded", 1)
    assert not {"reason", "refused", "live"} & run.keys()


def test_a_run_of_which_all_is_refused_fails_without_a_report(asked: World) -> None:
    asked.serve(SAMPLES)
    refusing_role(asked)

    told = asked.failed_run(REQUEST)

    assert told["reason"] == "JobRefusedError"
    assert "nothing was sampled" in told["message"]
    assert asked.jobs_of_bedrock() == []


def test_without_a_redrive_reopen_fails_with_the_run_s_own_words(asked: World) -> None:
    asked.serve(SAMPLES)
    asked.step("PlanWave", asked.plan(REQUEST))
    asked.abort(REQUEST, ValueError("broken"))

    with pytest.raises(RunFailedError, match="Error: why"):
        asked.reopen(REQUEST)
    assert asked.entry("demo")["status"] == "failed"


def test_a_redrive_that_fails_again_does_not_go_on_by_itself(asked: World) -> None:
    asked.serve(SAMPLES)
    asked.step("PlanWave", asked.plan(REQUEST))
    asked.abort(REQUEST, ValueError("broken"))
    asked.executions.redrives = 1
    asked.reopen(REQUEST)
    asked.abort(REQUEST, ValueError("broken again"))

    with pytest.raises(RunFailedError):
        asked.reopen(REQUEST)

    asked.executions.redrives = 2
    assert asked.on_from(asked.reopen(REQUEST))["complete"]


def test_a_run_that_failed_in_its_plan_is_planned_again(asked: World) -> None:
    start = REQUEST | {"dataset": "datasets/late.jsonl"}
    asked.serve(SAMPLES)
    asked.failed_run(start)
    asked.put("datasets/late.jsonl", {"question": "0 and 0?"})

    asked.executions.redrives = 1
    assert not asked.reopen(start)["planned"]
    done = asked.run(start)

    assert done["complete"]
    assert asked.entry("demo")["redrives"] == 1


def test_jobs_that_abort_stopped_are_collected_and_only_what_they_lost_is_asked_again(
    asked: World,
) -> None:
    asked.serve(SAMPLES, faults=Faults(partial_jobs=[1], partial_share=0.5))
    state, first, second = begun(asked)
    for job in (first, second):
        job["input"] = asked.step("Build", job)
        job["bedrock"] = asked.step("Submit", job)
    asked.abort(REQUEST, ValueError("broken"))

    asked.executions.redrives = 1
    assert asked.reopen(REQUEST)["wave"] == 1
    done = asked.on_from(state)

    assert done["complete"]
    votes = asked.rows("runs/demo/votes.jsonl")
    assert {row["paths"] for row in votes} == {4}
    asked_for = sum(job["totalRecordCount"] for job in asked.jobs_of_bedrock())
    lost = int(asked.entry("demo", "job#01#j0001")["missing_paths"])
    lost += int(asked.entry("demo", "job#01#j0002")["missing_paths"])
    assert asked_for <= 4 * COUNT + lost


def test_a_step_of_an_aborted_execution_that_is_redriven_finds_its_run_open(asked: World) -> None:
    asked.serve(SAMPLES, delays=Delays(60, 60, 60, 60))
    _, first, _ = begun(asked)
    first["input"] = asked.step("Build", first)
    asked.abort(REQUEST, ValueError("aborted"))

    with pytest.raises(RunEndedError):
        asked.step("Submit", first)
    asked.executions.redrives = 1

    assert asked.step("Submit", first)["submitted"]
    assert asked.entry("demo")["status"] == "running"


def test_an_end_that_is_told_after_the_redrive_changes_nothing(asked: World) -> None:
    asked.serve(SAMPLES)
    asked.step("PlanWave", asked.plan(REQUEST))
    asked.abort(REQUEST, ValueError("broken"))
    asked.executions.redrives = 1
    asked.reopen(REQUEST)

    arn = asked.entry("demo")["execution_arn"]
    detail = {"executionArn": arn, "name": "demo", "status": "FAILED", "redriveCount": 0}
    asked.step("Abort", {"detail": detail | {"input": "{}", "error": "Error", "cause": "late"}})

    assert asked.entry("demo")["status"] == "running"
