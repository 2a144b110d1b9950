"""A bucket and a role in moto, the real server on loopback, and a real client of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from selfconsistency.bedrock.aws_clients import AwsClients, connect
from selfconsistency.bedrock.emulator import BedrockEmulator
from tests.unit.selfconsistency.bedrock.world import (
    AT_ONCE,
    BUCKET,
    FEW,
    REGION,
    Allowing,
    Bedrock,
    Echo,
    NoCallers,
    converse_lines,
    trust_statement,
)


@pytest.fixture(scope="package")
def session() -> boto3.Session:
    """One session, so that botocore reads its models once."""
    return boto3.Session(region_name=REGION)


@cache
def _clients() -> AwsClients:
    """Make clients once: botocore takes a tenth of a second to read a service's model."""
    return connect(boto3.Session(region_name=REGION))


@pytest.fixture(scope="module")
def edge() -> Iterator[AwsClients]:
    """Begin moto anew for each module, so that modules run in any order and on any worker."""
    with mock_aws():
        made = _clients()
        made.s3.create_bucket(Bucket=BUCKET)
        yield made


@pytest.fixture(scope="module")
def role_arn(edge: AwsClients) -> str:
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust_statement()]})
    role = edge.iam.create_role(RoleName="batch", AssumeRolePolicyDocument=document)
    return role["Role"]["Arn"]


@pytest.fixture(scope="module")
def start(edge: AwsClients, role_arn: str, session: boto3.Session) -> Callable[..., Bedrock]:
    """Start a Bedrock emulator that ends with an ExitStack; settings go to its constructor."""

    def started(running: ExitStack, answers: Any = None, **settings: Any) -> Bedrock:
        chosen = {
            "edge": edge,
            "quotas": FEW,
            "delays": AT_ONCE,
            "permissions": Allowing(),
            "callers": NoCallers(),
        } | settings
        bedrock_emulator = BedrockEmulator(answers or Echo(), **chosen)
        url = running.enter_context(bedrock_emulator)
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
        client = session.client("bedrock", endpoint_url=url, config=config)
        runtime = session.client("bedrock-runtime", endpoint_url=url, config=config)
        running.callback(client.close)
        running.callback(runtime.close)
        bedrock = Bedrock(client, edge.s3, role_arn, url, bedrock_emulator, runtime)
        bedrock.put_records(converse_lines(3))
        return bedrock

    return started


@pytest.fixture
def serve(start: Callable[..., Bedrock]) -> Iterator[Callable[..., Bedrock]]:
    """Start Bedrock emulators for one test."""
    with ExitStack() as running:
        yield partial(start, running)


@pytest.fixture(scope="module")
def refusing(start: Callable[..., Bedrock]) -> Iterator[Bedrock]:
    """One emulator for all the requests of a module that it refuses."""
    with ExitStack() as running:
        yield start(running)
