"""One run in this process: question set in, report, votes and accuracies out."""

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3
import msgspec
from rich.console import Console

from lambdas.contract import StepName
from lambdas.contract.answered_by import as_json
from selfconsistency.answers_from import AnswersFrom, OpenAnswers
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.iam import IamCall
from selfconsistency.bedrock.settings import NO_FAULTS, Delays, Faults, Quotas
from selfconsistency.commands import Commands
from selfconsistency.connection import Connection, Stack
from selfconsistency.one_process.bedrock_calls import answered_by
from selfconsistency.one_process.cloud import (
    REGION,
    VARIABLES,
    Cloud,
    cloud,
    use_variables,
)
from selfconsistency.one_process.counted import Counted
from selfconsistency.one_process.moto_calls import ACCOUNT
from selfconsistency.one_process.pauses import Pauses
from selfconsistency.one_process.steps import MACHINE, Execution, call_step, raised_error
from selfconsistency.one_process.workflow import Workflow
from selfconsistency.progress import Answering, show_until_end
from selfconsistency.runs import Run, check_succeeded, ending_of, read_run
from selfconsistency.shell import phase_teller
from selfconsistency.start import Submission, submission, uploaded_request
from selfconsistency.tables import memory_table

_LOOK_EVERY_S = 0.5
# A step that waits for a model cannot be interrupted, and is left behind.
_LEAVE_AFTER_S = 2.0
_NO_DELAYS = Delays(0, 0, 0, 0)
# As the deployed stack's, so that a fault takes as long.
_SCALE_OF_FAULTS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class OneProcessRun:
    """What is to be run, and where its outputs go.

    Attributes:
        questions: the question set.
        answers: who answers.
        out: the folder for the outputs.
        request: the keys of the run's request but the dataset.
        variables: of the steps' environment, in addition to `VARIABLES`.
        profiles: ARN of each application inference profile → the model it stands for.
        faults: what Bedrock does wrong.
        seed: of the faults.
        faults_line: which faults are on, for the reader.
        shows_memory: whether to print how much memory this process needed.
    """

    questions: Path
    answers: AnswersFrom
    out: Path
    request: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = NO_FAULTS
    seed: int = 0
    faults_line: str = ""
    shows_memory: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a run took, and the processor's seconds that each step took of it."""

    whole_s: float
    step_s: Mapping[str, float]


def run_in_one_process(asked: OneProcessRun, console: Console) -> Timing:
    """Run a question set and leave the outputs in a folder.

    A run that failed leaves what it has: a report that lacks refused jobs, or votes alone.

    Raises:
        RunFailedError: the run did not succeed.
        ClientError: a recording or a question set cannot be read.
    """
    began = time.monotonic()
    tell = phase_teller(console)
    if asked.faults_line:
        tell(asked.faults_line)
    opening = asked.answers.opened_for(
        asked.questions, asked.request, out=asked.out, tell=tell, profiles=asked.profiles
    )
    with opening as opened, _session(asked, opened) as session:
        run = session.run(submission(asked.questions, opened.request, datetime.now(UTC)), console)
        tell(ending_of(run, opened.source.broken))
        session.fetch(run, console)
    if asked.shows_memory:
        console.print(memory_table({"this process": peak_mib()}))
    tell("all stopped")
    check_succeeded(run, opened.source.broken)
    return Timing(time.monotonic() - began, dict(session.step_s))


@contextmanager
def _session(asked: OneProcessRun, opened: OpenAnswers) -> Iterator["_Session"]:
    """Set up the cloud in memory and Bedrock's emulator, and stop both."""
    answerer = {"ANSWERED_BY": as_json(opened.answered_by)}
    variables = {**VARIABLES, **answerer, **asked.variables}
    counted = Counted(opened.source)
    with ExitStack() as parts:
        running: Cloud = parts.enter_context(cloud(variables))
        emulator = BedrockEmulator(
            counted,
            edge=running.edge,
            quotas=quotas_of(variables),
            delays=_NO_DELAYS,
            faults=asked.faults,
            seed=asked.seed,
            permissions=_Everyone(),
            callers=_Everyone(),
            profiles=asked.profiles,
        )
        parts.push(partial(_stop, emulator))
        parts.enter_context(answered_by(emulator.application))
        session = _Session(asked, running, counted, variables)
        # Before moto ends: from then on a step's calls would leave this machine.
        parts.callback(session.close)
        yield session


def _stop(emulator: BedrockEmulator, kind: type[BaseException] | None, *_: object) -> None:
    """Stop the emulator; after Ctrl-C without waiting for jobs, which may wait for a model."""
    interrupted = kind is not None and not issubclass(kind, Exception)
    emulator.stop(*([0.0] if interrupted else []))


