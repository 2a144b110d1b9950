"""Submit: each job is created once, when it has a slot, and none for a run that has ended."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.aws.clients import bedrock_client
from lambdas.core.errors import RunEndedError
from selfconsistency.bedrock.settings import Quotas
from tests.unit import stubbed
from tests.unit.handlers.jobs import SAMPLES, STAY, built, submit
from tests.unit.handlers.world import World


def test_a_job_submitted_twice_is_one_job(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)

    first = world.step("Submit", job)
    assert first["submitted"]
    assert len(world.jobs_of_bedrock()) == 1
    world.close()

    again = world.step("Submit", job)

    assert again["job_arn"] == first["job_arn"]


def test_a_job_whose_arn_was_not_stored_is_found_again(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)
    first = world.step("Submit", job)
    world.table.update_item(
        Key={"run_id": "demo", "entry": "job#01#j0001"}, UpdateExpression="REMOVE job_arn"
    )

    assert world.step("Submit", job)["job_arn"] == first["job_arn"]
    assert len(world.jobs_of_bedrock()) == 1


def test_a_run_has_no_more_live_jobs_than_it_asks_for(world: World) -> None:
    world.serve(SAMPLES)
    first, second = built(world, jobs_at_once=1)
    assert submit(world, first)
    assert not submit(world, second)
    assert len(world.jobs_of_bedrock()) == 1

    world.finish(first)

    assert submit(world, second)


def test_submit_waits_while_the_quota_is_full(world: World) -> None:
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
    world.mark("demo", status)

    with pytest.raises(RunEndedError):
        world.step("Submit", job)
    assert world.jobs_of_bedrock() == []


@pytest.fixture
def failing_meanwhile(world: World) -> Iterator[None]:
    """The run fails while Bedrock creates a job of it."""
    events = bedrock_client().meta.events
    created = "after-call.bedrock.CreateModelInvocationJob"

    def fail(**_: Any) -> None:
        world.mark("demo", "failed")

    events.register(created, fail)
    yield
    events.unregister(created, fail)


@pytest.mark.usefixtures("failing_meanwhile")
def test_a_job_created_while_its_run_failed_is_stopped_at_once(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)

    with pytest.raises(RunEndedError):
        world.step("Submit", job)

    (created,) = world.jobs_of_bedrock()
    assert created["status"] in {"Stopping", "Stopped"}
    assert world.entry("demo", "job#01#j0001")["job_arn"] == created["jobArn"]


@pytest.mark.usefixtures("failing_meanwhile")
def test_a_job_that_cannot_be_stopped_at_once_is_left_to_abort(world: World) -> None:
    (job, _) = built(world)
    arn = {"jobArn": stubbed.arn()}
    answers = (
        stubbed.Given("create_model_invocation_job", arn),
        stubbed.stopped(refused="ConflictException"),
        # Submit has no permission to look.
        stubbed.unlooked("AccessDeniedException"),
    )

    with stubbed.answering(bedrock_client(), *answers), pytest.raises(RunEndedError):
        world.step("Submit", job)


def test_a_refused_job_ends_without_output(world: World) -> None:
    world.serve(SAMPLES)
    world.set("BATCH_ROLE_ARN", "arn:aws:iam::123456789012:role/none")
    (job, _) = built(world)

    submit(world, job)
    world.step("Collect", job)

    assert (job["bedrock"]["submitted"], job["bedrock"]["ended"]) == (False, True)
    entry = world.entry("demo", "job#01#j0001")
    assert (entry["status"], entry["collected"], entry["missing_paths"]) == ("Refused", False, 2)
    assert "role/none does not exist" in entry["message"]
    assert world.entry("demo")["refused"] == {"01-j0001"}
    assert "active_jobs" not in world.entry("demo")
    assert world.read("runs/demo/waves/01/j0001/answers.jsonl") == b""


def test_waited_time_counts_from_the_first_attempt_to_submit(world: World) -> None:
    world.serve(SAMPLES, quotas=Quotas(jobs_at_once=1, min_records=1), delays=STAY)
    first, second = built(world)
    submit(world, first)
    submit(world, second)
    since = second["bedrock"]["since"] - 3_000
    second["bedrock"]["since"] = since

    again = world.step("Submit", second)

    assert again["since"] == since
    assert 300 <= again["wait_s"] < 330
