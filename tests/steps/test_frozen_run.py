"""A run that format 1 left unfinished is finished by today's code; other formats are refused."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.stub import Stubber
from rich.console import Console

from lambdas.aws.clients import bedrock_client
from lambdas.contract.schema import FormatError
from selfconsistency.audit import audit_tables, read_audit
from selfconsistency.connection import Connection, Stack
from selfconsistency.fetch import fetch
from selfconsistency.runs import read_run
from tests.unit.handlers.world import World, execution

FROZEN = Path(__file__).with_name("frozen_run")
RUN = "frozen"
JOB = f"runs/{RUN}/waves/01/j0002"
# What the paths of the submitted job say, by question.
SAMPLED = (
    ("24", "24", "24"),
    ("9", "21", "9"),
    ("100", "unknown", "100"),
    ("9", "7", "9"),
    ("30", "30", "27"),
    ("-3", "-3", "13"),
)
GREEDY_VOTES = [
    ("24", True),
    ("21", False),
    ("100", True),
    ("9", True),
    ("15", False),
    ("-3", True),
]
SAMPLED_VOTES = [
    ("24", {"24": 3}, 0, True),
    ("9", {"9": 2, "21": 1}, 0, True),
    ("100", {"100": 2}, 1, True),
    ("9", {"9": 2, "7": 1}, 0, True),
    ("30", {"30": 2, "27": 1}, 0, False),
    ("-3", {"-3": 2, "13": 1}, 0, True),
]
NO_FORMAT = "has no format, must have format 1: an earlier version of this app wrote it"
OLDER_FORMAT = "has format 0, this version reads format 1: deploy the version that began the run"
NEWER_FORMAT = "has format 2, this version reads format 1: update the app"


def thaw(world: World, format_: int | None = 1) -> None:
    """Load the frozen run, with this format in every document and entry."""
    member = b"" if format_ is None else b'"format":%d,' % format_
    for path in sorted(FROZEN.glob("**/*.json*")):
        key = path.relative_to(FROZEN).as_posix()
        if key != "table.jsonl":
            content = re.sub(rb'^\{"format":1,', b"{" + member, path.read_bytes())
            world.put(key, content)
    deserialize = TypeDeserializer().deserialize
    for line in (FROZEN / "table.jsonl").read_text(encoding="utf-8").splitlines():
        entry = {name: deserialize(value) for name, value in json.loads(line).items()}
        written = {name: value for name, value in entry.items() if name != "format"}
        world.table.put_item(Item=written | ({} if format_ is None else {"format": format_}))


def deliver(world: World, job_arn: str) -> None:
    """Write the submitted job's output as Bedrock delivers it, in an order of its own."""
    folder = f"{JOB}/output/{job_arn.rsplit('/', 1)[1]}"
    rows = [
        row | {"modelOutput": _output(row["recordId"])} for row in world.rows(f"{JOB}/input.jsonl")
    ]
    world.put(f"{folder}/input.jsonl.out", *reversed(rows))
    world.put(f"{folder}/manifest.json.out", {"successRecordCount": 18, "errorRecordCount": 0})


def _output(record_id: str) -> dict[str, Any]:
    question, path = map(int, re.findall(r"\d+", record_id))
    message = {"content": [{"text": f"The answer is {SAMPLED[question][path]}."}]}
    usage = {"inputTokens": 50, "outputTokens": 5, "totalTokens": 55}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage}


def completed(job_arn: str) -> dict[str, Any]:
    return {
        "jobArn": job_arn,
        "status": "Completed",
        "modelId": "m",
        "roleArn": "r",
        "submitTime": 0,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://b/i"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/o"}},
    }


@pytest.fixture
def client(world: World) -> tuple[Connection, Stack]:
    return Connection(boto3.Session()), Stack("Ours", world.bucket, world.table.name, "arn:machine")


