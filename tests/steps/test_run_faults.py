"""Runs with faults in Bedrock's jobs: nothing is lost silently, nothing billed twice."""

import json
from typing import Any

import pytest

from selfconsistency.bedrock.settings import Delays, Faults
from tests.unit.handlers.world import World

COUNT, PATHS = 20, 3


def texts(right: int) -> list[str]:
    """Return three paths, and three more for retries."""
    return [f"The answer is {answer}." for answer in (right, right, 99)] * 2


SAMPLES = {
    f"{n}?": {
        "greedy": [f"The answer is {n}."] * 2,
        **{f"T{t}": texts(n) for t in (0.7, 0.8, 0.9)},
    }
    for n in range(COUNT)
}
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [0.7], "paths": PATHS, "few_shot": "none"}
REQUESTED = COUNT * PATHS


@pytest.fixture(autouse=True)
def no_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make retries of botocore at once."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


def serve(world: World, faults: Faults) -> None:
    world.serve(SAMPLES, faults=faults)
    world.put("datasets/q.jsonl", *({"question": q, "answer": q[:-1]} for q in SAMPLES))


def run(world: World, faults: Faults, **request: Any) -> None:
    serve(world, faults)
    world.run(REQUEST | {"greedy": False} | request)


def report(world: World) -> Any:
    return json.loads(world.read("runs/demo/report.json"))


def warm_lines(world: World) -> list[bytes]:
    """Return the lines that the Bedrock emulator wrote for the job at 0.7."""
    (key,) = (key for key in world.keys("runs/demo/waves/01/j0001/") if key.endswith("jsonl.out"))
    return world.read(key).split(b"\n")[:-1]


def whole_rows(world: World) -> list[dict[str, Any]]:
    rows = []
    for line in warm_lines(world):
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def unreported(world: World, *parts: str) -> list[str]:
    """Return the parts that are in no warning of the report."""
    warnings = "\n".join(report(world)["warnings"])
    return [part for part in parts if part not in warnings]


def test_error_lost_duplicate_and_broken_rows_are_each_counted_and_reported(world: World) -> None:
    run(
        world,
        Faults(error_rows=0.2, drop_rows=0.2, duplicate_rows=0.3, broken_rows=0.3, error_code=429),
        attempts=1,
    )

    rows = whole_rows(world)
    answered_ids = {row["recordId"] for row in rows if "modelOutput" in row}
    failed = {row["recordId"] for row in rows if "error" in row}
    (job,) = report(world)["jobs"]
    assert (job["answered"], job["unanswered"]) == (len(answered_ids), len(failed))
    assert job["missing_paths"] == REQUESTED - len(answered_ids) - len(failed)
    assert job["duplicates"] == len(rows) - len(answered_ids) - len(failed)
    assert job["malformed"] == len(warm_lines(world)) - len(rows)
    assert all(job[name] for name in ("errors", "duplicates", "malformed", "missing_paths"))
    assert report(world)["settings"][0]["generations"] == len(answered_ids) + len(failed)
    votes = [row["votes"] for row in world.rows("runs/demo/votes.jsonl")]
    assert sum(sum(each.values()) for each in votes) == len(answered_ids)
    counts = f"{len(failed)} errors, {job['malformed']} malformed, {job['duplicates']} duplicates"
    assert not unreported(
        world,
        f"job 01/j0001: output rows: {counts}",
        "job 01/j0001: record error: 429: The model failed",
        f"job 01/j0001: its manifest says {REQUESTED - len(failed)} records succeeded, ",
        f"T0.7: {job['missing_paths']} paths of 60 did not come back",
        f"T0.7: {len(failed)} path",
    )


