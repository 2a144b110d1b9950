"""What CreateModelInvocationJob accepts and refuses."""

import pytest
import urllib3
from botocore.exceptions import ClientError

from selfconsistency.bedrock.settings import Delays, Faults, Quotas
from tests.unit.selfconsistency.bedrock.world import BUCKET, COHERE

STAYS = Delays(30, 0, 0, 0)
IN, OUT = "inputDataConfig", "outputDataConfig"
S3_IN, S3_OUT = "s3InputDataConfig", "s3OutputDataConfig"


def refusal(error: pytest.ExceptionInfo[ClientError]) -> str:
    message: str = error.value.response["Error"]["Message"]
    return message


@pytest.mark.parametrize(
    ("changed", "at", "constraint"),
    [
        pytest.param({"jobName": "bad_name"}, "jobName", "pattern", id="underscore in the name"),
        pytest.param({"jobName": "-a"}, "jobName", "pattern", id="name starts with a hyphen"),
        pytest.param({"jobName": "a" * 64}, "jobName", "equal to 63", id="name of 64"),
        pytest.param({"jobName": ""}, "jobName", "equal to 1", id="no name"),
        pytest.param({"jobName": None}, "jobName", "must not be null", id="name missing"),
        pytest.param({"clientRequestToken": "a_b"}, "clientRequestToken", "pattern", id="token _"),
        pytest.param({"clientRequestToken": "a-"}, "clientRequestToken", "pattern", id="token a-"),
        pytest.param(
            {"clientRequestToken": "a" * 257}, "clientRequestToken", "equal to 256", id="token 257"
        ),
        pytest.param({"roleArn": "batch"}, "roleArn", "pattern", id="role without ARN"),
        pytest.param({"modelId": "no model"}, "modelId", "pattern", id="space in the model"),
        pytest.param(
            {"modelInvocationType": "Batch"}, "modelInvocationType", "enum value set", id="type"
        ),
        pytest.param(
            {"timeoutDurationInHours": 23}, "timeoutDurationInHours", "equal to 24", id="23 h"
        ),
        pytest.param(
            {"timeoutDurationInHours": 169}, "timeoutDurationInHours", "equal to 168", id="169 h"
        ),
        pytest.param(
            {"timeoutDurationInHours": "day"}, "timeoutDurationInHours", "integer", id="text"
        ),
        pytest.param(
            {"tags": [{"key": f"k{n}", "value": ""} for n in range(201)]},
            "tags",
            "equal to 200",
            id="201 tags",
        ),
        pytest.param(
            {"tags": [{"key": "k", "value": "v" * 257}]}, "tags.1.member.value", "256", id="tag"
        ),
        pytest.param(
            {"vpcConfig": {"subnetIds": ["a"] * 17, "securityGroupIds": ["b"]}},
            "vpcConfig.subnetIds",
            "equal to 16",
            id="17 subnets",
        ),
        pytest.param({IN: {}}, IN, "Exactly one member", id="union without member"),
        pytest.param(
            {IN: {S3_IN: {}}}, "inputDataConfig.s3InputDataConfig.s3Uri", "not be null", id="no URI"
        ),
        pytest.param(
            {IN: {S3_IN: {"s3Uri": f"s3://{BUCKET}/a.jsonl", "s3InputFormat": "CSV"}}},
            "inputDataConfig.s3InputDataConfig.s3InputFormat",
            "enum value set: [JSONL]",
            id="input format",
        ),
        pytest.param(
            {OUT: {S3_OUT: {"s3Uri": f"s3://{BUCKET}/out/", "s3BucketOwner": "me"}}},
            "outputDataConfig.s3OutputDataConfig.s3BucketOwner",
            "pattern",
            id="bucket owner",
        ),
        pytest.param(
            {OUT: {S3_OUT: {"s3Uri": f"s3://{BUCKET}/out/", "s3EncryptionKeyId": "k"}}},
            "outputDataConfig.s3OutputDataConfig.s3EncryptionKeyId",
            "pattern",
            id="KMS key",
        ),
    ],
)
def test_a_constraint_of_the_service_model_is_kept(refusing, changed, at, constraint):
    with pytest.raises(refusing.client.exceptions.ValidationException) as error:
        refusing.create(**{"name": "ok", **changed})

    message = refusal(error)
    assert message.startswith("1 validation error detected: Value ")
    assert f"at '{at}'" in message
    assert constraint in message


