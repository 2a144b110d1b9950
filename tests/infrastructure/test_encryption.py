"""The customer's own key: what it encrypts, and which roles may use it through which service."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack

from infrastructure.encryption import Encryption
from lambdas.contract import STEPS
from tests.infrastructure.contexts import KEY, template_of

StatementsWith = Callable[[str, str], list[dict[str, Any]]]

S3_READ = {("kms:Decrypt", "s3")}
S3_WRITE = {("kms:Decrypt", "s3"), ("kms:GenerateDataKey", "s3")}
TABLE = {("kms:Decrypt", "dynamodb")}
QUEUE = {("kms:Decrypt", "sqs"), ("kms:GenerateDataKey", "sqs")}
# Role → actions on the key, and the service that they go through.
USES = {
    "BatchAccessRole": S3_WRITE,
    "WorkflowMachineRole": S3_READ,
    "StepsPlanRole": S3_WRITE | TABLE,
    "StepsPilotRole": S3_WRITE | TABLE,
    "StepsPlanWaveRole": S3_WRITE | TABLE,
    "StepsBuildRole": S3_WRITE | TABLE,
    "StepsInvokeRole": S3_WRITE | TABLE,
    "StepsSubmitRole": TABLE,
    "StepsPollRole": S3_READ | TABLE,
    "StepsCollectRole": S3_WRITE | TABLE,
    "StepsVoteRole": S3_WRITE,
    "StepsPublishRole": S3_WRITE | TABLE,
    "StepsReportRole": S3_WRITE | TABLE,
    "StepsAbortRole": TABLE | QUEUE,
    "StepsReopenRole": S3_READ | TABLE,
}


def properties(type_: str, context: str = "key") -> list[dict[str, Any]]:
    return [
        found["Properties"]
        for found in template_of(context)["Resources"].values()
        if found["Type"] == type_
    ]


def test_the_bucket_is_encrypted_with_the_key_in_few_calls() -> None:
    [bucket] = properties("AWS::S3::Bucket")
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
    }


def test_the_table_is_encrypted_with_the_key() -> None:
    [table] = properties("AWS::DynamoDB::Table")

    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": KEY,
    }


def test_every_log_group_is_encrypted_with_the_key() -> None:
    groups = properties("AWS::Logs::LogGroup")

    # One per step, and the state machine's.
    assert [group["KmsKeyId"] for group in groups] == [KEY] * (len(STEPS) + 1)


def test_the_queue_is_encrypted_with_the_key() -> None:
    [queue] = properties("AWS::SQS::Queue")

    assert queue["KmsMasterKeyId"] == KEY
    assert "SqsManagedSseEnabled" not in queue


def test_submit_alone_has_the_key_for_the_jobs_output() -> None:
    handlers = [
        function["Handler"]
        for function in properties("AWS::Lambda::Function")
        if function["Environment"]["Variables"].get("KMS_KEY_ARN") == KEY
    ]

    assert handlers == ["lambdas.handlers.submit.handler"]


@pytest.mark.parametrize("role", USES)
def test_a_role_may_use_the_key_for_what_it_reads_and_writes_only(
    statements_with: StatementsWith, role: str
) -> None:
    statements = [
        statement
        for statement in statements_with("key", role)
        if statement["Action"].startswith("kms:")
    ]

    assert {
        (statement["Action"], service)
        for statement in statements
        for service in USES[role]
        and {statement["Condition"]["StringEquals"]["kms:ViaService"]["Fn::Join"][1][0][:-1]}
    } == USES[role]
    for statement in statements:
        parts = statement["Condition"]["StringEquals"]["kms:ViaService"]["Fn::Join"][1]
        assert parts[1:] == [{"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}]
        assert statement["Resource"] == [KEY]


def test_no_other_role_may_use_the_key(statements_with: StatementsWith) -> None:
    roles = {
        id_[:-8]
        for id_, found in template_of("key")["Resources"].items()
        if found["Type"] == "AWS::IAM::Role"
    }

    assert {
        role
        for role in roles
        if any(each["Action"].startswith("kms:") for each in statements_with("key", role))
    } == set(USES)


def test_cloudformation_refuses_a_key_of_another_account_or_region() -> None:
    rules = template_of("key")["Rules"]
    [rule] = [rule for name, rule in rules.items() if name.startswith("Encryption")]
    asserted = [each["Assert"]["Fn::Equals"] for each in rule["Assertions"]]

    assert asserted == [
        ["us-east-1", {"Ref": "AWS::Region"}],
        ["111122223333", {"Ref": "AWS::AccountId"}],
    ]
    assert KEY in rule["Assertions"][0]["AssertDescription"]


def test_without_a_key_nobody_may_use_any(template: dict[str, Any]) -> None:
    assert "kms:" not in str(template["Resources"])


def test_a_stack_without_encryption_is_refused() -> None:
    with pytest.raises(LookupError, match="without Encryption; create it first"):
        Encryption.of(Stack())
