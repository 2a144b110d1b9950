from collections.abc import Callable
from typing import Any

import pytest

from lambdas.contract import Table

Found = Callable[[str], dict[str, Any]]


@pytest.fixture
def bucket(of_type: Found) -> dict[str, Any]:
    [bucket] = of_type("AWS::S3::Bucket").values()
    return bucket


@pytest.fixture
def table(of_type: Found) -> dict[str, Any]:
    [table] = of_type("AWS::DynamoDB::Table").values()
    return table


@pytest.fixture
def rules(bucket: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in rules}


def test_paid_for_samples_and_answers_outlive_the_stack(
    bucket: dict[str, Any], table: dict[str, Any]
) -> None:
    for resource in (bucket, table):
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_bucket_is_private_encrypted_and_versioned(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketName" not in properties


def test_the_bucket_refuses_requests_without_tls(of_type: Found) -> None:
    [policy] = of_type("AWS::S3::BucketPolicy").values()
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:*"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_bucket_sends_events_to_eventbridge(bucket: dict[str, Any]) -> None:
    configuration = bucket["Properties"]["NotificationConfiguration"]

    assert configuration == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_only_objects_tagged_as_intermediate_expire(rules: dict[str, dict[str, Any]]) -> None:
    expiring = [
        rule
        for rule in rules.values()
        if {"ExpirationInDays", "NoncurrentVersionExpiration"} & set(rule)
    ]

    assert [rule["TagFilters"] for rule in expiring] == [[{"Key": "kind", "Value": "intermediate"}]]
    assert rules["intermediates"]["ExpirationInDays"] == 30
    assert rules["intermediates"]["Prefix"] == "runs/"


def test_incomplete_uploads_are_aborted_after_a_week(rules: dict[str, dict[str, Any]]) -> None:
    aborted = rules["incomplete-uploads"]["AbortIncompleteMultipartUpload"]

    assert aborted == {"DaysAfterInitiation": 7}


def test_the_table_has_the_contract_s_keys(table: dict[str, Any]) -> None:
    properties = table["Properties"]
    [index] = properties["GlobalSecondaryIndexes"]

    assert keys(properties) == (Table.PARTITION, Table.SORT)
    assert index["IndexName"] == Table.INDEX
    assert keys(index) == (Table.INDEX_PARTITION, Table.INDEX_SORT)


def test_the_table_is_billed_on_demand_and_can_be_restored(table: dict[str, Any]) -> None:
    properties = table["Properties"]

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def keys(described: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in described["KeySchema"])
