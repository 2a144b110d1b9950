"""What each function may do, against the table of docs/architecture.md."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract import STEPS
from tests.infrastructure.contexts import CONTEXTS, template_of

StatementsOf = Callable[[str], list[dict[str, Any]]]
StatementsWith = Callable[[str, str], list[dict[str, Any]]]

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"

# Every function writes its log and its traces.
ALL = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}

# Every resource with a wildcard, with its reason. Add a new one here, or avoid it.
REASONS = {
    "*": "X-Ray, log delivery, ListModelInvocationJobs, GetFoundationModelAvailability, EC2's"
    " Describe: no resource types",
    "${StorageBucket.Arn}/*": "a dataset may lie anywhere in the bucket",
    "${StorageBucket.Arn}/runs/*": "a run names its keys",
    "${StorageBucket.Arn}/runs/*/waves/*": "a run names its keys",
    "arn:${AWS::Partition}:s3:::${StorageBucket}/*": "the maps read the lines of a run's files",
}
REASONS_BY_PATTERN = {
    r"arn:.*:bedrock:.*:model-invocation-job/\*": "a job's id is unknown before the job exists",
    r"arn:.*:bedrock:.*:(application-)?inference-profile/\*": "a request chooses the profile",
    r"arn:.*:bedrock:.*:custom-model/\*": "a request chooses the model",
    r"arn:.*:bedrock:.*::foundation-model/[a-z.0-9-]+\*": "a request chooses size and version",
    r"arn:.*:bedrock:\$\{AWS::Region\}::foundation-model/\*": "to read of: a request chooses",
    r"arn:.*:ec2:.*:network-interface/\*": "Bedrock names an interface when it creates it",
    r"arn:.*:states:.*:execution:.*:\*": "executions are named when they start",
    r"\$\{Steps\w+\.Arn\}:\*": "versions of the function",
}


def actions_of(cells: list[str]) -> Iterator[str]:
    """The actions in a row's cells: `s3:` and `dynamodb:` by column, others in full."""
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


@pytest.mark.parametrize("step", ["Pilot", "Invoke", "Collect"])
def test_functions_list_runs_only(statements_of: StatementsOf, step: str) -> None:
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


@pytest.mark.parametrize("context", CONTEXTS)
def test_no_action_is_a_wildcard(context: str) -> None:
    for id_, resource in template_of(context)["Resources"].items():
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                assert "*" not in str(statement["Action"]), id_


@pytest.fixture(scope="session", params=CONTEXTS)
def by_role(
    request: pytest.FixtureRequest, statements_with: StatementsWith
) -> dict[str, list[dict[str, Any]]]:
    """The statements of every role in each context, by the role's id without its hash."""
    return {
        id_[:-8]: statements_with(request.param, id_[:-8])
        for id_, resource in template_of(request.param)["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def test_every_resource_wildcard_has_a_reason(by_role: dict[str, list[dict[str, Any]]]) -> None:
    wildcards = {
        resource
        for statements in by_role.values()
        for statement in statements
        for resource in statement["Resource"]
        if "*" in resource
    }

    assert {
        resource
        for resource in wildcards
        if resource not in REASONS
        and not any(re.fullmatch(pattern, resource) for pattern in REASONS_BY_PATTERN)
    } == set()
    assert set(REASONS) <= wildcards


def test_only_actions_without_resources_or_with_conditions_apply_to_all_resources(
    by_role: dict[str, list[dict[str, Any]]],
) -> None:
    unconditional = {
        (role, statement["Action"])
        for role, statements in by_role.items()
        for statement in statements
        if statement["Resource"] == ["*"] and "Condition" not in statement
    }

    for role, action in unconditional:
        service, _, name = action.partition(":")
        assert (
            service == "xray"
            or action == "bedrock:ListModelInvocationJobs"
            or (action == "bedrock:GetFoundationModelAvailability" and role == "StepsPlanRole")
            or (service == "logs" and role == "WorkflowMachineRole")
            or (service == "ec2" and name.startswith("Describe") and role == "BatchAccessRole")
        ), (role, action)


@pytest.mark.parametrize("context", CONTEXTS)
def test_only_bedrock_s_role_has_a_managed_policy_and_only_for_a_network(context: str) -> None:
    resources = template_of(context)["Resources"]
    managed = [
        id_[:-8] for id_, found in resources.items() if found["Type"].endswith("ManagedPolicy")
    ]

    assert managed == (["BatchAccessNetworkPolicy"] if context in {"network", "all"} else [])
    for id_, found in resources.items():
        if found["Type"] == "AWS::IAM::Role":
            assert "ManagedPolicyArns" not in found["Properties"], id_
