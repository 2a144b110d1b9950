"""A run in miniature: the handlers, called in the order of the state machine."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from importlib import import_module
from typing import Any

import pytest

from lambdas.aws.clients import bedrock_client
from lambdas.contract import STEPS, StepName
from lambdas.core.errors import RedriveUnknownError, SelfConsistencyError
from selfconsistency.bedrock.answers.recorded import Recorded, RecordedQuestion
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from tests.unit.cloud import Cloud, forget_environment
from tests.unit.handlers.executions import Executions
from tests.unit.selfconsistency.bedrock.world import AT_ONCE, FEW, Allowing, NoCallers

COMMAND = "cohere.command-text-v14"
STARTED_AT = "2026-11-22T06:00:00.000Z"
# Guards against hanging: steps take milliseconds, a job of the Bedrock emulator some more looks.
MAX_LOOKS = 20_000
LOOK_EVERY_S = 0.01
# As the states of Submit and Invoke retry; a test of the template compares.
REDRIVE_RETRIES = 5

Samples = Mapping[str, Mapping[str, Sequence[str]]]


class Context:
    """The context that Lambda passes to a function."""

    def __init__(self, left_s: Callable[[], float]) -> None:
        self._left_s = left_s

    function_name = "step"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:step"
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return int(self._left_s() * 1000)


class World:
    """A bucket, a table, a Bedrock emulator, and the steps that use them."""

    def __init__(self, cloud: Cloud, environment: Any, table: str = "runs") -> None:
        self._environment = environment
        self.cloud = cloud
        self.bucket = cloud.new_bucket()
        self.table = cloud.new_table(table)
        self.left_s: Callable[[], float] = lambda: 900.0
        self.executions = Executions()
        self._names: dict[str, str] = {}
        self._bedrock_emulator: BedrockEmulator | None = None
        self.set("BUCKET", self.bucket)
        self.set("TABLE", self.table.name)
        self.set("BATCH_ROLE_ARN", cloud.role_arn)

    def set(self, name: str, value: str) -> None:
        self._environment.setenv(name, value)
        forget_environment()

    def serve(
        self, samples: Samples, *, faults: Faults = NO_FAULTS, **settings: Any
    ) -> BedrockEmulator:
        """Start the Bedrock emulator with these texts for each question and setting.

        Its events are lost, because no step waits for them.
        """
        source = Recorded(
            [
                RecordedQuestion(text, {name: list(texts) for name, texts in by_setting.items()})
                for text, by_setting in samples.items()
            ]
        )
        chosen = {"quotas": FEW, "delays": AT_ONCE} | settings
        self._bedrock_emulator = BedrockEmulator(
            source,
            edge=self.cloud.edge,
            faults=replace(faults, lose_events=True),
            permissions=Allowing(),
            callers=NoCallers(),
            port=self.cloud.bedrock_port,
            **chosen,
        )
        self._bedrock_emulator.start()
        return self._bedrock_emulator

    def close(self) -> None:
        self.executions.close()
        if self._bedrock_emulator:
            self._bedrock_emulator.stop()

    def put(self, key: str, *rows: Any) -> str:
        """Put an object: bytes as they are, other values as lines of JSON."""
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        self.cloud.s3.put_object(Bucket=self.bucket, Key=key, Body=b"\n".join(lines))
        return key

    def read(self, key: str) -> bytes:
        body: bytes = self.cloud.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def rows(self, key: str) -> list[Any]:
        return [json.loads(line) for line in self.read(key).split(b"\n") if line]

    def keys(self, prefix: str = "") -> list[str]:
        found = self.cloud.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def entry(self, run_id: str, entry: str = "run") -> dict[str, Any]:
        key = {"run_id": run_id, "entry": entry}
        found: dict[str, Any] = self.table.get_item(Key=key).get("Item", {})
        return found

    def mark(self, run_id: str, status: str, reason: str = "first") -> None:
        """Give a run a status, whatever it has."""
        self.table.update_item(
            Key={"run_id": run_id, "entry": "run"},
            UpdateExpression="SET #s = :s, reason = :r, message = :r",
            ExpressionAttributeNames={"#s": "status"},
            ExpressionAttributeValues={":s": status, ":r": reason},
        )

    def jobs_of_bedrock(self) -> list[dict[str, Any]]:
        listed = bedrock_client().list_model_invocation_jobs(sortOrder="Ascending")
        return list(listed["invocationJobSummaries"])

    def child_step(self, name: StepName, state: Any, redrives: int) -> Any:
        """Call a child's step with the redrives that it knows of, and retry as its state does."""
        for _ in range(REDRIVE_RETRIES):
            try:
                return self.step(name, {"state": state, "redrives": redrives})
            except RedriveUnknownError:
                continue
        return self.step(name, {"state": state, "redrives": redrives})

    def stop_job(self, arn: str) -> None:
        bedrock_client().stop_model_invocation_job(jobIdentifier=arn)

    def step(self, name: StepName, task: Any) -> Any:
        """Call a handler as Lambda does: JSON in, JSON out.

        The task is a state, to which the execution's members are added as the state machine does;
        a child knows of all redrives of its parent, unless the task says otherwise.
        """
        if name == "Plan":
            task = self._redrives | task
        if name in {"Pilot", "PlanWave", "Report"}:
            name_of_run = self._names.get(task["run_id"], task["run_id"])
            task = execution(None, name_of_run) | self._redrives | task
        if name in {"Submit", "Poll", "Invoke"} and "state" not in task:
            task = {"state": task, **self._redrives}
        handler = import_module(f"lambdas.handlers.{STEPS[name]}").handler
        return json.loads(json.dumps(handler(json.loads(json.dumps(task)), Context(self.left_s))))

    def plan(self, start: Any, name: str = "demo") -> Any:
        planned = self.step("Plan", execution(start, name) | {"started_at": STARTED_AT})
        if not planned["duplicate"]:
            self._names[planned["run_id"]] = name
        return planned

    def job(self, job: Any) -> Any:
        """Run a job to its end as the child of the map does; return its last state."""
        job["input"] = self.step("Build", job)
        if job["input"]["collected"]:
            return job
        job["bedrock"] = self.step("Invoke" if job["on_demand"] else "Submit", job)
        return self.finish(job)

    def finish(self, job: Any) -> Any:
        """Submit until there is a slot, poll until the job has ended, or invoke; collect."""
        looks = 0
        while not job["bedrock"].get("ended"):
            looks += 1
            assert looks < MAX_LOOKS, job
            time.sleep(LOOK_EVERY_S)
            job["bedrock"] = self.step(_next(job), job)
        job["collected"] = self.step("Collect", job)
        return job

    def run(self, start: Any, name: str = "demo") -> Any:
        """Run an execution to its end and return its last receipt."""
        state = self.plan(start, name)
        if state["duplicate"]:
            return state
        if state["pilot"]:
            state = self.step("Pilot", state)
        return self.continue_from(self.step("PlanWave", state), name)

    def continue_from(self, state: Any, name: str = "demo") -> Any:
        """Continue from a planned wave, or from Reopen's receipt."""
        while state["jobs"]:
            for job in self.rows(state["jobs_key"]):
                self.job(job)
            for partition in self.rows(state["partitions_key"]):
                self.step("Vote", partition)
            state = self.step("PlanWave", state)
        for partition in self.rows(state["partitions_key"]):
            self.step("Publish", partition)
        return self.step("Report", state)

    def failed_run(self, start: Any, name: str = "demo") -> Any:
        """Run an execution that one of our errors ends, and return Abort's receipt."""
        with pytest.raises(SelfConsistencyError) as failed:
            self.run(start, name)
        return self.abort(start, failed.value, name)

    def reopen(self, start: Any, name: str = "demo") -> Any:
        """Call Reopen as the state machine does, with a receipt of Abort or Report."""
        ended = {"reason": "Error", "message": "why"}
        return self.step("Reopen", execution(start, name) | self._redrives | {"ended": ended})

    def abort(self, start: Any, error: Exception, name: str = "demo") -> Any:
        """Call Abort as the state machine does when a step has raised."""
        raised = {"errorType": type(error).__name__, "errorMessage": str(error)}
        cause = {"Error": raised["errorType"], "Cause": json.dumps(raised)}
        return self.step("Abort", execution(start, name) | self._redrives | {"error": cause})

    @property
    def _redrives(self) -> dict[str, int]:
        return {"redrives": self.executions.redrives}


def _next(job: Any) -> StepName:
    if job["on_demand"]:
        return "Invoke"
    return "Poll" if job["bedrock"]["submitted"] else "Submit"


def execution(start: Any, name: str) -> dict[str, Any]:
    """The members of Step Functions' context object that tasks get."""
    arn = f"arn:aws:states:us-east-1:123456789012:execution:machine:{name}"
    return {"start": start, "execution_arn": arn, "execution_name": name}


def upload(
    key: str, version: str = "v1", content: bytes | None = None, at: str = STARTED_AT
) -> dict[str, Any]:
    """The event of an upload, as EventBridge hands it to the state machine."""
    etag = {"etag": md5(content).hexdigest()} if content is not None else {}
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": at,
        "detail": {"object": {"key": key, "version-id": version, **etag}},
    }
