"""A small AWS in moto, with the real Bedrock stand-in: what tests of our AWS layer stand on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambdas.aws import batch, clients, store, table
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
    "POWERTOOLS_METRICS_DISABLED": "true",
    Env.DEFAULT_MODEL: "us.amazon.nova-lite-v1:0",
    Env.POLL_EVERY_S: "1",
    Env.JOBS_AT_ONCE: "3",
    Env.MIN_RECORDS: "1",
    Env.MAX_RECORDS: "50000",
    Env.MAX_INPUT_MIB: "1024",
}
_CACHED = (
    clients.s3_client,
    clients.bedrock_client,
    clients.table_resource,
    batch.batch,
    store.run_store,
    table.run_table,
)
_numbers = count(1)


class Cloud:
    """Clients of moto; buckets and tables are made anew for each test, as one moto is dear."""

    def __init__(self) -> None:
        self.edge: Edge = connect(region=REGION)
        self.s3: Any = self.edge.s3
        self.dynamodb: Any = boto3.resource("dynamodb", region_name=REGION)
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust_statement()]})
        role = self.edge.iam.create_role(RoleName="batch", AssumeRolePolicyDocument=document)
        self.role_arn = role["Role"]["Arn"]

    def new_bucket(self) -> str:
        name = f"bucket-{next(_numbers)}"
        self.s3.create_bucket(Bucket=name)
        return name

    def new_table(self) -> Any:
        keys = {Table.PARTITION: "HASH", Table.SORT: "RANGE"}
        return self.dynamodb.create_table(
            TableName=f"table-{next(_numbers)}",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            BillingMode="PAY_PER_REQUEST",
        )


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Run moto under an environment of its own."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        forget()
        try:
            yield Cloud()
        finally:
            forget()


def forget() -> None:
    """Empty the caches of our AWS layer: clients, and names read of the environment."""
    for cached in _CACHED:
        cached.cache_clear()
