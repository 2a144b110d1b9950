"""A failed run whose execution is redriven goes on, and nothing of it is receipt twice."""

from typing import Any

import pytest

from lambdas.core.errors import RedriveUnknownError, RunEndedError, RunFailedError
from selfconsistency.bedrock.settings import Delays, Faults
from tests.unit.handlers.world import REDRIVE_RETRIES, World, execution

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
STAY = Delays(60, 60, 60, 60)


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


@pytest.fixture
def built(ready: World) -> tuple[World, Any]:
    """A world with a planned run, and the state of its first job, whose input is built."""
    ready.serve(SAMPLES, delays=STAY)
    _, first, _ = planned_wave(ready)
    first["input"] = ready.step("Build", first)
    return ready, first


def status_change(status: str, redrives: int) -> dict[str, Any]:
    """The event of an execution that has ended."""
    arn = execution(None, "demo")["execution_arn"]
    detail = {"executionArn": arn, "name": "demo", "status": status, "redriveCount": redrives}
    return {"detail": detail | {"input": "{}", "error": None, "cause": None}}


def late_abort(redrives: int) -> dict[str, Any]:
    """What the state machine has given to Abort after so many redrives."""
    error = {"Error": "Error", "Cause": "late"}
    return execution(REQUEST, "demo") | {"redrives": redrives, "error": error}


def test_ten_redrives_within_a_second_all_go_on_though_the_first_answer_is_late(
    ready: World,
) -> None:
    ready.serve(SAMPLES)
    ready.step("PlanWave", ready.plan(REQUEST))

    for redrives in range(1, 11):
        ready.abort(REQUEST, ValueError("broken"))
        ready.executions.redrives, ready.executions.stale = redrives, 1
        receipt = ready.reopen(REQUEST)
        assert (receipt["wave"], ready.entry("demo")["status"]) == (1, "running")

    assert ready.executions.calls == 0
    assert ready.continue_from(receipt)["complete"]


@pytest.mark.parametrize(
    ("begun_after", "asked"),
    [
        pytest.param(0, 0, id="of which the child knows"),
        # Each redrive stopped before it came to this child: the first answer is late, the next not.
        pytest.param(None, 20, id="of which only its parent knows"),
    ],
)
def test_ten_redrives_of_a_child_within_a_second_all_go_on(
    built: tuple[World, Any], begun_after: int | None, asked: int
) -> None:
    world, job = built

    for redrives in range(1, 11):
        world.step("Abort", status_change("ABORTED", redrives - 1))
        world.executions.redrives, world.executions.stale = redrives, 1
        known = 0 if begun_after is None else begun_after + redrives
        assert world.child_step("Submit", job, known)["submitted"]
        assert world.entry("demo")["redrives"] == redrives

    assert world.entry("demo")["status"] == "running"
    assert world.executions.calls == asked


def test_a_child_waits_half_a_minute_for_a_late_answer(built: tuple[World, Any]) -> None:
    world, job = built
    world.step("Abort", status_change("ABORTED", 0))
    world.executions.redrives, world.executions.stale = 1, REDRIVE_RETRIES

    assert world.child_step("Submit", job, 0)["submitted"]
    assert world.executions.calls == REDRIVE_RETRIES + 1


def test_a_child_that_knows_of_its_redrive_needs_no_answer(built: tuple[World, Any]) -> None:
    world, job = built
    world.step("Abort", status_change("ABORTED", 0))
    world.executions.reachable = False

    assert world.step("Submit", {"state": job, "redrives": 1})["submitted"]
    assert world.entry("demo")["status"] == "running"


def test_a_child_that_cannot_ask_says_so_and_asks_again(
    built: tuple[World, Any], waits_s: list[float]
) -> None:
    world, job = built
    world.step("Abort", status_change("ABORTED", 0))
    world.executions.redrives, world.executions.reachable = 1, False

    with pytest.raises(RedriveUnknownError, match="redriven cannot be told: Could not connect"):
        world.step("Submit", {"state": job, "redrives": 0})
    assert world.entry("demo")["status"] == "failed"

    world.executions.reachable = True
    assert world.step("Submit", {"state": job, "redrives": 0})["submitted"]


def test_a_child_of_a_run_that_was_not_redriven_gives_up(built: tuple[World, Any]) -> None:
    world, job = built
    world.abort(REQUEST, ValueError("broken"))

    with pytest.raises(RedriveUnknownError, match="is RUNNING with redriveCount 0, must be RUNN"):
        world.child_step("Submit", job, 0)
    assert world.executions.calls == REDRIVE_RETRIES + 1
    assert world.entry("demo")["status"] == "failed"
    assert world.jobs_of_bedrock() == []


