"""Findings of cdk-nag that stand: each is accepted where it arises, and says why."""

import json
from collections.abc import Iterable
from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct

_PACK = "AwsSolutions"


def accept(scope: IConstruct, rule: str, reason: str) -> None:
    """Accept what a rule of the AwsSolutions pack finds at a construct, or below it."""
    acknowledged = Acknowledgment(id=f"{_PACK}-{rule}", reason=reason)
    Validations.of(scope).acknowledge(acknowledged)


def accept_wildcards(scope: IConstruct, arns: Iterable[str], reason: str) -> None:
    """Accept each of these resources that holds a wildcard, in the policies of a construct.

    Each by itself: another wildcard in the same policy is a finding still.
    """
    written = [_as_written(Stack.of(scope).resolve(arn)) for arn in arns]
    for resource in written:
        if "*" in resource:
            accept(scope, f"IAM5[Resource::{resource}]", reason)


def _as_written(resolved: Any) -> str:
    """Return a template's value as cdk-nag writes it into the name of a finding."""
    if isinstance(resolved, str):
        return resolved
    [(kind, operand)] = resolved.items()
    if kind == "Fn::Join":
        return str(operand[0]).join(map(_as_written, operand[1]))
    if kind == "Ref":
        return f"<{operand}>"
    if kind == "Fn::GetAtt":
        return f"<{'.'.join(operand)}>"
    return json.dumps(resolved, separators=(",", ":"))
