"""The role that Bedrock's batch jobs run under, and who may use models, with jobs and without."""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.models import (
    any_job_arn,
    any_profile_arns,
    application_profiles_arn,
    custom_models_arn,
    model_arns,
)
from lambdas.contract import RUNS

_BEDROCK = "bedrock.amazonaws.com"


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
    ) -> None:
        super().__init__(scope, id_)
        self._on_demand = [*model_arns(profile_regions, model_prefixes), *any_profile_arns()]
        # On demand a custom model is asked through a deployment, which is not among these.
        self._models = [*self._on_demand, custom_models_arn()]
        self.role = iam.Role(self, "Role", assumed_by=_batch_jobs())
        self._allow_objects(bucket)
        self._allow_models("Invoke", self.role, "bedrock:InvokeModel", self._models)

    def grant_look_up(self, grantee: iam.IGrantable) -> None:
        """Let a function find the model behind an application profile."""
        _grant(grantee, "bedrock:GetInferenceProfile", [application_profiles_arn()])

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
        _grant(role, "bedrock:StopModelInvocationJob", [any_job_arn()])
        iam.Grant.add_to_principal(
            grantee=role,
            actions=["iam:PassRole"],
            resource_arns=[self.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": _BEDROCK}},
        )

    def grant_poll(self, grantee: iam.IGrantable) -> None:
        """Let a function ask for a job's status."""
        _grant(grantee, "bedrock:GetModelInvocationJob", [any_job_arn()])

    def grant_abort(self, grantee: iam.IGrantable) -> None:
        """Let a function find live jobs, stop them, and see whether they do."""
        self.grant_poll(grantee)
        _grant(grantee, "bedrock:StopModelInvocationJob", [any_job_arn()])
        self._grant_list(grantee)

    def _grant_list(self, grantee: iam.IGrantable) -> None:
        # "*": the service authorization reference gives this action no resource type.
        _grant(grantee, "bedrock:ListModelInvocationJobs", ["*"])

    def _allow_models(self, id_: str, role: iam.IRole, action: str, arns: Sequence[str]) -> None:
        # A policy apart: CDK guesses the length of an ARN that holds a placeholder so high that
        # it would move these out of the role's own policy, into a managed one.
        statement = iam.PolicyStatement(actions=[action], resources=list(arns))
        iam.Policy(self, id_, roles=[role], statements=[statement])

    def _allow_objects(self, bucket: s3.IBucket) -> None:
        # Wildcards: runs, waves and jobs are named at run time.
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


def _grant(grantee: iam.IGrantable, action: str, arns: Sequence[str]) -> None:
    iam.Grant.add_to_principal(grantee=grantee, actions=[action], resource_arns=arns)