def test_a_frozen_run_is_redriven_and_finished(
    world: World, client: tuple[Connection, Stack], tmp_path: Path
) -> None:
    thaw(world)
    job_arn = str(world.entry(RUN, "job#01#j0002")["job_arn"])
    deliver(world, job_arn)
    world.executions.redrives = 1

    with Stubber(bedrock_client()) as bedrock:
        expected = {"jobIdentifier": job_arn}
        bedrock.add_response("get_model_invocation_job", completed(job_arn), expected)
        receipt = world.continue_from(world.reopen({"dataset": "datasets/six.jsonl"}, RUN))
        bedrock.assert_no_pending_responses()

    assert (receipt["complete"], receipt["message"]) == (True, "greedy 66.67%, T0.7 83.33%")
    assert _votes(world) == (GREEDY_VOTES, SAMPLED_VOTES)
    voted = world.entry(RUN, "answer#T0.7#q0000004")
    assert (voted["setting"], voted["answer"], voted["correct"]) == ("T0.7", "30", False)
    _assert_shown(client)
    report = fetch(*client, RUN, tmp_path)
    assert [setting.accuracy for setting in report.settings] == [4 / 6, 5 / 6]
    assert (tmp_path / "votes.jsonl").read_bytes() == world.read(f"runs/{RUN}/votes.jsonl")


def _votes(world: World) -> Any:
    rows = world.rows(f"runs/{RUN}/votes.jsonl")
    greedy = [(row["answer"], row["correct"]) for row in rows if row["setting"] == "greedy"]
    sampled = [
        (row["answer"], row["votes"], row["unanswered"], row["correct"])
        for row in rows
        if row["setting"] == "T0.7"
    ]
    return greedy, sampled


def _assert_shown(client: tuple[Connection, Stack]) -> None:
    run = read_run(*client, RUN)
    assert (run.status, run.redrives, run.jobs_done, run.generations) == ("succeeded", 1, 2, 24)
    audit = read_audit(*client, RUN)
    assert [(job.status, job.collected) for job in audit.jobs] == [("Completed", True)] * 2
    console = Console(width=200)
    with console.capture() as shown:
        console.print(audit_tables(audit))
    assert f"runs/{RUN}/report.json" in shown.get()


WITHOUT_MODEL = "missing required field `model_id`"
WAYS_OUT = "restore it, deploy the version that began the run, or start a new run"


def test_a_plan_of_a_version_that_wrote_the_format_otherwise_is_refused_with_the_way_out(
    world: World,
) -> None:
    thaw(world)
    key = f"runs/{RUN}/plan.json"
    (plan,) = world.rows(key)
    del plan["model_id"]
    world.put(key, plan)
    world.executions.redrives = 1
    world.reopen({"dataset": "datasets/six.jsonl"}, RUN)

    with pytest.raises(FormatError) as refused:
        world.step("PlanWave", execution(None, RUN) | {"run_id": RUN, "next_wave": 2})

    message = str(refused.value)
    assert message.startswith(f"s3://{world.bucket}/{key} is broken: ")
    assert WITHOUT_MODEL in message
    assert message.endswith(WAYS_OUT)


@pytest.mark.parametrize("step", ["Build", "Submit", "Poll", "Invoke"])
def test_a_job_of_such_a_version_is_refused_with_the_way_out(world: World, step: Any) -> None:
    thaw(world)
    job = world.rows(f"runs/{RUN}/waves/01/jobs.jsonl")[0]
    del job["model_id"]
    job["bedrock"] = receipt_of_submit()

    with pytest.raises(FormatError, match=f"a task or file of run {RUN} is broken") as refused:
        world.step(step, job)

    assert WITHOUT_MODEL in str(refused.value)
    assert str(refused.value).endswith(WAYS_OUT)


def receipt_of_submit() -> Any:
    times = {"wait_s": 60, "since": 0.0, "waited_s": 0.0, "over_s": 0.0}
    return times | {"submitted": True, "job_arn": "arn:job", "ended": False, "status": ""}


@pytest.mark.parametrize(
    ("format_", "message"),
    [pytest.param(0, OLDER_FORMAT), pytest.param(None, NO_FORMAT), pytest.param(2, NEWER_FORMAT)],
)
def test_another_format_is_refused_by_steps_and_client(
    world: World, client: tuple[Connection, Stack], format_: int | None, message: str
) -> None:
    thaw(world, format_)
    world.executions.redrives = 1
    job = world.rows(f"runs/{RUN}/waves/01/jobs.jsonl")[0]
    wave = execution(None, RUN) | {"run_id": RUN, "next_wave": 2}

    for step, task in (("Build", job), ("PlanWave", wave), ("Report", wave | {"wave": 1})):
        with pytest.raises(FormatError, match=message):
            world.step(step, task)
    with pytest.raises(FormatError, match=message):
        world.reopen({"dataset": "datasets/six.jsonl"}, RUN)
    with pytest.raises(FormatError, match=f"run '{RUN}' {message}"):
        read_run(*client, RUN)
    with pytest.raises(FormatError, match=message):
        read_audit(*client, RUN)
