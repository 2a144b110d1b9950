import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from lambdas.contract import Table
from lambdas.contract.schema import FORMAT
from selfconsistency.connection import Connection, Stack

REGION = "us-east-1"
MACHINE_ARN = f"arn:aws:states:{REGION}:000000000000:stateMachine:Workflow"


@dataclass
class Executions:
    """Step Functions as far as the client goes: started executions, and how each stands.

    `refusal` is the code of the error that a redrive or a stop is refused with. `on_stop` is what
    follows a stop.
    """

    started: dict[str, Any] = field(default_factory=dict)
    standing: dict[str, dict[str, Any]] = field(default_factory=dict)
    redriven: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    on_stop: Callable[[], object] = lambda: None

    def start_execution(self, **asked: str) -> None:
        self.started[asked["name"]] = json.loads(asked["input"])

    def redrive_execution(self, *, executionArn: str) -> None:  # noqa: N803
        if self.refusal:
            error = {"Error": {"Code": self.refusal, "Message": "too old"}}
            raise ClientError(error, "RedriveExecution")
        self.redriven.append(executionArn)

    def stop_execution(self, *, executionArn: str, cause: str) -> None:  # noqa: N803
        if self.refusal:
            error = {"Error": {"Code": self.refusal, "Message": "not running"}}
            raise ClientError(error, "StopExecution")
        self.stopped[executionArn] = cause
        self.on_stop()

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803
        if executionArn not in self.standing:
            error = {"Error": {"Code": "ExecutionDoesNotExist", "Message": "none"}}
            raise ClientError(error, "DescribeExecution")
        return self.standing[executionArn]


@dataclass(frozen=True)
class Account(Connection):
    """moto's S3 and DynamoDB, and executions of our own."""

    executions: Executions = field(default_factory=Executions)

    def step_functions(self) -> Any:
        return self.executions


@pytest.fixture(scope="package")
def session() -> boto3.Session:
    """One session, so that botocore reads its models once."""
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, session: boto3.Session) -> Iterator[Account]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield Account(session)


@pytest.fixture
def stack(account: Account) -> Stack:
    account.s3().create_bucket(Bucket="the-bucket")
    text = "S"
    account.dynamodb().create_table(
        TableName="the-table",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": Table.PARTITION, "KeyType": "HASH"},
            {"AttributeName": Table.SORT, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": text}
            for name in (Table.PARTITION, Table.SORT, Table.INDEX_PARTITION, Table.INDEX_SORT)
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": Table.INDEX,
                "KeySchema": [
                    {"AttributeName": Table.INDEX_PARTITION, "KeyType": "HASH"},
                    {"AttributeName": Table.INDEX_SORT, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return Stack("Ours", "the-bucket", "the-table", MACHINE_ARN)


@dataclass(frozen=True)
class Entries:
    """The stack's table; what is put into it has the format unless it says otherwise."""

    table: Any

    def put_item(self, *, Item: dict[str, Any]) -> None:  # noqa: N803
        known = {"format": FORMAT} | Item
        self.table.put_item(
            Item={name: value for name, value in known.items() if value is not None}
        )


@pytest.fixture
def entries(account: Account, stack: Stack) -> Entries:
    return Entries(account.dynamodb().Table(stack.table))
