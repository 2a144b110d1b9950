"""cdk-nag's AwsSolutions pack: every finding in the stack is fixed, or suppressed with a reason."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from aws_cdk import App, CfnResource, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.cloudformation_include import CfnInclude
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct

from infrastructure.synth import STACK_NAME, make_app
from tests.infrastructure.contexts import CONTEXTS, template_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    place: str
    rule: str
    severity: str


@dataclass(frozen=True, slots=True)
class Suppression:
    place: str
    rule: str
    reason: str


def findings(scope: IConstruct) -> set[Finding]:
    report = AwsSolutionsChecks().validate_scope(scope)
    return {
        Finding(found.construct_path or "", violation.rule_name, violation.severity or "")
        for violation in report.violations
        for found in violation.violating_resources
    }


def app_of(context: str) -> App:
    given = json.loads((ROOT / "cdk.json").read_text())["context"]
    return make_app({**given, **CONTEXTS[context], "aws:cdk:bundling-stacks": []})


@pytest.fixture(scope="module")
def app() -> Callable[[str], App]:
    return cache(app_of)


def suppressions(scope: IConstruct) -> Iterator[Suppression]:
    for construct in scope.node.find_all():
        for entry in construct.node.metadata:
            if entry.type == Validations.ACKNOWLEDGED_RULES_METADATA_KEY:
                for id_, reason in entry.data.items():
                    yield Suppression(construct.node.path, id_.removeprefix("Annotation::"), reason)


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_finding_is_suppressed(app: Callable[[str], App], context: str) -> None:
    """Neither errors nor warnings."""
    assert findings(app(context)) == set()


def test_every_suppression_has_its_finding(app: Callable[[str], App], tmp_path: Path) -> None:
    # A template holds no suppressions, so the stack included from it has all findings.
    written = tmp_path / "template.json"
    written.write_text(json.dumps(template_of("all")))
    bare = Stack(App(), "Bare")
    CfnInclude(bare, "All", template_file=str(written))
    found = {(finding.place.rpartition("/")[2], finding.rule) for finding in findings(bare)}
    ids = {
        construct.node.path: Stack.of(construct).resolve(construct.logical_id)
        for construct in app("all").node.find_all()
        if isinstance(construct, CfnResource)
    }

    stale = {
        each
        for each in suppressions(app("all"))
        if not any(
            (id_, each.rule) in found
            for path, id_ in ids.items()
            if f"{path}/".startswith(f"{each.place}/")
        )
    }

    assert len(found) > 100
    assert stale == set()


def test_nothing_is_suppressed_for_the_whole_stack(app: Callable[[str], App]) -> None:
    places = {each.place for each in suppressions(app("all"))}

    assert all(place.count("/") >= 2 for place in places)


def test_every_suppression_gives_a_reason(app: Callable[[str], App]) -> None:
    for each in suppressions(app("all")):
        assert len(each.reason.split()) >= 5, each


def test_each_wildcard_is_suppressed_by_itself(app: Callable[[str], App]) -> None:
    wildcards = {each.rule for each in suppressions(app("all")) if "IAM5" in each.rule}

    assert wildcards
    assert all(rule.startswith("AwsSolutions-IAM5[Resource::") for rule in wildcards)


def test_planted_flaws_are_found() -> None:
    app = app_of("defaults")
    stack = app.node.find_child(STACK_NAME)
    assert isinstance(stack, Stack)
    sqs.Queue(stack, "Planted")
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    dynamodb.Table(stack, "Unsaved", partition_key=key)
    lambda_.Function(
        stack,
        "Old",
        runtime=lambda_.Runtime.PYTHON_3_9,
        handler="index.handler",
        code=lambda_.Code.from_inline("pass"),
    )
    role = stack.node.find_child("Steps").node.find_child("PollRole")
    assert isinstance(role, iam.Role)
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["arn:aws:s3:::other/*"]))

    found = findings(app)

    poll = f"{STACK_NAME}/Steps/PollRole/DefaultPolicy/Resource"
    assert {
        Finding(f"{STACK_NAME}/Planted/Resource", "AwsSolutions-SQS3", "error"),
        Finding(f"{STACK_NAME}/Planted/Resource", "AwsSolutions-SQS4", "error"),
        Finding(f"{STACK_NAME}/Unsaved/Resource", "AwsSolutions-DDB3", "warning"),
        Finding(f"{STACK_NAME}/Old/Resource", "AwsSolutions-L1", "error"),
        Finding(poll, "AwsSolutions-IAM5[Action::s3:*]", "error"),
        Finding(poll, "AwsSolutions-IAM5[Resource::arn:aws:s3:::other/*]", "error"),
    } <= found
