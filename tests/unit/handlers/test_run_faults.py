"""Runs in which Bedrock's jobs go wrong: nothing lost silently, nothing paid for twice."""

import json
from typing import Any

import pytest

from local.bedrock.settings import Delays, Faults
from tests.unit.handlers.world import World

COUNT, PATHS = 20, 3
SAMPLES = {
    f"{n}?": {
        "greedy": [f"The answer is {n}."],
        "T0.7": [f"The answer is {n}.", f"The answer is {n}.", "The answer is 99."],
    }
    for n in range(COUNT)
}
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [0.7], "paths": PATHS, "few_shot": "none"}
ASKED = COUNT * PATHS


@pytest.fixture(autouse=True)
def no_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries of botocore do not wait."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


def serve(world: World, faults: Faults) -> None:
    world.serve(SAMPLES, faults=faults)
    world.put("datasets/q.jsonl", *({"question": q, "answer": q[:-1]} for q in SAMPLES))


def run(world: World, faults: Faults, *, greedy: bool = False) -> Any:
    serve(world, faults)
    return world.run(REQUEST | {"greedy": greedy})


def report(world: World) -> Any:
    return json.loads(world.read("runs/demo/report.json"))


def warm_lines(world: World) -> list[bytes]:
    """Return the lines that the stand-in wrote for the job at 0.7."""
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


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        pytest.param(
            Faults(error_rows=0.4, error_code=429),
            ("error of a record: 429: The model failed", "without a readable answer"),
            id="error rows",
        ),
        pytest.param(
            Faults(drop_rows=0.4),
            ("its manifest says 60 records succeeded, ", " did not come back"),
            id="dropped rows",
        ),
        pytest.param(Faults(duplicate_rows=0.4), (" duplicates",), id="rows twice"),
        pytest.param(Faults(broken_rows=0.4), (" malformed", " did not come back"), id="broken"),
        pytest.param(
            Faults(error_rows=0.2, drop_rows=0.2, duplicate_rows=0.2, broken_rows=0.2),
            (" errors, ", " malformed, ", " duplicates"),
            id="all of these",
        ),
    ],
)
def test_every_path_is_counted_whatever_becomes_of_its_row(
    world: World, faults: Faults, told: tuple[str, ...]
) -> None:
    run(world, faults)

    rows = whole_rows(world)
    brought = {row["recordId"] for row in rows if "modelOutput" in row}
    failed = {row["recordId"] for row in rows if "error" in row}
    (job,) = report(world)["jobs"]
    assert (job["answered"], job["unanswered"]) == (len(brought), len(failed))
    assert job["missing_paths"] == ASKED - len(brought) - len(failed)
    assert job["duplicates"] == len(rows) - len(brought) - len(failed)
    assert job["malformed"] == len(warm_lines(world)) - len(rows)
    assert report(world)["settings"][0]["generations"] == len(brought) + len(failed)
    votes = [row["votes"] for row in world.rows("runs/demo/votes.jsonl")]
    assert sum(sum(each.values()) for each in votes) == len(brought)
    assert [part for part in told if part not in "\n".join(report(world)["warnings"])] == []


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        pytest.param(
            Faults(partial_jobs=[2]),
            ("ended PartiallyCompleted", "The job reached its timeout.", "30 paths of 60 did not"),
            id="partial job",
        ),
        pytest.param(
            Faults(fail_jobs=[2]), ("ended Failed", "60 paths of 60 did not come back"), id="failed"
        ),
        pytest.param(
            Faults(expire_jobs=[2]),
            ("ended Expired", "60 paths of 60 did not come back"),
            id="expired",
        ),
    ],
)
def test_a_job_that_ends_early_is_told_and_what_it_brought_votes(
    world: World, faults: Faults, told: tuple[str, ...]
) -> None:
    done = run(world, faults, greedy=True)

    warm = report(world)["settings"][1]
    assert warm["generations"] == (30 if faults.partial_jobs else 0)
    assert (warm["accuracy"] is not None) == bool(faults.partial_jobs)
    assert done["headline"].startswith("greedy 100.00%")
    assert [part for part in told if part not in "\n".join(report(world)["warnings"])] == []
    assert world.entry("demo")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        pytest.param(Faults(error_rows=1, error_code=500), "error of a record: 500: The model"),
        pytest.param(Faults(fail_jobs=[1]), "ended Failed"),
        pytest.param(Faults(drop_rows=1), "its manifest says 60 records succeeded, 0 rows read"),
    ],
    ids=["all rows are errors though the jobs completed", "all jobs failed", "all rows dropped"],
)
def test_a_run_without_any_answer_is_a_failed_run(world: World, faults: Faults, why: str) -> None:
    serve(world, faults)

    done = world.failed_run(REQUEST | {"greedy": False})

    assert done["reason"] == "NothingAnsweredError"
    assert why in done["message"]
    assert world.entry("demo")["status"] == "failed"
    assert "runs/demo/report.json" not in world.keys("runs/demo/")


@pytest.mark.parametrize(
    "faults",
    [Faults(odd_line_ends=True), Faults(explicit_nulls=True), Faults(lose_events=True)],
    ids=["line ends", "nulls", "lost events"],
)
def test_odd_line_ends_explicit_nulls_and_lost_events_change_nothing(
    world: World, faults: Faults
) -> None:
    run(world, faults)

    found = report(world)
    assert [setting["accuracy"] for setting in found["settings"]] == [1.0]
    assert found["totals"]["generations"] == ASKED
    assert found["warnings"] == []


@pytest.mark.parametrize("faults", [Faults(lose_creates=n) for n in (1, 4)])
def test_jobs_whose_answer_was_lost_are_created_once(world: World, faults: Faults) -> None:
    run(world, faults)

    jobs = world.jobs_of_bedrock()
    assert [job["jobName"] for job in jobs] == [job["job_name"] for job in report(world)["jobs"]]
    assert report(world)["totals"]["generations"] == ASKED


@pytest.mark.parametrize("throttled", [1, 7])
def test_a_throttled_create_loses_no_job(world: World, throttled: int) -> None:
    run(world, Faults(throttle_creates=throttled))

    assert len(world.jobs_of_bedrock()) == 1
    assert report(world)["warnings"] == []


def test_what_a_stopped_job_brought_is_collected(world: World) -> None:
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
