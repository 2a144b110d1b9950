import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from random import Random
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulation.control import Control
from local.emulation.faults import FaultBook, dynamodb_answer, fail_invocation, held_back, s3_answer
from local.emulation.iam_audit import Call, CallLog
from local.emulation.lambda_processes import Workers, _dying_as_on_aws, kill, step_of
from local.emulation.map_runs import Counts, threshold_of
from local.emulation.ministack_patches import HOOKS, MinistackHook
from local.emulation.operations import s3_operation, target_operation
from local.emulation.protocol import (
    Answer,
    AskCalls,
    AskInjected,
    Message,
    UseFaults,
    UseVariables,
    ask,
)
from local.emulation.state_walk import Attempt, Place, claim_end_of
from local.errors import EmulatorError
from local.faults.edge import EdgeFault


@pytest.mark.parametrize("part", HOOKS, ids=lambda part: part.name)
def test_ministack_has_what_is_put_aside(part: MinistackHook) -> None:
    assert callable(part.found())


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(MinistackHook("json", "lods"), id="no such function"),
        pytest.param(MinistackHook("json", "loads", ("text",)), id="other arguments"),
    ],
)
def test_a_function_that_is_not_as_expected_is_told(part: MinistackHook) -> None:
    with pytest.raises(EmulatorError, match=r"json\.lo.* is expected; pin the ministack"):
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


@pytest.mark.parametrize(
    ("method", "path", "query", "operation"),
    [
        ("GET", "/b/a/key", {}, "GetObject"),
        ("HEAD", "/b/a/key", {}, "HeadObject"),
        ("PUT", "/b/a/key", {"partNumber": ["1"], "uploadId": ["u"]}, "UploadPart"),
        ("POST", "/b/a/key", {"uploads": [""]}, "CreateMultipartUpload"),
        ("POST", "/b/a/key", {"uploadId": ["u"]}, "CompleteMultipartUpload"),
        ("DELETE", "/b/a/key", {"uploadId": ["u"]}, "AbortMultipartUpload"),
        ("DELETE", "/b/a/key", {}, "DeleteObject"),
        ("POST", "/b/", {"delete": [""]}, "DeleteObjects"),
        ("GET", "/b/", {"list-type": ["2"]}, "ListObjectsV2"),
        ("PATCH", "/b/", {}, ""),
    ],
)
def test_a_request_of_s3_is_known_by_its_operation(
    method: str, path: str, query: Any, operation: str
) -> None:
    assert s3_operation(method, path, {}, query) == operation


def test_a_request_without_a_target_has_no_operation() -> None:
    assert target_operation({}) == ""


def test_refusals_are_the_services_own() -> None:
    assert s3_answer("throttle")[0] == 503
    assert b"<Code>SlowDown</Code>" in s3_answer("throttle")[2]
    assert s3_answer("error")[0] == 500
    status, _, body = dynamodb_answer("throttle")
    assert status == 400
    assert json.loads(body)["__type"].endswith("#ProvisionedThroughputExceededException")
    assert dynamodb_answer("error")[0] == 500


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


def test_a_process_is_known_by_the_number_it_sends_along() -> None:
    workers, seen = Workers(), []
    worker: Any = type("Worker", (), {})()

    def invoke(_worker: Any, _event: Any, _id: str, **details: Any) -> None:
        seen.append(details["trace_id"])

    workers._numbered(invoke)(worker, {}, "id", trace_id=None)
    workers._numbered(invoke)(worker, {}, "id", trace_id="Root=1-2-3")

    assert seen[1] == "Root=1-2-3;Worker=1"
    assert workers.calling({"x-amzn-trace-id": seen[0]}) is worker
    assert workers.calling({"x-amzn-trace-id": "Root=1-2-3"}) is None
    assert workers.calling({}) is None


def test_a_death_is_reported_under_the_name_that_aws_uses() -> None:
    died = {"error": True, "body": {"errorType": "X", "errorMessage": "Worker process died"}}
    raised = {"error": True, "body": {"errorType": "X", "errorMessage": "no such question"}}

    told = [
        _dying_as_on_aws(lambda *_, ended=ended: ended)({}, {}, "7") for ended in (died, raised)
    ]

    assert [each["body"]["errorType"] for each in told] == ["Runtime.ExitError", "X"]
    assert told[0]["body"]["errorMessage"].startswith("RequestId: 7 Error: Runtime exited")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttle", "Lambda.TooManyRequestsException"),
        ("error", "Lambda.ServiceException"),
        ("time_out_before", "Sandbox.Timedout"),
        ("time_out_after", "Sandbox.Timedout"),
    ],
)
def test_a_call_of_a_function_fails_as_step_functions_reports_it(kind: str, error: str) -> None:
    with pytest.raises(Exception, match=rf"^{error}: ") as raised:
        fail_invocation(kind)

    assert json.loads(raised.value.cause)["errorType"] == error  # type: ignore[attr-defined]


