"""A small AWS in this process's memory: moto's S3, DynamoDB and IAM, and the steps' environment."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any, Final, TypeVar

import boto3
from moto import mock_aws

from lambdas.aws import bedrock_batch, run_table, store
from lambdas.contract import Table
from lambdas.contract.environment import environment
from selfconsistency.bedrock.aws_clients import CONFIG, AwsClients
from selfconsistency.one_process.moto_calls import ACCOUNT, safe_moto
from selfconsistency.one_process.status_changes import StatusChanges

REGION: Final = "us-east-1"
# As the stack sets them unless it is set otherwise; metrics and logs have no reader here.
VARIABLES: Mapping[str, str] = {
    "DEFAULT_MODEL": "us.amazon.nova-lite-v1:0",
    "POLL_EVERY_S": "60",
    "JOBS_AT_ONCE": "3",
    "ON_DEMAND_AT_ONCE": "4",
    "MIN_RECORDS": "100",
    "MAX_RECORDS": "50000",
    "MAX_INPUT_MIB": "950",
    "JOB_TIMEOUT_H": "168",
    "REHEARSAL": "true",
    "POWERTOOLS_SERVICE_NAME": "self-consistency",
    "POWERTOOLS_METRICS_NAMESPACE": "SelfConsistency",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
_CREDENTIALS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Nothing that a person has set for AWS may lead a call there.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    # Nobody listens: calls of Bedrock are answered before they are sent (`answered_by`).
    "AWS_ENDPOINT_URL_BEDROCK": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:1",
}
_READ_ONCE: tuple[Any, ...] = (
    environment,
    bedrock_batch.batch,
    store.run_store,
    run_table.run_table,
)
_ROLE = "batch"
_numbers = count(1)


class Cloud:
    """A bucket, a table and a role of each name, and what the Bedrock emulator needs of AWS."""

    def __init__(self) -> None:
        self.s3, iam, self.dynamodb = _clients()
        self.changes = StatusChanges()
        self.edge = AwsClients(REGION, ACCOUNT, self.s3, iam, self.changes.events, None)
        role = iam.create_role(RoleName=_ROLE, AssumeRolePolicyDocument=json.dumps(_TRUST))
        self.role_arn: str = role["Role"]["Arn"]

    def new_bucket(self) -> str:
        """Create a bucket and return its name."""
        name = f"bucket-{next(_numbers)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def new_table(self, name: str = "runs") -> Any:
        """Replace the table of that name by an empty one; its resource is created once."""
        with suppress(self.dynamodb.meta.client.exceptions.ResourceNotFoundException):
            self.dynamodb.Table(name).delete()
        keys = {Table.PARTITION: "HASH", Table.SORT: "RANGE"}
        return self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )


Kind = TypeVar("Kind", bound=Cloud)


@contextmanager
def cloud(
    variables: Mapping[str, str] = VARIABLES,
    kind: type[Kind] = Cloud,  # type: ignore[assignment]
) -> Iterator[Kind]:
    """Run moto with an environment of its own; the steps still need BUCKET, TABLE and a role.

    Clients outlive it, because botocore takes a tenth of a second to read a service's model.
    """
    before = dict(os.environ)
    kept = {name: value for name, value in before.items() if not name.startswith("AWS_")}
    # Inside, moto would put its own credentials into the environment.
    with mock_aws(config={"core": {"mock_credentials": False}}), safe_moto():
        _replace_environment({**kept, **_CREDENTIALS, **variables})
        try:
            yield kind()
        finally:
            _replace_environment(before)


def use_variables(**variables: str) -> None:
    """Set variables of the steps' environment, until the cloud ends."""
    os.environ.update(variables)
    forget_environment()


def forget_environment() -> None:
    """Make the AWS layer read its environment again."""
    for cached in _READ_ONCE:
        cached.cache_clear()


def _replace_environment(variables: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)
    forget_environment()


@cache
def _clients() -> tuple[Any, Any, Any]:
    """Return S3 and IAM as the Bedrock emulator uses them, and DynamoDB's resource."""
    session = boto3.Session(region_name=REGION)
    s3, iam = (session.client(name, config=CONFIG) for name in ("s3", "iam"))
    return s3, iam, session.resource("dynamodb")


_TRUST: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnEquals": {
                    "aws:SourceArn": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/*"
                },
            },
        }
    ],
}
