"""Bedrock's batch jobs: each is created once, looked at and stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from lambdas.aws.clients import bedrock_client
from lambdas.contract import InvocationType
from lambdas.contract.keys import UNKNOWN
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_status import has_ended

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


Response = TypeVar("Response")
# Refusals that pass: the account's quota of live jobs, too many calls, failures of the service.
_PASSING = frozenset(
    {
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "TooManyRequestsException",
        "InternalServerException",
        "ServiceUnavailableException",
    }
)
_ENDING = frozenset({"Stopping", UNKNOWN})
# Whether a call without a response was carried out is unknown; the next call finds out.
_NO_RESPONSE = (BotoConnectionError, HTTPClientError)


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch job to be created.

    Attributes:
        name: unique in the account.
        token: makes a repeated call return the job of the first.
        role_arn: of the role with which Bedrock reads and writes.
        model_id: of a model or profile, or its ARN.
        invocation_type: how Bedrock reads the records.
        input_uri: `s3://` URI of the file, or of the folder with several.
        output_uri: of the folder for the output, ends with a slash.
        timeout_h: after which Bedrock ends the job, from 24 to 168.
        kms_key_arn: of the key that encrypts the output, "" for the bucket's default.
        subnet_ids: of the network that the job runs in, at most 16; empty for none.
        security_group_ids: of that network, at most 5.
    """

    name: str
    token: str
    role_arn: str
    model_id: str
    invocation_type: InvocationType
    input_uri: str
    output_uri: str
    timeout_h: int = 168
    kms_key_arn: str = ""
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobState:
    """A job's status, Bedrock's message on it, and the records processed so far."""

    status: str
    message: str
    records_done: int


class Batch:
    """Batch inference of one account and Region."""

    def __init__(self, client: "BedrockClient") -> None:
        self._client = client

    def create(self, job: Submission) -> str | None:
        """Create a job and return its ARN; `None` if Bedrock has no room for it now.

        The token makes a repeated call return the job of the first. If Bedrock no longer knows
        the token and refuses the name as taken, the job of that name is ours, too.

        Raises:
            JobRefusedError: refused for a reason that waiting does not fix.
        """
        try:
            created = _attempt(lambda: self._client.create_model_invocation_job(**_request(job)))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise JobRefusedError(f"job {job.name} is refused: {error}") from error
            return self._existing(job.name, error)
        return created["jobArn"] if created else None

    def find(self, name: str) -> str | None:
        """Return the ARN of the job of this name, "" without one; `None` if Bedrock does not say.

        `None` is for now: it will say later.
        """
        named = _attempt(lambda: list(self._named(name)))
        if named is None:
            return None
        return next((arn for arn, found, _ in named if found == name), "")

    def state(self, job_arn: str) -> JobState | None:
        """Return a job's state; `None` if Bedrock does not say now, but will later."""
        client = self._client
        try:
            found = _attempt(lambda: client.get_model_invocation_job(jobIdentifier=job_arn))
        except client.exceptions.ResourceNotFoundException as error:
            return JobState(UNKNOWN, str(error), 0)
        if found is None:
            return None
        return JobState(
            found.get("status", ""),
            found.get("message") or "",
            found.get("processedRecordCount") or 0,
        )

    def stop(self, job_arn: str) -> bool:
        """Request a job's end, and return whether it has ended or will.

        Bedrock refuses to stop a job that has ended. Whether it also refuses in a job's first
        moments is not documented, so a refusal counts only if the status agrees.
        """
        try:
            response = _attempt(
                lambda: self._client.stop_model_invocation_job(jobIdentifier=job_arn)
            )
        except ClientError:
            return self._is_ending(job_arn)
        return response is not None

    def live(self, name_prefix: str) -> list[tuple[str, str]] | None:
        """Return ARN and name of the live jobs whose names begin so.

        `None` if Bedrock does not list jobs now.
        """
        named = _attempt(lambda: list(self._named(name_prefix)))
        if named is None:
            return None
        return [
            (arn, name)
            for arn, name, status in named
            if name.startswith(name_prefix) and not has_ended(status) and status != "Stopping"
        ]

    def _is_ending(self, job_arn: str) -> bool:
        try:
            state = self.state(job_arn)
        except ClientError:
            # Submit has no permission to look; Abort looks again.
            return False
        return state is not None and (has_ended(state.status) or state.status in _ENDING)

    def _existing(self, name: str, refusal: ClientError) -> str | None:
        job_arn = self.find(name)
        if job_arn == "":
            raise JobRefusedError(f"job {name} is refused: {refusal}") from refusal
        return job_arn

    def _named(self, name_part: str) -> Iterator[tuple[str, str, str]]:
        pages = self._client.get_paginator("list_model_invocation_jobs").paginate(
            nameContains=name_part
        )
        for page in pages:
            for found in page.get("invocationJobSummaries", []):
                yield found["jobArn"], found["jobName"], found.get("status", "")


@cache
def batch() -> Batch:
    """Return batch inference in this Region."""
    return Batch(bedrock_client())


def _attempt(call: Callable[[], Response]) -> Response | None:
    """Return Bedrock's response; `None` if there is none now, but may be to a later call."""
    try:
        return call()
    except _NO_RESPONSE:
        return None
    except ClientError as error:
        if error.response["Error"]["Code"] in _PASSING:
            return None
        raise


def _request(job: Submission) -> Any:
    # The output's location is the only member that takes the key.
    key = {"s3EncryptionKeyId": job.kms_key_arn} if job.kms_key_arn else {}
    network: dict[str, Any] = {}
    if job.subnet_ids:
        ids = {"subnetIds": [*job.subnet_ids], "securityGroupIds": [*job.security_group_ids]}
        network = {"vpcConfig": ids}
    return {
        "jobName": job.name,
        "clientRequestToken": job.token,
        "roleArn": job.role_arn,
        "modelId": job.model_id,
        "modelInvocationType": job.invocation_type,
        "timeoutDurationInHours": job.timeout_h,
        "inputDataConfig": {
            "s3InputDataConfig": {"s3Uri": job.input_uri, "s3InputFormat": "JSONL"}
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": job.output_uri, **key}},
        **network,
    }
