"""Invoke with faults: no reply billed twice, no record lost, every wait ends."""

import time
from typing import Any

import pytest
from msgspec import convert

from lambdas.aws.run_table import run_table
from lambdas.contract.jobs import Job
from lambdas.core.errors import RunEndedError
from selfconsistency.bedrock.settings import Faults
from tests.unit.handlers.on_demand import (
    BUSY,
    FOLDER,
    RECORDS,
    RIGHT,
    Serve,
    invoke,
    job_entry,
    job_of,
    right,
    rows,
    starting_with,
)
from tests.unit.handlers.world import World
from tests.unit.models import ModelCall, Response, refused

pytestmark = pytest.mark.usefixtures("few", "waits_s")


def receipt(*, since: float, waited_s: float) -> dict[str, Any]:
    """Return the receipt of an earlier invocation."""
    times = {"wait_s": 1, "since": since, "waited_s": waited_s, "over_s": 0}
    return times | {
        "submitted": True,
        "job_arn": "on-demand",
        "ended": False,
        "status": "Invoking",
    }


def test_a_busy_model_is_waited_for_and_leaves_no_error(
    world: World, serve: Serve, waits_s: list[float]
) -> None:
    models = serve(starting_with(BUSY, BUSY, refused("ModelNotReadyException", 429)))

    assert world.job(job_of(world))["collected"]["answered"] == 2

    assert len(models.calls) == 5
    assert len(waits_s) == 3
    assert job_entry(world)["errors"] == 0


def test_a_job_that_is_only_throttled_waits_longer_and_longer(world: World, serve: Serve) -> None:
    left_s = iter([900.0] * 5)
    world.left_s = lambda: next(left_s, 600.0)
    serve(lambda _: BUSY)
    job = job_of(world)
    assert not invoke(world, job)["ended"]
    job["bedrock"]["waited_s"] = 3_000
    left_s = iter([900.0] * 5)

    again = invoke(world, job)

    assert (again["ended"], again["wait_s"]) == (False, 300)


def test_time_in_which_an_execution_stood_still_does_not_count(world: World, serve: Serve) -> None:
    """An execution that was aborted may be redriven days later."""
    models = serve(right)
    job = job_of(world)
    since = time.time() - 5 * 24 * 3600
    job["bedrock"] = receipt(since=since, waited_s=60.0)

    assert invoke(world, job)["ended"]

    assert len(models.calls) == 2


