import json
from collections.abc import Callable
from typing import Any

import pytest

from lambdas.contract import METRICS_NAMESPACE
from tests.infrastructure.contexts import TOPIC, template_of

Found = Callable[[str], dict[str, Any]]
Alarms = dict[str, dict[str, Any]]


def alarms_of(template: dict[str, Any]) -> Alarms:
    return {
        id_.removeprefix("Monitoring")[:-8]: found["Properties"]
        for id_, found in template["Resources"].items()
        if found["Type"] == "AWS::CloudWatch::Alarm"
    }


@pytest.fixture(scope="session")
def alarms(template: dict[str, Any]) -> Alarms:
    return alarms_of(template)


def test_an_alarm_is_raised_by_the_first_count(alarms: Alarms) -> None:
    for name, alarm in alarms.items():
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold", name
        assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1), name
        assert alarm["Period"] <= 300, name


def test_missing_metrics_raise_no_alarm(alarms: Alarms) -> None:
    assert {alarm["TreatMissingData"] for alarm in alarms.values()} == {"notBreaching"}


def test_an_alarm_watches_the_dead_letter_queue(alarms: Alarms, of_type: Found) -> None:
    [queue] = of_type("AWS::SQS::Queue")
    alarm = alarms["Undelivered"]

    assert (alarm["Namespace"], alarm["Statistic"]) == ("AWS/SQS", "Maximum")
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}
    ]


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("Failed", "ExecutionsFailed"),
        ("TimedOut", "ExecutionsTimedOut"),
        ("Aborted", "ExecutionsAborted"),
    ],
)
def test_an_alarm_watches_unsuccessful_runs(
    alarms: Alarms, of_type: Found, name: str, metric: str
) -> None:
    [machine] = of_type("AWS::StepFunctions::StateMachine")
    alarm = alarms[name]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert alarm["Statistic"] == "Sum"
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": {"Ref": machine}}]


def test_an_alarm_watches_the_stuck_jobs_that_the_functions_count(
    alarms: Alarms, of_type: Found
) -> None:
    alarm = alarms["StuckJobs"]
    services = {
        function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for function in of_type("AWS::Lambda::Function").values()
    }

    assert (alarm["Namespace"], alarm["MetricName"]) == (METRICS_NAMESPACE, "StuckJobs")
    assert alarm["Statistic"] == "Sum"
    # The one dimension of Powertools.
    assert [{"Name": "service", "Value": service} for service in services] == alarm["Dimensions"]


def test_an_alarm_watches_abort_s_own_errors(alarms: Alarms) -> None:
    alarm = alarms["AbortErrors"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert "StepsAbort" in json.dumps(alarm["Dimensions"])


def test_every_alarm_says_what_to_do(alarms: Alarms) -> None:
    verbs = {"read", "redrive", "deploy", "find", "Look at", "stop"}

    for name, alarm in alarms.items():
        assert any(verb in alarm["AlarmDescription"] for verb in verbs), name


def test_alarms_publish_nowhere_without_a_topic(alarms: Alarms) -> None:
    assert not any("AlarmActions" in alarm for alarm in alarms.values())


def test_every_alarm_publishes_to_the_topic(alarms: Alarms) -> None:
    publishing = alarms_of(template_of("all"))

    assert set(publishing) == set(alarms)
    assert [alarm["AlarmActions"] for alarm in publishing.values()] == [[TOPIC]] * len(alarms)
