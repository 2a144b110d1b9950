"""What an operator is told of: runs that did not end well, and jobs that may go on being billed."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from lambdas.contract import METRICS_NAMESPACE

_PERIOD = Duration.minutes(5)
# Powertools writes each metric with this one dimension, from POWERTOOLS_SERVICE_NAME.
_DIMENSIONS = {"service": "self-consistency"}

# What each alarm says: what happened, and what a person should do.
_DO: Final = {
    "Undelivered": "An upload started no run, or a failed run's jobs may still be live: read the"
    " message in the queue, and Abort's log.",
    "Failed": "A run failed and its jobs were stopped. The table's entry `run` of the run says why;"
    " when that is mended, redrive the execution: what is paid for is not asked for again.",
    "TimedOut": "A run took longer than max_run_days and its jobs were stopped: see the table's"
    " entries `job#` for what it waited for; deploy with more days, then redrive the execution.",
    "Aborted": "Somebody ended a run by hand and its jobs were stopped. If nobody should have, find"
    " who did (CloudTrail, StopExecution), and redrive the execution.",
    "StuckJobs": "A Bedrock job outlived its own timeout and was told to stop; its run goes on"
    " without it: look in Bedrock's console whether it is gone, and ask AWS Support if it is not.",
    "AbortErrors": "Abort failed, so that jobs of a failed run may still be live and billed: read"
    " its log, and stop the run's jobs in Bedrock's console.",
}


class Monitoring(Construct):
    """Alarms that stand in the console, and are sent to a topic where one is given."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        undelivered: sqs.IQueue,
        machine: sfn.IStateMachine,
        abort: lambda_.IFunction,
        topic_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        # A topic's own policy must let CloudWatch publish: it is not the stack's to change.
        self._topic = sns.Topic.from_topic_arn(self, "Topic", topic_arn) if topic_arn else None
        waiting = undelivered.metric_approximate_number_of_messages_visible(
            period=_PERIOD, statistic="Maximum"
        )
        self._alarm("Undelivered", waiting)
        self._alarm("Failed", machine.metric_failed(period=_PERIOD))
        self._alarm("TimedOut", machine.metric_timed_out(period=_PERIOD))
        self._alarm("Aborted", machine.metric_aborted(period=_PERIOD))
        self._alarm("StuckJobs", _of_functions("StuckJobs"))
        self._alarm("AbortErrors", abort.metric_errors(period=_PERIOD))

    def _alarm(self, name: str, metric: cloudwatch.IMetric) -> None:
        """Raise an alarm at the first that is counted within five minutes."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=_DO[name],
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))


def _of_functions(name: str) -> cloudwatch.Metric:
    """Return a count that the functions write themselves."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map=_DIMENSIONS,
        statistic="Sum",
        period=_PERIOD,
    )
