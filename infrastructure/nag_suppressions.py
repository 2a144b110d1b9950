"""Suppressions of cdk-nag's findings: each stands where it arises, with its reason."""

import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import Acknowledgment, Aws, Fn, Stack, Validations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct

_PACK = "AwsSolutions"
_NAMED_AT_START = "Executions, and the child executions of a map, are named when they start"


def suppress(scope: IConstruct, rule: str, reason: str) -> None:
    """Suppress what a rule of the AwsSolutions pack finds at a construct, or below it."""
    acknowledged = Acknowledgment(id=f"{_PACK}-{rule}", reason=reason)
    Validations.of(scope).acknowledge(acknowledged)


def suppress_wildcards(scope: IConstruct, arns: Iterable[str], reason: str) -> None:
    """Suppress the wildcards in these ARNs, in the policies of a construct.

    Each is suppressed by itself: any other wildcard in the same policy is still a finding.
    """
    names = [_as_named(Stack.of(scope).resolve(arn)) for arn in arns]
    for name in names:
        if "*" in name:
            suppress(scope, f"IAM5[Resource::{name}]", reason)


def suppress_state_machine(
    workflow: Construct,
    machine: sfn.StateMachine,
    *,
    functions: Iterable[lambda_.IFunction],
    bucket: s3.IBucket,
) -> None:
    """Suppress the wildcards in CDK's grants to the state machine, and in the redrive policy.

    Args:
        workflow: the construct of the states; its maps' names are the labels of their children.
        machine: the state machine.
        functions: the functions that its tasks call.
        bucket: the bucket whose objects its maps read.
    """
    suppress(machine, "SF1", "Step Functions keeps all events for 90 days; a log is a second copy")
    role: IConstruct = machine.role
    versions = [f"{function.function_arn}:*" for function in functions]
    suppress_wildcards(role, versions, "CDK's grant includes versions; the functions have none")
    suppress_wildcards(role, ["*"], "X-Ray and log delivery have no resource-level permissions")
    # CDK writes the bucket's ARN out, instead of asking the bucket for it.
    files = f"arn:{Aws.PARTITION}:s3:::{bucket.bucket_name}/*"
    suppress_wildcards(role, [files], "A map reads the lines of a run's file; the state names it")
    suppress_wildcards(
        workflow.node.find_child("Redrives"),
        [_executions_arn(machine.state_machine_name)],
        _NAMED_AT_START,
    )
    map_policy = machine.node.find_child("DistributedMapPolicy")
    # CDK takes the name out of the ARN.
    name = Fn.select(6, Fn.split(":", machine.state_machine_arn))
    maps = [state for state in workflow.node.find_all() if isinstance(state, sfn.DistributedMap)]
    for parent in (name, *(f"{name}/{state.node.id}" for state in maps)):
        suppress_wildcards(map_policy, [_executions_arn(parent)], _NAMED_AT_START)


def _as_named(resolved: Any) -> str:
    """Return a template's value as cdk-nag writes it into the name of a finding."""
    if isinstance(resolved, str):
        return resolved
    [(function, argument)] = resolved.items()
    if function == "Fn::Join":
        return str(argument[0]).join(map(_as_named, argument[1]))
    if function == "Ref":
        return f"<{argument}>"
    if function == "Fn::GetAtt":
        return f"<{'.'.join(argument)}>"
    return json.dumps(resolved, separators=(",", ":"))


def _executions_arn(parent: str) -> str:
    """Return the ARN of the executions of a state machine, or of `MACHINE/MAP`."""
    return f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution:{parent}:*"
