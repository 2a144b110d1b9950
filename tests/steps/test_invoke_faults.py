"""Invoke on bad days: no answer paid for twice, no record lost, and an end to every wait."""

import time
from typing import Any

import pytest

from lambdas.aws.table import run_table
from lambdas.contract import Env
from lambdas.core.errors import RunEndedError
from local.bedrock.settings import Faults
from tests.unit.handlers.on_demand import (
    BUSY,
    FOLDER,
    RECORDS,
    RIGHT,
    Serve,
    in_turn,
    invoke,
    job_of,
    record,
    right,
    rows,
)
from tests.unit.handlers.world import World
from tests.unit.models import Asked, Told, refused

pytestmark = pytest.mark.usefixtures("few", "waits_s")


def test_a_busy_model_is_waited_for_and_leaves_no_error(
    world: World, serve: Serve, waits_s: list[float]
) -> None:
    models = serve(in_turn(BUSY, BUSY, refused("ModelNotReadyException", 429)))

    assert world.job(job_of(world))["collected"]["answered"] == 2

    assert len(models.asked) == 5
    assert len(waits_s) == 3
    assert record(world)["errors"] == 0


def test_a_job_that_only_gets_throttled_looks_less_and_less_often(
    world: World, serve: Serve
) -> None:
    left_s = iter([900.0] * 5)
    world.left_s = lambda: next(left_s, 600.0)
    serve(lambda _: BUSY)
    job = job_of(world)
    assert not invoke(world, job)["ended"]
    job["bedrock"]["asked_s"] += 3_000
    left_s = iter([900.0] * 5)

    again = invoke(world, job)

    assert (again["ended"], again["wait_s"]) == (False, 300)


def test_time_in_which_an_execution_stood_still_is_not_time_asked(
    world: World, serve: Serve
) -> None:
    """An execution that was aborted may be redriven days later."""
    models = serve(right)
    job = job_of(world)
    job["bedrock"] = {"status": "Invoking", "since": time.time() - 5 * 24 * 3600, "asked_s": 60.0}

    assert invoke(world, job)["ended"]

    assert len(models.asked) == 2