@pytest.mark.parametrize("key", ["T=1/", "a b/", "a:b/", "a+b/", "a%20b/", "a//b/", "a\u00e9/"])
def test_an_output_key_out_of_pattern_is_refused(refusing, key):
    with pytest.raises(refusing.client.exceptions.ValidationException) as error:
        refusing.create(outputDataConfig={S3_OUT: {"s3Uri": f"s3://{BUCKET}/{key}"}})

    assert "regular expression pattern: s3://" in refusal(error)


def test_all_problems_are_named_in_one_message(refusing):
    with pytest.raises(refusing.client.exceptions.ValidationException) as error:
        refusing.create("bad_name", timeoutDurationInHours=1, modelInvocationType="Batch")

    assert refusal(error).startswith("3 validation errors detected: ")


def test_what_is_not_json_is_refused(refusing):
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/bedrock/x"}

    answer = urllib3.request(
        "POST", f"{refusing.url}/model-invocation-job", body=b"{", headers=signed
    )

    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == "ValidationException"


def test_a_job_name_is_used_once(serve):
    bedrock = serve()
    bedrock.create("twice")

    with pytest.raises(bedrock.client.exceptions.ConflictException):
        bedrock.create("twice")


def test_a_repeated_token_returns_the_same_job(serve):
    bedrock = serve()

    first = bedrock.create(clientRequestToken="4f2a")
    again = bedrock.create(clientRequestToken="4f2a")

    assert first == again
    assert len(bedrock.client.list_model_invocation_jobs()["invocationJobSummaries"]) == 1


def test_a_repeated_token_with_another_request_is_a_conflict(serve):
    bedrock = serve()
    bedrock.create("job-1", clientRequestToken="4f2a")

    with pytest.raises(bedrock.client.exceptions.ConflictException):
        bedrock.create("job-2", clientRequestToken="4f2a")


def test_a_fourth_live_job_of_a_model_is_out_of_quota(serve):
    bedrock = serve(delays=STAYS, quotas=Quotas())
    for number in range(3):
        bedrock.create(f"job-{number}")

    with pytest.raises(bedrock.client.exceptions.ServiceQuotaExceededException) as error:
        bedrock.create("job-3", modelId="amazon.nova-lite-v1:0")

    assert "amazon.nova-lite-v1:0: 3 of 3" in refusal(error)
    assert bedrock.create("other-model", modelId=COHERE)


def test_a_job_that_ended_makes_room(serve):
    bedrock = serve(quotas=Quotas(jobs_at_once=1, min_records=1))
    bedrock.run("job-1")

    assert bedrock.run("job-2")["status"] == "Completed"


def test_creates_can_be_throttled(serve):
    bedrock = serve(faults=Faults(throttle_creates=1))

    with pytest.raises(bedrock.client.exceptions.ThrottlingException):
        bedrock.create()

    assert bedrock.create()


def test_a_repeated_create_whose_answer_was_lost_makes_one_job(serve):
    bedrock = serve(faults=Faults(lose_creates=1))
    with pytest.raises(bedrock.client.exceptions.InternalServerException):
        bedrock.create(clientRequestToken="4f2a")

    arn = bedrock.create(clientRequestToken="4f2a")

    (listed,) = bedrock.client.list_model_invocation_jobs()["invocationJobSummaries"]
    assert listed["jobArn"] == arn
