"""Faults, redrives, time limits and the call log, on a real emulator with a stack of three."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.emulation.protocol import Call
from local.emulator import REGION, Emulator
from local.faults.edge import EdgeFault

ROLE_MAY = [
    "s3:GetObject",
    "s3:PutObject",
    "dynamodb:PutItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:GetItem",
    "states:DescribeExecution",
]
MACHINE_MAY = [
    "lambda:InvokeFunction",
    "s3:GetObject",
    "states:StartExecution",
    "states:StopExecution",
    "states:RedriveExecution",
]
# Does one thing, then returns its process id. boto3 tries once, so that its error is what we see.
FUNCTION = """
import os, time
import boto3
from botocore.config import Config

once = Config(retries={"total_max_attempts": 1})
s3 = boto3.client("s3", config=once)
table = boto3.client("dynamodb", config=once)
states = boto3.client("stepfunctions", config=once)

def handler(event, context):
    if "sleep_s" in event:
        time.sleep(event["sleep_s"])
    if "key" in event:
        s3.put_object(Bucket="tiny-bucket", Key=event["key"], Body=b"x")
    if event.get("unless"):
        s3.get_object(Bucket="tiny-bucket", Key=event["unless"])
    if "entry" in event:
        table.put_item(TableName="tiny", Item={"id": {"S": event["entry"]}})
    if "describe" in event:
        described = states.describe_execution(executionArn=event["describe"])
        return {"status": described["status"], "redrives": described["redriveCount"]}
    if "redrive" in event:
        states.redrive_execution(executionArn=event["redrive"])
    if "entries" in event:
        puts = [{"PutRequest": {"Item": {"id": {"S": each}}}} for each in event["entries"]]
        written = table.batch_write_item(RequestItems={"tiny": puts})
        return {"unprocessed": len(written["UnprocessedItems"].get("tiny", []))}
    return {"pid": os.getpid()}
"""


@dataclass(frozen=True)
class Tiny:
    """The emulator, its clients, and a function that is named like the step Collect's."""

    emulator: Emulator
    machine_role: str

    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self.clients:
            connection = self.emulator.connection()
            self.clients[service] = connection.session.client(
                service, endpoint_url=connection.endpoint_url, verify=connection.ca_file
            )
        return self.clients[service]

    @property
    def states(self) -> Any:
        return self.client("stepfunctions")

    def machine(self, definition: dict[str, Any]) -> str:
        made: str = self.states.create_state_machine(
            name=f"tiny-{time.monotonic_ns()}",
            definition=json.dumps(definition),
            roleArn=self.machine_role,
        )["stateMachineArn"]
        return made

    def begun(self, definition: dict[str, Any], given: Any) -> str:
        started: str = self.states.start_execution(
            stateMachineArn=self.machine(definition), input=json.dumps(given)
        )["executionArn"]
        return started

    def ended(self, execution_arn: str) -> dict[str, Any]:
        return self.until(execution_arn, lambda described: described["status"] != "RUNNING")

    def until(self, execution_arn: str, holds: Callable[[Any], bool]) -> dict[str, Any]:
        described: dict[str, Any] = {}
        for _ in range(200):
            described = self.states.describe_execution(executionArn=execution_arn)
            if holds(described):
                return described
            time.sleep(0.05)
        raise AssertionError(described)

    def run(self, definition: dict[str, Any], given: Any) -> dict[str, Any]:
        return self.ended(self.begun(definition, given))

    def events(self, execution_arn: str) -> list[str]:
        history = self.states.get_execution_history(executionArn=execution_arn)
        return [event["type"] for event in history["events"]]

    def keys(self, prefix: str) -> list[str]:
        found = self.client("s3").list_objects_v2(Bucket="tiny-bucket", Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def put(self, key: str, body: bytes = b"x") -> None:
        self.client("s3").put_object(Bucket="tiny-bucket", Key=key, Body=body)


@pytest.fixture(scope="module")
def tiny() -> Iterator[Tiny]:
    with Emulator(wait_scale=0.01, scale_limits=True) as emulator:
        account = emulator.account_id()
        made = Tiny(emulator, f"arn:aws:iam::{account}:role/tiny-machine")
        role(made, "tiny-machine", "states", MACHINE_MAY)
        role(made, "tiny-function", "lambda", ROLE_MAY)
        made.client("s3").create_bucket(Bucket="tiny-bucket")
        made.client("dynamodb").create_table(
            TableName="tiny",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        made.client("lambda").create_function(
            FunctionName=FUNCTION_NAME,
            Runtime="python3.12",
            Handler="code.handler",
            Role=f"arn:aws:iam::{account}:role/tiny-function",
            Code={"ZipFile": packed(FUNCTION)},
            Timeout=30,
            # Its boto3 is that of the tests, for it has no layer.
            Environment={"Variables": {"AWS_SDK_UA_APP_ID": "Collect", "PYTHONPATH": PACKAGES}},
        )
        yield made


PACKAGES = str(Path(boto3.__file__).parents[1])
FUNCTION_NAME = "Tiny-StepsCollect0A1B2C3D-x"


def role(tiny: Tiny, name: str, service: str, actions: list[str]) -> None:
    trust = {"Service": f"{service}.amazonaws.com"}
    assume = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
    iam = tiny.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(assume))
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=allowing(actions))


