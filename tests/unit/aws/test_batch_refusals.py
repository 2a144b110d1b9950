"""Batch jobs where Bedrock refuses, is silent, or has ended a job meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.batch import Batch, Submission
from lambdas.aws.clients import bedrock_client
from lambdas.core.errors import JobRefusedError
from tests.unit.cloud import Cloud
from tests.unit.local.bedrock.world import REGION
from tests.unit.stubbed import (
    Given,
    answering,
    arn,
    created,
    listed,
    looked,
    stopped,
    unlisted,
    unlooked,
)

Answers = Callable[..., Batch]
OUT = "s3://bucket/runs/r/output/"
WITH_KEY = {"s3Uri": OUT, "s3EncryptionKeyId": "arn:key"}
LATER = ["ThrottlingException", "ServiceQuotaExceededException", "InternalServerException"]


@pytest.fixture
def given(aws: Cloud) -> Iterator[Answers]:
    """Return batch inference that is given these answers and no others."""
    with ExitStack() as running:

        def told(*answers: Given) -> Batch:
            running.enter_context(answering(bedrock_client(), *answers))
            return Batch(bedrock_client())

        yield told


@pytest.mark.parametrize("code", LATER)
def test_a_job_that_is_not_created_now_is_asked_for_later(
    given: Answers, job: Submission, code: str
) -> None:
    assert given(created(code)).create(job) is None


def test_a_conflict_with_a_job_that_is_not_told_now_is_asked_about_later(
    given: Answers, job: Submission
) -> None:
    batch = given(created("ConflictException"), unlisted("ThrottlingException"))

    assert batch.create(job) is None


def test_a_conflict_brings_the_job_of_the_whole_name(given: Answers, job: Submission) -> None:
    jobs = ((f"{job.name}0", "InProgress"), (job.name, "Failed"))

    assert given(created("ConflictException"), listed(*jobs)).create(job) == arn(2)


def test_a_conflict_with_no_job_of_the_whole_name_is_refused(
    given: Answers, job: Submission
) -> None:
    longer = replace(job, name=f"{job.name}0")
    batch = given(created("ConflictException"), listed((longer.name, "InProgress")))

    with pytest.raises(JobRefusedError, match=f"job {job.name} is refused: .*Conflict"):
        batch.create(job)


@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        pytest.param([stopped()], True, id="it is taken"),
        pytest.param([stopped(refused="ThrottlingException")], False, id="nothing is heard"),
        *(
            pytest.param([stopped(refused=code), looked(status)], ends, id=f"{code}: {status}")
            for code in ("ConflictException", "ValidationException", "AccessDeniedException")
            for status, ends in {
                "PartiallyCompleted": True,
                "Stopping": True,
                "Stopped": True,
                "Submitted": False,
                "InProgress": False,
            }.items()
        ),
        *(
            pytest.param(
                [stopped(refused="ConflictException"), unlooked(code)], False, id=f"look: {code}"
            )
            for code in ("ThrottlingException", "AccessDeniedException")
        ),
    ],
)
def test_a_stop_is_believed_only_where_the_job_ends(
    given: Answers, answers: list[Given], ends: bool
) -> None:
    assert given(*answers).stop(arn()) is ends


def test_live_jobs_are_those_that_run_and_whose_name_begins_so(given: Answers) -> None:
    batch = given(
        listed(
            ("sc-0123-w01-j0001", "InProgress"),
            ("x-sc-0123-w01-j0001", "InProgress"),
            ("sc-0123-w01-j0002", "Stopping"),
            ("sc-0123-w01-j0003", "Submitted"),
            ("sc-0123-w01-j0004", "PartiallyCompleted"),
            ("sc-0123-w01-j0005", "Expired"),
        )
    )

    assert batch.live("sc-0123-") == [
        (arn(1), "sc-0123-w01-j0001"),
        (arn(4), "sc-0123-w01-j0003"),
    ]


def test_a_listing_that_is_not_told_now_is_no_empty_listing(given: Answers) -> None:
    assert given(unlisted("ThrottlingException")).live("sc-0123-") is None


def test_a_listing_that_is_not_allowed_is_an_error(given: Answers) -> None:
    batch = given(unlisted("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        batch.live("sc-0123-")


@pytest.mark.parametrize("code", LATER)
def test_a_status_that_is_not_told_now_is_asked_for_later(given: Answers, code: str) -> None:
    assert given(unlooked(code)).state(arn()) is None


def test_a_status_that_may_not_be_asked_for_is_an_error(given: Answers) -> None:
    batch = given(unlooked("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        batch.state(arn())


def test_a_service_that_does_not_answer_is_asked_again_later(aws: Cloud, job: Submission) -> None:
    client = boto3.client(
        "bedrock",
        region_name=REGION,
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}),
    )
    batch = Batch(client)

    assert batch.create(job) is None
    assert batch.state(arn()) is None
    assert batch.live("sc-0123-") is None
    assert not batch.stop(arn())
    client.close()


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        pytest.param({}, {}, id="neither"),
        pytest.param(
            {"kms_key_arn": "arn:key"},
            {"outputDataConfig": {"s3OutputDataConfig": WITH_KEY}},
            id="a key, with the output's location",
        ),
        pytest.param(
            {"subnet_ids": ("subnet-1",), "security_group_ids": ("sg-1", "sg-2")},
            {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1", "sg-2"]}},
            id="a network",
        ),
    ],
)
def test_a_job_is_asked_for_with_key_and_network_where_bedrock_takes_them(
    aws: Cloud, job: Submission, chosen: dict[str, Any], sent: dict[str, Any]
) -> None:
    asked = replace(job, output_uri=OUT, **chosen)
    plain = {
        "jobName": job.name,
        "clientRequestToken": job.token,
        "roleArn": job.role_arn,
        "modelId": job.model_id,
        "modelInvocationType": "Converse",
        "timeoutDurationInHours": 168,
        "inputDataConfig": {
            "s3InputDataConfig": {"s3Uri": job.input_uri, "s3InputFormat": "JSONL"}
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": OUT}},
    }
    with Stubber(bedrock_client()) as bedrock:
        answer = {"jobArn": arn()}
        bedrock.add_response("create_model_invocation_job", answer, plain | sent)

        assert Batch(bedrock_client()).create(asked) == arn()


def test_a_job_that_bedrock_does_not_know_is_no_error_and_needs_no_stop(given: Answers) -> None:
    gone = "ResourceNotFoundException"
    batch = given(unlooked(gone), stopped(refused=gone), unlooked(gone))

    state = batch.state(arn())

    assert state is not None
    assert (state.status, state.records_done) == ("Unknown", 0)
    assert batch.stop(arn())
