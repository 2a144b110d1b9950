"""Pilot: a few questions on demand before the first batch job; a doomed run submits none."""

import json
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from lambdas.core.errors import RequestError, RunEndedError
from tests.unit.handlers.on_demand import MODEL, RIGHT, Serve
from tests.unit.handlers.world import World
from tests.unit.models import ModelCall, Respond, Response, json_response, refused

QUESTIONS = [{"question": f"{number}?", "answer": str(number)} for number in range(10)]
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "model_id": MODEL,
    "invocation_type": "Converse",
    "temperatures": [0.5],
    "paths": 5,
    "few_shot": "none",
}
# Nova Lite on demand: 9 tokens in and 2 out for each call.
CALL_USD = (9 * 0.06 + 2 * 0.24) / 1e6


@pytest.fixture(autouse=True)
def paid(world: World, waits_s: list[float]) -> None:
    """A stack on AWS, where runs are paid for, and a dataset."""
    world.set("REHEARSAL", "false")
    world.put("datasets/q.jsonl", *QUESTIONS)


def saying(text: str, stop: str = "end_turn") -> Response:
    reply = json.loads(RIGHT.body)
    reply["output"]["message"]["content"] = [{"text": text}]
    return json_response(reply | {"stopReason": stop})


def pilot_of(world: World, **request: Any) -> Any:
    planned = world.plan(REQUEST | request)
    assert planned["pilot"]
    return world.step("Pilot", planned)


def refusal(world: World, **request: Any) -> str:
    """Return why a run is refused; nothing was submitted, and no wave was planned."""
    failed = world.failed_run(REQUEST | request)

    entry = world.entry("demo")
    assert failed["reason"] == entry["reason"] == "RequestError"
    assert (entry["status"], entry["message"]) == ("failed", failed["message"])
    assert world.keys("runs/demo/waves") == []
    message: str = failed["message"]
    return message


def test_three_questions_of_each_setting_are_asked_across_the_dataset(
    world: World, serve: Serve
) -> None:
    models = serve(lambda _: RIGHT)

    assert pilot_of(world) == {"run_id": "demo", "next_wave": 1}

    asked = [(call.record_id, call.body["inferenceConfig"]) for call in models.calls]
    ids = ["q0000000s00", "q0000003s00", "q0000006s00"]
    for temperature in (0.0, 0.5):
        found = sorted(name for name, config in asked if config["temperature"] == temperature)
        assert found == ids
    assert len(asked) == 6


def test_what_it_cost_is_on_record(world: World, serve: Serve) -> None:
    serve(lambda _: RIGHT)

    pilot_of(world)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["readable"], pilot["failed"]) == (6, 6, 0)
    assert pilot["tokens"] == {"input": 54, "output": 12, "estimated": False}
    assert pilot["cost_usd"] == Decimal(repr(round(6 * CALL_USD, 9)))
    texts = world.rows("runs/demo/pilot/T0.5/input.jsonl.out")
    assert [row["modelOutput"] for row in texts] == [json.loads(RIGHT.body)] * 3


def test_tokens_that_only_headers_state_are_counted_not_estimated(
    world: World, serve: Serve
) -> None:
    message = {"role": "assistant", "content": "The answer is 1."}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    serve(lambda _: json_response(body, tokens_in="25", tokens_out="3"))

    model = {"model_id": "openai.gpt-oss-20b-1:0", "invocation_type": "InvokeModel"}
    pilot_of(world, **model, max_tokens=2000)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["readable"]) == (6, 6)
    assert pilot["tokens"] == {"input": 150, "output": 18, "estimated": False}


def test_a_run_without_a_readable_answer_is_refused_with_the_ends(
    world: World, serve: Serve
) -> None:
    serve(lambda _: saying("Therefore it is nothing that I could say."))

    message = refusal(world, pattern="RESULT: (.*)", task="exact")

    first, *ends = message.split("\n")
    assert first == (
        "pilot: none of 6 answers can be read, so no batch job is submitted; have prompt or"
        " template ask for the answer as the task reads it, correct pattern or json_key, or start"
        ' it anew with "pilot": 0 to submit it all the same'
    )
    assert ends == ['one ends "Therefore it is nothing that I could say."'] * 3
    assert world.entry("demo")["pilot"]["asked"] == 6