def allowing(actions: list[str]) -> str:
    return document({"Effect": "Allow", "Action": actions, "Resource": "*"})


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def packed(code: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("code.py", code)
    return written.getvalue()


def task(tiny: Tiny, **more: Any) -> dict[str, Any]:
    account = tiny.machine_role.split(":")[4]
    arn = f"arn:aws:lambda:{REGION}:{account}:function:{FUNCTION_NAME}"
    return {
        "Type": "Task",
        "Resource": arn,
        **({"End": True} if "Next" not in more else {}),
        **more,
    }


def one_task(tiny: Tiny, **more: Any) -> dict[str, Any]:
    return {"StartAt": "Collect", "States": {"Collect": task(tiny, **more)}}


def map_of(tiny: Tiny, jobs_key: str, states: dict[str, Any] | None = None) -> dict[str, Any]:
    jobs = {
        "Type": "Map",
        "Label": "Jobs",
        "MaxConcurrency": 2,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "tiny-bucket", "Key": jobs_key},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Collect",
            "States": states or {"Collect": task(tiny)},
        },
        "End": True,
    }
    return {"StartAt": "Jobs", "States": {"Jobs": jobs}}


def lines(*jobs: dict[str, Any]) -> bytes:
    return "".join(json.dumps(job) + "\n" for job in jobs).encode()


def fault(kind: Any, service: Any, action: str, first: int = 1, **more: Any) -> EdgeFault:
    return EdgeFault("Collect", service, action, kind, first=first, **more)


RETRY = [
    {
        "ErrorEquals": ["Sandbox.Timedout", "Runtime.ExitError"],
        "IntervalSeconds": 1,
        "MaxAttempts": 2,
    }
]


@pytest.mark.parametrize(("kind", "said"), [("throttle", "SlowDown"), ("error", "InternalError")])
def test_s3_refuses_the_first_call_and_serves_the_next(tiny: Tiny, kind: str, said: str) -> None:
    tiny.emulator.use_faults([fault(kind, "s3", "PutObject")], seed=0)
    machine = one_task(tiny)

    first, second = (tiny.run(machine, {"key": f"{kind}/{number}"}) for number in (1, 2))

    assert first["status"] == "FAILED"
    assert said in first["cause"]
    assert second["status"] == "SUCCEEDED"
    assert tiny.keys(kind) == [f"{kind}/2"]
    assert tiny.emulator.injected() == {f"{kind} Collect s3 PutObject": 1}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("throttle", "ProvisionedThroughputExceededException"),
        ("error", "InternalServerError"),
    ],
)
def test_the_table_refuses_the_first_call(tiny: Tiny, kind: str, said: str) -> None:
    tiny.emulator.use_faults([fault(kind, "dynamodb", "PutItem")], seed=0)

    ended = tiny.run(one_task(tiny), {"entry": kind})

    assert ended["status"] == "FAILED"
    assert said in ended["cause"]


