"""The local stack: both emulators and the deployed app, started and stopped together."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from local.assembly import assembling
from local.deployment import deploy
from local.emulator import Emulator
from local.faults.plan import NO_PLAN, FaultPlan
from selfconsistency.bedrock.answers.source import AnswerSource
from selfconsistency.bedrock.aws_clients import connect
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import Delays, Quotas
from selfconsistency.connection import Connection, Stack

# Calls of one job under way, unless the stack is set otherwise.
ON_DEMAND_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStackSettings:
    """How a local stack is set up.

    Attributes:
        source: who answers the records of batch jobs and calls on demand.
        context: CDK context values for the deployment; the Bedrock emulator's quotas follow them.
        wait_scale: by what the workflow's waiting times are multiplied.
        scale_limits: whether limits of time are scaled likewise, as they are with faults, so that
            a test's days pass in seconds. Otherwise a slow model would lose answers.
        delays: how long a batch job stays in each status.
        faults: what is to go wrong once the app is deployed.
        profiles: ARN of each application inference profile → the model it stands for.
    """

    source: AnswerSource
    context: Mapping[str, str] = field(default_factory=dict)
    wait_scale: float = 0.01
    scale_limits: bool = False
    delays: Delays | None = None
    faults: FaultPlan = NO_PLAN
    profiles: Mapping[str, str] = field(default_factory=dict)


class LocalStack:
    """A context manager: inside, the app is deployed on this machine and can be used.

    Args:
        settings: how it is set up.
        logs: the folder for the logs of the emulator and the deployment.
        tell: called with each phase, in a few words.
    """

    emulator: Emulator
    bedrock_emulator: BedrockEmulator
    bedrock_url: str
    stack: Stack

    def __init__(
        self,
        settings: LocalStackSettings,
        logs: Path,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._logs = logs
        self._tell = tell
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        with assembling(self._settings.context, self._logs) as assembly, ExitStack() as parts:
            self.emulator = parts.enter_context(
                Emulator(
                    wait_scale=self._settings.wait_scale,
                    scale_limits=self._settings.scale_limits or self._settings.faults != NO_PLAN,
                    log_file=self._logs / "emulator.log",
                )
            )
            self._tell(f"emulator on {self.emulator.url}")
            self.bedrock_emulator = self._bedrock_emulator()
            self.bedrock_url = parts.enter_context(self.bedrock_emulator)
            self.emulator.use_bedrock(self.bedrock_url)
            self._tell(f"Bedrock emulator on {self.bedrock_url}, deploying")
            self.stack = deploy(self.emulator, assembly())
            self._tell(f"deployed stack {self.stack.name}")
            self.use_faults(self._settings.faults)
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()

    def begin_stop(self) -> None:
        """Stop everything beside what follows; leaving the context waits until all has stopped."""
        parts, self._parts = self._parts, ExitStack()
        pool = self._parts.enter_context(ThreadPoolExecutor(1))
        self._parts.callback(pool.submit(parts.close).result)

    @property
    def connection(self) -> Connection:
        """A way in with the rights of the account's root user."""
        return self.emulator.connection()

    @property
    def injected(self) -> Mapping[str, int]:
        """How often each fault has struck since these were put in force."""
        return {**self.bedrock_emulator.injected, **self.emulator.injected()}

    def use_faults(self, plan: FaultPlan) -> None:
        """Put other faults in force, for what begins from now on; counters begin anew."""
        self.bedrock_emulator.use(plan.bedrock, plan.seed)
        self.emulator.use_faults(plan.edge, plan.seed)

    def _bedrock_emulator(self) -> BedrockEmulator:
        settings, way_in = self._settings, self.connection
        return BedrockEmulator(
            settings.source,
            edge=connect(way_in.session, way_in.endpoint_url, way_in.ca_file),
            quotas=quotas_of(settings.context),
            delays=settings.delays,
            profiles=settings.profiles,
        )


def quotas_of(context: Mapping[str, str]) -> Quotas:
    """Return the Bedrock emulator's quotas for a stack deployed with these context values."""
    usual = Quotas()
    jobs_at_once = int(context.get("jobs_at_once", usual.jobs_at_once))
    on_demand_at_once = int(context.get("on_demand_at_once", ON_DEMAND_AT_ONCE))
    return Quotas(
        jobs_at_once=jobs_at_once,
        invokes_at_once=jobs_at_once * on_demand_at_once,
        min_records=int(context.get("min_records", usual.min_records)),
        max_records=int(context.get("max_records", usual.max_records)),
        max_file_mib=float(context.get("max_input_mib", usual.max_file_mib)),
        bounds_sampling=False,
    )