def quotas_of(variables: Mapping[str, str]) -> Quotas:
    """Return the quotas of an account whose stack has these variables."""
    jobs_at_once = int(variables["JOBS_AT_ONCE"])
    return Quotas(
        jobs_at_once=jobs_at_once,
        invokes_at_once=jobs_at_once * int(variables["ON_DEMAND_AT_ONCE"]),
        min_records=int(variables["MIN_RECORDS"]),
        max_records=int(variables["MAX_RECORDS"]),
        max_file_mib=float(variables["MAX_INPUT_MIB"]),
        bounds_sampling=False,
    )


class _Everyone:
    """Permissions and callers of an account where every role may do everything."""

    def allows(self, role_arn: str, call: IamCall) -> bool:  # noqa: ARG002 - as `Permissions`
        return True

    def role_arn(self, access_key_id: str) -> str | None:  # noqa: ARG002 - as `Callers`
        return None


class _SessionOverError(Exception):
    """No further step may begin."""


class _Session:
    """A cloud in memory in which one run is run.

    Attributes:
        step_s: the processor's seconds that each step took.
    """

    def __init__(
        self,
        asked: OneProcessRun,
        running: Cloud,
        counted: Counted,
        variables: Mapping[str, str],
    ) -> None:
        self._asked = asked
        self._cloud = running
        self._counted = counted
        self._calls = 0
        self._over = Event()
        self._thread: Thread | None = None
        self.step_s: dict[str, float] = defaultdict(float)
        self._jobs_at_once = int(variables["JOBS_AT_ONCE"])
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{MACHINE}"
        self._stack = Stack("local", running.new_bucket(), running.new_table().name, arn)
        self._connection = Connection(boto3.Session(region_name=REGION))
        use_variables(
            BUCKET=self._stack.bucket,
            TABLE=self._stack.table,
            BATCH_ROLE_ARN=running.role_arn,
        )

    def run(self, run: Submission, console: Console) -> Run:
        """Run it to its end and show how far it is; return its last state."""
        request = uploaded_request(self._connection, self._stack, run)
        started_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        execution = Execution(request, run.name, started_at)
        thread = Thread(target=self._execute, args=(execution,), name="workflow", daemon=True)
        self._thread = thread
        thread.start()
        return show_until_end(self._states(run.name, thread), console, Answering(self._count))

    def close(self) -> None:
        """Let no further step begin, and wait a little for those that run."""
        self._over.set()
        self._cloud.changes.notify()
        if self._thread:
            self._thread.join(_LEAVE_AFTER_S)

    def fetch(self, run: Run, console: Console) -> None:
        """Copy what the run left into the folder, and print its tables."""
        commands = Commands(self._connection, self._stack, console)
        commands.fetch_what_came(run, self._asked.out)

    def _count(self) -> int:
        return self._counted.answered

    def _states(self, run_id: str, thread: Thread) -> Iterator[Run]:
        run, seen = Run(run_id), (-1, -1)
        while thread.is_alive() and not self._counted.broken:
            # Not while nothing changes: moto goes through all entries of a run for each look.
            if seen != (seen := (self._calls, self._counted.answered)):
                run = read_run(self._connection, self._stack, run_id, run.jobs)
            yield run
            thread.join(_LOOK_EVERY_S)
        yield read_run(self._connection, self._stack, run_id)

    def _execute(self, execution: Execution) -> None:
        """Run the execution; a step's error leads to Abort, as in the state machine."""
        call = partial(self._call, execution)
        scale = None if self._asked.faults == NO_FAULTS else _SCALE_OF_FAULTS
        pauses = Pauses(self._cloud.changes, scale)
        workflow = Workflow(call, self._lines, pauses, self._jobs_at_once)
        try:
            workflow.run()
        except _SessionOverError:
            return
        except Exception as error:
            with suppress(_SessionOverError):
                call("Abort", {"error": raised_error(error)})

    def _call(self, execution: Execution, name: StepName, state: Any) -> Any:
        if self._over.is_set():
            raise _SessionOverError
        began = time.thread_time()
        receipt = call_step(name, execution.payload(name, state))
        self.step_s[name] += time.thread_time() - began
        self._calls += name != "Poll"
        if name == "Collect":
            # Another job may now have the slot.
            self._cloud.changes.notify()
        return receipt

    def _lines(self, key: str) -> list[Any]:
        body = self._cloud.s3.get_object(Bucket=self._stack.bucket, Key=key)["Body"].read()
        return [msgspec.json.decode(line) for line in body.splitlines()]


def peak_mib() -> float:
    """Return the most memory that this process has held; macOS counts bytes, others KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