def test_a_busy_table_writes_a_part_of_a_batch_and_names_the_rest(tiny: Tiny) -> None:
    tiny.emulator.use_faults([fault("throttle", "dynamodb", "BatchWriteItem")], seed=0)
    entries = [f"batch{number}" for number in range(10)]

    ended = tiny.run(one_task(tiny), {"entries": entries})

    found = tiny.client("dynamodb").scan(TableName="tiny")["Items"]
    written = [each["id"]["S"] for each in found if each["id"]["S"] in entries]
    assert 0 < len(written) < 10
    assert json.loads(ended["output"]) == {"unprocessed": 10 - len(written)}


@pytest.mark.parametrize(("kind", "written"), [("die_before", []), ("die_after", ["KIND/1"])])
def test_a_function_dies_at_a_call_and_is_reported_as_on_aws(
    tiny: Tiny, kind: str, written: list[str]
) -> None:
    tiny.emulator.use_faults([fault(kind, "s3", "PutObject")], seed=0)

    ended = tiny.run(one_task(tiny), {"key": f"{kind}/1"})

    assert (ended["status"], ended["error"]) == ("FAILED", "Runtime.ExitError")
    assert tiny.keys(kind) == [key.replace("KIND", kind) for key in written]


def test_after_a_death_the_retry_finds_a_fresh_process(tiny: Tiny) -> None:
    before = json.loads(tiny.run(one_task(tiny), {})["output"])["pid"]
    tiny.emulator.use_faults([fault("die_before", "s3", "PutObject")], seed=0)

    after = json.loads(tiny.run(one_task(tiny, Retry=RETRY), {"key": "fresh"})["output"])["pid"]

    assert before != after
    assert tiny.keys("fresh") == ["fresh"]


@pytest.mark.parametrize(
    ("kind", "written"), [("time_out_before", []), ("time_out_after", ["KIND/1"])]
)
def test_an_invocation_times_out_without_having_run_or_after_it_has(
    tiny: Tiny, kind: str, written: list[str]
) -> None:
    tiny.emulator.use_faults([fault(kind, "lambda", "")], seed=0)

    ended = tiny.run(one_task(tiny), {"key": f"{kind}/1"})

    assert (ended["status"], ended["error"]) == ("FAILED", "Sandbox.Timedout")
    assert tiny.keys(kind) == [key.replace("KIND", kind) for key in written]


def test_a_state_tries_again_what_timed_out(tiny: Tiny) -> None:
    tiny.emulator.use_faults([fault("time_out_before", "lambda", "", first=2)], seed=0)

    ended = tiny.run(one_task(tiny, Retry=RETRY), {})

    assert ended["status"] == "SUCCEEDED"


def test_faults_of_another_function_and_of_users_hit_nothing(tiny: Tiny) -> None:
    tiny.emulator.use_faults([EdgeFault("Plan", "s3", "", "error", first=9)], seed=0)

    ended = tiny.run(one_task(tiny), {"key": "other/1"})
    tiny.put("other/2")

    assert ended["status"] == "SUCCEEDED"
    assert tiny.emulator.injected() == {"error Plan s3 any": 0}


