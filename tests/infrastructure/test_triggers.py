import json
from collections.abc import Callable
from typing import Any

import pytest

Found = Callable[[str], dict[str, Any]]


@pytest.fixture
def rules(of_type: Found) -> dict[str, dict[str, Any]]:
    return {
        id_.removeprefix("Triggers")[:-8]: found["Properties"]
        for id_, found in of_type("AWS::Events::Rule").items()
    }


def test_datasets_and_requests_below_uploads_start_a_run(
    rules: dict[str, dict[str, Any]], of_type: Found
) -> None:
    pattern = rules["Upload"]["EventPattern"]
    [target] = rules["Upload"]["Targets"]
    [machine] = of_type("AWS::StepFunctions::StateMachine")

    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"]["key"] == [
        {"wildcard": "uploads/*.jsonl"},
        {"wildcard": "uploads/*.csv"},
        {"wildcard": "uploads/*.run.json"},
    ]
    assert target["Arn"] == {"Ref": machine}


def test_only_the_stack_s_own_bucket_starts_runs(
    rules: dict[str, dict[str, Any]], of_type: Found
) -> None:
    [bucket] = of_type("AWS::S3::Bucket")

    assert rules["Upload"]["EventPattern"]["detail"]["bucket"] == {"name": [{"Ref": bucket}]}


def test_abort_cleans_up_after_every_unsuccessful_execution(
    rules: dict[str, dict[str, Any]], of_type: Found
) -> None:
    pattern = rules["Unsuccessful"]["EventPattern"]
    [machine] = of_type("AWS::StepFunctions::StateMachine")
    [target] = rules["Unsuccessful"]["Targets"]

    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": machine}],
    }
    assert target["Arn"]["Fn::GetAtt"][0].startswith("StepsAbort")


def test_targets_receive_the_whole_event(rules: dict[str, dict[str, Any]]) -> None:
    for rule in rules.values():
        [target] = rule["Targets"]
        assert not {"Input", "InputPath", "InputTransformer"} & set(target)


def test_undelivered_events_are_retried_and_go_to_the_queue(
    rules: dict[str, dict[str, Any]], of_type: Found
) -> None:
    [queue] = of_type("AWS::SQS::Queue")

    for rule in rules.values():
        [target] = rule["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 7200,
            "MaximumRetryAttempts": 20,
        }


def test_events_of_a_failed_abort_go_to_the_same_queue(of_type: Found) -> None:
    [queue] = of_type("AWS::SQS::Queue")
    [config] = of_type("AWS::Lambda::EventInvokeConfig").values()

    assert config["Properties"]["DestinationConfig"] == {
        "OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}
    }


def test_the_queue_keeps_two_weeks_and_accepts_messages_of_the_rules_over_tls_only(
    of_type: Found,
) -> None:
    [queue] = of_type("AWS::SQS::Queue").values()
    [policy] = of_type("AWS::SQS::QueuePolicy").values()
    refused, *allowed = policy["Properties"]["PolicyDocument"]["Statement"]

    assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["Properties"]["SqsManagedSseEnabled"] is True
    assert refused["Effect"] == "Deny"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    for statement in allowed:
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


def test_only_the_rule_may_call_abort_from_outside(of_type: Found) -> None:
    [permission] = of_type("AWS::Lambda::Permission").values()
    source = json.dumps(permission["Properties"]["SourceArn"])

    assert permission["Properties"]["Principal"] == "events.amazonaws.com"
    assert "TriggersUnsuccessful" in source
