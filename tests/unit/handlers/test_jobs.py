"""One job's steps: Build, Submit, Poll, Collect, each called again where a retry would."""

from typing import Any

import pytest

from lambdas.contract import Env
from lambdas.core.errors import JobRefusedError, RunEndedError
from local.bedrock.settings import Delays, Quotas
from tests.unit.handlers.world import World

SAMPLES = {"one?": {"T0.7": ["The answer is 1."] * 6}}
STAY = Delays(60, 60, 60, 60)
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "greedy": False,
    "paths": 4,
    "paths_per_job": 2,
    "few_shot": "none",
}


def built(world: World, **request: Any) -> list[Any]:
    """Return the two jobs of the run with their inputs written."""
    world.put("datasets/q.jsonl", {"question": "one?", "answer": "1"})
    state = world.step("PlanWave", world.plan(REQUEST | request))
    jobs = world.rows(state["jobs_key"])
    for job in jobs:
        job["input"] = world.step("Build", job)
    return jobs


def submit(world: World, job: Any) -> bool:
    job["bedrock"] = world.step("Submit", job)
    return bool(job["bedrock"]["submitted"])


def test_a_receipt_of_build_tells_the_size_of_the_input(world: World) -> None:
    (job, _) = built(world)

    size_bytes = len(world.read("runs/demo/waves/01/j0001/input.jsonl"))
    assert job["input"] == {"records": 2, "size_bytes": size_bytes}
    assert world.entry("demo", "job#01#j0001")["status"] == "building"


def test_a_job_submitted_twice_is_one_job(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)

    first = world.step("Submit", job)
    assert first["submitted"]
    assert len(world.jobs_of_bedrock()) == 1
    world.close()

    again = world.step("Submit", job)

    assert again["job_arn"] == first["job_arn"]


def test_a_job_created_but_not_noted_is_found_again(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)
    first = world.step("Submit", job)
    world.table.update_item(
        Key={"run_id": "demo", "entry": "job#01#j0001"}, UpdateExpression="REMOVE job_arn"
    )

    assert world.step("Submit", job)["job_arn"] == first["job_arn"]
    assert len(world.jobs_of_bedrock()) == 1


def test_a_run_keeps_to_the_jobs_at_once_it_asks_for(world: World) -> None:
    world.serve(SAMPLES)
    first, second = built(world, jobs_at_once=1)
    assert submit(world, first)
    assert not submit(world, second)
    assert len(world.jobs_of_bedrock()) == 1

    world.finish(first)

    assert submit(world, second)


def test_a_full_quota_is_waited_out(world: World) -> None:
    world.serve(SAMPLES, quotas=Quotas(jobs_at_once=1, min_records=1), delays=STAY)
    first, second = built(world)
    assert submit(world, first)
    assert not submit(world, second)
    assert world.entry("demo", "job#01#j0002")["status"] == "waiting"

    world.stop_job(first["bedrock"]["job_arn"])
    world.finish(first)

    assert submit(world, second)


@pytest.mark.parametrize("status", ["failed", "succeeded"])
def test_nothing_is_submitted_for_a_run_that_has_ended(world: World, status: str) -> None:
    world.serve(SAMPLES)
    (job, _) = built(world)
    world.table.update_item(
        Key={"run_id": "demo", "entry": "run"},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": status},
    )

    with pytest.raises(RunEndedError):
        world.step("Submit", job)
    assert world.jobs_of_bedrock() == []


def test_a_job_that_bedrock_refuses_says_why(world: World) -> None:
    world.serve(SAMPLES)
    world.set(Env.BATCH_ROLE_ARN, "arn:aws:iam::123456789012:role/none")
    (job, _) = built(world)

    with pytest.raises(JobRefusedError, match="role/none does not exist"):
        world.step("Submit", job)


def test_the_time_waited_counts_from_the_first_try_to_submit(world: World) -> None:
    world.serve(SAMPLES, quotas=Quotas(jobs_at_once=1, min_records=1), delays=STAY)
    first, second = built(world)
    submit(world, first)
    submit(world, second)
    since = second["bedrock"]["since"] - 3_000
    second["bedrock"]["since"] = since

    again = world.step("Submit", second)

    assert (again["since"], again["wait_s"]) == (since, 300)


def test_a_poll_tells_status_and_when_to_look_again(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)
    submit(world, job)

    looked = world.step("Poll", job)

    assert looked == job["bedrock"] | {"ended": False, "status": "Submitted"}
    assert looked["wait_s"] == 1


def test_a_bedrock_that_does_not_answer_is_asked_again_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    world.serve(SAMPLES, delays=STAY)
    (job, other) = built(world)
    submit(world, job)
    world.close()

    assert not world.step("Poll", job)["ended"]
    assert not submit(world, other)


def test_a_job_collected_twice_brings_the_same(world: World) -> None:
    world.serve(SAMPLES)
    job = world.job(built(world)[0])
    answers = world.read("runs/demo/waves/01/j0001/answers.jsonl")

    again = world.step("Collect", job)

    assert again == job["collected"] == {"answered": 2, "unanswered": 0, "missing_paths": 0}
    assert world.read("runs/demo/waves/01/j0001/answers.jsonl") == answers


def test_output_of_another_job_in_the_folder_is_left_alone(world: World) -> None:
    world.serve(SAMPLES)
    job = built(world)[0]
    world.put("runs/demo/waves/01/j0001/output/abcdefghijkl/input.jsonl.out", b"not ours")

    assert world.job(job)["collected"]["answered"] == 2
    assert world.entry("demo", "job#01#j0001")["malformed"] == 0