def test_a_redriven_execution_goes_on_at_the_state_that_failed(tiny: Tiny) -> None:
    tiny.emulator.use_faults([fault("time_out_before", "lambda", "", skip=1)], seed=0)
    first = task(tiny, ResultPath=None, Next="Second")
    arn = tiny.begun(
        {"StartAt": "First", "States": {"First": first, "Second": task(tiny)}}, {"key": "redriven"}
    )
    failed = tiny.ended(arn)

    for _ in ("asked", "asked again, for the answer was lost"):
        tiny.states.redrive_execution(executionArn=arn, clientToken="one call")
    ended = tiny.ended(arn)

    assert (failed["status"], failed["redriveCount"]) == ("FAILED", 0)
    assert failed["redriveStatus"] == "REDRIVABLE"
    assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
    assert ended["redriveStatus"] == "NOT_REDRIVABLE"
    assert ended["redriveDate"] >= failed["stopDate"]
    assert tiny.events(arn) == [
        *("ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskSucceeded"),
        *("TaskStateExited", "TaskStateEntered", "TaskScheduled", "TaskFailed", "ExecutionFailed"),
        *("ExecutionRedriven", "TaskScheduled", "TaskSucceeded", "TaskStateExited"),
        "ExecutionSucceeded",
    ]


def test_a_function_learns_how_often_its_execution_was_redriven(tiny: Tiny) -> None:
    tiny.emulator.use_faults([fault("time_out_before", "lambda", "")], seed=0)
    asking = {"describe.$": "$$.Execution.Id", "seen.$": "$$.Execution.RedriveCount"}
    arn = tiny.begun(one_task(tiny, Parameters=asking), {})
    tiny.ended(arn)

    tiny.states.redrive_execution(executionArn=arn)

    assert json.loads(tiny.ended(arn)["output"]) == {"status": "RUNNING", "redrives": 1}


def test_an_execution_is_described_as_before_its_redrive_and_then_as_it_is(tiny: Tiny) -> None:
    faults = [fault("stale", "states", "DescribeExecution"), fault("time_out_before", "lambda", "")]
    tiny.emulator.use_faults(faults, seed=0)
    asking = {"describe.$": "$$.Execution.Id"}
    first = task(tiny, Parameters=asking, ResultPath="$.first", Next="Second")
    second = task(tiny, Parameters=asking, ResultPath="$.second")
    arn = tiny.begun({"StartAt": "First", "States": {"First": first, "Second": second}}, {})
    tiny.ended(arn)

    tiny.states.redrive_execution(executionArn=arn)

    assert json.loads(tiny.ended(arn)["output"]) == {
        "first": {"status": "FAILED", "redrives": 0},
        "second": {"status": "RUNNING", "redrives": 1},
    }
    assert tiny.emulator.injected()["stale Collect states DescribeExecution"] == 1


