"""What operators see: alarms for failed runs and stuck jobs, and log groups that expire."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_logs import LogGroup, RetentionDays
from constructs import Construct

from infrastructure.encryption import Encryption
from infrastructure.settings import LOG_DAYS
from lambdas.contract import METRICS_NAMESPACE

RETENTION: Final[Mapping[int, RetentionDays]] = dict(
    zip(
        LOG_DAYS,
        (
            RetentionDays.ONE_DAY,
            RetentionDays.THREE_DAYS,
            RetentionDays.FIVE_DAYS,
            RetentionDays.ONE_WEEK,
            RetentionDays.TWO_WEEKS,
            RetentionDays.ONE_MONTH,
            RetentionDays.TWO_MONTHS,
            RetentionDays.THREE_MONTHS,
            RetentionDays.FOUR_MONTHS,
            RetentionDays.FIVE_MONTHS,
            RetentionDays.SIX_MONTHS,
            RetentionDays.ONE_YEAR,
            RetentionDays.THIRTEEN_MONTHS,
            RetentionDays.EIGHTEEN_MONTHS,
            RetentionDays.TWO_YEARS,
            RetentionDays.FIVE_YEARS,
            RetentionDays.TEN_YEARS,
        ),
        strict=True,
    )
)

_PERIOD = Duration.minutes(5)
# Powertools gives each metric this one dimension, from POWERTOOLS_SERVICE_NAME.
SERVICE_NAME: Final = "self-consistency"
_DIMENSIONS = {"service": SERVICE_NAME}

# Alarm → what happened, and what to do.
_DESCRIPTIONS: Final = {
    "Undelivered": "An upload started no run, or a failed run's jobs may still be live: read the"
    " message in the queue and Abort's log.",
    "Failed": "A run failed and its jobs were stopped. The run's entry `run` in the table says"
    " why. Fix the cause, then redrive the execution: answers already paid for are kept.",
    "TimedOut": "A run took longer than max_run_days and its jobs were stopped. The table's"
    " entries `job#` show what it waited for. Deploy with more days, then redrive the execution.",
    "Aborted": "Somebody stopped a run and its jobs. If that was a mistake, find out who"
    " (CloudTrail, StopExecution) and redrive the execution.",
    "StuckJobs": "A Bedrock job outlived its timeout and was asked to stop; its run continues"
    " without it. Look at the job in Bedrock's console; ask AWS Support if it still runs.",
    "AbortErrors": "Abort failed, so jobs of a failed run may still be live and billed: read"
    " its log, and stop the run's jobs in Bedrock's console.",
}


class Monitoring(Construct):
    """Alarms in the console, which also publish to a topic if one is given."""

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
        # The topic's policy must let CloudWatch publish; the stack cannot change that policy.
        self._topic = sns.Topic.from_topic_arn(self, "Topic", topic_arn) if topic_arn else None
        messages = undelivered.metric_approximate_number_of_messages_visible(
            period=_PERIOD, statistic="Maximum"
        )
        self._alarm("Undelivered", messages)
        self._alarm("Failed", machine.metric_failed(period=_PERIOD))
        self._alarm("TimedOut", machine.metric_timed_out(period=_PERIOD))
        self._alarm("Aborted", machine.metric_aborted(period=_PERIOD))
        self._alarm("StuckJobs", _function_metric("StuckJobs"))
        self._alarm("AbortErrors", abort.metric_errors(period=_PERIOD))

    def _alarm(self, name: str, metric: cloudwatch.IMetric) -> None:
        """Raise an alarm as soon as the metric counts one within five minutes."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=_DESCRIPTIONS[name],
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))


def log_group(scope: Construct, id_: str, *, days: int) -> LogGroup:
    """Create a log group that is deleted with the stack; `days` is one of `RETENTION`."""
    return LogGroup(
        scope,
        id_,
        retention=RETENTION[days],
        removal_policy=RemovalPolicy.DESTROY,
        encryption_key=Encryption.of(scope).key,
    )


def _function_metric(name: str) -> cloudwatch.Metric:
    """Return a metric that the functions write themselves."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map=_DIMENSIONS,
        statistic="Sum",
        period=_PERIOD,
    )
