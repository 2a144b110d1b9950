"""The customer's network that Bedrock's jobs run in, and what Bedrock's role may do there.

Source: "Protect batch inference jobs using a VPC", Amazon Bedrock user guide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from constructs import Construct

from infrastructure.accepted import accept_wildcards
from infrastructure.models import any_job_arn

_TAG = "BedrockModelInvocationJobArn"
# Operator → key of the request → values.
_Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True, slots=True)
class JobNetwork:
    """Subnets and security groups, each by its id; both empty where jobs run in none."""

    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


class NetworkAccess(Construct):
    """Bedrock's role places a job's network interfaces, and takes them away again."""

    def __init__(self, scope: Construct, id_: str, *, role: iam.IRole, network: JobNetwork) -> None:
        super().__init__(scope, id_)
        subnets = [_arn(f"subnet/{id_}") for id_ in network.subnet_ids]
        groups = [_arn(f"security-group/{id_}") for id_ in network.security_group_ids]
        # A managed policy: the models fill what IAM allows the inline policies of a role.
        policy = iam.ManagedPolicy(
            self,
            "Policy",
            roles=[role],
            statements=[_looking(), *_placing([*subnets, *groups]), _removing(subnets)],
        )
        accept_wildcards(policy, [_INTERFACES], "Bedrock names an interface when it creates it")
        reason = "Looking knows no resources in EC2; removing is tied to subnets and the job's tag"
        accept_wildcards(policy, ["*"], reason)


def _arn(resource: str) -> str:
    return f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


_INTERFACES = _arn("network-interface/*")


def _looking() -> iam.PolicyStatement:
    seen = ("NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups")
    return _allow([f"Describe{kind}" for kind in seen], ["*"])


def _placing(used: Sequence[str]) -> list[iam.PolicyStatement]:
    """Return what creates interfaces that bear the job's tag, and puts the tag on those alone.

    The guide has one statement with the tags for interface, subnet and group together. A request
    tag is a condition key of the interface only (service authorization reference of EC2), so that
    subnets and groups have a statement apart; creating takes the permission on all three.
    """
    tagged: _Conditions = {
        "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
        "ArnEquals": {f"aws:RequestTag/{_TAG}": any_job_arn()},
    }
    at_creation: _Conditions = {
        "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", _TAG]},
    }
    return [
        _allow(["CreateNetworkInterface"], [_INTERFACES], tagged),
        _allow(["CreateNetworkInterface"], used),
        _allow(["CreateTags"], [_INTERFACES], at_creation),
    ]


def _removing(subnets: Sequence[str]) -> iam.PolicyStatement:
    """Return what attaches and deletes interfaces in these subnets that bear a job's tag."""
    ours: _Conditions = {
        "StringEquals": {"ec2:Subnet": subnets},
        "ArnEquals": {f"ec2:ResourceTag/{_TAG}": any_job_arn()},
    }
    interface = ("CreateNetworkInterfacePermission", "DeleteNetworkInterface")
    return _allow([*interface, "DeleteNetworkInterfacePermission"], ["*"], ours)


def _allow(
    actions: Sequence[str],
    arns: Sequence[str],
    conditions: _Conditions | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[f"ec2:{action}" for action in actions],
        resources=list(arns),
        conditions=conditions,
    )
