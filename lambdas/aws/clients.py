"""The functions' AWS clients; each is created once, when it is first needed."""

import socket
from functools import cache
from typing import TYPE_CHECKING, Any

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
# Plan asks about a run's model, and goes on without an answer.
_IN_PASSING = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=5
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
# Networks drop a connection without traffic: NAT gateways and load balancers of AWS after 350 s.
# `tcp_keepalive` alone sends the first probe after the system's two hours.
_PROBE_AFTER_S, _PROBE_EVERY_S, _PROBES = 60, 30, 5
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
def look_up_client() -> "BedrockClient":
    """Return the client of Bedrock's control plane for facts that a run can do without."""
    return boto3.client("bedrock", config=_IN_PASSING)


@cache
def runtime_client() -> "BedrockRuntimeClient":
    """Return the client of Bedrock's models."""
    client = boto3.client("bedrock-runtime", config=_ONCE)
    _probe_soon(client)
    return client


@cache
def table_resource(name: str) -> "Table":
    """Return a DynamoDB table."""
    return boto3.resource("dynamodb", config=_TABLE).Table(name)


@cache
def states_client() -> "SFNClient":
    """Return the client of Step Functions."""
    return boto3.client("stepfunctions", config=_BRIEF)


def _probe_soon(client: Any) -> None:
    """Send the probes of `tcp_keepalive` in time, where the system lets a connection choose.

    botocore has no setting for it. Its session hands this very list to each connection.
    """
    options: list[tuple[int, int, int]] = client._endpoint.http_session._socket_options
    for name, value in (
        ("TCP_KEEPIDLE", _PROBE_AFTER_S),
        ("TCP_KEEPINTVL", _PROBE_EVERY_S),
        ("TCP_KEEPCNT", _PROBES),
    ):
        if hasattr(socket, name):
            options.append((socket.IPPROTO_TCP, getattr(socket, name), value))
