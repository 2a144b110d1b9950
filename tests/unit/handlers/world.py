"""A run in miniature: the handlers, called in the order of the state machine."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from itertools import count
from typing import Any

import pytest

from lambdas.aws.clients import bedrock_client
from lambdas.contract import StepName
from lambdas.core.errors import RedriveUnknownError, SelfConsistencyError
from selfconsistency.bedrock.answers.recorded import Recorded, RecordedQuestion
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from selfconsistency.one_process.steps import Execution, call_step, raised_error
from selfconsistency.one_process.workflow import Workflow
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
        """Call a handler as Lambda does.

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
        return call_step(name, task, self.left_s)

    def plan(self, start: Any, name: str = "demo") -> Any:
        planned = self.step("Plan", execution(start, name) | {"started_at": STARTED_AT})
        if not planned["duplicate"]:
            self._names[planned["run_id"]] = name
        return planned

    def job(self, job: Any) -> Any:
        """Run a job to its end as the child of the map does; return its last state."""
        return self._workflow().job(job)

    def finish(self, job: Any) -> Any:
        """Submit until there is a slot, poll until the job has ended, or invoke; collect."""
        return self._workflow().finish(job)

    def run(self, start: Any, name: str = "demo") -> Any:
        """Run an execution to its end and return its last receipt."""
        state = self.plan(start, name)
        return state if state["duplicate"] else self._workflow().after_plan(state)

    def continue_from(self, state: Any) -> Any:
        """Continue from a planned wave, or from Reopen's receipt."""
        return self._workflow().continue_from(state)

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
        cause = {"error": raised_error(error)}
        return self.step("Abort", execution(start, name) | self._redrives | cause)

    def _workflow(self) -> Workflow:
        """Return the state machine's order, one job after the other, whose waits are short."""
        looks = count(1)

        def pause(job: Any) -> None:
            assert next(looks) < MAX_LOOKS, job
            time.sleep(LOOK_EVERY_S)

        return Workflow(self.step, self.rows, pause)

    @property
    def _redrives(self) -> dict[str, int]:
        return {"redrives": self.executions.redrives}


def execution(start: Any, name: str) -> dict[str, Any]:
    """The members of Step Functions' context object that tasks get."""
    arn = Execution(start, name, STARTED_AT).arn
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