def test_answers_that_are_all_cut_off_are_refused(world: World, serve: Serve) -> None:
    serve(lambda _: saying("Hmm. First I think", stop="max_tokens"))

    assert "6 were cut off at max_tokens, 512: raise it" in refusal(world)


def test_calls_that_all_fail_are_refused_with_the_error(world: World, serve: Serve) -> None:
    serve(lambda _: refused("ValidationException", 400, "temperature is not supported"))

    message = refusal(world)

    assert "every call failed; correct the request" in message
    assert 'one ends "400: ValidationException: temperature is not supported"' in message


@pytest.mark.parametrize(
    ("error", "status"), [("AccessDeniedException", 403), ("ResourceNotFoundException", 404)]
)
def test_a_model_that_may_not_be_used_is_refused(
    world: World, serve: Serve, error: str, status: int
) -> None:
    serve(lambda _: refused(error, status, "no access to the model"))

    message = refusal(world)

    assert message.startswith(f"pilot: model {MODEL!r} is refused on demand")
    assert "no access to the model" in message
    assert message.endswith("no batch job is submitted")


def test_a_redrive_after_the_fix_asks_what_was_refused_and_goes_on(
    world: World, serve: Serve
) -> None:
    allowed = {0.0}

    def respond(call: ModelCall) -> Response:
        if call.body["inferenceConfig"]["temperature"] in allowed:
            return RIGHT
        return refused("AccessDeniedException", 403, "no access to the model")

    models = serve(respond)
    refusal(world)
    assert world.entry("demo")["pilot"]["asked"] == 3
    answered = [call.record_id for call in models.calls][:3]
    allowed.add(0.5)
    world.executions.redrives = 1

    reopened = world.reopen(REQUEST)
    models.calls.clear()
    world.step("Pilot", reopened)

    assert (reopened["planned"], reopened["pilot"], reopened["wave"]) == (True, True, 0)
    assert sorted(call.record_id for call in models.calls) == sorted(answered)
    assert {call.body["inferenceConfig"]["temperature"] for call in models.calls} == {0.5}
    assert world.entry("demo")["pilot"]["readable"] == 6


def test_a_repeated_pilot_is_not_paid_for_again(world: World, serve: Serve) -> None:
    models = serve(lambda _: RIGHT)
    planned = world.plan(REQUEST)
    world.step("Pilot", planned)
    models.calls.clear()

    world.step("Pilot", planned)

    assert models.calls == []


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param(refused("InternalServerException", 500), id="the service failed"),
        pytest.param(Response(lost=True), id="the reply was lost"),
        pytest.param(Response(b"[1, 2]"), id="the reply is no object"),
    ],
)
def test_a_repeated_pilot_asks_again_what_failed(
    world: World, serve: Serve, failing: Response
) -> None:
    models = serve(lambda call: failing if call.record_id == "q0000003s00" else RIGHT)
    planned = world.plan(REQUEST | {"greedy": False})
    world.step("Pilot", planned)
    first = world.entry("demo")["pilot"]
    models.calls.clear()
    models.respond_to = lambda _: RIGHT

    world.step("Pilot", planned)

    assert (first["asked"], first["readable"], first["failed"]) == (3, 2, 1)
    rows = world.rows("runs/demo/pilot/T0.5/input.jsonl.out")
    assert [call.record_id for call in models.calls] == ["q0000003s00"]
    assert all("modelOutput" in row for row in rows)
    again = world.entry("demo")["pilot"]
    assert (again["asked"], again["readable"], again["failed"]) == (3, 3, 0)


def test_a_redrive_asks_again_what_the_model_rejected(world: World, serve: Serve) -> None:
    models = serve(lambda _: refused("ValidationException", 400, "not in this account yet"))
    assert 'one ends "400: ValidationException: not in this account yet"' in refusal(world)
    assert world.entry("demo")["pilot"]["failed"] == 6
    models.calls.clear()
    models.respond_to = lambda _: RIGHT
    world.executions.redrives = 1

    world.step("Pilot", world.reopen(REQUEST))

    assert len(models.calls) == 6
    pilot = world.entry("demo")["pilot"]
    assert (pilot["readable"], pilot["failed"], pilot["ends"]) == (6, 0, [])


