"""Bedrock's batch jobs: created once each, looked at, stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from lambdas.aws.clients import bedrock_client
from lambdas.contract import InvocationType
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_ends import UNKNOWN
from lambdas.core.statuses import has_ended

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

Answer = TypeVar("Answer")

# Refusals that waiting mends: the account's quota of live jobs, too many calls, a bad hour.
_WAIT_FOR = frozenset(
    {
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "TooManyRequestsException",
        "InternalServerException",
        "ServiceUnavailableException",
    }
)
_GOING = frozenset({"Stopping", UNKNOWN})
# No answer: whether the call was carried out is not known, and is found out by the next one.
_UNHEARD = (BotoConnectionError, HTTPClientError)


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch job to be created.

    Attributes:
        name: unique in the account.
        token: that makes a second call bring the first one's job.
        role_arn: under which Bedrock reads and writes.
        model_id: of a model or profile, or its ARN.
        invocation_type: in which form the records are.
        input_uri: `s3://` URI of the file, or of the folder of several.
        output_uri: of the folder for the output, ends in a slash.
        timeout_h: after which Bedrock ends the job, from 24 to 168.
        kms_key_arn: the output is encrypted with, "" for the bucket's own way.
        subnet_ids: of the network the job is to run in, 16 at most; empty for none.
        security_group_ids: of that network, 5 at most.
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
    """How a job stands."""

    status: str
    message: str
    records_done: int


class Batch:
    """Batch inference of one account and Region."""

    def __init__(self, client: "BedrockClient") -> None:
        self._client = client

    def create(self, job: Submission) -> str | None:
        """Create a job and return its ARN; `None` where Bedrock has no room for it now.

        The token makes a second call bring the first one's job. Where Bedrock has forgotten the
        token and refuses the name as taken, the job of that name is ours as well.

        Raises:
            JobRefusedError: refused for a reason that waiting does not mend.
        """
        try:
            created = _heard(lambda: self._client.create_model_invocation_job(**_request(job)))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise JobRefusedError(f"job {job.name} is refused: {error}") from error
            return self._known(job.name, error)
        return created["jobArn"] if created else None

    def state(self, job_arn: str) -> JobState | None:
        """Return how a job stands; `None` where Bedrock does not say now and will later."""
        client = self._client
        try:
            found = _heard(lambda: client.get_model_invocation_job(jobIdentifier=job_arn))
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
        """Ask for a job's end, and return whether it has ended or will.

        Bedrock refuses to stop a job that has ended; whether it also refuses in the first moments
        of a job is not documented, so that a refusal is believed only with the status.
        """
        try:
            asked = _heard(lambda: self._client.stop_model_invocation_job(jobIdentifier=job_arn))
        except ClientError:
            return self._is_ending(job_arn)
        return asked is not None

    def live(self, name_prefix: str) -> list[tuple[str, str]] | None:
        """Return ARN and name of each job that runs and whose name begins so; `None` unheard."""
        named = _heard(lambda: list(self._named(name_prefix)))
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
            # Who may not look, as Submit, does not know; Abort looks again.
            return False
        return state is not None and (has_ended(state.status) or state.status in _GOING)

    def _known(self, name: str, refusal: ClientError) -> str | None:
        named = _heard(lambda: list(self._named(name)))
        if named is None:
            return None
        known = next((arn for arn, found, _ in named if found == name), None)
        if known is None:
            raise JobRefusedError(f"job {name} is refused: {refusal}") from refusal
        return known

    def _named(self, part: str) -> Iterator[tuple[str, str, str]]:
        pages = self._client.get_paginator("list_model_invocation_jobs").paginate(nameContains=part)
        for page in pages:
            for found in page.get("invocationJobSummaries", []):
                yield found["jobArn"], found["jobName"], found.get("status", "")


@cache
def batch() -> Batch:
    """Return batch inference in this Region."""
    return Batch(bedrock_client())


def _heard(call: Callable[[], Answer]) -> Answer | None:
    """Return what Bedrock answers; `None` where it does not now, and may when asked again."""
    try:
        return call()
    except _UNHEARD:
        return None
    except ClientError as error:
        if error.response["Error"]["Code"] in _WAIT_FOR:
            return None
        raise


def _request(job: Submission) -> Any:
    # The key belongs to the output's location: botocore refuses it anywhere else.
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
