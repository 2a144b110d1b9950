"""The connection to an account, on AWS or an endpoint on this machine, and the deployed stack."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError as AwsError

from lambdas.contract import Output
from selfconsistency.shell import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient

# As boto3 names what is not a profile.
_NO_PROFILE = "default"
_Client = TypeVar("_Client")
_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5})


@dataclass(frozen=True, slots=True)
class Connection:
    """A session, its endpoint and its certificate authority, for one thread.

    Left at `None`, both follow the environment (`AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`) as in any
    AWS tool.
    """

    session: boto3.Session
    endpoint_url: str | None = None
    ca_file: str | None = None
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def s3(self) -> "S3Client":
        """Return a client of S3."""
        return self._made("s3", lambda: self.session.client("s3", **self._options))

    def dynamodb(self) -> "DynamoDBServiceResource":
        """Return DynamoDB's resource, whose tables speak Python values."""
        return self._made("dynamodb", lambda: self.session.resource("dynamodb", **self._options))

    def step_functions(self) -> "SFNClient":
        """Return a client of Step Functions."""
        return self._made(
            "stepfunctions", lambda: self.session.client("stepfunctions", **self._options)
        )

    def cloudformation(self) -> "CloudFormationClient":
        """Return a client of CloudFormation."""
        return self._made(
            "cloudformation", lambda: self.session.client("cloudformation", **self._options)
        )

    def logs(self) -> "CloudWatchLogsClient":
        """Return a client of CloudWatch Logs."""
        return self._made("logs", lambda: self.session.client("logs", **self._options))

    def iam(self) -> "IAMClient":
        """Return a client of IAM."""
        return self._made("iam", lambda: self.session.client("iam", **self._options))

    def ssm(self) -> Any:
        """Return a client of Systems Manager."""
        return self._made("ssm", lambda: self.session.client("ssm", **self._options))

    def sts(self) -> "STSClient":
        """Return a client of the Security Token Service."""
        return self._made("sts", lambda: self.session.client("sts", **self._options))

    @property
    def place(self) -> str:
        """The Region, and the profile if it is not the default one, for messages."""
        profile = self.session.profile_name
        named = "" if profile == _NO_PROFILE else f" (profile {profile!r})"
        return f"{self.session.region_name}{named}"

    def _made(self, name: str, make: Callable[[], _Client]) -> _Client:
        """Return a service's client, made once: each loads the service's model and connects."""
        if name not in self._clients:
            self._clients[name] = make()
        made: _Client = self._clients[name]
        return made

    @property
    def _options(self) -> Any:
        # What the environment says about attempts goes first, as in any AWS tool.
        config = None if "AWS_MAX_ATTEMPTS" in os.environ else _RETRIES
        return {"endpoint_url": self.endpoint_url, "verify": self.ca_file, "config": config}


def open_session(region: str | None = None, profile: str | None = None) -> boto3.Session:
    """Return a session in a Region.

    Args:
        region: goes first; then AWS_REGION, which botocore does not read although the AWS command
            line and the CDK do; then AWS_DEFAULT_REGION; then the profile's.
        profile: of credentials and Region; left out, AWS_PROFILE or the default.

    Raises:
        ClientError: none of these names a Region, or AWS_ENDPOINT_URL is no URL.
        ProfileNotFound: there is no such profile.
    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint and "://" not in endpoint:
        raise ClientError(
            f"AWS_ENDPOINT_URL is {endpoint!r}, must be a URL such as https://127.0.0.1:4566; unset"
            " it to reach AWS"
        )
    session = boto3.Session(
        profile_name=profile, region_name=region or os.environ.get("AWS_REGION") or None
    )
    if not session.region_name:
        raise ClientError(
            "no AWS Region: name the one of your stack with --region or in AWS_REGION, or give the"
            " profile one with `aws configure set region REGION`"
        )
    return session


DEFAULT_NAME = "SelfConsistency"


@dataclass(frozen=True, slots=True)
class Stack:
    """The deployed stack: its name and outputs; `settings` is "" where it does not state them."""

    name: str
    bucket: str
    table: str
    state_machine_arn: str
    settings: str = ""

    @classmethod
    def of_outputs(cls, name: str, outputs: Mapping[str, str]) -> Self:
        """Return the stack whose CloudFormation outputs are given.

        Raises:
            ClientError: an output is missing, so the stack is not one of this app.
        """
        needed = (Output.BUCKET, Output.TABLE, Output.STATE_MACHINE_ARN)
        missing = [key for key in needed if key not in outputs]
        if missing:
            raise ClientError(
                f"stack {name!r} has no output {', '.join(missing)}: it is not a stack of this app"
            )
        bucket, table, state_machine_arn = (outputs[key] for key in needed)
        return cls(name, bucket, table, state_machine_arn, outputs.get(Output.SETTINGS, ""))

    @property
    def region(self) -> str | None:
        """Its Region, as its ARNs name it; `None` if they do not."""
        parts = self.state_machine_arn.split(":")
        return (parts[3] or None) if len(parts) > 3 else None

    def execution_arn(self, execution_name: str) -> str:
        """Return the ARN that an execution of this name has."""
        return f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{execution_name}"


def find_stack(connection: Connection, name: str) -> Stack:
    """Return a deployed stack by its name.

    Raises:
        ClientError: there is none of that name in this account and Region, or it is of
            another app.
    """
    try:
        described = connection.cloudformation().describe_stacks(StackName=name)
    except AwsError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise ClientError(
            f"no stack {name!r} in {connection.place}: deploy it there with `cdk deploy`, or name"
            " yours with --stack, or its Region with --region"
        ) from error
    outputs = described["Stacks"][0].get("Outputs", [])
    return Stack.of_outputs(name, {entry["OutputKey"]: entry["OutputValue"] for entry in outputs})