def test_a_model_without_inference_on_demand_has_no_pilot(world: World, serve: Serve) -> None:
    text = "Invocation of model ID x with on-demand throughput isn't supported."
    serve(lambda _: refused("ValidationException", 400, text))

    pilot_of(world)

    assert text in world.entry("demo")["pilot"]["skipped"]


def test_a_service_that_fails_for_the_time_being_refuses_no_run(world: World, serve: Serve) -> None:
    serve(lambda _: refused("InternalServerException", 500))

    pilot_of(world)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["failed"]) == (6, 6)
    assert pilot["skipped"].startswith("all calls failed for the time being: 500")


def test_a_stopped_run_asks_nothing(world: World, serve: Serve) -> None:
    models = serve(lambda _: RIGHT)
    planned = world.plan(REQUEST)
    world.mark("demo", "failed")

    with pytest.raises(RunEndedError):
        world.step("Pilot", planned)

    assert models.calls == []


def test_a_run_that_is_stopped_meanwhile_asks_in_no_further_setting(
    world: World, serve: Serve
) -> None:
    def respond(_: ModelCall) -> Response:
        world.mark("demo", "failed")
        return RIGHT

    models = serve(respond)

    with pytest.raises(RunEndedError):
        pilot_of(world)

    assert {call.body["inferenceConfig"]["temperature"] for call in models.calls} == {0.0}


UNREADABLE = saying("It is nothing that I could say.")
FAILING = refused("InternalServerException", 500)
REJECTED = refused("ValidationException", 400, "temperature is not supported")


def by_call(*first: Response, others: Response) -> Respond:
    """Answer the first records so, also when they are asked again, and all others alike."""
    seen: list[tuple[str, float]] = []

    def respond(call: ModelCall) -> Response:
        asked = (call.record_id, call.body["inferenceConfig"]["temperature"])
        if asked not in seen:
            seen.append(asked)
        place = seen.index(asked)
        return first[place] if place < len(first) else others

    return respond


def test_one_unreadable_answer_of_a_busy_model_refuses_no_run(
    world: World, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = refused("ThrottlingException", 429)
    world.set("ON_DEMAND_AT_ONCE", "1")
    serve(by_call(UNREADABLE, others=busy))
    clock = iter(range(0, 100_000, 5))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))

    pilot_of(world)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["readable"]) == (1, 0)
    assert pilot["skipped"] == "only 1 of 6 calls can be judged: the model did not answer in time"


@pytest.mark.parametrize("judged", [UNREADABLE, REJECTED])
def test_two_of_six_calls_are_too_few_to_refuse_a_run(
    world: World, serve: Serve, judged: Response
) -> None:
    serve(by_call(judged, judged, others=FAILING))

    pilot_of(world)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["readable"]) == (6, 0)
    assert pilot["skipped"] == (
        "only 2 of 6 calls can be judged: 500: InternalServerException: why"
    )


@pytest.mark.parametrize(
    ("judged", "end"),
    [
        pytest.param(UNREADABLE, "It is nothing that I could say.", id="unreadable"),
        pytest.param(REJECTED, "400: ValidationException: temperature is not", id="rejected"),
    ],
)
def test_three_of_six_calls_are_enough_to_refuse_a_run(
    world: World, serve: Serve, judged: Response, end: str
) -> None:
    serve(by_call(*[FAILING] * 3, others=judged))

    ends = refusal(world).split("\n")[1:]

    assert [text.startswith(f'one ends "{end}') for text in ends] == [True] * 3
    assert world.entry("demo")["pilot"]["skipped"] == ""


@pytest.mark.parametrize(
    ("questions", "judged", "skipped"),
    [
        pytest.param(1, 1, "", id="the only one"),
        pytest.param(2, 1, "only 1 of 2 calls can be judged: 500", id="one of two"),
        pytest.param(2, 2, "", id="both"),
        pytest.param(5, 2, "only 2 of 5 calls can be judged: 500", id="less than half"),
    ],
)
def test_one_of_several_calls_refuses_no_run(
    world: World, serve: Serve, questions: int, judged: int, skipped: str
) -> None:
    serve(by_call(*[UNREADABLE] * judged, others=FAILING))
    planned = world.plan(REQUEST | {"greedy": False, "pilot": questions})

    with nullcontext() if skipped else pytest.raises(RequestError, match="pilot: none of"):
        world.step("Pilot", planned)

    found = world.entry("demo")["pilot"]["skipped"]
    assert found.startswith(skipped) if skipped else found == ""


