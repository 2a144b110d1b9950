"""A small AWS in moto, with a port for the Bedrock emulator, for tests of the AWS layer."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend

from lambdas.aws import bedrock_batch, run_table, store
from lambdas.contract import Table
from lambdas.contract.environment import environment
from selfconsistency.bedrock.aws_clients import AwsClients, connect
from tests.unit.selfconsistency.bedrock.world import REGION, trust_statement

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_METRICS_NAMESPACE": "Test",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "DEFAULT_MODEL": "us.amazon.nova-lite-v1:0",
    "POLL_EVERY_S": "1",
    "JOBS_AT_ONCE": "3",
    "ON_DEMAND_AT_ONCE": "4",
    "MIN_RECORDS": "1",
    "MAX_RECORDS": "50000",
    "MAX_INPUT_MIB": "1024",
    "JOB_TIMEOUT_H": "168",
    # Tests of spending limits, pilot and preflight set it otherwise.
    "REHEARSAL": "true",
}
_OF_ENVIRONMENT: tuple[Any, ...] = (
    environment,
    bedrock_batch.batch,
    store.run_store,
    run_table.run_table,
)
_numbers = count(1)
_moto_update_item = DynamoDBBackend.update_item
_updating = Lock()


class Cloud:
    """Clients of moto. Each test gets a new bucket and table, because a new moto takes long."""

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
        """Replace the table of that name by an empty one; its resource is created once."""
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
def _clients() -> tuple[AwsClients, Any]:
    session = boto3.Session(region_name=REGION)
    return connect(session), session.resource("dynamodb")


@cache
def _free_port() -> int:
    """Return one port for the emulators of all tests, so that their clients are created once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Run moto with its own environment.

    Clients outlive it, because botocore takes a tenth of a second to read a service's model.
    """
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setattr(DynamoDBBackend, "update_item", _update_item)
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


def _update_item(*args: Any, **options: Any) -> Any:
    """Update items one at a time: moto reads, changes and writes an item without a lock."""
    with _updating:
        return _moto_update_item(*args, **options)


def forget_environment() -> None:
    """Make the AWS layer read its environment again."""
    for cached in _OF_ENVIRONMENT:
        cached.cache_clear()
