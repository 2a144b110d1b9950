import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest

from local.emulation.control import Control
from local.emulation.iam_audit import CallLog
from local.emulation.lambda_processes import named_as_on_aws, process_at, step_of
from local.emulation.layer import EmulatorLayer, FunctionRequest
from local.emulation.map_runs import Children
from local.emulation.ministack_patches import MinistackError, MinistackHook, stepfunctions
from local.emulation.protocol import (
    AskCalls,
    AskInjected,
    Call,
    Message,
    Reply,
    UseFaults,
    UseVariables,
)
from local.emulation.state_runner import ExecutionRun, Place, claim_end_of, really_waited
from local.emulator import PYTHON, Emulator, ask
from local.errors import EmulatorError
from local.faults.answers import (
    Answer,
    dynamodb_answer,
    held_back,
    s3_answer,
    stale_description,
)
from local.faults.book import FaultBook
from local.faults.edge import EdgeFault

ROOT = Path(__file__).parents[3]


def in_the_emulator(program: str) -> Any:
    """Return what a program prints as JSON on the emulator's interpreter."""
    printed = subprocess.check_output(
        [PYTHON, "-c", program], env={"PYTHONPATH": str(ROOT), "AUTH": "false"}, text=True
    )
    return json.loads(printed.splitlines()[-1])


LOOK_UP = """
import json
from importlib import import_module
from local.emulation.ministack_patches import HOOKS, MODULES, MinistackError
lacks = [f"{module.name}.{name}" for module in MODULES for name in module.used
         if not hasattr(import_module(module.name), name)]
for hook in HOOKS:
    try:
        hook.found()
    except MinistackError as error:
        lacks.append(str(error))
print(json.dumps([lacks, len(HOOKS), len(MODULES)]))
"""


def test_ministack_has_every_name_that_is_touched() -> None:
    lacks, hooks, modules = in_the_emulator(LOOK_UP)

    assert lacks == []
    assert (hooks > 0, modules > 0) == (True, True)


def test_a_name_that_is_not_listed_cannot_be_reached() -> None:
    with pytest.raises(AttributeError, match="_activities is used, but not listed"):
        _ = stepfunctions._activities


def test_the_emulator_s_process_needs_nothing_else_of_the_project() -> None:
    program = """
import json, sys
import local.emulation.control
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""

    loaded = in_the_emulator(program)

    assert "local" in loaded
    assert not {"selfconsistency", "infrastructure", "lambdas", "boto3", "pydantic"} & {*loaded}


def test_an_emulator_that_is_not_installed_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="python is missing: `make setup` installs"):
        Emulator(python=tmp_path / "python")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(MinistackHook("json", "lods"), id="no such function"),
        pytest.param(MinistackHook("json", "loads", ("text",)), id="other arguments"),
    ],
)
def test_a_function_that_is_not_as_expected_is_reported(part: MinistackHook) -> None:
    with pytest.raises(MinistackError, match=r"json\.lo.* is expected; pin the ministack"):
        part.found()


def hits(book: FaultBook, calls: int, action: str = "PutObject") -> list[str | None]:
    found = [book.hit("Collect", "s3", action) for _ in range(calls)]
    return [fault.kind if fault else None for fault in found]


def test_the_first_calls_after_those_skipped_are_hit() -> None:
    book = FaultBook()
    book.use([EdgeFault("", "s3", "", "error", first=2, skip=1)], seed=0)

    assert hits(book, 5) == [None, "error", "error", None, None]
    assert book.injected() == {"error any s3 any": 2}


def test_a_call_that_is_hit_is_not_seen_by_later_faults() -> None:
    book = FaultBook()
    faults = [EdgeFault("Collect", "s3", "PutObject", kind, first=1) for kind in KINDS]
    book.use(faults, seed=0)

    assert hits(book, 3) == ["throttle", "die_after", None]


KINDS: Any = ("throttle", "die_after")


def test_a_share_is_drawn_by_the_seed_and_drawn_again_alike() -> None:
    book, drawn = FaultBook(), []
    for seed in (3, 3, 4):
        book.use([EdgeFault("", "s3", "", "error", share=0.3)], seed=seed)
        drawn.append(hits(book, 400))

    assert drawn[0] == drawn[1] != drawn[2]
    # Binomial with n = 400 and p = 0.3: 120, and 60 is more than six standard deviations off.
    assert 60 < Counter(drawn[0])["error"] < 180


def test_calls_of_other_functions_services_and_actions_pass() -> None:
    book = FaultBook()
    book.use([EdgeFault("Collect", "s3", "PutObject", "error", first=9)], seed=0)

    assert book.hit("Plan", "s3", "PutObject") is None
    assert book.hit("Collect", "dynamodb", "PutObject") is None
    assert book.hit("Collect", "s3", "GetObject") is None


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("SelfConsistency-StepsPlan0A1B2C3D-9", "Plan"),
        ("SelfConsistency-StepsPlanWaveABCDEF12-9", "PlanWave"),
        ("SelfConsistency-StepsCollect6AF01234", "Collect"),
    ],
)
def test_a_step_is_read_from_its_functions_name(name: str, step: str) -> None:
    assert step_of(name) == step


def test_refusals_are_the_services_own() -> None:
    assert s3_answer("throttle").status == 503
    assert b"<Code>SlowDown</Code>" in s3_answer("throttle").body
    assert s3_answer("error").status == 500
    status, _, body = dynamodb_answer("throttle")
    assert status == 400
    assert json.loads(body)["__type"].endswith("#ProvisionedThroughputExceededException")
    assert dynamodb_answer("error").status == 500


def test_an_answer_with_other_content_states_its_length() -> None:
    described = Answer.of(200, "application/json", b'{"status": "RUNNING", "redriveCount": 2}')

    stale = stale_description(described)

    assert json.loads(stale.body) == {"status": "FAILED", "redriveCount": 1}
    assert dict(stale.headers)[b"content-length"] == str(len(stale.body)).encode()


@pytest.mark.parametrize("seed", range(8))
def test_a_part_of_a_batch_is_held_back_and_nothing_is_lost(seed: int) -> None:
    requests = {"one": [1, 2, 3], "two": [4]}

    held = held_back(requests, Random(seed))

    kept = sorted(write for writes in requests.values() for write in writes)
    put_off = sorted(write for writes in held.values() for write in writes)
    assert kept
    assert put_off
    assert sorted(kept + put_off) == [1, 2, 3, 4]
    assert all([*requests.values(), *held.values()])


def test_a_caller_s_process_is_found_by_its_port() -> None:
    program = """
