"""What each function may do, against the table of docs/architecture.md."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract import STEPS
from tests.infrastructure.choices import CHOICES, template_of

StatementsOf = Callable[[str], list[dict[str, Any]]]
StatementsWith = Callable[[str, str], list[dict[str, Any]]]

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
    "*": "X-Ray, log deliveries, ListModelInvocationJobs and looking in EC2 know no resources",
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
    r"arn:.*:ec2:.*:network-interface/\*": "Bedrock names an interface when it creates it",
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


@pytest.mark.parametrize("choice", CHOICES)
def test_no_action_is_a_wildcard(choice: str) -> None:
    for id_, resource in template_of(choice)["Resources"].items():
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                assert "*" not in str(statement["Action"]), id_


@pytest.fixture(scope="session", params=CHOICES)
def by_role(
    request: pytest.FixtureRequest, statements_with: StatementsWith
) -> dict[str, list[dict[str, Any]]]:
    """The statements of every role, by its id without the digest, whatever is chosen."""
    return {
        id_[:-8]: statements_with(request.param, id_[:-8])
        for id_, resource in template_of(request.param)["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def test_every_resource_wildcard_has_a_reason(by_role: dict[str, list[dict[str, Any]]]) -> None:
    wild = {
        resource
        for statements in by_role.values()
        for statement in statements
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


def test_only_actions_without_resources_or_with_conditions_have_all_of_them(
    by_role: dict[str, list[dict[str, Any]]],
) -> None:
    free = {
        (role, statement["Action"])
        for role, statements in by_role.items()
        for statement in statements
        if statement["Resource"] == ["*"] and "Condition" not in statement
    }

    for role, action in free:
        service, _, name = action.partition(":")
        assert (
            service == "xray"
            or action == "bedrock:ListModelInvocationJobs"
            or (service == "logs" and role == "WorkflowMachineRole")
            or (service == "ec2" and name.startswith("Describe") and role == "BatchAccessRole")
        ), (role, action)


@pytest.mark.parametrize("choice", CHOICES)
def test_no_role_has_a_policy_beside_its_own_but_bedrock_s_for_a_network(choice: str) -> None:
    resources = template_of(choice)["Resources"]
    managed = [
        id_[:-8] for id_, found in resources.items() if found["Type"].endswith("ManagedPolicy")
    ]

    assert managed == (["BatchAccessNetworkPolicy"] if choice in {"network", "all"} else [])
    for id_, found in resources.items():
        if found["Type"] == "AWS::IAM::Role":
            assert "ManagedPolicyArns" not in found["Properties"], id_
