"""Runs on the local stack under a fault plan, followed to their end and audited."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from local.faults.plan import NO_PLAN, FaultPlan
from local.stack import LocalStack
from tests.faults.answering import Sums
from tests.faults.auditor import LIVE, Audit, Audited, BatchJob, audit
from tests.faults.raw import RawRun, plain

REQUEST = {
    "greedy": False,
    "temperatures": [0.5, 0.7],
    "paths": 4,
    "few_shot": "none",
    "task": "arithmetic",
    "seed": 3,
}
# Nothing may hang: a run that has not ended by then is a failure of its case.
DEADLINE_S = 240.0


ENDED = frozenset({"succeeded", "failed"})
CLEAN_UP_S = 60.0
NEXT_LINE = "\n"


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended, and what the audit says of it."""

    run_id: str
    execution: str
    audited: Audited
    audit: Audit

    @property
    def status(self) -> str:
        """What the run says of itself."""
        return str(self.audited.run.get("status"))

    @property
    def message(self) -> str:
        """Why it failed, or what it came to."""
        return str(self.audited.run.get("message", ""))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table at the end."""

    fault: str
    injected: int
    ended: Ended

    def row(self) -> tuple[str, ...]:
        """Return the row's cells."""
        audit, reason = self.ended.audit, self.ended.audited.run.get("reason")
        status = self.ended.status
        shown = f"{status}, {reason}" if reason and status == "failed" else status
        wrong = f"; {len(audit.findings)} FINDINGS" if audit.findings else ""
        return (
            self.fault,
            str(self.injected),
            str(audit.lost),
            str(audit.paid_twice),
            shown + wrong,
        )


