"""Batch jobs: created once each, whatever happens to the answer; stopped when the run ends."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config

from lambdas.aws.batch import Batch, JobState, Submission
from lambdas.core.errors import JobRefusedError
from local.bedrock.settings import Delays, Faults, Quotas
from local.bedrock.stand_in import StandIn
from tests.unit.cloud import Cloud
from tests.unit.local.bedrock.world import FEW, REGION, Allowing, Echo, NoCallers

SLOW = Delays(60, 60, 60, 60)
Serve = Callable[..., Any]


@pytest.fixture(scope="module")
def client(aws: Cloud) -> Any:
    """A client that tries once, of whichever stand-in is running."""
    return boto3.client(
        "bedrock",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{aws.bedrock_port}",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def serve(aws: Cloud, client: Any) -> Iterator[Serve]:
    """Start a stand-in whose jobs wait in Submitted, and return a client of it."""
    with ExitStack() as running:

        def start(**settings: Any) -> Any:
            chosen = {"quotas": FEW, "delays": SLOW, "port": aws.bedrock_port} | settings
            running.enter_context(
                StandIn(
                    Echo(), edge=aws.edge, permissions=Allowing(), callers=NoCallers(), **chosen
                )
            )
            running.callback(client.close)
            return client

        yield start


def names(client: Any) -> list[str]:
    return [
        each["jobName"] for each in client.list_model_invocation_jobs()["invocationJobSummaries"]
    ]


def test_a_job_created_twice_is_one_job(serve: Serve, job: Submission) -> None:
    client = serve()

    first, again = Batch(client).create(job), Batch(client).create(job)

    assert first == again is not None
    assert names(client) == [job.name]


def test_a_job_has_its_token_its_invocation_type_and_the_longest_time(
    serve: Serve, job: Submission
) -> None:
    client = serve()

    found = client.get_model_invocation_job(jobIdentifier=Batch(client).create(job))

    assert found["clientRequestToken"] == "a1"
    assert (found["timeoutDurationInHours"], found["modelInvocationType"]) == (168, "Converse")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"token": "b2"}, id="the token is forgotten"),
        pytest.param(
            {"model_id": "us.amazon.nova-micro-v1:0"}, id="the token had other parameters"
        ),
    ],
)
def test_a_conflict_brings_the_job_of_that_name(
    serve: Serve, job: Submission, changed: dict[str, str]
) -> None:
    client = serve()
    first = Batch(client).create(job)

    assert Batch(client).create(replace(job, **changed)) == first
    assert names(client) == [job.name]


def test_a_throttled_create_is_no_error_and_no_job(serve: Serve, job: Submission) -> None:
    client = serve(faults=Faults(throttle_creates=1))

    assert Batch(client).create(job) is None
    assert names(client) == []
    assert Batch(client).create(job) is not None


def test_a_full_quota_is_no_error_and_no_job(serve: Serve, job: Submission) -> None:
    client = serve(quotas=Quotas(jobs_at_once=1, min_records=1))
    Batch(client).create(job)

    assert Batch(client).create(replace(job, name="sc-0123-w01-j0002", token="b2")) is None


def test_a_create_whose_answer_is_lost_can_be_repeated(serve: Serve, job: Submission) -> None:
    client = serve(faults=Faults(lose_creates=1))

    assert Batch(client).create(job) is None
    assert Batch(client).create(job) is not None
    assert names(client) == [job.name]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"model_id": "amazon.titan-embed-text-v2:0"}, "not supported for the requested model"
        ),
        pytest.param({"role_arn": "arn:aws:iam::123456789012:role/none"}, "does not exist"),
        pytest.param({"name": "bad_name"}, "jobName"),
        pytest.param({"output_uri": "s3://bucket/T=1/"}, "s3Uri"),
    ],
)
def test_what_waiting_does_not_mend_is_refused_with_the_services_words(
    serve: Serve, job: Submission, changed: dict[str, str], reason: str
) -> None:
    with pytest.raises(JobRefusedError, match=f"job .* is refused: .*{reason}"):
        Batch(serve()).create(replace(job, **changed))


def test_how_a_job_stands(serve: Serve, job: Submission) -> None:
    client = serve()
    arn = Batch(client).create(job)

    assert Batch(client).state(arn or "") == JobState("Submitted", "", 0)


def test_a_live_job_is_listed_until_it_is_stopped(serve: Serve, job: Submission) -> None:
    batch = Batch(serve(quotas=Quotas(jobs_at_once=9, min_records=1)))
    ours = [batch.create(replace(job, name=f"sc-0123-w01-j{n}", token=f"t{n}")) for n in range(3)]
    foreign = batch.create(replace(job, name="x-sc-0123-w01-j0", token="t9"))
    assert sorted(batch.live("sc-0123-") or []) == sorted(
        (arn, f"sc-0123-w01-j{n}") for n, arn in enumerate(ours)
    )

    assert all(batch.stop(arn or "") for arn in ours)

    assert batch.live("sc-0123-") == []
    assert all(batch.stop(arn or "") for arn in ours), "a job that ends can be stopped again"
    assert batch.state(foreign or "") == JobState("Submitted", "", 0)