def test_a_process_that_has_gone_is_not_killed_again() -> None:
    gone = SimpleNamespace(_proc=SimpleNamespace(poll=lambda: -9, pid=os.getpid()))

    kill(gone)
    kill(SimpleNamespace(_proc=None))


def test_only_the_latest_attempt_ends_an_execution_and_only_once() -> None:
    execution: dict[str, Any] = {"status": "RUNNING"}
    first = Attempt(execution, "role")
    second = Attempt(execution, "role")

    assert not first.claim_end()
    assert claim_end_of(execution)
    assert not second.claim_end()


def test_an_execution_that_was_stopped_does_not_go_on() -> None:
    execution: dict[str, Any] = {"status": "RUNNING"}
    attempt = Attempt(execution, "role")
    execution["status"] = "ABORTED"

    assert not attempt.goes_on()
    assert not claim_end_of({"status": "RUNNING"})


def test_a_place_is_not_entered_until_the_history_says_so() -> None:
    assert not Place("Plan", {}).entered


@pytest.mark.parametrize(
    ("state", "most"),
    [
        pytest.param({}, 0, id="none by default"),
        pytest.param({"ToleratedFailureCount": 3}, 3, id="a count"),
        pytest.param({"ToleratedFailurePercentage": 25}, 2, id="a quarter of ten"),
        pytest.param(
            {"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 50},
            1,
            id="whichever is less",
        ),
    ],
)
def test_a_map_tolerates_so_many_failures(state: Any, most: int) -> None:
    is_too_many = threshold_of(state, 10)

    assert [is_too_many(number) for number in (most, most + 1)] == [False, True]


def test_counts_follow_a_child() -> None:
    zero = dict.fromkeys(("pending", "running", "succeeded", "failed", "aborted", "timedOut"), 0)
    record = {"itemCounts": {**zero, "pending": 1}, "executionCounts": {**zero, "pending": 1}}
    counts = Counts(record)

    counts.move(None, "RUNNING")
    counts.move("RUNNING", "ABORTED")

    assert counts.unsuccessful == 1
    assert record["itemCounts"] == {**zero, "aborted": 1}


def test_calls_are_noted_once_each_in_order() -> None:
    log = CallLog()
    for action in ("s3:PutObject", "s3:GetObject", "s3:PutObject"):
        log.note("role", action, "arn")

    assert log.calls() == [Call("role", "s3:GetObject", "arn"), Call("role", "s3:PutObject", "arn")]


def test_only_allowed_calls_of_functions_are_noted() -> None:
    log = CallLog()
    keys = log._knowing_whose(lambda _: {"AWS_ACCESS_KEY_ID": "ASIA1"})
    keys({"Role": "arn:aws:iam::1:role/plan"})
    enforce = log._noting(lambda key, action, *_rest, **_more: action == "s3:Denied" or None)

    for key, action in (("ASIA1", "s3:Get"), ("ASIA1", "s3:Denied"), ("AKIA", "s3:Put")):
        enforce(key, action, "s3", "us-east-1", resource_arn="arn:b/k")

    assert log.calls() == [Call("plan", "s3:Get", "arn:b/k")]


@contextmanager
def piped(control: Control) -> Iterator[Callable[[Message], Answer]]:
    """Have a control follow a pipe, as in the emulator, and give what sends messages down it."""
    (lines_fd, pipe_fd), (heard_fd, told_fd) = os.pipe(), os.pipe()
    with (
        os.fdopen(lines_fd, "rb") as lines,
        os.fdopen(told_fd, "wb") as told,
        os.fdopen(heard_fd, "rb") as heard,
    ):
        following = Thread(target=control.follow, args=(lines, told))
        following.start()
        with os.fdopen(pipe_fd, "wb") as pipe:
            yield lambda message: ask(message, pipe, heard)
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


def test_an_emulator_that_has_ended_is_told() -> None:
    silent, spoken = os.pipe()
    os.close(spoken)
    with (
        os.fdopen(silent, "rb") as answers,
        pytest.raises(EmulatorError, match="the emulator has ended"),
    ):
        ask(AskCalls(), BytesIO(), answers)