def test_jobs_that_end_early_are_reported_and_their_answers_vote(world: World) -> None:
    serve(world, Faults(partial_jobs=[1], fail_jobs=[2], expire_jobs=[3]))

    receipt = world.run(REQUEST | {"temperatures": [0.7, 0.8, 0.9], "attempts": 1})

    greedy, failed, expired, whole = report(world)["settings"]
    assert (greedy["generations"], greedy["unsampled_questions"]) == (10, 10)
    assert (greedy["labelled"], greedy["unvoted_questions"]) == (10, 0)
    assert [point["paths"] for point in greedy["curve"]] == [1]
    assert greedy["accuracy"] == 1.0
    votes = [row for row in world.rows("runs/demo/votes.jsonl") if row["setting"] == "greedy"]
    assert [row["correct"] for row in votes].count(None) == 10
    assert [each["generations"] for each in (failed, expired, whole)] == [0, 0, REQUESTED]
    assert [each["accuracy"] for each in (failed, expired, whole)] == [None, None, 1.0]
    assert receipt["message"] == "final 100.00%, greedy 100.00%, T0.9 100.00%"
    assert world.entry("demo")["status"] == "succeeded"
    assert not unreported(
        world,
        "job 01/j0001: ended PartiallyCompleted",
        "job 01/j0001: The job reached its timeout.",
        "greedy: 10 questions of 20 without any path; accuracy covers the others only",
        "greedy: 10 paths of 20 did not come back; the curve ends at 1 path, the fewest",
        "job 01/j0002: ended Failed",
        "T0.7: 60 paths of 60 did not come back",
        "job 01/j0003: ended Expired",
        "T0.8: 60 paths of 60 did not come back",
    )


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        pytest.param(Faults(error_rows=1, error_code=500), "record error: 500: The model"),
        pytest.param(Faults(fail_jobs=[1]), "ended Failed"),
    ],
    ids=["all rows are errors though the job completed", "all jobs failed"],
)
def test_a_run_without_any_answer_is_a_failed_run(world: World, faults: Faults, why: str) -> None:
    serve(world, faults)

    receipt = world.failed_run(REQUEST | {"greedy": False, "attempts": 1})

    assert receipt["reason"] == "NothingAnsweredError"
    assert why in receipt["message"]
    assert world.entry("demo")["status"] == "failed"
    assert "runs/demo/report.json" not in world.keys("runs/demo/")


def ids_of(world: World, wave: int, job: str = "j0001") -> list[str]:
    """Return the ids of the records in a job's input."""
    rows = world.rows(f"runs/demo/waves/{wave:02d}/{job}/input.jsonl")
    return [row["recordId"] for row in rows]


def test_passing_errors_and_lost_rows_are_retried_once(world: World) -> None:
    run(world, Faults(error_rows=0.2, drop_rows=0.2, error_code=429))

    answered_ids = {row["recordId"] for row in whole_rows(world) if "modelOutput" in row}
    assert set(ids_of(world, 2)) == set(ids_of(world, 1)) - answered_ids
    first, second = report(world)["jobs"]
    assert first["errors"] + first["missing_paths"] == second["records_planned"] > 0
    assert second["answered"] > 0
    votes = [row["votes"] for row in world.rows("runs/demo/votes.jsonl")]
    answered = sum(sum(each.values()) for each in votes)
    assert answered == first["answered"] + second["answered"]
    assert world.entry("demo")["wave"] == 2


def test_paths_of_jobs_that_ended_early_are_retried_once(world: World) -> None:
    serve(world, Faults(partial_jobs=[1], fail_jobs=[2]))

    receipt = world.run(REQUEST)

    settings = report(world)["settings"]
    assert [each["generations"] for each in settings] == [COUNT, REQUESTED]
    assert receipt["message"] == "greedy 100.00%, T0.7 100.00%"
    again = [job for job in report(world)["jobs"] if job["wave"] == 2]
    assert {job["setting"]: job["paths_planned"] for job in again} == {
        "greedy": 10,
        "T0.7": REQUESTED,
    }
    assert not unreported(
        world, "job 01/j0001: ended PartiallyCompleted", "job 01/j0002: ended Failed"
    )
    assert "did not come back" not in "".join(report(world)["warnings"])


def test_odd_line_ends_explicit_nulls_and_lost_events_lose_nothing(world: World) -> None:
    run(world, Faults(odd_line_ends=True, explicit_nulls=True))

    found = report(world)
    assert [setting["accuracy"] for setting in found["settings"]] == [1.0]
    assert found["totals"]["generations"] == REQUESTED
    assert found["warnings"] == []
    assert "\u2028".encode() in b"".join(warm_lines(world))


def test_a_job_whose_creation_got_no_response_is_created_once(world: World) -> None:
    run(world, Faults(lose_creates=4))

    (created,) = world.jobs_of_bedrock()
    (job,) = report(world)["jobs"]
    assert (created["jobName"], created["jobArn"]) == (job["job_name"], job["job_arn"])
    assert report(world)["totals"]["generations"] == REQUESTED


def test_a_creation_throttled_many_times_loses_no_job(world: World) -> None:
    run(world, Faults(throttle_creates=7))

    assert len(world.jobs_of_bedrock()) == 1
    assert report(world)["warnings"] == []


def test_the_output_of_a_stopped_job_is_collected(world: World) -> None:
    world.serve(SAMPLES, delays=Delays(0, 0, 0, 60))
    world.put("datasets/q.jsonl", *({"question": q} for q in SAMPLES))
    state = world.step("PlanWave", world.plan(REQUEST))
    job = world.rows(state["jobs_key"])[0]
    job["input"] = world.step("Build", job)
    job["bedrock"] = world.step("Submit", job)

    world.stop_job(job["bedrock"]["job_arn"])
    job = world.finish(job)

    assert job["bedrock"]["status"] == "Stopped"
    assert job["collected"] == {"answered": 0, "unanswered": 0, "missing_paths": COUNT}