import socket, sys
held = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(held.getsockname()[1], flush=True)
sys.stdin.read()
"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with subprocess.Popen(
            [sys.executable, "-c", program, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stdout
            found = process_at(int(child.stdout.readline()), port)

    assert found == child.pid


def test_no_process_is_found_at_a_port_that_nobody_uses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert process_at(port, port) is None


def test_a_death_is_reported_under_the_name_that_aws_uses() -> None:
    died = {"error": True, "body": {"errorType": "X", "errorMessage": "Worker process died"}}
    raised = {"error": True, "body": {"errorType": "X", "errorMessage": "no such question"}}

    reported = [
        named_as_on_aws(lambda *_, ended=ended: ended)({}, {}, "7") for ended in (died, raised)
    ]

    assert [each["body"]["errorType"] for each in reported] == ["Runtime.ExitError", "X"]
    assert reported[0]["body"]["errorMessage"].startswith("RequestId: 7 Error: Runtime exited")


def test_only_the_latest_run_ends_an_execution_and_only_once() -> None:
    execution: dict[str, Any] = {"status": "RUNNING"}
    first = ExecutionRun(execution, "role")
    second = ExecutionRun(execution, "role")

    assert not first.claim_end()
    assert claim_end_of(execution)
    assert not second.claim_end()


def test_an_execution_that_was_stopped_has_no_current_run() -> None:
    execution: dict[str, Any] = {"status": "RUNNING"}
    run = ExecutionRun(execution, "role")
    execution["status"] = "ABORTED"

    assert not run.is_current()
    assert not claim_end_of({"status": "RUNNING"})


def test_a_place_is_not_entered_until_the_history_says_so() -> None:
    assert not Place("Plan", {}).entered


def test_a_wait_counts_the_seconds_that_really_passed() -> None:
    execution: dict[str, Any] = {}
    place = Place("Poll", {"job": "j0001", "bedrock": {"wait_s": 60, "since": 5.0}})

    waits = [really_waited(place, execution, 0.75).given["bedrock"]["wait_s"] for _ in range(4)]

    assert waits == [0, 1, 1, 1]
    assert really_waited(Place(None, "no job"), execution, 5.0) == Place(None, "no job")


def test_counts_follow_a_child() -> None:
    zero = dict.fromkeys(("pending", "running", "succeeded", "failed", "aborted", "timedOut"), 0)
    record = {"executionCounts": {**zero, "pending": 1}}
    children = Children({"ItemProcessor": {"States": {}, "StartAt": ""}}, [], {}, {}, {}, record)

    children._count(None, "RUNNING")
    children._count("RUNNING", "ABORTED")

    assert record["executionCounts"] == {**zero, "aborted": 1}


def test_calls_are_noted_once_each_in_order() -> None:
    log = CallLog()
    for action in ("s3:PutObject", "s3:GetObject", "s3:PutObject"):
        log.note("role", action, "arn")

    assert log.calls() == [Call("role", "s3:GetObject", "arn"), Call("role", "s3:PutObject", "arn")]


SIGNED = "AWS4-HMAC-SHA256 Credential=ASIA1/20261130/us-east-1/dynamodb/aws4_request, Signature=x"


def scope_of(agent: str = "Boto3/1 app/Publish", signed: str = SIGNED, **more: Any) -> Any:
    headers = {
        "host": "localhost:1",
        "User-Agent": agent,
        "authorization": signed,
        "x-amz-target": "DynamoDB_20120810.BatchWriteItem",
    }
    pairs = [(name.encode(), text.encode()) for name, text in headers.items()]
    place = {"type": "http", "method": "POST", "path": "/", "query_string": b""}
    return place | {"headers": pairs, **more}


def test_a_request_says_whose_function_makes_it_and_of_which_service() -> None:
    request = FunctionRequest.read(scope_of())

    assert request is not None
    assert (request.step, request.service, request.access_key) == ("Publish", "dynamodb", "ASIA1")


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(scope_of(agent="aws-cli/2"), id="no step"),
        pytest.param(scope_of(signed=""), id="not signed"),
    ],
)
def test_a_request_of_no_function_is_none(scope: Any) -> None:
    assert FunctionRequest.read(scope) is None


