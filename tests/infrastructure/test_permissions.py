"""What each function may do, against the table of docs/architecture.md."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract import STEPS

StatementsOf = Callable[[str], list[dict[str, Any]]]

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"

# What every function has: its log and its traces.
ALL = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}

# Every resource with a wildcard, with its reason. A new one is to be added here, or avoided.
REASONS = {
    "*": "X-Ray, log deliveries and ListModelInvocationJobs know no resources",
    "${StorageBucket.Arn}/*": "a question set may lie anywhere in the bucket",
    "${StorageBucket.Arn}/runs/*": "a run names its keys",
    "${StorageBucket.Arn}/runs/*/waves/*": "a run names its keys",
    "${StorageBucket.Arn}/runs/*/input*.jsonl": "a job names its input, or the folder of several",
    "${StorageBucket.Arn}/runs/*/output/*": "Bedrock names its output",
    "arn:${AWS::Partition}:s3:::${StorageBucket}/*": "the maps read the lines of a run's files",
}
REASONS_BY_PATTERN = {
    r"arn:.*:bedrock:.*:model-invocation-job/\*": "no id is known before its job exists",
    r"arn:.*:bedrock:.*:(application-)?inference-profile/\*": "a request chooses the profile",
    r"arn:.*:bedrock:.*:custom-model/\*": "a request chooses the model",
    r"arn:.*:bedrock:.*::foundation-model/[a-z.0-9-]+\*": "a request chooses size and version",
    r"arn:.*:states:.*:execution:.*:\*": "executions are named when they start",
    r"\$\{Steps\w+\.Arn\}:\*": "versions of the function",
}


def actions_of(cells: list[str]) -> Iterator[str]:
    """Actions in a row's cells: `s3:` and `dynamodb:` by column, others spelled out."""
    for service, cell in zip(("s3", "dynamodb", ""), cells, strict=True):
        named = service
        for part in re.split(r"[,;]", re.sub(r"`[^`]*`|\([^)]*\)", "", cell)):
            prefix, colon, action = part.strip().rpartition(":")
            named = prefix if colon else named
            if action:
                yield f"{named}:{action}"


def documented() -> dict[str, set[str]]:
    _, _, section = ARCHITECTURE.read_text().partition("## What each function may do")
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]
    return {name: set(actions_of(rest)) for name, *rest in cells if name in STEPS}


@pytest.mark.parametrize("step", STEPS)
def test_a_function_may_do_what_the_architecture_says_and_no_more(
    statements_of: StatementsOf, step: str
) -> None:
    allowed = {statement["Action"] for statement in statements_of(f"Steps{step}Role")}

    assert allowed == documented()[step] | ALL


def test_functions_read_runs_only_except_for_plan(statements_of: StatementsOf) -> None:
    for step in STEPS:
        for statement in statements_of(f"Steps{step}Role"):
            if statement["Action"] == "s3:GetObject" and step != "Plan":
                assert statement["Resource"] == ["${StorageBucket.Arn}/runs/*"], step


def test_functions_write_runs_only(statements_of: StatementsOf) -> None:
    for step in STEPS:
        for statement in statements_of(f"Steps{step}Role"):
            if statement["Action"] == "s3:PutObject":
                assert statement["Resource"] == ["${StorageBucket.Arn}/runs/*"], step


@pytest.mark.parametrize("step", ["Invoke", "Collect"])
def test_who_lists_the_bucket_lists_runs_only(statements_of: StatementsOf, step: str) -> None:
    [statement] = [
        statement
        for statement in statements_of(f"Steps{step}Role")
        if statement["Action"] == "s3:ListBucket"
    ]

    assert statement["Condition"] == {"StringLike": {"s3:prefix": "runs/*"}}


def test_a_function_writes_its_own_log_only(statements_of: StatementsOf) -> None:
    for step in STEPS:
        for statement in statements_of(f"Steps{step}Role"):
            if statement["Action"].startswith("logs:"):
                assert statement["Resource"] == [f"${{Steps{step}Logs.Arn}}"]


def test_no_action_is_a_wildcard(template: dict[str, Any]) -> None:
    for id_, resource in template["Resources"].items():
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                assert "*" not in str(statement["Action"]), id_


@pytest.fixture
def roles(template: dict[str, Any]) -> list[str]:
    """The roles of the stack, without the digests at the end of their ids."""
    return [
        id_[:-8]
        for id_, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    ]


def test_every_resource_wildcard_has_a_reason(
    roles: list[str], statements_of: StatementsOf
) -> None:
    wild = {
        resource
        for role in roles
        for statement in statements_of(role)
        for resource in statement["Resource"]
        if "*" in resource
    }

    assert {
        resource
        for resource in wild
        if resource not in REASONS
        and not any(re.fullmatch(pattern, resource) for pattern in REASONS_BY_PATTERN)
    } == set()
    assert set(REASONS) <= wild


def test_only_actions_without_resources_have_all_of_them(
    roles: list[str], statements_of: StatementsOf
) -> None:
    services = {
        statement["Action"].partition(":")[0]
        for role in roles
        for statement in statements_of(role)
        if statement["Resource"] == ["*"]
        and statement["Action"] != "bedrock:ListModelInvocationJobs"
    }

    assert services == {"logs", "xray"}
    assert all(
        not statement["Action"].startswith("logs:") or role == "WorkflowMachineRole"
        for role in roles
        for statement in statements_of(role)
        if statement["Resource"] == ["*"]
    )


def test_no_role_has_a_policy_beside_its_own(template: dict[str, Any]) -> None:
    for id_, resource in template["Resources"].items():
        assert resource["Type"] != "AWS::IAM::ManagedPolicy", id_
        if resource["Type"] == "AWS::IAM::Role":
            assert "ManagedPolicyArns" not in resource["Properties"], id_
