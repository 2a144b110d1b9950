from collections.abc import Callable
from typing import Any

import pytest

Found = Callable[[str], dict[str, Any]]


@pytest.fixture
def alarm(of_type: Found) -> dict[str, Any]:
    [alarm] = of_type("AWS::CloudWatch::Alarm").values()
    properties: dict[str, Any] = alarm["Properties"]
    return properties


def test_one_event_that_reached_nobody_raises_an_alarm(alarm: dict[str, Any]) -> None:
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Maximum", 1, 1)
    assert alarm["Period"] <= 300


def test_the_alarm_watches_the_queue_of_the_undelivered(
    alarm: dict[str, Any], of_type: Found
) -> None:
    [queue] = of_type("AWS::SQS::Queue")

    assert alarm["Namespace"] == "AWS/SQS"
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}
    ]


def test_an_empty_queue_that_reports_nothing_is_well(alarm: dict[str, Any]) -> None:
    assert alarm["TreatMissingData"] == "notBreaching"


def test_the_alarm_says_what_to_do(alarm: dict[str, Any]) -> None:
    assert "read the message in the queue" in alarm["AlarmDescription"]
