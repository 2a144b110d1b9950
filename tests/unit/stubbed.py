"""Bedrock's responses that the emulator cannot give: refusals, and listings of any jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.stub import Stubber


class Given(NamedTuple):
    """The response to one call, or the code of its error; `job` is the job's number."""

    operation: str
    answer: dict[str, Any] | str
    job: int | None = None


@contextmanager
def answering(client: Any, *answers: Given) -> Iterator[None]:
    """Stub a client of Bedrock with these responses, in this order; all must be used."""
    with Stubber(client) as bedrock:
        for operation, answer, job in answers:
            asked = {"jobIdentifier": arn(job)} if job else None
            if isinstance(answer, str):
                bedrock.add_client_error(operation, answer, expected_params=asked)
            else:
                bedrock.add_response(operation, answer, asked)
        yield
        bedrock.assert_no_pending_responses()


def arn(number: int = 1) -> str:
    return f"arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/job{number:09d}"


def created(answer: str) -> Given:
    """Refuse a job's creation."""
    return Given("create_model_invocation_job", answer)


def listed(*jobs: tuple[str, str]) -> Given:
    """List jobs by name and status; their numbers count from 1."""
    summaries = [
        _job(number, status) | {"jobName": name} for number, (name, status) in enumerate(jobs, 1)
    ]
    return Given("list_model_invocation_jobs", {"invocationJobSummaries": summaries})


def unlisted(code: str) -> Given:
    """Refuse a listing."""
    return Given("list_model_invocation_jobs", code)


def stopped(job: int = 1, *, refused: str | None = None) -> Given:
    """Accept the stop of a job, or refuse it."""
    return Given("stop_model_invocation_job", refused or {}, job)


def looked(status: str, job: int = 1) -> Given:
    """Return a job's status."""
    return Given("get_model_invocation_job", _job(job, status), job)


def unlooked(code: str, job: int = 1) -> Given:
    """Refuse to return a job's status."""
    return Given("get_model_invocation_job", code, job)


def _job(number: int, status: str) -> dict[str, Any]:
    return {
        "jobArn": arn(number),
        "status": status,
        "modelId": "m",
        "roleArn": "r",
        "submitTime": 0,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://b/i"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/o"}},
    }
