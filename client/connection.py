"""A way into an account: real AWS by boto3's default chain, or an endpoint on this machine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5})


@dataclass(frozen=True, slots=True)
class Connection:
    """A session, with an endpoint and a trusted authority where those are not AWS's own.

    Left at None, both follow the environment (`AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`) as in any
    AWS tool.
    """

    session: boto3.Session
    endpoint_url: str | None = None
    ca_file: str | None = None

    def s3(self) -> "S3Client":
        """Return a client of S3."""
        return self.session.client("s3", **self._reached)

    def dynamodb(self) -> "DynamoDBServiceResource":
        """Return DynamoDB's resource, whose tables speak Python values."""
        return self.session.resource("dynamodb", **self._reached)

    def step_functions(self) -> "SFNClient":
        """Return a client of Step Functions."""
        return self.session.client("stepfunctions", **self._reached)

    def cloudformation(self) -> "CloudFormationClient":
        """Return a client of CloudFormation."""
        return self.session.client("cloudformation", **self._reached)

    def logs(self) -> "CloudWatchLogsClient":
        """Return a client of CloudWatch Logs."""
        return self.session.client("logs", **self._reached)

    def iam(self) -> "IAMClient":
        """Return a client of IAM."""
        return self.session.client("iam", **self._reached)

    @property
    def _reached(self) -> Any:
        return {"endpoint_url": self.endpoint_url, "verify": self.ca_file, "config": _RETRIES}
