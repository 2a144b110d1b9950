"""What the deployed roles may do is used, as the logs of calls of both emulators say.

The other half, that what is used is granted, the emulator enforces in every test of this folder.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from selfconsistency.connection import Connection
from selfconsistency.runs import Run, read_run
from selfconsistency.start import start, submission

# Role and action that the runs here need not use, and why each is granted all the same. Each is
# used in tests/faults, unless it says otherwise.
FOR_WORSE_DAYS = {
    "Submit states:DescribeExecution": "of a child that one of two redrives did not come to",
    "Invoke states:DescribeExecution": "of a child that one of two redrives did not come to",
    "Submit bedrock:ListModelInvocationJobs": "Bedrock has forgotten the token of a job",
    "Submit bedrock:StopModelInvocationJob": "the run failed while its job was created",
    "Poll bedrock:StopModelInvocationJob": "a job outlives its time",
    "Poll s3:GetObject": "a job that ended early lacks an output file, as in tests/steps",
    "Abort bedrock:GetModelInvocationJob": "Bedrock refuses to stop a job",
    "Abort sqs:SendMessage": "Abort failed three times; Lambda sends it, not the emulator",
    "Abort sqs:GetQueueAttributes": "CDK grants it with SendMessage",
    "Abort sqs:GetQueueUrl": "CDK grants it with SendMessage",
    "Machine states:DescribeExecution": "CDK grants it with maps: Step Functions asks, unseen",
    "Machine states:StopExecution": "children of an execution that is aborted",
    "Machine states:RedriveExecution": "children of a map that is redriven",
}
# Logs and traces, which neither of the two logs has.
_UNSEEN = re.compile(r"(logs|xray):.*")
_ROLES = {"BatchAccessRole": "Batch jobs", "WorkflowMachineRole": "Machine"}
_FUNCTION = re.compile(r"Steps(\w+)Role")
LOOK_EVERY_S, LONGEST_S = 0.1, 240
COUNT = 16
# Greedily 16 records, which run on demand, and with ten paths 160, which are a batch job.
REQUEST = {"temperatures": [0.7], "paths": 10, "paths_per_job": 10}
# Three questions greedily and at 0.7.
PILOT_CALLS = 6


@pytest.fixture
def bad_days(deployed: Any, questions: Callable[..., Path]) -> None:
    """Run once by an upload; once refused, and redriven; once aborted in a job, and redriven.

    And once as if it were paid for, with a pilot.
    """
    asked = questions(COUNT)
    with deployed.paid_for():
        ended = deployed.run(asked, REQUEST)
    assert ended.report["pilot"]["asked"] == ended.report["pilot"]["readable"] == PILOT_CALLS
    assert deployed.run(asked, REQUEST, by="upload").run.status == "succeeded"
    _refused(deployed, asked)
    _aborted(deployed, asked)


@pytest.mark.usefixtures("bad_days")
def test_what_is_granted_is_used_or_stands_for_a_worse_day(deployed: Any) -> None:
    granted = {f"{role} {action}" for role, action in _granted(deployed.connection)}
    used = set(_used(deployed))

    assert granted - used <= FOR_WORSE_DAYS.keys()
    assert FOR_WORSE_DAYS.keys() <= granted


def _refused(deployed: Any, asked: Path) -> None:
    deployed.local_stack.bedrock_emulator.use(Faults(refuse_creates=[1]))
    run = deployed.run(asked, REQUEST).run
    _ended(deployed, run.execution_arn)
    assert (run.status, "refused" in run.message) == ("failed", True)
    _redriven(deployed, run)


def _aborted(deployed: Any, asked: Path) -> None:
    deployed.local_stack.bedrock_emulator.use(Faults(stuck_jobs=[1]))
    run_id = start(
        deployed.connection, deployed.stack, submission(asked, REQUEST, datetime.now(UTC)), "start"
    )
    while not any(job.status == "Validating" for job in _run(deployed, run_id).jobs):
        time.sleep(LOOK_EVERY_S)
    arn = _run(deployed, run_id).execution_arn
    deployed.connection.step_functions().stop_execution(executionArn=arn)
    run = deployed.ended(run_id).run
    assert (run.status, run.message[:25]) == ("failed", "the execution was aborted")
    _redriven(deployed, run)


def _redriven(deployed: Any, run: Run) -> None:
    deployed.local_stack.bedrock_emulator.use(NO_FAULTS)
    deployed.connection.step_functions().redrive_execution(executionArn=run.execution_arn)
    _ended(deployed, run.execution_arn)
    done = deployed.ended(run.run_id)
    assert done.run.status == "succeeded"
    assert {vote["paths"] for vote in done.votes if vote["setting"] == "T0.7"} == {10}


def _ended(deployed: Any, arn: str) -> None:
    """Wait until an execution has ended: its run may have been marked failed before."""
    states = deployed.connection.step_functions()
    end = time.monotonic() + LONGEST_S
    while states.describe_execution(executionArn=arn)["status"] == "RUNNING":
        assert time.monotonic() < end, arn
        time.sleep(LOOK_EVERY_S)


def _run(deployed: Any, run_id: str) -> Run:
    return read_run(deployed.connection, deployed.stack, run_id)


def _granted(connection: Connection) -> Iterator[tuple[str, str]]:
    iam = connection.iam()
    for found in iam.list_roles()["Roles"]:
        role = _shown(found["RoleName"])
        for policy in (
            iam.list_role_policies(RoleName=found["RoleName"])["PolicyNames"] if role else ()
        ):
            document = iam.get_role_policy(RoleName=found["RoleName"], PolicyName=policy)
            for statement in document["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    if not _UNSEEN.fullmatch(action):
                        yield role, action


def _used(deployed: Any) -> Iterator[str]:
    for each in (
        *deployed.local_stack.emulator.calls(),
        *deployed.local_stack.bedrock_emulator.iam_calls,
    ):
        yield f"{_shown(each.role)} {each.action}"


def _shown(role_name: str) -> str:
    """Return a role as the table above has it, "" for one that is none of the stack's own."""
    named = _FUNCTION.search(role_name)
    if named:
        return named[1]
    return next((shown for part, shown in _ROLES.items() if part in role_name), "")
