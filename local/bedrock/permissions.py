"""Whether a role may do something, as the emulator's IAM answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from local.bedrock.statements import Document, conditions_hold, covers, statements

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef


@dataclass(frozen=True, slots=True)
class Deed:
    """One action on one resource, with the request's condition keys."""

    action: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)


def invoking(arns: Iterable[str]) -> list[Deed]:
    """Return what it takes to ask a model: each of its ARNs, in the Region that it names."""
    return [
        Deed(
            "bedrock:InvokeModel",
            arn,
            {"aws:RequestedRegion": arn.split(":")[3] or "unspecified"},
        )
        for arn in arns
    ]


class Permissions(Protocol):
    """Who answers whether a role may do a deed."""

    def allows(self, role_arn: str, deed: Deed) -> bool:
        """Whether the role's policies allow it."""


def refusal(role_arn: str, deed: Deed) -> str:
    """Return the message for a deed that the role may not do, in the words of AWS."""
    name = role_arn.rsplit("/", 1)[-1]
    account = role_arn.split(":")[4]
    user = f"arn:aws:sts::{account}:assumed-role/{name}/bedrock-batch"
    return f"User: {user} is not authorized to perform: {deed.action} on resource: {deed.resource}"


class SimulatedPermissions:
    """IAM's SimulatePrincipalPolicy, with a second look at conditions.

    The emulator's simulation ignores the context entries of a request, so that a
    grant under a condition (`iam:PassedToService`, `s3:prefix`) comes out as an
    implicit denial. Only then the role's own statements are read and matched
    with the keys of the deed.
    """

    def __init__(self, iam: IAMClient) -> None:
        self._iam = iam

    def allows(self, role_arn: str, deed: Deed) -> bool:
        """Whether the role's policies allow it; a role that does not exist may do nothing."""
        try:
            decision = self._simulated(role_arn, deed)
            if decision != "implicitDeny" or not deed.keys:
                return decision == "allowed"
            return self._allowed_under_conditions(role_arn.rsplit("/", 1)[-1], deed)
        except self._iam.exceptions.NoSuchEntityException:
            return False

    def _simulated(self, role_arn: str, deed: Deed) -> str:
        entries: list[ContextEntryTypeDef] = [
            {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in deed.keys.items()
        ]
        answer = self._iam.simulate_principal_policy(
            PolicySourceArn=role_arn,
            ActionNames=[deed.action],
            ResourceArns=[deed.resource],
            ContextEntries=entries,
        )
        return answer["EvaluationResults"][0]["EvalDecision"]

    def _allowed_under_conditions(self, role_name: str, deed: Deed) -> bool:
        matching = [
            statement
            for document in self._documents(role_name)
            for statement in statements(document)
            if covers(statement, deed.action, deed.resource)
            and conditions_hold(statement, deed.keys)
        ]
        effects = {statement["Effect"] for statement in matching}
        return effects == {"Allow"}

    def _documents(self, role_name: str) -> Iterator[Document]:
        iam = self._iam
        for name in iam.list_role_policies(RoleName=role_name)["PolicyNames"]:
            inline = iam.get_role_policy(RoleName=role_name, PolicyName=name)
            yield cast(dict[str, Any], inline["PolicyDocument"])
        for attached in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
            policy_arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=policy_arn, VersionId=version)
            yield cast(dict[str, Any], found["PolicyVersion"]["Document"])
