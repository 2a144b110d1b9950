"""A small AWS in moto, with the real Bedrock stand-in: what tests of our AWS layer stand on."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.aws import batch, store, table
from lambdas.contract import Env, Table
from local.bedrock.edge import Edge, connect
from tests.unit.local.bedrock.world import REGION, trust_statement

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Test",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    Env.DEFAULT_MODEL: "us.amazon.nova-lite-v1:0",
    Env.POLL_EVERY_S: "1",
    Env.JOBS_AT_ONCE: "3",
    Env.ON_DEMAND_AT_ONCE: "4",
    Env.MIN_RECORDS: "1",
    Env.MAX_RECORDS: "50000",
    Env.MAX_INPUT_MIB: "1024",
    Env.JOB_TIMEOUT_H: "168",
}
_OF_ENVIRONMENT: tuple[Any, ...] = (batch.batch, store.run_store, table.run_table)
_numbers = count(1)


class Cloud:
    """Clients of moto; buckets and tables are made anew for each test, as one moto is dear."""

    def __init__(self) -> None:
        self.edge, self.dynamodb = _clients()
        self.s3: Any = self.edge.s3
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust_statement()]})
        role = self.edge.iam.create_role(RoleName="batch", AssumeRolePolicyDocument=document)
        self.role_arn = role["Role"]["Arn"]
        self.bedrock_port = _free_port()

    def new_bucket(self) -> str:
        name = f"bucket-{next(_numbers)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def new_table(self, name: str = "runs") -> Any:
        """Make an empty table in place of the one of that name: its resource is made once."""
        with suppress(self.dynamodb.meta.client.exceptions.ResourceNotFoundException):
            self.dynamodb.Table(name).delete()
        keys = {Table.PARTITION: "HASH", Table.SORT: "RANGE"}
        return self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            BillingMode="PAY_PER_REQUEST",
        )


@cache
def _clients() -> tuple[Edge, Any]:
    return connect(region=REGION), boto3.resource("dynamodb", region_name=REGION)


@cache
def _free_port() -> int:
    """Return one port for the stand-ins of all tests, so that clients of it are made once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Run moto under an environment of its own.

    Clients outlive it, as botocore takes a tenth of a second to read a service's model.
    """
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        forget_environment()
        running = Cloud()
        for service in ("BEDROCK", "BEDROCK_RUNTIME"):
            url = f"http://127.0.0.1:{running.bedrock_port}"
            environment.setenv(f"AWS_ENDPOINT_URL_{service}", url)
        try:
            yield running
        finally:
            forget_environment()


def forget_environment() -> None:
    """Let our AWS layer read its environment again."""
    for cached in _OF_ENVIRONMENT:
        cached.cache_clear()
