"""The role that Bedrock's batch jobs run under, and who may use models, with jobs and without."""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.accepted import accept_wildcards
from infrastructure.encryption import Encryption
from infrastructure.job_network import JobNetwork, NetworkAccess
from infrastructure.models import (
    any_job_arn,
    any_profile_arns,
    application_profiles_arn,
    custom_models_arn,
    model_arns,
)
from lambdas.contract import RUNS, Env

_BEDROCK = "bedrock.amazonaws.com"
_CHOSEN = "A request chooses the model, by size and version, or the profile that stands for one"
_NAMED_LATER = "A run, a wave or a job is named when it starts"


class BatchAccess(Construct):
    """Bedrock reads a job's input, writes its output, calls models, and nothing else."""

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
        self._on_demand = [*model_arns(profile_regions, model_prefixes), *any_profile_arns()]
        # On demand a custom model is asked through a deployment, which is not among these.
        self._models = [*self._on_demand, custom_models_arn()]
        self.role = iam.Role(self, "Role", assumed_by=_batch_jobs())
        self._allow_objects(bucket)
        self._allow_models("Invoke", self.role, "bedrock:InvokeModel", self._models)
        if network.subnet_ids:
            NetworkAccess(self, "Network", role=self.role, network=network)

    def tell(self, function: lambda_.Function) -> None:
        """Tell a function what its jobs run under, in, and are encrypted with."""
        function.add_environment(Env.BATCH_ROLE_ARN, self.role.role_arn)
        key = Encryption.of(self).key
        if key:
            function.add_environment(Env.KMS_KEY_ARN, key.key_arn)
        if self._network.subnet_ids:
            subnets, groups = self._network.subnet_ids, self._network.security_group_ids
            function.add_environment(Env.VPC_SUBNET_IDS, ",".join(subnets))
            function.add_environment(Env.VPC_SECURITY_GROUP_IDS, ",".join(groups))

    def grant_look_up(self, role: iam.IRole) -> None:
        """Let a function find the model behind an application profile."""
        _grant(role, "bedrock:GetInferenceProfile", application_profiles_arn(), _CHOSEN)

    def grant_invoke(self, role: iam.IRole) -> None:
        """Let a function ask the models itself, for records that are too few for a job."""
        self._allow_models("OnDemand", role, "bedrock:InvokeModel", self._on_demand)

    def grant_submit(self, role: iam.IRole) -> None:
        """Let a function create jobs under the role, and find or stop one that it created."""
        self._allow_models(
            "Create",
            role,
            "bedrock:CreateModelInvocationJob",
            [*self._models, any_job_arn()],
        )
        self._grant_list(role)
        self._grant_jobs(role, "bedrock:StopModelInvocationJob")
        iam.Grant.add_to_principal(
            grantee=role,
            actions=["iam:PassRole"],
            resource_arns=[self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": _BEDROCK}},
        )

    def grant_poll(self, role: iam.IRole) -> None:
        """Let a function ask for a job's status, and stop one that outlives its time."""
        self._grant_jobs(role, "bedrock:GetModelInvocationJob")
        self._grant_jobs(role, "bedrock:StopModelInvocationJob")

    def grant_abort(self, role: iam.IRole) -> None:
        """Let a function find live jobs, stop them, and see whether they do."""
        self.grant_poll(role)
        self._grant_list(role)

    def _grant_jobs(self, role: iam.IRole, action: str) -> None:
        _grant(role, action, any_job_arn(), "No job's id is known before Bedrock creates it")

    def _grant_list(self, role: iam.IRole) -> None:
        reason = "The service authorization reference gives this action no resource type"
        _grant(role, "bedrock:ListModelInvocationJobs", "*", reason)

    def _allow_models(self, id_: str, role: iam.IRole, action: str, arns: Sequence[str]) -> None:
        # A policy apart: CDK guesses the length of an ARN that holds a placeholder so high that
        # it would move these out of the role's own policy, into a managed one.
        statement = iam.PolicyStatement(actions=[action], resources=list(arns))
        policy = iam.Policy(self, id_, roles=[role], statements=[statement])
        accept_wildcards(policy, arns, _CHOSEN)

    def _allow_objects(self, bucket: s3.IBucket) -> None:
        for action, arn in {
            "s3:GetObject": bucket.arn_for_objects(f"{RUNS}*/input*.jsonl"),
            "s3:PutObject": bucket.arn_for_objects(f"{RUNS}*/output/*"),
            "s3:ListBucket": bucket.bucket_arn,
        }.items():
            iam.Grant.add_to_principal(
                grantee=self.role,
                actions=[action],
                resource_arns=[arn],
                conditions={"StringEquals": {"aws:ResourceAccount": Aws.ACCOUNT_ID}},
            )
            accept_wildcards(self.role, [arn], _NAMED_LATER)
        # Decrypt reads the input, GenerateDataKey writes the output ("Create a custom service role
        # for batch inference", Amazon Bedrock user guide).
        Encryption.of(self).grant(self.role, "Decrypt", "GenerateDataKey", via="s3")


def _batch_jobs() -> iam.IPrincipal:
    """Return Bedrock acting for a batch job of this account and Region.

    The conditions belong to the principal itself: a statement added beside that of a bare
    `assumed_by` would leave the bare one, which lets any account's jobs in, in force.
    """
    return iam.ServicePrincipal(
        _BEDROCK,
        conditions={
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
            "ArnEquals": {"aws:SourceArn": any_job_arn()},
        },
    )


def _grant(role: iam.IRole, action: str, arn: str, reason: str) -> None:
    """Grant an action, and say why its resource holds a wildcard."""
    iam.Grant.add_to_principal(grantee=role, actions=[action], resource_arns=[arn])
    accept_wildcards(role, [arn], reason)