def test_a_late_step_of_the_attempt_that_failed_does_not_reopen_the_run(
    built: tuple[World, Any],
) -> None:
    """The attempt failed in a step that reopens nothing, and its execution has not ended yet."""
    world, job = built
    world.step("Abort", status_change("ABORTED", 0))
    world.executions.redrives = 1
    world.abort(REQUEST, ValueError("broken again"))

    with pytest.raises(RunEndedError):
        world.step("Submit", {"state": job, "redrives": 1})
    with pytest.raises(RunEndedError):
        world.step("PlanWave", {"run_id": "demo", "redrives": 1, "next_wave": 1})
    with pytest.raises(RunFailedError):
        world.reopen(REQUEST)
    run = world.entry("demo")
    assert (run["status"], run["message"]) == ("failed", "broken again")


def test_a_late_submit_of_the_attempt_before_a_redrive_submits_nothing_twice(
    built: tuple[World, Any],
) -> None:
    world, job = built
    world.step("Abort", status_change("ABORTED", 0))
    world.executions.redrives = 1
    redriven = world.step("Submit", {"state": job, "redrives": 1})

    late = world.step("Submit", {"state": job, "redrives": 0})

    assert late["job_arn"] == redriven["job_arn"]
    assert len(world.jobs_of_bedrock()) == 1
    run = world.entry("demo")
    assert (run["redrives"], run["active_jobs"]) == (1, {"01-j0001"})


def test_a_late_submit_after_the_execution_has_ended_submits_nothing(
    built: tuple[World, Any],
) -> None:
    world, job = built
    world.executions.redrives = 1
    world.step("Abort", status_change("ABORTED", 1))
    world.executions.status = "ABORTED"

    with pytest.raises(RedriveUnknownError, match="its execution is ABORTED with redriveCount 1"):
        world.step("Submit", {"state": job, "redrives": 1})
    assert world.jobs_of_bedrock() == []


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(status_change("FAILED", 0), id="of EventBridge"),
        pytest.param(late_abort(0), id="of the state machine"),
    ],
)
@pytest.mark.parametrize("reopened", [True, False])
def test_a_failure_reported_after_the_redrive_changes_nothing(
    built: tuple[World, Any], late: dict[str, Any], *, reopened: bool
) -> None:
    """The run was reopened, or never marked as failed, and a child of it goes on."""
    world, job = built
    job["bedrock"] = world.step("Submit", job)
    if reopened:
        world.abort(REQUEST, ValueError("broken"))
        world.executions.redrives = 1
        world.reopen(REQUEST)
    else:
        world.executions.redrives = 1
        world.step("Poll", job)
    before = world.jobs_of_bedrock()[0]["status"]
    world.executions.stale = 1

    world.step("Abort", late)

    assert world.entry("demo")["status"] == "running"
    assert world.jobs_of_bedrock()[0]["status"] == before


def test_a_run_that_is_planned_after_a_redrive_is_not_ended_by_the_failure_before(
    ready: World,
) -> None:
    """The execution was aborted in Plan, and the message of that comes while Plan runs again."""
    ready.serve(SAMPLES)
    ready.executions.redrives = 1
    planned = ready.plan(REQUEST)

    ready.step("Abort", status_change("ABORTED", 0))

    assert ready.entry("demo")["status"] == "running"
    assert ready.step("PlanWave", planned)["jobs"] == 2


def test_a_live_job_keeps_its_slot_when_its_child_is_redriven(built: tuple[World, Any]) -> None:
    world, job = built
    job["bedrock"] = world.step("Submit", job)
    world.executions.redrives = 1

    world.step("Poll", job)

    run = world.entry("demo")
    assert (run["redrives"], run["active_jobs"]) == (1, {"01-j0001"})


def test_a_redriven_attempt_that_fails_at_once_gives_its_own_reason(ready: World) -> None:
    ready.serve(SAMPLES)
    ready.step("PlanWave", ready.plan(REQUEST))
    ready.abort(REQUEST, ValueError("broken"))
    ready.executions.redrives, ready.executions.stale = 1, 1

    assert ready.abort(REQUEST, ValueError("broken otherwise"))["message"] == "broken otherwise"

    run = ready.entry("demo")
    assert (run["message"], run["redrives"]) == ("broken otherwise", 1)
