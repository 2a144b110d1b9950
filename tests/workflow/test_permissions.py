"""The policies are needed: without one of their actions a run fails and says which."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from client.connection import Connection


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
    return {**document, "Statement": statements}


def _actions(statement: Any) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


@pytest.mark.parametrize(
    ("role", "action"),
    [
        pytest.param("PlanRole", "s3:PutObject", id="Plan writes the plan"),
        pytest.param("PublishRole", "dynamodb:BatchWriteItem", id="Publish writes answers"),
        pytest.param("CollectRole", "s3:ListBucket", id="Collect finds the output"),
        pytest.param("BatchAccess", "s3:PutObject", id="Bedrock writes its output"),
    ],
)
def test_a_run_without_a_permission_fails_and_names_it(
    twin: Any, questions: Callable[..., Path], role: str, action: str
) -> None:
    request = {"greedy": False, "temperatures": [0.7], "paths": 2}

    with without(twin.connection, role, action):
        ended = twin.run(questions(100), request)

    assert ended.run.status == "failed"
    assert action in (ended.run.message or "")
