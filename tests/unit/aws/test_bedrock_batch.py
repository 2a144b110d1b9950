"""Batch jobs: created once each whatever the answer, refused, stopped."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.bedrock_batch import Batch, JobState, Submission
from lambdas.aws.clients import bedrock_client
from lambdas.core.errors import JobRefusedError
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import Delays, Faults, Quotas
from tests.unit.cloud import Cloud
from tests.unit.selfconsistency.bedrock.world import FEW, REGION, Allowing, Echo, NoCallers
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
SLOW = Delays(60, 60, 60, 60)
Serve = Callable[..., Any]


@pytest.fixture(scope="module")
def client(aws: Cloud) -> Any:
    """A client that tries once, of whichever emulator is running."""
    return boto3.client(
        "bedrock",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{aws.bedrock_port}",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def serve(aws: Cloud, client: Any) -> Iterator[Serve]:
    """Start an emulator whose jobs wait in Submitted, and return a client of it."""
    with ExitStack() as running:

        def start(**settings: Any) -> Any:
            chosen = {"quotas": FEW, "delays": SLOW, "port": aws.bedrock_port} | settings
            running.enter_context(
                BedrockEmulator(
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
def test_a_conflict_returns_the_job_of_that_name(
    serve: Serve, job: Submission, changed: dict[str, str]
) -> None:
    client = serve()
    first = Batch(client).create(job)

    assert Batch(client).create(replace(job, **changed)) == first
    assert names(client) == [job.name]


def test_a_throttled_creation_is_neither_an_error_nor_a_job(serve: Serve, job: Submission) -> None:
    client = serve(faults=Faults(throttle_creates=1))

    assert Batch(client).create(job) is None
    assert names(client) == []
    assert Batch(client).create(job) is not None


def test_a_full_quota_is_neither_an_error_nor_a_job(serve: Serve, job: Submission) -> None:
    client = serve(quotas=Quotas(jobs_at_once=1, min_records=1))
    Batch(client).create(job)

    assert Batch(client).create(replace(job, name="sc-0123-w01-j0002", token="b2")) is None


def test_a_creation_whose_response_is_lost_can_be_repeated(serve: Serve, job: Submission) -> None:
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
def test_what_waiting_does_not_fix_is_refused_with_the_service_s_message(
    serve: Serve, job: Submission, changed: dict[str, str], reason: str
) -> None:
    with pytest.raises(JobRefusedError, match=f"job .* is refused: .*{reason}"):
        Batch(serve()).create(replace(job, **changed))


def test_the_state_of_a_job(serve: Serve, job: Submission) -> None:
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


@pytest.fixture
def given(aws: Cloud) -> Iterator[Answers]:
    """Return batch inference with exactly these responses."""
    with ExitStack() as running:

        def stub(*answers: Given) -> Batch:
            running.enter_context(answering(bedrock_client(), *answers))
            return Batch(bedrock_client())

        yield stub


@pytest.mark.parametrize("code", LATER)
def test_a_job_that_is_not_created_now_may_be_later(
    given: Answers, job: Submission, code: str
) -> None:
    assert given(created(code)).create(job) is None


def test_a_conflict_without_a_listing_may_be_resolved_later(
    given: Answers, job: Submission
) -> None:
    batch = given(created("ConflictException"), unlisted("ThrottlingException"))

    assert batch.create(job) is None


def test_a_conflict_returns_the_job_of_exactly_that_name(given: Answers, job: Submission) -> None:
    jobs = ((f"{job.name}0", "InProgress"), (job.name, "Failed"))

    assert given(created("ConflictException"), listed(*jobs)).create(job) == arn(2)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param(listed(("mine0", "InProgress"), ("mine", "Stopped")), arn(2), id="there"),
        pytest.param(listed(("mine0", "InProgress")), "", id="not there"),
        pytest.param(unlisted("ThrottlingException"), None, id="not known now"),
    ],
)
def test_a_job_is_found_by_exactly_its_name(
    given: Answers, answer: Given, found: str | None
) -> None:
    assert given(answer).find("mine") == found


def test_a_conflict_without_a_job_of_exactly_that_name_is_refused(
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
def test_a_refused_stop_counts_only_if_the_job_ends(
    given: Answers, answers: list[Given], ends: bool
) -> None:
    assert given(*answers).stop(arn()) is ends


def test_live_jobs_are_those_that_run_and_have_the_prefix(given: Answers) -> None:
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


def test_a_throttled_listing_is_not_an_empty_one(given: Answers) -> None:
    assert given(unlisted("ThrottlingException")).live("sc-0123-") is None


def test_a_denied_listing_is_an_error(given: Answers) -> None:
    batch = given(unlisted("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        batch.live("sc-0123-")


@pytest.mark.parametrize("code", LATER)
def test_a_status_that_is_unknown_now_may_be_known_later(given: Answers, code: str) -> None:
    assert given(unlooked(code)).state(arn()) is None


def test_a_denied_status_is_an_error(given: Answers) -> None:
    batch = given(unlooked("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        batch.state(arn())


def test_a_service_that_does_not_respond_may_respond_later(aws: Cloud, job: Submission) -> None:
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
def test_key_and_network_are_sent_where_bedrock_takes_them(
    aws: Cloud, job: Submission, chosen: dict[str, Any], sent: dict[str, Any]
) -> None:
    changed = replace(job, output_uri=OUT, **chosen)
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

        assert Batch(bedrock_client()).create(changed) == arn()


def test_an_unknown_job_is_no_error_and_needs_no_stop(given: Answers) -> None:
    gone = "ResourceNotFoundException"
    batch = given(unlooked(gone), stopped(refused=gone), unlooked(gone))

    state = batch.state(arn())

    assert state is not None
    assert (state.status, state.records_done) == ("Unknown", 0)
    assert batch.stop(arn())
