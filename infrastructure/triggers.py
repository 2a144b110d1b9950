"""What starts a run without a console, and what cleans up after one that caught nothing."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.accepted import accept
from infrastructure.encryption import Encryption
from infrastructure.steps import Steps
from lambdas.contract import UPLOAD_SUFFIXES, UPLOADS

# An upload that could not start a run within two hours should not surprise anyone later.
_MAX_AGE = Duration.hours(2)
_ATTEMPTS = 20
# An execution that ends so runs no Catch, or FAILED by an error that no Catch takes.
_BROKEN_OFF = ("FAILED", "TIMED_OUT", "ABORTED")


class Triggers(Construct):
    """Uploads start runs; runs that broke off are cleaned up; what fails is kept in a queue."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket: s3.IBucket,
        machine: sfn.StateMachine,
        steps: Steps,
    ) -> None:
        super().__init__(scope, id_)
        self.undelivered = self._queue(steps)
        self._start_on_upload(bucket, machine)
        self._abort_when_broken_off(machine, steps["Abort"])

    def _queue(self, steps: Steps) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "Undelivered",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        _encrypt(queue, Encryption.of(self).key)
        # EventBridge's part is in the key's own policy: docs/decisions/0020.
        Encryption.of(self).grant(steps.role("Abort"), "Decrypt", "GenerateDataKey", via="sqs")
        accept(queue, "SQS3", "It is the dead-letter queue: of both rules, and of Abort's events")
        return queue

    def _start_on_upload(self, bucket: s3.IBucket, machine: sfn.StateMachine) -> None:
        keys = [{"wildcard": f"{UPLOADS}*{suffix}"} for suffix in UPLOAD_SUFFIXES]
        events.Rule(
            self,
            "Upload",
            description="Start a run for a question set or a request that was uploaded.",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [bucket.bucket_name]}, "object": {"key": keys}},
            ),
            targets=[
                targets.SfnStateMachine(
                    machine,
                    dead_letter_queue=self.undelivered,
                    max_event_age=_MAX_AGE,
                    retry_attempts=_ATTEMPTS,
                )
            ],
        )

    def _abort_when_broken_off(self, machine: sfn.StateMachine, abort: lambda_.Function) -> None:
        events.Rule(
            self,
            "BrokenOff",
            description="Clean up after a run that failed, timed out or was aborted.",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": list(_BROKEN_OFF),
                    "stateMachineArn": [machine.state_machine_arn],
                },
            ),
            targets=[
                targets.LambdaFunction(
                    abort,
                    dead_letter_queue=self.undelivered,
                    max_event_age=_MAX_AGE,
                    retry_attempts=_ATTEMPTS,
                )
            ],
        )
        # EventBridge has delivered once Lambda took the event: what Abort then fails at, twice
        # again, would be lost, and its jobs would go on and be billed.
        abort.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.undelivered), retry_attempts=2
        )


def _encrypt(queue: sqs.Queue, key: kms.IKey | None) -> None:
    """Encrypt a queue with the customer's key, if there is one.

    `encryption_master_key` would have CDK grant each sender actions with wildcards.
    """
    resource = queue.node.default_child
    if not isinstance(resource, sqs.CfnQueue):
        raise TypeError(f"the queue's default child is {resource!r}, must be an AWS::SQS::Queue")
    if key:
        resource.sqs_managed_sse_enabled = None
        resource.kms_master_key_id = key.key_arn
