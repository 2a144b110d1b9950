"""The clients with which the Bedrock emulator uses the emulator, under credentials of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

# Path-style addresses: bucket names have no host names on loopback.
CONFIG = Config(
    max_pool_connections=32,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    s3={"addressing_style": "path"},
)


@dataclass(frozen=True, slots=True)
class AwsClients:
    """The emulator as the Bedrock emulator sees it; `functions` is its Lambda client."""

    region: str
    account: str
    s3: S3Client
    iam: IAMClient
    events: EventBridgeClient
    functions: Any


def connect(
    session: boto3.Session | None = None,
    endpoint_url: str | None = None,
    ca_bundle: str | None = None,
) -> AwsClients:
    """Return clients of the emulator; what is not given comes from the environment."""
    session = session or boto3.Session()

    def client(name: str) -> Any:
        make: Any = session.client
        return make(name, endpoint_url=endpoint_url, verify=ca_bundle, config=CONFIG)

    return AwsClients(
        region=session.region_name or "us-east-1",
        account=client("sts").get_caller_identity()["Account"],
        s3=client("s3"),
        iam=client("iam"),
        events=client("events"),
        functions=client("lambda"),
    )
