"""The functions' AWS clients; each is created once, when it is first needed."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambdas.contract import MAX_ON_DEMAND_AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

# The client retries throttled calls and broken connections with back-off and jitter, so that the
# workflow need not repeat a step for them.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5, read_timeout=60
)
# For calls that the workflow repeats in any case. A function that runs out of time ends the run, so
# it must give up on a service that does not respond well before.
_BRIEF = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=15
)
# How long a model may take: 32,768 tokens at about 60 a second. A reply given up is lost and may be
# billed, so a function must outlive its calls: docs/decisions/0010-on-demand.md.
ANSWER_TIMEOUT_S = 600
# Each call is tried once: a call repeated after its reply was lost would be billed twice.
_ONCE = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=ANSWER_TIMEOUT_S,
    tcp_keepalive=True,
    max_pool_connections=MAX_ON_DEMAND_AT_ONCE,
)
_TABLE = Config(
    retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5, read_timeout=15
)


@cache
def s3_client() -> "S3Client":
    """Return the client of S3."""
    return boto3.client("s3", config=_CONFIG)


@cache
def bedrock_client() -> "BedrockClient":
    """Return the client of Bedrock's control plane."""
    return boto3.client("bedrock", config=_BRIEF)


@cache
def runtime_client() -> "BedrockRuntimeClient":
    """Return the client of Bedrock's models."""
    return boto3.client("bedrock-runtime", config=_ONCE)


@cache
def table_resource(name: str) -> "Table":
    """Return a DynamoDB table."""
    return boto3.resource("dynamodb", config=_TABLE).Table(name)


@cache
def states_client() -> "SFNClient":
    """Return the client of Step Functions."""
    return boto3.client("stepfunctions", config=_BRIEF)
