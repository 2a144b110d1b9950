"""What an operator is told of: events that reached nobody, which may leave jobs running."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Monitoring(Construct):
    """An alarm that stands in the console; add an action to it to be called."""

    def __init__(self, scope: Construct, id_: str, *, undelivered: sqs.IQueue) -> None:
        super().__init__(scope, id_)
        waiting = undelivered.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(5), statistic="Maximum"
        )
        cloudwatch.Alarm(
            self,
            "Undelivered",
            alarm_description="An upload started no run, or a failed run's jobs may still be live:"
            " read the message in the queue, and Abort's log.",
            metric=waiting,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
