"""One Lambda function per step, each with a role that allows only what its step needs."""

from collections.abc import Mapping
from typing import Final, cast

from aws_cdk import (
    AssetHashType,
    BundlingOptions,
    DockerImage,
    Duration,
    ILocalBundling,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.batch_access import BatchAccess
from infrastructure.bundling import ROOT, PipBundling, own_code
from infrastructure.monitoring import SERVICE_NAME, log_group
from infrastructure.nag_suppressions import suppress_wildcards
from infrastructure.settings import Settings
from infrastructure.storage import Storage
from lambdas.contract import METRICS_NAMESPACE, RUNS, STEPS, StepName
from lambdas.contract.answered_by import as_json
from lambdas.contract.environment import variable_names

_RUNTIME = lambda_.Runtime.PYTHON_3_14
_ARCHITECTURE = lambda_.Architecture.ARM_64
# Above the measured peaks of about 150 MiB, for the share of a vCPU that comes with it.
_MEMORY_MIB = 512
# Plan and Report each go through a million questions: 1,769 MiB bring one whole vCPU. Vote holds
# the answers of a shard: up to 10,000 questions of 100 paths, about 600 MiB if all are different.
# Collect reads as many completions, however long. Publish holds the counts of a shard: with a pool
# of 200 paths about 300 MiB if all answers are different, and the exact curve takes minutes.
_MORE_MEMORY_MIB: Final[Mapping[StepName, int]] = {
    "Plan": 1769,
    "Collect": 1024,
    "Vote": 1024,
    "Publish": 1024,
    "Report": 1769,
}
# Steps that read or write whole files get the longest time that Lambda allows.
_TIMEOUT = Duration.minutes(15)
_SHORTER_TIMEOUTS: Final[Mapping[StepName, Duration]] = {
    # Every retry of every call, with back-off, must fit.
    "Submit": Duration.minutes(10),
    "Poll": Duration.minutes(10),
}

# Who reads which object keys, and uses which actions of the table: docs/architecture.md says why.
_READERS_OF_RUNS: Final[tuple[StepName, ...]] = (
    "Pilot",
    "PlanWave",
    "Build",
    "Invoke",
    "Poll",
    "Collect",
    "Vote",
    "Publish",
    "Report",
    "Reopen",
)
_READABLE_KEYS: Final[Mapping[StepName, str]] = {
    "Plan": "*",
    **dict.fromkeys(_READERS_OF_RUNS, f"{RUNS}*"),
}
_WRITERS: Final[tuple[StepName, ...]] = (
    "Plan",
    "Pilot",
    "PlanWave",
    "Build",
    "Invoke",
    "Collect",
    "Vote",
    "Publish",
    "Report",
)
_LISTERS: Final[tuple[StepName, ...]] = ("Pilot", "Invoke", "Poll", "Collect")
_TABLE_ACTIONS: Final[Mapping[StepName, tuple[str, ...]]] = {
    "Plan": ("UpdateItem",),
    "Pilot": ("UpdateItem",),
    "PlanWave": ("UpdateItem",),
    "Build": ("UpdateItem",),
    "Invoke": ("UpdateItem",),
    "Submit": ("UpdateItem",),
    "Poll": ("UpdateItem",),
    "Collect": ("UpdateItem",),
    "Publish": ("BatchWriteItem",),
    "Report": ("Query", "BatchWriteItem", "UpdateItem"),
    "Abort": ("UpdateItem",),
    "Reopen": ("UpdateItem",),
}


class Steps(Construct):
    """The functions, by the names of their states."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        storage: Storage,
        batch_access: BatchAccess,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._code = own_code()
        self._layer = self._dependencies()
        self._roles = {name: self._role(name) for name in STEPS}
        self._functions = {name: self._function(name) for name in STEPS}
        self._set_variables(storage, batch_access)
        self._grant_storage(storage)
        batch_access.grant_look_up(self.role("Plan"))
        batch_access.grant_invoke(self.role("Pilot"), self.role("Invoke"))
        batch_access.grant_submit(self.role("Submit"))
        batch_access.grant_poll(self.role("Poll"))
        batch_access.grant_abort(self.role("Abort"))

    def __getitem__(self, name: StepName) -> lambda_.Function:
        """Return the function of a state."""
        return self._functions[name]

    def role(self, name: StepName) -> iam.Role:
        """Return the role of a state's function."""
        return self._roles[name]

    def _role(self, name: StepName) -> iam.Role:
        functions = iam.ServicePrincipal("lambda.amazonaws.com")
        role = iam.Role(self, f"{name}Role", assumed_by=functions)
        suppress_wildcards(role, ["*"], "X-Ray's actions have no resource-level permissions")
        return role

    def _function(self, name: StepName) -> lambda_.Function:
        own_logs = log_group(self, f"{name}Logs", days=self._settings.log_days)
        # AWSLambdaBasicExecutionRole would allow writing to every log group of the account.
        own_logs.grant_write(self.role(name))
        return lambda_.Function(
            self,
            name,
            runtime=_RUNTIME,
            architecture=_ARCHITECTURE,
            code=self._code,
            handler=f"lambdas.handlers.{STEPS[name]}.handler",
            layers=[self._layer],
            role=self.role(name),
            memory_size=_MORE_MEMORY_MIB.get(name, _MEMORY_MIB),
            timeout=_SHORTER_TIMEOUTS.get(name, _TIMEOUT),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=own_logs,
        )

    def _dependencies(self) -> lambda_.LayerVersion:
        source = ROOT / "lambdas"
        pip = PipBundling(source / "requirements.txt", platform=self._settings.bundle_for)
        return lambda_.LayerVersion(
            self,
            "Dependencies",
            code=lambda_.Code.from_asset(
                str(source),
                asset_hash=pip.fingerprint(),
                asset_hash_type=AssetHashType.CUSTOM,
                # CDK requires an image; it is never pulled, because pip never declines.
                bundling=BundlingOptions(
                    image=DockerImage.from_registry("none"), local=cast(ILocalBundling, pip)
                ),
            ),
            compatible_runtimes=[_RUNTIME],
            compatible_architectures=[_ARCHITECTURE],
        )

    def _set_variables(self, storage: Storage, batch_access: BatchAccess) -> None:
        """Set the variables that each step reads, by the names of the contract's models."""
        powertools = {
            "POWERTOOLS_SERVICE_NAME": SERVICE_NAME,
            "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
            "POWERTOOLS_LOG_LEVEL": self._settings.log_level,
        }
        # A variable without a value here has its default, or Lambda sets it.
        values = dict(self._settings) | {
            "bucket": storage.bucket.bucket_name,
            "table": storage.table.table_name,
            "answered_by": as_json(self._settings.answered_by),
            **batch_access.variables(),
        }
        for step, function in self._functions.items():
            variables = {
                name.upper(): _text(values[name])
                for name in variable_names(step)
                if values.get(name)
            }
            # In the User-Agent of its calls, so that CloudTrail shows which step made them.
            named = {"AWS_SDK_UA_APP_ID": step}
            for name, value in (powertools | named | variables).items():
                function.add_environment(name, value)

    def _grant_storage(self, storage: Storage) -> None:
        for name, pattern in _READABLE_KEYS.items():
            storage.grant_read(self.role(name), pattern)
        for name in _WRITERS:
            storage.grant_write(self.role(name))
        for name, actions in _TABLE_ACTIONS.items():
            storage.grant_entries(self.role(name), *actions)
        for name in _LISTERS:
            storage.grant_list(self.role(name))
        storage.grant_expire(self.role("Collect"))


def _text(value: object) -> str:
    """Return a variable's text; the members of a list are joined with commas."""
    return ",".join(value) if isinstance(value, tuple) else str(value)
