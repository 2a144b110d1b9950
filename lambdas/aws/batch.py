"""Bedrock's batch jobs: created once each, looked at, stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from lambdas.aws.clients import bedrock_client
from lambdas.core.errors import JobRefusedError
from lambdas.core.families import InvocationType
from lambdas.core.statuses import has_ended

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

# The longest Bedrock allows: a job that runs out of time is paid for and brings less.
JOB_TIMEOUT_H = 168
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
# No answer: whether the call was carried out is not known, and is found out by the next one.
_UNHEARD = (BotoConnectionError, HTTPClientError)


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch job to be created; URIs are `s3://` ones, the output's ends in a slash."""

    name: str
    token: str
    role_arn: str
    model_id: str
    invocation_type: InvocationType
    input_uri: str
    output_uri: str


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
            created = self._client.create_model_invocation_job(**_request(job))
        except _UNHEARD:
            return None
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _WAIT_FOR:
                return None
            known = self.find(job.name) if code == "ConflictException" else None
            if known is None:
                raise JobRefusedError(f"job {job.name} is refused: {error}") from error
            return known
        return created["jobArn"]

    def find(self, name: str) -> str | None:
        """Return the ARN of the job with that name, `None` where there is none."""
        return next((arn for arn, found, _ in self._named(name) if found == name), None)

    def state(self, job_arn: str) -> JobState | None:
        """Return how a job stands; `None` where Bedrock does not say now and will later."""
        try:
            found = self._client.get_model_invocation_job(jobIdentifier=job_arn)
        except _UNHEARD:
            return None
        except ClientError as error:
            if error.response["Error"]["Code"] in _WAIT_FOR:
                return None
            raise
        return JobState(
            found.get("status", ""),
            found.get("message") or "",
            found.get("processedRecordCount") or 0,
        )

    def stop_live(self, name_prefix: str) -> list[str]:
        """Ask for the end of every live job whose name begins so, and return their names."""
        stopped = []
        for arn, name, status in self._named(name_prefix):
            if name.startswith(name_prefix) and not has_ended(status):
                self._stop(arn)
                stopped.append(name)
        return stopped

    def _stop(self, job_arn: str) -> None:
        try:
            self._client.stop_model_invocation_job(jobIdentifier=job_arn)
        except ClientError as error:
            # It has ended between the listing and here.
            if error.response["Error"]["Code"] not in {"ConflictException", "ValidationException"}:
                raise

    def _named(self, part: str) -> Iterator[tuple[str, str, str]]:
        pages = self._client.get_paginator("list_model_invocation_jobs").paginate(nameContains=part)
        for page in pages:
            for found in page.get("invocationJobSummaries", []):
                yield found["jobArn"], found["jobName"], found.get("status", "")


@cache
def batch(*, patient: bool = True) -> Batch:
    """Return batch inference in this Region.

    Whoever can wait in the workflow asks impatiently; all others would end the run by an error.
    """
    return Batch(bedrock_client(patient=patient))


def _request(job: Submission) -> Any:
    return {
        "jobName": job.name,
        "clientRequestToken": job.token,
        "roleArn": job.role_arn,
        "modelId": job.model_id,
        "modelInvocationType": job.invocation_type,
        "timeoutDurationInHours": JOB_TIMEOUT_H,
        "inputDataConfig": {
            "s3InputDataConfig": {"s3Uri": job.input_uri, "s3InputFormat": "JSONL"}
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": job.output_uri}},
    }
