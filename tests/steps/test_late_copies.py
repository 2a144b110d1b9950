"""A copy of a step that comes late leaves state, votes and bill as they would be without it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lambdas.aws.clients import bedrock_client, s3_client
from lambdas.contract import StepName
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import Delays
from tests.unit.handlers.jobs import REQUEST, SAMPLES, built, submit
from tests.unit.handlers.on_demand import OUTPUT, Serve, invoke, job_of, right
from tests.unit.handlers.world import World

JOB = "runs/demo/waves/01/j0001"
ONE_AT_A_TIME = REQUEST | {"jobs_at_once": 1}


def state_of(world: World) -> dict[str, Any]:
    """Return all entries of the table, and versions and tags of all objects of ours."""
    listed = world.cloud.s3.list_object_versions(Bucket=world.bucket).get("Versions", [])
    # What Bedrock writes, it may write at any time.
    versions = [each for each in listed if "/output/" not in each["Key"]]
    entries = world.table.scan()["Items"]
    return {
        "entries": {(each["run_id"], each["entry"]): each for each in entries},
        "versions": sorted((each["Key"], each["VersionId"]) for each in versions),
        "tags": {each["Key"]: tags(world, each["Key"]) for each in versions},
    }


def tags(world: World, key: str) -> Any:
    return world.cloud.s3.get_object_tagging(Bucket=world.bucket, Key=key)["TagSet"]


@pytest.fixture
def versioned(world: World) -> World:
    versioning: Any = {"Status": "Enabled"}
    world.cloud.s3.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration=versioning)
    return world


def copies(job: Any, before: Any) -> list[tuple[StepName, Any]]:
    """Return the steps of a job with the tasks that they had."""
    submitted = {"submitted": True, "job_arn": job["bedrock"]["job_arn"], "ended": False}
    return [
        ("Build", before),
        ("Submit", before | {"input": job["input"]}),
        ("Poll", job | {"bedrock": before["bedrock"] | submitted | {"status": "Submitted"}}),
        ("Collect", job),
    ]


@pytest.mark.parametrize("name", ["Build", "Submit", "Poll", "Collect"])
def test_a_copy_after_its_job_was_collected_changes_nothing(
    versioned: World, name: StepName
) -> None:
    bedrock_emulator = versioned.serve(SAMPLES)
    first, second = built(versioned, jobs_at_once=1)
    submit(versioned, first)
    before = dict(first)
    versioned.finish(first)
    expected, billed = state_of(versioned), list(bedrock_emulator.ledger)

    versioned.step(name, dict(copies(first, before))[name])

    assert state_of(versioned) == expected
    assert list(bedrock_emulator.ledger) == billed
    assert len(versioned.jobs_of_bedrock()) == 1
    assert submit(versioned, second), "the late copy has taken the slot"


def test_a_copy_of_build_leaves_the_input_that_bedrock_may_be_reading(versioned: World) -> None:
    versioned.serve(SAMPLES)
    (job, _) = built(versioned)

    receipt = versioned.step("Build", job)

    assert receipt == job["input"]
    listed = versioned.cloud.s3.list_object_versions(Bucket=versioned.bucket, Prefix=JOB)
    assert [each["Key"] for each in listed["Versions"]] == [f"{JOB}/input.jsonl"]


@contextmanager
def during_collect(act: Callable[[], None]) -> Iterator[None]:
    """Act once Collect has read the output, as it writes the answers."""
    events, write = s3_client().meta.events, "before-call.s3.PutObject"

    def once(params: Any, **_: Any) -> None:
        if params["url_path"].endswith("answers.jsonl"):
            events.unregister(write, once)
            act()

    events.register(write, once)
    yield


@pytest.mark.parametrize("name", ["Build", "Submit", "Poll"])
def test_a_copy_while_its_job_is_collected_changes_nothing(
    versioned: World, name: StepName
) -> None:
    bedrock_emulator = versioned.serve(SAMPLES)
    first, second = built(versioned, jobs_at_once=1)
    submit(versioned, first)
    before = dict(first)
    while not first["bedrock"]["ended"]:
        first["bedrock"] = versioned.step("Poll", first)
    expected = versioned.entry("demo", "job#01#j0001")
    billed = list(bedrock_emulator.ledger)

    with during_collect(lambda: versioned.step(name, dict(copies(first, before))[name])):
        first["collected"] = versioned.step("Collect", first)

    found = versioned.entry("demo", "job#01#j0001")
    assert found["collected"]
    assert {each: found[each] for each in ("status", "ended_at", "records_done", "job_arn")} == {
        each: expected[each] for each in ("status", "ended_at", "records_done", "job_arn")
    }
    assert "active_jobs" not in versioned.entry("demo")
    assert list(bedrock_emulator.ledger) == billed
    assert submit(versioned, second)


def test_a_look_that_comes_late_does_not_take_the_status_back(world: World) -> None:
    world.serve(SAMPLES, delays=Delays(0, 0, 60, 60))
    (job, _) = built(world)
    submit(world, job)
    world.table.update_item(
        Key={"run_id": "demo", "entry": "job#01#j0001"},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": "Completed"},
    )

    world.step("Poll", job)
    world.step("Submit", job)

    assert world.entry("demo", "job#01#j0001")["status"] == "Completed"


def test_a_job_that_a_copy_creates_beside_the_first_one_is_stopped(world: World) -> None:
    world.serve(SAMPLES, delays=Delays(60, 60, 60, 60))
    (job, _) = built(world)
    created = "after-call.bedrock.CreateModelInvocationJob"
    events = bedrock_client().meta.events

    def another(**_: Any) -> None:
        world.table.update_item(
            Key={"run_id": "demo", "entry": "job#01#j0001"},
            UpdateExpression="SET job_arn = :a",
            ExpressionAttributeValues={":a": "arn:first"},
        )

    events.register(created, another)
    receipt = world.step("Submit", job)
    events.unregister(created, another)

    assert receipt["job_arn"] == "arn:first"
    assert world.entry("demo", "job#01#j0001")["job_arn"] == "arn:first"
    (job_of_bedrock,) = world.jobs_of_bedrock()
    assert job_of_bedrock["status"] in {"Stopping", "Stopped"}


def test_a_copy_of_submit_after_a_refusal_creates_no_job(world: World) -> None:
    world.serve(SAMPLES)
    role_arn = world.cloud.role_arn
    world.set("BATCH_ROLE_ARN", "arn:aws:iam::123456789012:role/none")
    (job, _) = built(world)
    before = dict(job)
    submit(world, job)
    world.step("Collect", job)
    expected = state_of(world)["entries"]
    world.set("BATCH_ROLE_ARN", role_arn)

    world.step("Build", before)
    receipt = world.step("Submit", before)

    assert (receipt["submitted"], receipt["ended"], receipt["status"]) == (False, True, "Refused")
    assert world.jobs_of_bedrock() == []
    assert state_of(world)["entries"] == expected


@pytest.mark.usefixtures("few", "waits_s")
def test_a_copy_of_invoke_after_its_job_was_collected_calls_no_model(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    before = dict(job)
    job["bedrock"] = invoke(world, job)
    world.step("Collect", job)
    for key in world.keys(OUTPUT):
        world.cloud.s3.delete_object(Bucket=world.bucket, Key=key)
    expected, calls = state_of(world)["entries"], len(models.calls)

    receipt = world.step("Invoke", before)

    assert receipt["ended"]
    assert len(models.calls) == calls
    assert state_of(world)["entries"] == expected


@pytest.mark.usefixtures("few", "waits_s")
def test_a_copy_of_invoke_while_its_job_is_collected_changes_nothing(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    before = dict(job)
    job["bedrock"] = invoke(world, job)
    expected, calls = world.entry("demo", "job#01#j0001"), len(models.calls)

    with during_collect(lambda: world.step("Invoke", before)):
        world.step("Collect", job)

    found = world.entry("demo", "job#01#j0001")
    names = ("status", "submitted_at", "ended_at", "records_done")
    assert [found[each] for each in names] == [expected[each] for each in names]
    assert len(models.calls) == calls
    assert "active_jobs" not in world.entry("demo")


@pytest.mark.parametrize("late", [1, 2])
def test_a_copy_of_plan_wave_releases_no_slot_and_reopens_no_wave(
    versioned: World, late: int
) -> None:
    versioned.serve(SAMPLES)
    versioned.put("datasets/q.jsonl", {"question": "one?", "answer": "1"})
    planned = versioned.plan(ONE_AT_A_TIME | {"waves": [2, 2]})
    receipts = [versioned.step("PlanWave", planned)]
    for job in versioned.rows(receipts[0]["jobs_key"]):
        versioned.job(job)
    for partition in versioned.rows(receipts[0]["partitions_key"]):
        versioned.step("Vote", partition)
    receipts.append(versioned.step("PlanWave", receipts[0]))
    (job,) = versioned.rows(receipts[1]["jobs_key"])
    job["input"] = versioned.step("Build", job)
    submit(versioned, job)
    expected = state_of(versioned)

    again = versioned.step("PlanWave", [planned, receipts[0]][late - 1])

    assert again == receipts[late - 1]
    assert state_of(versioned) == expected


def run_with_copies(world: World, repeated: Callable[[StepName], int]) -> BedrockEmulator:
    """Run to the end; each job's steps come again after the job was collected."""
    bedrock_emulator = world.serve(SAMPLES)
    world.put("datasets/q.jsonl", {"question": "one?", "answer": "1"})
    state = world.step("PlanWave", world.plan(ONE_AT_A_TIME | {"waves": [2, 2]}))
    while state["jobs"]:
        planned = state
        for job in world.rows(state["jobs_key"]):
            job["input"] = world.step("Build", job)
            submit(world, job)
            before = dict(job)
            world.finish(job)
            for name, task in copies(job, before):
                for _ in range(repeated(name)):
                    world.step(name, task)
        for partition in world.rows(state["partitions_key"]):
            world.step("Vote", partition)
        state = world.step("PlanWave", state)
        for _ in range(repeated("PlanWave")):
            world.step("PlanWave", {**planned, "next_wave": planned["wave"]})
    for partition in world.rows(state["partitions_key"]):
        world.step("Publish", partition)
    assert world.step("Report", state)["complete"]
    return bedrock_emulator


def test_a_run_whose_every_step_comes_again_late_has_the_same_votes_and_bill(
    world: World,
) -> None:
    bedrock_emulator = run_with_copies(world, lambda _: 2)

    (vote,) = world.rows("runs/demo/votes.jsonl")
    assert (vote["answer"], vote["paths"], vote["votes"]) == ("1", 4, {"1": 4})
    assert len(bedrock_emulator.ledger) == 4
    entry = world.entry("demo")
    assert (entry["status"], entry["wave"], entry["jobs_planned"]) == ("succeeded", 2, 2)
    assert [world.entry("demo", f"wave#0{wave}")["generations"] for wave in (1, 2)] == [2, 2]