def test_what_was_paid_for_before_a_refusal_is_on_record(world: World, serve: Serve) -> None:
    world.set("ON_DEMAND_AT_ONCE", "1")
    denied = refused("AccessDeniedException", 403, "no access to the model")
    serve(lambda call: RIGHT if call.number < 5 else denied)

    refusal(world)

    pilot = world.entry("demo")["pilot"]
    assert pilot["tokens"] == {"input": 45, "output": 10, "estimated": False}


def test_a_busy_model_delays_a_run_by_minutes_only(
    world: World, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(lambda _: refused("ThrottlingException", 429))
    clock = iter(range(0, 100_000, 20))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))

    pilot_of(world)

    pilot = world.entry("demo")["pilot"]
    assert (pilot["asked"], pilot["skipped"]) == (0, "the model did not answer in time")


@pytest.mark.parametrize(
    ("request_", "variables"),
    [
        pytest.param({"pilot": 0}, {}, id="it is off"),
        pytest.param({}, {"REHEARSAL": "true"}, id="nothing is paid for"),
        pytest.param({}, {"MIN_RECORDS": "100"}, id="all runs on demand anyway"),
        pytest.param(
            {
                "model_id": "arn:aws:bedrock:us-east-1:123456789012:custom-model/"
                "amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6"
            },
            {},
            id="a custom model has no inference on demand",
        ),
    ],
)
def test_a_run_without_need_of_it_has_no_pilot(
    world: World, request_: dict[str, Any], variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        world.set(name, value)

    planned = world.plan(REQUEST | request_)

    assert not planned["pilot"]
    assert json.loads(world.read("runs/demo/plan.json"))["estimate"]["pilot"] is None


def test_its_answers_do_not_vote_and_its_cost_is_a_line_of_the_report(world: World) -> None:
    right = [f"The answer is {n}." for n in range(10)]
    world.serve(
        {
            f"{n}?": {"greedy": ["The answer is 99.", right[n]], "T0.5": [right[n]] * 6}
            if n in {0, 3, 6}
            else {"greedy": [right[n]], "T0.5": [right[n]] * 5}
            for n in range(10)
        }
    )

    receipt = world.run(REQUEST)

    report = json.loads(world.read("runs/demo/report.json"))
    assert receipt["complete"]
    assert [each["generations"] for each in report["settings"]] == [10, 50]
    assert [each["accuracy"] for each in report["settings"]] == [1.0, 1.0]
    pilot, totals = report["pilot"], report["totals"]
    assert (pilot["asked"], pilot["readable"]) == (6, 6)
    settings_usd = sum(each["cost_usd"] for each in report["settings"])
    assert totals["cost_usd"] == pytest.approx(settings_usd + pilot["cost_usd"])
    assert pilot["cost_usd"] > 0
    assert ">pilot<" in world.read("runs/demo/report.html").decode()


def test_the_estimate_includes_it(world: World) -> None:
    world.plan(REQUEST)

    estimate = json.loads(world.read("runs/demo/plan.json"))["estimate"]

    pilot = estimate["pilot"]
    assert (pilot["records"], pilot["on_demand"]) == (6, 6)
    # 512 tokens of output for each call, and its prompt.
    assert pilot["ceiling_usd"] > 6 * 512 * 0.24 / 1e6
    settings = sum(each["ceiling_usd"] for each in estimate["settings"])
    assert estimate["ceiling_usd"] == pytest.approx(settings + pilot["ceiling_usd"])
    assert any("the pilot first asks 6 questions on demand" in each for each in estimate["remarks"])


def test_more_questions_than_it_may_ask_are_refused(world: World) -> None:
    with pytest.raises(RequestError, match="pilot is 11, must be"):
        world.plan(REQUEST | {"pilot": 11})
