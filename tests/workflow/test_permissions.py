"""The policies are needed: without one of their actions a run fails and says which."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.connection import Connection


@contextmanager
def without(connection: Connection, role: str, action: str) -> Iterator[None]:
    """Take an action away from the role whose logical id begins so, while the body runs."""
    iam = connection.iam()
    changed = 0
    saved: list[tuple[str, str, Any]] = []
    for found in iam.list_roles()["Roles"]:
        name = found["RoleName"]
        if role not in name:
            continue
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            saved.append((name, policy, document))
            changed += _put(iam, name, policy, _less(document, action))
    assert changed, f"{role} has no {action}"
    try:
        yield
    finally:
        for name, policy, document in saved:
            _put(iam, name, policy, document)


# A policy has at least one statement.
HARMLESS = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}


def _put(iam: Any, role: str, policy: str, document: Any) -> int:
    before = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    return int(before != document)


def _less(document: Any, action: str) -> Any:
    statements = [
        {**statement, "Action": left}
        for statement in document["Statement"]
        if (left := [each for each in _actions(statement) if each != action])
    ]
    return {**document, "Statement": statements or [HARMLESS]}


def _actions(statement: Any) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


NEEDED = {
    "PlanRole": "s3:GetObject s3:PutObject dynamodb:UpdateItem",
    "PlanWaveRole": "s3:GetObject s3:PutObject dynamodb:UpdateItem",
    "BuildRole": "s3:GetObject s3:PutObject dynamodb:UpdateItem",
    "InvokeRole": "s3:ListBucket s3:GetObject s3:PutObject dynamodb:UpdateItem bedrock:InvokeModel",
    "SubmitRole": "dynamodb:UpdateItem bedrock:CreateModelInvocationJob iam:PassRole",
    "PollRole": "s3:ListBucket dynamodb:UpdateItem bedrock:GetModelInvocationJob",
    "CollectRole": "s3:ListBucket s3:GetObject s3:PutObject s3:PutObjectTagging"
    " dynamodb:UpdateItem",
    "VoteRole": "s3:GetObject s3:PutObject",
    "PublishRole": "s3:GetObject s3:PutObject dynamodb:BatchWriteItem",
    "ReportRole": "s3:GetObject s3:PutObject dynamodb:Query dynamodb:BatchWriteItem"
    " dynamodb:UpdateItem",
    "BatchAccess": "s3:GetObject s3:ListBucket s3:PutObject bedrock:InvokeModel",
}
PILOT = "s3:ListBucket s3:GetObject s3:PutObject dynamodb:UpdateItem bedrock:InvokeModel"


COUNT = 16
# One job: with ten paths of 160 records, a batch job; greedily of 16, on demand.
BATCH = {"greedy": False, "temperatures": [0.7], "paths": 10, "paths_per_job": 10}
ON_DEMAND: dict[str, Any] = {"temperatures": []}


@pytest.mark.parametrize("action", PILOT.split())
def test_a_pilot_without_a_permission_fails_and_names_it(
    deployed: Any, questions: Callable[..., Path], action: str
) -> None:
    with without(deployed.connection, "PilotRole", action), deployed.paid_for():
        ended = deployed.run(questions(COUNT), BATCH)

    assert ended.run.status == "failed"
    assert action in (ended.run.message or "")


@pytest.mark.parametrize(
    ("role", "action"),
    [(role, action) for role, actions in NEEDED.items() for action in actions.split()],
)
def test_a_run_without_a_permission_fails_and_names_it(
    deployed: Any, questions: Callable[..., Path], role: str, action: str
) -> None:
    request = ON_DEMAND if role == "InvokeRole" else BATCH
    with without(deployed.connection, role, action):
        ended = deployed.run(questions(COUNT), request)

    assert ended.run.status == "failed"
    assert action in (ended.run.message or "")
