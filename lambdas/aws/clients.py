"""The functions' AWS clients, each made once, when it is first needed."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_s3 import S3Client

# Throttling and broken connections are tried again here, with back-off and jitter, so that the
# workflow need not start a step over for them.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5, read_timeout=60
)
# For what the workflow asks again in any case: a silent service must be given up well before the
# function's own time is, for a function that runs out of time ends the run.
_BRIEF = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=15
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
def table_resource(name: str) -> "Table":
    """Return a DynamoDB table."""
    return boto3.resource("dynamodb", config=_TABLE).Table(name)
