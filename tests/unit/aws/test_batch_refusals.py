"""Batch jobs where Bedrock refuses, is silent, or has ended a job meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.batch import Batch, Submission
from tests.unit.cloud import Cloud
from tests.unit.local.bedrock.world import REGION

ARN = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghijkl"


@contextmanager
def answering(*answers: tuple[str, dict[str, Any] | str]) -> Iterator[Batch]:
    """Batch over a client that is given these answers, or error codes, in this order."""
    client = boto3.client("bedrock", region_name=REGION)
    with Stubber(client) as bedrock:
        for operation, answer in answers:
            if isinstance(answer, str):
                bedrock.add_client_error(operation, answer)
            else:
                bedrock.add_response(operation, answer)
        yield Batch(client)
        bedrock.assert_no_pending_responses()
    client.close()


def listed(*statuses: str) -> tuple[str, dict[str, Any]]:
    known = {
        "jobArn": ARN,
        "modelId": "m",
        "roleArn": "r",
        "submitTime": 0,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://b/i"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/o"}},
    }
    jobs = [known | {"jobName": f"sc-0123-{status}", "status": status} for status in statuses]
    return "list_model_invocation_jobs", {"invocationJobSummaries": jobs}


@pytest.mark.parametrize("code", ["ConflictException", "ValidationException"])
def test_a_job_that_ends_before_it_is_stopped_is_no_error(aws: Cloud, code: str) -> None:
    stop = ("stop_model_invocation_job", code)

    with answering(listed("InProgress", "PartiallyCompleted", "Expired"), stop) as batch:
        assert batch.stop_live("sc-0123-") == ["sc-0123-InProgress"]


def test_a_job_that_may_not_be_stopped_is_an_error(aws: Cloud) -> None:
    stop = ("stop_model_invocation_job", "AccessDeniedException")

    with (
        answering(listed("InProgress"), stop) as batch,
        pytest.raises(ClientError, match="AccessDenied"),
    ):
        batch.stop_live("sc-0123-")


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException"])
def test_a_status_that_is_not_told_now_is_asked_for_later(aws: Cloud, code: str) -> None:
    with answering(("get_model_invocation_job", code)) as batch:
        assert batch.state(ARN) is None


def test_a_status_that_may_not_be_asked_for_is_an_error(aws: Cloud) -> None:
    with (
        answering(("get_model_invocation_job", "AccessDeniedException")) as batch,
        pytest.raises(ClientError, match="AccessDenied"),
    ):
        batch.state(ARN)


def test_a_service_that_does_not_answer_is_asked_again_later(aws: Cloud, job: Submission) -> None:
    client = boto3.client(
        "bedrock",
        region_name=REGION,
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}),
    )

    assert Batch(client).create(job) is None
    assert Batch(client).state(ARN) is None
    client.close()
