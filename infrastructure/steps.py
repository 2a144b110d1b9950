"""One Lambda function a step, each with a role that may do what its step needs."""

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

from infrastructure.accepted import accept_wildcards
from infrastructure.batch_access import BatchAccess
from infrastructure.bundling import ROOT, PipBundling, own_code
from infrastructure.log_groups import log_group
from infrastructure.settings import Settings
from infrastructure.storage import Storage
from lambdas.contract import METRICS_NAMESPACE, RUNS, STEPS, Env, StepName

_RUNTIME = lambda_.Runtime.PYTHON_3_14
_ARCHITECTURE = lambda_.Architecture.ARM_64
# Above the peaks measured, about 150 MiB, for the processor share that comes with it.
_MEMORY_MIB = 512
# Plan reads and Report tells a million questions on their own: with the share of one whole
# processor. Vote holds the answers of a shard, up to 10,000 questions of 100 paths, some 600 MiB
# if all are different; Collect reads as many completions, however long.
_MORE_MEMORY_MIB: Final[Mapping[StepName, int]] = {
    "Plan": 1769,
    "Collect": 1024,
    "Vote": 1024,
    "Report": 1769,
}
# Whatever reads or writes whole files may take as long as Lambda allows.
_LONG = Duration.minutes(15)
_SHORT: Final[Mapping[StepName, Duration]] = {
    # Every try of every call of theirs, with back-off, must fit.
    "Submit": Duration.minutes(10),
    "Poll": Duration.minutes(10),
}

# Object keys that a step reads, and the table's actions it uses: docs/architecture.md says why.
_OF_RUNS: Final[tuple[StepName, ...]] = (
    "PlanWave",
    "Build",
    "Invoke",
    "Collect",
    "Vote",
    "Publish",
    "Report",
    "Reopen",
)
_READS: Final[Mapping[StepName, str]] = {
    "Plan": "*",
    **dict.fromkeys(_OF_RUNS, f"{RUNS}*"),
}
_WRITES: Final = ("Plan", "PlanWave", "Build", "Invoke", "Collect", "Vote", "Report")
_LISTS: Final[tuple[StepName, ...]] = ("Invoke", "Poll", "Collect")
_ENTRIES: Final[Mapping[StepName, tuple[str, ...]]] = {
    "Plan": ("UpdateItem",),
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
    """The functions by the names of their states."""

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
        self._set_environment(storage, batch_access)
        self._grant_storage(storage)
        batch_access.grant_look_up(self.role("Plan"))
        batch_access.grant_invoke(self.role("Invoke"))
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
        accept_wildcards(role, ["*"], "X-Ray's actions know no resources")
        return role

    def _function(self, name: StepName) -> lambda_.Function:
        own_logs = log_group(self, f"{name}Logs", days=self._settings.log_days)
        # Instead of AWSLambdaBasicExecutionRole, which may write every log group of the account.
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
            timeout=_SHORT.get(name, _LONG),
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
                # CDK demands an image; it is never pulled, for pip never declines.
                bundling=BundlingOptions(
                    image=DockerImage.from_registry("none"), local=cast(ILocalBundling, pip)
                ),
            ),
            compatible_runtimes=[_RUNTIME],
            compatible_architectures=[_ARCHITECTURE],
        )

    def _set_environment(self, storage: Storage, batch_access: BatchAccess) -> None:
        for function in self._functions.values():
            function.add_environment("POWERTOOLS_SERVICE_NAME", "self-consistency")
            function.add_environment("POWERTOOLS_METRICS_NAMESPACE", METRICS_NAMESPACE)
            function.add_environment("POWERTOOLS_LOG_LEVEL", self._settings.log_level)
            function.add_environment(Env.BUCKET, storage.bucket.bucket_name)
            function.add_environment(Env.TABLE, storage.table.table_name)
        plan = self["Plan"]
        plan.add_environment(Env.DEFAULT_MODEL, self._settings.default_model)
        plan.add_environment(Env.JOBS_AT_ONCE, str(self._settings.jobs_at_once))
        plan.add_environment(Env.MIN_RECORDS, str(self._settings.min_records))
        plan.add_environment(Env.MAX_RECORDS, str(self._settings.max_records))
        plan.add_environment(Env.MAX_INPUT_MIB, str(self._settings.max_input_mib))
        batch_access.tell(self["Submit"])
        at_once = str(self._settings.on_demand_at_once)
        self["Invoke"].add_environment(Env.ON_DEMAND_AT_ONCE, at_once)
        for function in (self["Submit"], self["Poll"]):
            function.add_environment(Env.JOB_TIMEOUT_H, str(self._settings.job_timeout_h))
        for function in (self["Invoke"], self["Submit"], self["Poll"]):
            function.add_environment(Env.POLL_EVERY_S, str(self._settings.poll_every_s))

    def _grant_storage(self, storage: Storage) -> None:
        for name, pattern in _READS.items():
            storage.grant_read(self.role(name), pattern)
        for name in _WRITES:
            storage.grant_write(self.role(name))
        for name, actions in _ENTRIES.items():
            storage.grant_entries(self.role(name), *actions)
        for name in _LISTS:
            storage.grant_list(self.role(name))
        storage.grant_expire(self.role("Collect"))