def test_a_job_that_is_busy_for_a_day_is_given_up_with_error_rows(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    since = time.time() - 24 * 3600 - 60
    job["bedrock"] = {"status": "Invoking", "since": since, "asked_s": 24 * 3600 + 60}

    job["bedrock"] = world.step("Invoke", job)
    collected = world.step("Collect", job)

    assert (job["bedrock"]["ended"], models.asked) == (True, [])
    assert [row["error"]["errorCode"] for row in rows(world)] == [429, 429]
    assert collected == {"answered": 0, "unanswered": 2, "missing_paths": 0}
    assert record(world)["error_messages"] == [
        "429: not answered within 24 hours: the model was busy"
    ]


def test_a_record_that_the_model_refuses_is_an_error_row(world: World, serve: Serve) -> None:
    models = serve(in_turn(refused("ValidationException", 400, "max_tokens is too large")))

    collected = world.job(job_of(world))["collected"]

    assert collected == {"answered": 1, "unanswered": 1, "missing_paths": 0}
    assert len(models.asked) == 2
    assert rows(world)[0]["error"] == {
        "errorCode": 400,
        "errorMessage": "ValidationException: max_tokens is too large",
    }
    assert record(world)["disagreement"] is None


def test_an_answer_that_was_lost_is_an_error_row_and_paid_for_once(
    world: World, serve: Serve
) -> None:
    models = serve(in_turn(Told(lost=True)))

    world.job(job_of(world))

    assert [asked.record_id for asked in models.asked] == RECORDS
    assert rows(world)[0]["error"]["errorCode"] == 504


def test_tokens_of_an_answer_that_was_lost_are_estimated(world: World, serve: Serve) -> None:
    serve(in_turn(Told(lost=True)))

    world.job(job_of(world))

    found = record(world)
    size_bytes = len(world.read(f"{FOLDER}/input.jsonl"))
    # The other record states 9 and 2; the lost one has half of the input, four bytes a token.
    assert (found["tokens_in"], found["tokens_out"]) == (9 + size_bytes // 2 // 4, 2)
    assert found["tokens_estimated"]


def test_an_odd_answer_costs_its_record_and_not_the_run(world: World, serve: Serve) -> None:
    serve(in_turn(Told(b'{"usage":[1]}')))

    collected = world.job(job_of(world))["collected"]

    assert collected == {"answered": 1, "unanswered": 1, "missing_paths": 0}
    assert rows(world)[0]["error"]["errorCode"] == 502


def test_two_turns_at_once_ask_for_each_record_once(world: World, serve: Serve) -> None:
    job = job_of(world, paths=3)
    others: list[Any] = []

    def answer(asked: Asked) -> Told:
        if asked.number == 0:
            others.append(world.step("Invoke", job))
        return RIGHT

    models = serve(answer)
    first = invoke(world, job)

    assert (first["ended"], [other["ended"] for other in others]) == (True, [False])
    assert others[0]["wait_s"] >= 1
    assert len(models.asked) == 3
    assert "asking_until" not in record(world)


def test_the_next_turn_waits_for_the_time_of_one_that_died_and_no_longer(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    run_table().take_turn("demo", 1, "j0001", now=time.time(), until=time.time() + 60)

    assert not invoke(world, job)["ended"]
    assert models.asked == []

    run_table().take_turn("demo", 1, "j0001", now=time.time() + 61, until=time.time() - 1)
    assert invoke(world, job)["ended"]


def test_what_a_turn_was_asking_for_when_it_died_is_not_asked_for_again(
    world: World, serve: Serve
) -> None:
    models = serve(right)
    job = job_of(world)
    run_table().take_turn("demo", 1, "j0001", now=time.time() - 60, until=time.time() - 1)
    run_table().begin_call("demo", 1, "j0001", RECORDS[0])

    assert invoke(world, job)["ended"]
    world.step("Collect", job)

    assert [asked.record_id for asked in models.asked] == RECORDS[1:]
    assert [row["error"]["errorCode"] for row in rows(world) if "error" in row] == [504]
    assert (record(world)["maybe_billed"], record(world)["tokens_estimated"]) == (1, True)
    assert "calls" not in record(world)


def test_a_model_that_fails_gets_two_further_tries(world: World, serve: Serve) -> None:
    models = serve(in_turn(*[refused("ModelErrorException", 424)] * 3))

    world.job(job_of(world))

    assert [asked.record_id for asked in models.asked] == [RECORDS[0]] * 3 + [RECORDS[1]]
    assert rows(world)[0]["error"]["errorCode"] == 424


def test_a_model_that_may_not_be_asked_refuses_the_job_with_its_words(
    world: World, serve: Serve
) -> None:
    words = "is not authorized to perform: bedrock:InvokeModel"
    serve(lambda _: refused("AccessDeniedException", 403, words))

    assert invoke(world, job_of(world))["status"] == "Refused"
    assert world.entry("demo")["refused"] == {"01-j0001"}
    assert words in record(world)["message"]


@pytest.mark.parametrize("status", ["failed", "succeeded"])
def test_nothing_is_asked_for_a_run_that_has_ended(world: World, serve: Serve, status: str) -> None:
    models = serve(right)
    job = job_of(world)
    world.mark("demo", status)

    with pytest.raises(RunEndedError):
        invoke(world, job)
    assert models.asked == []


def test_whatever_goes_wrong_between_no_record_is_billed_twice(world: World) -> None:
    samples = {f"{n}?": {"greedy": ["The answer is 1."]} for n in range(20)}
    invoked = world.serve(
        samples, faults=Faults(throttle_invokes=3, fail_invokes=2, lose_invokes=2)
    ).invoked
    world.set(Env.ON_DEMAND_AT_ONCE, "4")
    world.put("datasets/q.jsonl", *({"question": text} for text in samples))

    request = {"dataset": "datasets/q.jsonl", "temperatures": [], "few_shot": "none"}
    world.run(request | {"attempts": 1})

    assert (invoked.throttled, invoked.failed, invoked.lost) == (3, 2, 2)
    assert invoked.answered == len(samples)
    assert invoked.most_at_once <= 4
    found = record(world)
    assert (found["succeeded"], found["errors"], found["missing_paths"]) == (18, 2, 0)
    assert [row["error"]["errorCode"] for row in rows(world) if "error" in row] == [504, 504]


def test_a_path_whose_answer_was_lost_is_asked_for_once_more_and_no_other(world: World) -> None:
    samples = {f"{n}?": {"greedy": ["The answer is 1."] * 2} for n in range(8)}
    invoked = world.serve(samples, faults=Faults(lose_invokes=2)).invoked
    world.set(Env.ON_DEMAND_AT_ONCE, "1")
    world.put("datasets/q.jsonl", *({"question": text} for text in samples))

    world.run({"dataset": "datasets/q.jsonl", "temperatures": [], "few_shot": "none"})

    assert invoked.answered == len(samples) + 2
    assert [row["answer"] for row in world.rows("runs/demo/votes.jsonl")] == ["1"] * len(samples)
