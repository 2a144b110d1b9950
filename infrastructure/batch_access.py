"""Access to models: the role and network of Bedrock's batch jobs, and the functions' grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.encryption import Encryption
from infrastructure.models import (
    any_job_arn,
    any_model_arn,
    any_profile_arns,
    custom_models_arn,
    granted_regions,
    model_arns,
)
from infrastructure.nag_suppressions import suppress_wildcards
from lambdas.contract import RUNS

_BEDROCK = "bedrock.amazonaws.com"
_CHOSEN_BY_REQUEST = "A request chooses the model's size and version, or the profile in front of it"
_NO_RESOURCE_TYPE = "The service authorization reference gives this action no resource type"
_NAMED_AT_START = "A run, a wave or a job is named when it starts"
_JOB_TAG = "BedrockModelInvocationJobArn"
# Operator → condition key → values.
_Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True, slots=True)
class JobNetwork:
    """The ids of the subnets and security groups of jobs; both empty for jobs without a VPC."""

    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


class BatchAccess(Construct):
    """The role of batch jobs: read a job's input, write its output, call models, nothing else."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: s3.IBucket,
        profile_regions: Mapping[str, Sequence[str]],
        model_prefixes: Sequence[str],
        network: JobNetwork,
    ) -> None:
        super().__init__(scope, id_)
        self._network = network
        self._granted_regions = granted_regions(profile_regions)
        self._on_demand = [*model_arns(profile_regions, model_prefixes), *any_profile_arns()]
        # A custom model runs on demand through a deployment only, which the stack does not support.
        self._models = [*self._on_demand, custom_models_arn()]
        self._role = iam.Role(self, "Role", assumed_by=_batch_jobs())
        self._grant_objects(bucket)
        self._grant_models("Invoke", [self._role], "bedrock:InvokeModel", self._models)
        if network.subnet_ids:
            _NetworkAccess(self, "Network", role=self._role, network=network)

    def variables(self) -> dict[str, str]:
        """Return what Plan and Submit must know of it, by the variables' names; "" for none."""
        key = Encryption.of(self).key
        return {
            "granted_regions": ",".join(self._granted_regions),
            "batch_role_arn": self._role.role_arn,
            "kms_key_arn": key.key_arn if key else "",
            "vpc_subnet_ids": ",".join(self._network.subnet_ids),
            "vpc_security_group_ids": ",".join(self._network.security_group_ids),
        }

    def grant_look_up(self, role: iam.IRole) -> None:
        """Allow a function to read what Bedrock says of a model, and of the profile before it."""
        _grant(role, "bedrock:GetInferenceProfile", any_profile_arns(), _CHOSEN_BY_REQUEST)
        _grant(role, "bedrock:GetFoundationModel", [any_model_arn()], _CHOSEN_BY_REQUEST)
        _grant(role, "bedrock:GetFoundationModelAvailability", ["*"], _NO_RESOURCE_TYPE)

    def grant_invoke(self, *roles: iam.IRole) -> None:
        """Allow functions to call models on demand: a pilot, and records too few for a job."""
        self._grant_models("OnDemand", roles, "bedrock:InvokeModel", self._on_demand)

    def grant_submit(self, role: iam.IRole) -> None:
        """Allow a function to create jobs under the role, and to find or stop its own jobs."""
        self._grant_models(
            "Create",
            [role],
            "bedrock:CreateModelInvocationJob",
            [*self._models, any_job_arn()],
        )
        self._grant_list(role)
        self._grant_jobs(role, "bedrock:StopModelInvocationJob")
        iam.Grant.add_to_principal(
            grantee=role,
            actions=["iam:PassRole"],
            resource_arns=[self._role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": _BEDROCK}},
        )

    def grant_poll(self, role: iam.IRole) -> None:
        """Allow a function to read a job's status, and to stop a job that outlives its timeout."""
        self._grant_jobs(role, "bedrock:GetModelInvocationJob")
        self._grant_jobs(role, "bedrock:StopModelInvocationJob")

    def grant_abort(self, role: iam.IRole) -> None:
        """Allow a function to find live jobs, stop them, and check that they stopped."""
        self.grant_poll(role)
        self._grant_list(role)

    def _grant_jobs(self, role: iam.IRole, action: str) -> None:
        _grant(role, action, [any_job_arn()], "A job's id is unknown until Bedrock creates the job")

    def _grant_list(self, role: iam.IRole) -> None:
        _grant(role, "bedrock:ListModelInvocationJobs", ["*"], _NO_RESOURCE_TYPE)

    def _grant_models(
        self, id_: str, roles: Sequence[iam.IRole], action: str, arns: Sequence[str]
    ) -> None:
        # A separate policy: CDK overestimates the length of an ARN that holds a placeholder, and
        # would move these ARNs from the role's own policy to a managed one.
        statement = iam.PolicyStatement(actions=[action], resources=list(arns))
        policy = iam.Policy(self, id_, roles=list(roles), statements=[statement])
        suppress_wildcards(policy, arns, _CHOSEN_BY_REQUEST)

    def _grant_objects(self, bucket: s3.IBucket) -> None:
        # As the user guide has it. Whether a job also reads its output, or writes beside it, is not
        # documented: narrower grants wait for a real run (docs/decisions/0028-preflight.md).
        below_runs = bucket.arn_for_objects(f"{RUNS}*")
        for action, arn in {
            "s3:GetObject": below_runs,
            "s3:PutObject": below_runs,
            "s3:ListBucket": bucket.bucket_arn,
        }.items():
            iam.Grant.add_to_principal(
                grantee=self._role,
                actions=[action],
                resource_arns=[arn],
                conditions={"StringEquals": {"aws:ResourceAccount": Aws.ACCOUNT_ID}},
            )
        suppress_wildcards(self._role, [below_runs], _NAMED_AT_START)
        # Reading the input takes Decrypt, writing the output GenerateDataKey ("Create a custom
        # service role for batch inference", Amazon Bedrock user guide).
        Encryption.of(self).grant(self._role, "Decrypt", "GenerateDataKey", via="s3")


class _NetworkAccess(Construct):
    """Allow Bedrock's role to create and delete the network interfaces of jobs.

    Source: "Protect batch inference jobs using a VPC", Amazon Bedrock user guide.
    """

    def __init__(self, scope: Construct, id_: str, *, role: iam.IRole, network: JobNetwork) -> None:
        super().__init__(scope, id_)
        subnets = [_ec2_arn(f"subnet/{id_}") for id_ in network.subnet_ids]
        groups = [_ec2_arn(f"security-group/{id_}") for id_ in network.security_group_ids]
        # A managed policy: the models fill what IAM allows the inline policies of a role.
        policy = iam.ManagedPolicy(
            self,
            "Policy",
            roles=[role],
            statements=[
                _describe_network(),
                *_create_interfaces([*subnets, *groups]),
                _delete_interfaces(subnets),
            ],
        )
        suppress_wildcards(policy, [_INTERFACES], "Bedrock names an interface when it creates it")
        reason = "EC2's Describe actions have no resources; deleting needs a subnet and a job's tag"
        suppress_wildcards(policy, ["*"], reason)


def _batch_jobs() -> iam.IPrincipal:
    """Return Bedrock acting for a batch job of this account and Region.

    The conditions belong to the principal: a second statement beside a bare `assumed_by` would
    leave the bare one in force, which lets in the jobs of any account.
    """
    return iam.ServicePrincipal(
        _BEDROCK,
        conditions={
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
            "ArnEquals": {"aws:SourceArn": any_job_arn()},
        },
    )


def _grant(role: iam.IRole, action: str, arns: Sequence[str], reason: str) -> None:
    """Grant an action, with the reason for the wildcards in its resources."""
    iam.Grant.add_to_principal(grantee=role, actions=[action], resource_arns=list(arns))
    suppress_wildcards(role, arns, reason)


def _ec2_arn(resource: str) -> str:
    return f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


_INTERFACES = _ec2_arn("network-interface/*")


def _describe_network() -> iam.PolicyStatement:
    kinds = ("NetworkInterfaces", "Vpcs", "DhcpOptions", "Subnets", "SecurityGroups")
    return _allow_ec2([f"Describe{kind}" for kind in kinds], ["*"])


def _create_interfaces(subnets_and_groups: Sequence[str]) -> list[iam.PolicyStatement]:
    """Return the statements that allow interfaces with a job's tag, and tagging those only.

    The guide has one statement with the tags for interface, subnet and group together. A request
    tag is a condition key of the interface only (service authorization reference of EC2). Creating
    an interface needs permission on all three, so subnets and groups have their own statement.
    """
    tagged: _Conditions = {
        "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
        "ArnEquals": {f"aws:RequestTag/{_JOB_TAG}": any_job_arn()},
    }
    at_creation: _Conditions = {
        "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", _JOB_TAG]},
    }
    return [
        _allow_ec2(["CreateNetworkInterface"], [_INTERFACES], tagged),
        _allow_ec2(["CreateNetworkInterface"], subnets_and_groups),
        _allow_ec2(["CreateTags"], [_INTERFACES], at_creation),
    ]


def _delete_interfaces(subnets: Sequence[str]) -> iam.PolicyStatement:
    """Return the statement to attach and delete interfaces with a job's tag in these subnets."""
    own: _Conditions = {
        "StringEquals": {"ec2:Subnet": subnets},
        "ArnEquals": {f"ec2:ResourceTag/{_JOB_TAG}": any_job_arn()},
    }
    actions = (
        "CreateNetworkInterfacePermission",
        "DeleteNetworkInterface",
        "DeleteNetworkInterfacePermission",
    )
    return _allow_ec2(actions, ["*"], own)


def _allow_ec2(
    actions: Sequence[str],
    arns: Sequence[str],
    conditions: _Conditions | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[f"ec2:{action}" for action in actions],
        resources=list(arns),
        conditions=conditions,
    )