def test_a_model_that_is_busy_for_a_day_ends_the_job_with_error_rows(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    since = time.time() - 24 * 3600 - 60
    job["bedrock"] = receipt(since=since, waited_s=24 * 3600 + 60)

    job["bedrock"] = world.step("Invoke", job)
    collected = world.step("Collect", job)

    assert (job["bedrock"]["ended"], models.calls) == (True, [])
    assert [row["error"]["errorCode"] for row in rows(world)] == [429, 429]
    assert collected == {"answered": 0, "unanswered": 2, "missing_paths": 0}
    assert job_entry(world)["error_messages"] == [
        "429: not answered within 24 hours: the model was busy"
    ]


def test_a_record_that_the_model_refuses_is_an_error_row(world: World, serve: Serve) -> None:
    models = serve(starting_with(refused("ValidationException", 400, "max_tokens is too large")))

    collected = world.job(job_of(world))["collected"]

    assert collected == {"answered": 1, "unanswered": 1, "missing_paths": 0}
    assert len(models.calls) == 2
    assert rows(world)[0]["error"] == {
        "errorCode": 400,
        "errorMessage": "ValidationException: max_tokens is too large",
    }
    assert job_entry(world)["disagreement"] is None


def test_a_lost_reply_is_an_error_row_and_billed_once(world: World, serve: Serve) -> None:
    models = serve(starting_with(Response(lost=True)))

    world.job(job_of(world))

    assert [call.record_id for call in models.calls] == RECORDS
    assert rows(world)[0]["error"]["errorCode"] == 504


def test_tokens_of_a_lost_reply_are_estimated(world: World, serve: Serve) -> None:
    serve(starting_with(Response(lost=True)))

    world.job(job_of(world))

    found = job_entry(world)
    size_bytes = len(world.read(f"{FOLDER}/input.jsonl"))
    # The other record states 9 and 2; the lost one has half of the input, four bytes a token.
    assert (found["tokens_in"], found["tokens_out"]) == (9 + size_bytes // 2 // 4, 2)
    assert found["tokens_estimated"]


def test_a_malformed_reply_costs_its_record_and_not_the_run(world: World, serve: Serve) -> None:
    serve(starting_with(Response(b'{"usage":[1]}')))

    collected = world.job(job_of(world))["collected"]

    assert collected == {"answered": 1, "unanswered": 1, "missing_paths": 0}
    assert rows(world)[0]["error"]["errorCode"] == 502


def test_two_invocations_at_once_send_each_record_once(world: World, serve: Serve) -> None:
    job = job_of(world, paths=3)
    others: list[Any] = []

    def answer(call: ModelCall) -> Response:
        if call.number == 0:
            others.append(world.step("Invoke", job))
        return RIGHT

    models = serve(answer)
    first = invoke(world, job)

    assert (first["ended"], [other["ended"] for other in others]) == (True, [False])
    assert others[0]["wait_s"] >= 1
    assert len(models.calls) == 3
    assert "lease_until" not in job_entry(world)


def test_the_next_invocation_waits_for_the_lease_of_one_that_died(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    run_table().acquire_lease(convert(job, Job), now=time.time(), until=time.time() + 600)

    assert not invoke(world, job)["ended"]
    assert models.calls == []

    run_table().acquire_lease(convert(job, Job), now=time.time() + 601, until=time.time() - 1)
    assert invoke(world, job)["ended"]


def test_records_in_flight_when_an_invocation_died_are_not_sent_again(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    died = convert(job, Job)
    run_table().acquire_lease(died, now=time.time() - 60, until=time.time() - 1)
    run_table().mark_started(died, RECORDS[0])

    assert invoke(world, job)["ended"]
    world.step("Collect", job)

    assert [call.record_id for call in models.calls] == RECORDS[1:]
    assert [row["error"]["errorCode"] for row in rows(world) if "error" in row] == [504]
    assert (job_entry(world)["maybe_billed"], job_entry(world)["tokens_estimated"]) == (1, True)
    assert "in_flight" not in job_entry(world)


def test_a_model_that_fails_gets_two_more_tries(world: World, serve: Serve) -> None:
    models = serve(starting_with(*[refused("ModelErrorException", 424)] * 3))

    world.job(job_of(world))

    assert [call.record_id for call in models.calls] == [RECORDS[0]] * 3 + [RECORDS[1]]
    assert rows(world)[0]["error"]["errorCode"] == 424


def test_a_model_that_may_not_be_invoked_refuses_the_job(world: World, serve: Serve) -> None:
    message = "is not authorized to perform: bedrock:InvokeModel"
    serve(lambda _: refused("AccessDeniedException", 403, message))

    assert invoke(world, job_of(world))["status"] == "Refused"
    assert world.entry("demo")["refused"] == {"01-j0001"}
    assert message in job_entry(world)["message"]
    assert "subscribe to the model or get access to it" in job_entry(world)["message"]


@pytest.mark.parametrize("status", ["failed", "succeeded"])
def test_nothing_is_invoked_for_a_run_that_has_ended(
    world: World, serve: Serve, status: str
) -> None:
    models = serve(right)
    job = job_of(world)
    world.mark("demo", status)

    with pytest.raises(RunEndedError):
        invoke(world, job)
    assert models.calls == []


def test_no_record_is_billed_twice_whatever_goes_wrong(world: World) -> None:
    samples = {f"{n}?": {"greedy": ["The answer is 1."]} for n in range(20)}
    invoked = world.serve(
        samples, faults=Faults(throttle_invokes=3, fail_invokes=2, lose_invokes=2)
    ).invoked
    world.set("ON_DEMAND_AT_ONCE", "4")
    world.put("datasets/q.jsonl", *({"question": text} for text in samples))

    request = {"dataset": "datasets/q.jsonl", "temperatures": [], "few_shot": "none"}
    world.run(request | {"attempts": 1})

    assert (invoked.throttled, invoked.failed, invoked.lost) == (3, 2, 2)
    assert invoked.answered == len(samples)
    assert invoked.most_at_once <= 4
    found = job_entry(world)
    assert (found["succeeded"], found["errors"], found["missing_paths"]) == (18, 2, 0)
    assert [row["error"]["errorCode"] for row in rows(world) if "error" in row] == [504, 504]


def test_only_paths_whose_reply_was_lost_are_retried(world: World) -> None:
    samples = {f"{n}?": {"greedy": ["The answer is 1."] * 2} for n in range(8)}
    invoked = world.serve(samples, faults=Faults(lose_invokes=2)).invoked
    world.set("ON_DEMAND_AT_ONCE", "1")
    world.put("datasets/q.jsonl", *({"question": text} for text in samples))

    world.run({"dataset": "datasets/q.jsonl", "temperatures": [], "few_shot": "none"})

    assert invoked.answered == len(samples) + 2
    assert [row["answer"] for row in world.rows("runs/demo/votes.jsonl")] == ["1"] * len(samples)