def test_the_context_object_counts_the_redrives_of_parents_and_children(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    tiny.put("counted.jsonl", lines({"unless": "counted/ok"}))
    counts = {"parent.$": "$.redrives", "own.$": "$$.Execution.RedriveCount"}
    counts |= {"all.$": "States.MathAdd($.redrives, $$.Execution.RedriveCount)"}
    counted = {"Type": "Pass", "Parameters": counts, "End": True}
    asked = task(tiny, ResultPath=None, Next="Counted")
    definition = map_of(tiny, "counted.jsonl", {"Collect": asked, "Counted": counted})
    jobs = definition["States"]["Jobs"]
    count = {"redrives.$": "$$.Execution.RedriveCount"}
    jobs["ItemSelector"] = {"unless.$": "$$.Map.Item.Value.unless", **count}
    jobs |= {"ResultPath": "$.children", "Next": "Last"}
    del jobs["End"]
    last = {"children.$": "$.children", **count}
    definition["States"]["Last"] = {"Type": "Pass", "Parameters": last, "End": True}
    arn = tiny.begun(definition, {})
    tiny.ended(arn)
    tiny.states.redrive_execution(executionArn=arn)
    tiny.until(
        arn, lambda described: (described["status"], described["redriveCount"]) == ("FAILED", 1)
    )
    tiny.put("counted/ok")

    tiny.states.redrive_execution(executionArn=arn)

    # A child keeps its input: of its parent's redrives that has those from before it began.
    child = {"parent": 0, "own": 2, "all": 2}
    assert json.loads(tiny.ended(arn)["output"]) == {"children": [child], "redrives": 2}


def test_a_fail_state_that_is_redriven_fails_again(tiny: Tiny) -> None:
    states = {"Failed": {"Type": "Fail", "Error": "Reason", "Cause": "why"}}
    arn = tiny.begun({"StartAt": "Failed", "States": states}, {})
    tiny.ended(arn)

    tiny.states.redrive_execution(executionArn=arn)
    ended = tiny.until(
        arn, lambda described: described["status"] == "FAILED" and described["redriveCount"] == 1
    )

    assert (ended["error"], ended["cause"]) == ("Reason", "why")


def test_what_has_succeeded_or_runs_is_not_redriven(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    states = tiny.states
    done = tiny.begun(one_task(tiny), {})
    tiny.ended(done)
    running = tiny.begun(one_task(tiny), {"sleep_s": 1})

    for arn in (done, running):
        with pytest.raises(states.exceptions.ExecutionNotRedrivable, match="cannot be redriven"):
            states.redrive_execution(executionArn=arn)
    with pytest.raises(states.exceptions.ExecutionDoesNotExist):
        states.redrive_execution(executionArn=f"{done}0")


def test_a_stopped_execution_stops_its_map_and_goes_on_with_what_had_not_succeeded(
    tiny: Tiny,
) -> None:
    tiny.emulator.use_faults([], seed=0)
    waits = {"Type": "Wait", "Seconds": 100, "Next": "Collect"}
    states = {"Pause": waits, "Collect": task(tiny)}
    tiny.put("stopped.jsonl", lines({"key": "stopped/1"}, {"key": "stopped/2"}))
    definition = map_of(tiny, "stopped.jsonl", states)
    definition["States"]["Jobs"]["ItemProcessor"]["StartAt"] = "Pause"
    arn = tiny.begun(definition, {})
    map_run = the_map_run(tiny, arn)
    while tiny.states.describe_map_run(mapRunArn=map_run)["executionCounts"]["running"] < 2:
        time.sleep(0.02)

    tiny.states.stop_execution(executionArn=arn)
    stopped = tiny.states.describe_map_run(mapRunArn=map_run)
    time.sleep(1.2)
    written_meanwhile = tiny.keys("stopped/")
    tiny.states.redrive_execution(executionArn=arn)

    assert (stopped["status"], stopped["executionCounts"]["aborted"]) == ("ABORTED", 2)
    assert written_meanwhile == []
    assert tiny.ended(arn)["status"] == "SUCCEEDED"
    assert tiny.keys("stopped/") == ["stopped/1", "stopped/2"]
    again = tiny.states.describe_map_run(mapRunArn=map_run)
    assert (again["status"], again["redriveCount"]) == ("SUCCEEDED", 1)
    assert (again["executionCounts"]["succeeded"], again["executionCounts"]["aborted"]) == (2, 0)


def the_map_run(tiny: Tiny, execution_arn: str) -> str:
    for _ in range(100):
        found = tiny.states.list_map_runs(executionArn=execution_arn)["mapRuns"]
        if found:
            arn: str = found[0]["mapRunArn"]
            return arn
        time.sleep(0.02)
    raise AssertionError("no map run")


def test_a_redriven_map_runs_the_children_that_failed_and_no_others(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    tiny.put("failing.jsonl", lines({"key": "failing/1"}, {"key": "f/2", "unless": "failing/ok"}))
    definition = map_of(tiny, "failing.jsonl")
    definition["States"]["Jobs"]["MaxConcurrency"] = 1
    arn = tiny.begun(definition, {})
    failed = tiny.ended(arn)
    tiny.client("s3").delete_object(Bucket="tiny-bucket", Key="failing/1")
    tiny.put("failing/ok")

    tiny.states.redrive_execution(executionArn=arn)
    ended = tiny.ended(arn)

    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    assert ended["status"] == "SUCCEEDED"
    assert tiny.keys("failing/") == ["failing/ok"]
    children = tiny.states.list_executions(mapRunArn=the_map_run(tiny, arn))["executions"]
    described = [tiny.states.describe_execution(executionArn=c["executionArn"]) for c in children]
    assert sorted(child["redriveCount"] for child in described) == [0, 1]


def test_a_map_runs_as_many_children_at_once_as_its_input_says(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    tiny.put("at-once.jsonl", lines({"key": "at-once/1"}, {"key": "at-once/2"}))
    definition = map_of(tiny, "at-once.jsonl")
    jobs = definition["States"]["Jobs"]
    del jobs["MaxConcurrency"]
    jobs["MaxConcurrencyPath"] = "$.jobs_at_once"

    arn = tiny.begun(definition, {"jobs_at_once": 1})
    ended = tiny.ended(arn)

    assert ended["status"] == "SUCCEEDED"
    run = tiny.states.describe_map_run(mapRunArn=the_map_run(tiny, arn))
    assert run["maxConcurrency"] == 1


def test_a_map_that_has_failed_stops_the_children_that_still_run(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    slow = {"Type": "Wait", "SecondsPath": "$.wait_s", "Next": "Collect"}
    tiny.put("fast.jsonl", lines({"wait_s": 200, "key": "slow/1"}, {"wait_s": 1, "unless": "no"}))
    states = {"Pause": slow, "Collect": task(tiny)}
    definition = map_of(tiny, "fast.jsonl", states)
    definition["States"]["Jobs"]["ItemProcessor"]["StartAt"] = "Pause"
    started = time.monotonic()

    arn = tiny.begun(definition, {})
    ended = tiny.ended(arn)

    assert ended["status"] == "FAILED"
    run = tiny.states.describe_map_run(mapRunArn=the_map_run(tiny, arn))
    counts = run["executionCounts"]
    assert (run["status"], counts["failed"], counts["aborted"]) == ("FAILED", 1, 1)
    time.sleep(max(0.0, 2.4 - (time.monotonic() - started)))
    assert tiny.keys("slow/") == []


def test_an_execution_times_out_as_its_machine_says_and_may_be_redriven(tiny: Tiny) -> None:
    arn = tiny.begun({"StartAt": "P", "TimeoutSeconds": 40, "States": {"P": PAUSE}}, {})

    ended = tiny.ended(arn)

    assert (ended["status"], ended["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")
    assert tiny.events(arn)[-1] == "ExecutionTimedOut"


def test_a_scaled_wait_shortens_no_limit_unless_that_is_asked_for() -> None:
    waits = {"Type": "Wait", "SecondsPath": "$.bedrock.wait_s", "End": True}
    with Emulator(wait_scale=0.01) as emulator:
        plain = Tiny(emulator, f"arn:aws:iam::{emulator.account_id()}:role/tiny-machine")
        role(plain, "tiny-machine", "states", MACHINE_MAY)

        # A scaled limit would be over after 0.6 s, and the wait takes 1 s.
        limited = {"StartAt": "W", "TimeoutSeconds": 60, "States": {"W": waits}}
        ended = plain.run(limited, {"bedrock": {"wait_s": 100}})

    assert ended["status"] == "SUCCEEDED"
    assert 1 <= json.loads(ended["output"])["bedrock"]["wait_s"] < 100


@pytest.mark.parametrize("action", ["Describe", "Redrive"])
def test_a_function_that_may_not_ask_about_executions_is_refused(tiny: Tiny, action: str) -> None:
    tiny.emulator.use_faults([], seed=0)
    asking = {f"{action.lower()}.$": "$$.Execution.Id"}

    with allowed(tiny, "tiny-function", ["s3:PutObject"], instead_of=ROLE_MAY):
        ended = tiny.run(one_task(tiny, Parameters=asking), {})

    assert f"not authorized to perform: states:{action}Execution" in ended["cause"]


@contextmanager
def allowed(tiny: Tiny, name: str, actions: list[str], *, instead_of: list[str]) -> Iterator[None]:
    iam = tiny.client("iam")
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=allowing(actions))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=allowing(instead_of))


def test_a_machine_that_may_not_call_a_function_fails_and_says_which(tiny: Tiny) -> None:
    account = tiny.machine_role.split(":")[4]
    role(tiny, "tiny-nobody", "states", ["s3:GetObject"])
    nobody = Tiny(tiny.emulator, f"arn:aws:iam::{account}:role/tiny-nobody")

    ended = nobody.run(one_task(nobody), {})

    assert "not authorized to perform: lambda:InvokeFunction" in ended["cause"]


def test_a_rule_hears_of_a_time_out_and_starts_what_its_role_may_start(tiny: Tiny) -> None:
    account = tiny.machine_role.split(":")[4]
    role(tiny, "tiny-rule", "events", ["states:StartExecution"])
    role(tiny, "tiny-idle-rule", "events", ["s3:GetObject"])
    timed = tiny.machine({"StartAt": "P", "TimeoutSeconds": 10, "States": {"P": PAUSE}})
    started, refused = (tiny.machine({"StartAt": "P", "States": {"P": PASS}}) for _ in range(2))
    detail = {"status": ["TIMED_OUT"], "stateMachineArn": [timed]}
    events = tiny.client("events")
    pattern = json.dumps({"source": ["aws.states"], "detail": detail})
    events.put_rule(Name="timed-out", EventPattern=pattern)
    targets = [
        {"Id": name, "Arn": arn, "RoleArn": f"arn:aws:iam::{account}:role/{name}"}
        for name, arn in (("tiny-rule", started), ("tiny-idle-rule", refused))
    ]
    events.put_targets(Rule="timed-out", Targets=targets)

    tiny.ended(tiny.states.start_execution(stateMachineArn=timed)["executionArn"])
    while not (heard_by := tiny.states.list_executions(stateMachineArn=started)["executions"]):
        time.sleep(0.02)

    (begun,) = heard_by
    described = tiny.states.describe_execution(executionArn=begun["executionArn"])
    heard = json.loads(described["input"])["detail"]
    assert (heard["redriveCount"], heard["redriveStatus"]) == (0, "REDRIVABLE")
    assert tiny.states.list_executions(stateMachineArn=refused)["executions"] == []
    assert Call("tiny-rule", "states:StartExecution", started) in tiny.emulator.calls()


PAUSE = {"Type": "Wait", "Seconds": 100, "End": True}
PASS = {"Type": "Pass", "End": True}


def test_the_call_log_has_what_functions_and_machines_did_each_once(tiny: Tiny) -> None:
    tiny.emulator.use_faults([], seed=0)
    tiny.put("logged.jsonl", lines({"key": "logged/1"}, {"key": "logged/1"}))
    arn = tiny.begun(map_of(tiny, "logged.jsonl"), {})
    tiny.ended(arn)

    calls = tiny.emulator.calls()

    done = {(call.role, call.action, call.resource.rpartition(":")[2]) for call in calls}
    assert ("tiny-function", "s3:PutObject", "tiny-bucket/logged/1") in done
    assert ("tiny-machine", "s3:GetObject", "tiny-bucket/logged.jsonl") in done
    assert ("tiny-machine", "lambda:InvokeFunction", FUNCTION_NAME) in done
    assert {call.role for call in calls} <= {"tiny-function", "tiny-machine", "tiny-rule"}
    assert len(calls) == len(set(calls))