@dataclass
class Harness:
    """The deployed app, and a short way to run something on it under faults.

    Args:
        local_stack: deployed.
        source: of all answers.
        outcomes: the rows of the table so far.
    """

    local_stack: LocalStack
    source: Sums
    outcomes: list[Outcome] = field(default_factory=list)
    fault: str = ""
    injected: Counter[str] = field(default_factory=Counter)

    @cached_property
    def s3(self) -> Any:
        """A client of S3 with the root user's rights."""
        return self.local_stack.connection.s3()

    @cached_property
    def machine(self) -> Any:
        """A client of Step Functions with the root user's rights."""
        return self.local_stack.connection.step_functions()

    @cached_property
    def table(self) -> Any:
        """The stack's table."""
        return self.local_stack.connection.dynamodb().Table(self.local_stack.stack.table)

    @cached_property
    def bedrock(self) -> Any:
        """A client of the Bedrock emulator, as somebody whose role is not known to it."""
        session = self.local_stack.connection.session
        return session.client("bedrock", endpoint_url=self.local_stack.bedrock_url)

    def suffer(self, fault: str, plan: FaultPlan = NO_PLAN) -> None:
        """Put a plan in force; `fault` is its name in the table at the end, "" for no row."""
        self.fault = fault
        self.injected = Counter()
        self.local_stack.use_faults(plan)

    def suffer_no_more(self) -> None:
        """Take all faults away, and add up how often they were injected."""
        self.injected += Counter(self.local_stack.injected)
        self.local_stack.use_faults(NO_PLAN)

    def reset(self) -> None:
        """Take all faults away, and hold nothing up."""
        self.source.release()
        self.suffer_no_more()

    def count(self, times: int) -> None:
        """Count what a test did itself as injected, in the row of the table it has added last."""
        self.injected["by hand"] += times
        last = self.outcomes[-1]
        self.outcomes[-1] = replace(last, injected=last.injected + times)

    def start(self, content: str, name: str = "", **request: Any) -> str:
        """Start a run on a question set and return its id."""
        asked = {"dataset": self.upload(content), **REQUEST, **request}
        run_id = name or f"case-{secrets.token_hex(4)}"
        self.machine.start_execution(
            stateMachineArn=self.local_stack.stack.state_machine_arn,
            name=run_id,
            input=json.dumps(asked),
        )
        return run_id

    def upload(self, content: str) -> str:
        """Bring a question set to the bucket and return its key."""
        key = f"datasets/sums-{content.count(NEXT_LINE)}.jsonl"
        self.s3.put_object(Bucket=self.local_stack.stack.bucket, Key=key, Body=content.encode())
        return key

    def settle(self, *run_ids: str) -> list[Ended]:
        """Wait until runs have ended, take the faults away and audit them.

        Raises:
            TimeoutError: one does not end in time.
        """
        executions = [self.execution(run_id) for run_id in run_ids]
        for run_id in run_ids:
            awaited(lambda run=run_id: self.entry(run).get("status") in ENDED, run_id)
        self.reset()
        decided = [
            self._audited(run_id, execution)
            for run_id, execution in zip(run_ids, executions, strict=True)
        ]
        for each in decided if self.fault else ():
            self.outcomes.append(Outcome(self.fault, self.injected.total(), each))
        return decided

    def execution(self, run_id: str) -> str:
        """Wait until a run's execution has ended, and return its status."""
        # An upload's execution has another name than its run.
        arn = self.entry(run_id).get("execution_arn") or self.local_stack.stack.execution_arn(
            run_id
        )
        awaited(lambda: self.status(arn) != "RUNNING", run_id)
        return self.status(arn)

    def status(self, execution_arn: str) -> str:
        """Return how an execution stands."""
        return str(self.machine.describe_execution(executionArn=execution_arn)["status"])

    def failed(self, run_id: str) -> dict[str, Any]:
        """Wait until a run has failed and nothing of it moves, and return its entry."""
        assert self.execution(run_id) in {"FAILED", "ABORTED", "TIMED_OUT"}
        awaited(lambda: self.entry(run_id).get("status") == "failed", run_id)
        awaited(lambda: not self.live(run_id), run_id, longest_s=CLEAN_UP_S)
        return self.entry(run_id)

    def expire_leases(self, run_id: str) -> None:
        """Let the leases of dead invocations of Invoke expire: they last a quarter of an hour."""
        for name in (name for name in self.entries(run_id) if name.startswith("job#")):
            self.table.update_item(
                Key={"run_id": run_id, "entry": name}, UpdateExpression="REMOVE lease_until"
            )

    def entries(self, run_id: str) -> list[str]:
        """Return the names of a run's entries."""
        return list(RawRun(self.s3, self.local_stack.stack.bucket, self.table, run_id).entries)

    def started(self, stem: str) -> list[str]:
        """Return the runs that an upload has started."""
        wanted = {
            "IndexName": "by_start",
            "KeyConditionExpression": "listed = :run",
            "ExpressionAttributeValues": {":run": "run"},
        }
        found = [each["run_id"] for each in self.table.query(**wanted)["Items"]]
        return [run_id for run_id in found if run_id.startswith(stem)]

    def start_again(self, key: str) -> str:
        """Deliver an upload's event a second time, and return the execution's ARN."""
        machine_arn = self.local_stack.stack.state_machine_arn
        arns = [
            each["executionArn"]
            for each in self.machine.list_executions(stateMachineArn=machine_arn)["executions"]
        ]
        inputs = (self.machine.describe_execution(executionArn=arn)["input"] for arn in arns)
        event = next(text for text in inputs if key in text)
        begun = self.machine.start_execution(stateMachineArn=machine_arn, input=event)
        return str(begun["executionArn"])

    def abort(self, run_id: str) -> None:
        """Stop a run's execution, as a person would in the console."""
        self.machine.stop_execution(executionArn=self.local_stack.stack.execution_arn(run_id))

    def redrive(self, run_id: str) -> None:
        """Have Step Functions redrive a run's execution."""
        self.machine.redrive_execution(executionArn=self.local_stack.stack.execution_arn(run_id))

    def entry(self, run_id: str, name: str = "run") -> dict[str, Any]:
        """Return an entry of a run, empty without one."""
        answer = self.table.get_item(Key={"run_id": run_id, "entry": name}, ConsistentRead=True)
        found: dict[str, Any] = plain(answer.get("Item", {}))
        return found

    def batch_jobs(self, run_id: str) -> list[BatchJob]:
        """Return the batch jobs that write below a run's folder."""
        pages = self.bedrock.get_paginator("list_model_invocation_jobs").paginate()
        return [
            BatchJob(job["jobArn"], job["status"])
            for page in pages
            for job in page["invocationJobSummaries"]
            if f"/runs/{run_id}/" in job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
        ]

    def live(self, run_id: str) -> Sequence[BatchJob]:
        """Return the run's jobs that are live."""
        return [job for job in self.batch_jobs(run_id) if job.status in LIVE]

    def _audited(self, run_id: str, execution: str) -> Ended:
        # The rule that cleans up after an execution may act a moment after its end.
        awaited(lambda: not self.live(run_id), run_id, longest_s=CLEAN_UP_S)
        raw = RawRun(self.s3, self.local_stack.stack.bucket, self.table, run_id)
        ledger = [
            each for each in self.local_stack.bedrock_emulator.ledger if each.run_id == run_id
        ]
        audited = Audited(raw, ledger, self.batch_jobs(run_id))
        return Ended(run_id, execution, audited, audit(audited))


def awaited(holds: Callable[[], bool], what: str, longest_s: float = DEADLINE_S) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not for too long.
    """
    deadline = time.monotonic() + longest_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} is not over after {longest_s:g} s")
        time.sleep(0.05)
