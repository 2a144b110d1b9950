"""The stack: it only wires its constructs."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infrastructure.batch_access import BatchAccess, JobNetwork
from infrastructure.console import state_machine_url
from infrastructure.encryption import Encryption
from infrastructure.monitoring import Monitoring
from infrastructure.nag_suppressions import suppress_state_machine
from infrastructure.settings import Settings
from infrastructure.steps import Steps
from infrastructure.storage import Storage
from infrastructure.triggers import Triggers
from infrastructure.workflow import Workflow
from lambdas.contract import STEPS, Output
from lambdas.contract.stack import StackVariables


class SelfConsistency(Stack):
    """Datasets in, voted answers and accuracy out, through Bedrock batch inference."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        # No `env`: one template serves every account and Region, and names none.
        super().__init__(
            scope, id_, description="Self-consistency on Amazon Bedrock batch inference"
        )
        # CDK writes a function's dependency on its role twice, as DependsOn and as GetAtt.
        self.template_options.metadata = {"cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
        encryption = Encryption(self, key_arn=settings.kms_key_arn)
        storage = Storage(
            self, "Storage", keep_intermediates=Duration.days(settings.intermediates_days)
        )
        batch_access = BatchAccess(
            self,
            "BatchAccess",
            bucket=storage.bucket,
            profile_regions=settings.profile_regions,
            model_prefixes=settings.model_prefixes,
            network=JobNetwork(settings.vpc_subnet_ids, settings.vpc_security_group_ids),
        )
        steps = Steps(self, "Steps", settings=settings, storage=storage, batch_access=batch_access)
        workflow = Workflow(
            self,
            "Workflow",
            steps=steps,
            bucket=storage.bucket,
            jobs_at_once=settings.jobs_at_once,
            log_days=settings.log_days,
            max_duration=Duration.days(settings.max_run_days),
        )
        # The maps read a run's files.
        encryption.grant(workflow.machine, "Decrypt", via="s3")
        suppress_state_machine(
            workflow,
            workflow.machine,
            functions=[steps[name] for name in STEPS],
            bucket=storage.bucket,
        )
        self._start_and_watch(storage, steps, workflow.machine, settings)
        self._write_outputs(storage, workflow.machine, settings)

    def _start_and_watch(
        self, storage: Storage, steps: Steps, machine: sfn.StateMachine, settings: Settings
    ) -> None:
        triggers = Triggers(self, "Triggers", bucket=storage.bucket, machine=machine, steps=steps)
        Monitoring(
            self,
            "Monitoring",
            undelivered=triggers.undelivered,
            machine=machine,
            abort=steps["Abort"],
            topic_arn=settings.alarm_topic_arn,
        )

    def _write_outputs(
        self, storage: Storage, machine: sfn.StateMachine, settings: Settings
    ) -> None:
        variables = StackVariables.model_validate(dict(settings)).model_dump_json()
        arn = machine.state_machine_arn
        for key, value, description in (
            (Output.BUCKET, storage.bucket.bucket_name, "Upload datasets to uploads/"),
            (Output.TABLE, storage.table.table_name, "Runs, accuracy and answers"),
            (Output.STATE_MACHINE_ARN, arn, "The state machine of the runs"),
            (Output.CONSOLE, state_machine_url(self, arn), "Start and watch runs here"),
            (Output.SETTINGS, variables, "What runs depend on, for selfconsistency estimate"),
        ):
            CfnOutput(self, key, value=value, description=description)
