"""EventBridge rules: uploads start runs, and Abort cleans up after executions that failed."""

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

from infrastructure.encryption import Encryption
from infrastructure.nag_suppressions import suppress
from infrastructure.steps import Steps
from lambdas.contract import UPLOAD_SUFFIXES, UPLOADS

# An upload that starts no run within two hours must not surprise anyone with one later.
_MAX_AGE = Duration.hours(2)
_ATTEMPTS = 20
# An execution that is aborted or times out runs no Catch. One may also fail by an error that no
# Catch matches.
_UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


class Triggers(Construct):
    """The rules, and the dead-letter queue of what they cannot deliver."""

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
        self._abort_unsuccessful(machine, steps["Abort"])

    def _queue(self, steps: Steps) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "Undelivered",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        _encrypt(queue, Encryption.of(self).key)
        # The key's own policy must allow EventBridge: docs/decisions/0020.
        Encryption.of(self).grant(steps.role("Abort"), "Decrypt", "GenerateDataKey", via="sqs")
        suppress(queue, "SQS3", "It is itself the dead-letter queue, of both rules and of Abort")
        return queue

    def _start_on_upload(self, bucket: s3.IBucket, machine: sfn.StateMachine) -> None:
        keys = [{"wildcard": f"{UPLOADS}*{suffix}"} for suffix in UPLOAD_SUFFIXES]
        events.Rule(
            self,
            "Upload",
            description="Start a run when a dataset or a run request is uploaded.",
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

    def _abort_unsuccessful(self, machine: sfn.StateMachine, abort: lambda_.Function) -> None:
        events.Rule(
            self,
            "Unsuccessful",
            description="Clean up after an execution that failed, timed out or was aborted.",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": list(_UNSUCCESSFUL),
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
        # EventBridge's delivery ends when Lambda accepts the event. If Abort then fails, and fails
        # both retries, the event would be lost and the run's jobs would still be billed.
        abort.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.undelivered), retry_attempts=2
        )


def _encrypt(queue: sqs.Queue, key: kms.IKey | None) -> None:
    """Encrypt a queue with the customer's key, if there is one.

    With `encryption_master_key` CDK would grant each sender actions with wildcards.
    """
    resource = queue.node.default_child
    if not isinstance(resource, sqs.CfnQueue):
        raise TypeError(f"the queue's default child is {resource!r}, must be an AWS::SQS::Queue")
    if key:
        resource.sqs_managed_sse_enabled = None
        resource.kms_master_key_id = key.key_arn