def test_a_batch_with_other_writes_is_signed_by_the_root_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    request = FunctionRequest.read(scope_of())
    assert request is not None

    changed = request.with_content({"RequestItems": {}})

    sent = dict(changed.scope["headers"])
    assert b"Credential=root/" in sent[b"authorization"]
    assert sent[b"x-amz-target"] == b"DynamoDB_20120810.BatchWriteItem"
    assert (changed.body, changed.access_key) == (b'{"RequestItems": {}}', "ASIA1")


@pytest.mark.parametrize(
    ("answer", "denied"),
    [
        (Answer(403, [], b""), True),
        (Answer(400, [], b'{"__type": "AccessDeniedException"}'), True),
        (Answer(400, [], b'{"__type": "ValidationException"}'), False),
        (Answer(404, [], b""), False),
    ],
)
def test_a_denial_is_told_from_other_refusals(answer: Answer, denied: bool) -> None:
    assert answer.is_denial == denied


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    received = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": received["body"]})


@pytest.mark.parametrize("agent", ["aws-cli/2", "browser app/"])
def test_a_request_of_nobody_s_function_passes_through(agent: str) -> None:
    sent: list[Any] = []
    layer = EmulatorLayer(_nobody, FaultBook(), CallLog())

    async def receive() -> Any:
        return {"type": "http.request", "body": b"asked"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(layer(scope_of(agent=agent), receive, send))

    assert sent[1]["body"] == b"asked"


@contextmanager
def piped(control: Control) -> Iterator[Callable[[Message], Reply]]:
    """Have a control follow a pipe, as in the emulator, and give what sends messages down it."""
    (lines_fd, pipe_fd), (replies_fd, written_fd) = os.pipe(), os.pipe()
    with (
        os.fdopen(lines_fd, "rb") as lines,
        os.fdopen(written_fd, "wb") as written,
        os.fdopen(replies_fd, "rb") as replies,
    ):
        following = Thread(target=control.follow, args=(lines, written))
        following.start()
        with os.fdopen(pipe_fd, "wb") as pipe:
            yield lambda message: ask(message, pipe, replies)
        following.join()


def test_faults_are_in_force_once_they_are_acknowledged() -> None:
    fault = EdgeFault("Collect", "s3", "PutObject", "die_after", first=1)

    with piped(Control()) as send:
        before = send(AskInjected())
        send(UseFaults([fault], 7))
        after = send(AskInjected())

    assert before.injected == {}
    assert after.injected == {"die_after Collect s3 PutObject": 0}


def test_variables_reach_functions_that_start_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_VARIABLE", "old")

    with piped(Control()) as send:
        send(UseVariables({"SOME_VARIABLE": "new"}))

    assert os.environ["SOME_VARIABLE"] == "new"


def test_an_empty_call_log_is_answered() -> None:
    with piped(Control()) as send:
        assert send(AskCalls()).calls == []


def test_an_emulator_that_has_ended_is_reported() -> None:
    silent, spoken = os.pipe()
    os.close(spoken)
    with (
        os.fdopen(silent, "rb") as answers,
        pytest.raises(EmulatorError, match="the emulator has ended"),
    ):
        ask(AskCalls(), BytesIO(), answers)
