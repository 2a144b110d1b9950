"""One run from nothing to its figures: twin up, run followed, results fetched, twin down."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from client.commands import Commands
from client.follow import Pace
from client.runs import Run
from local.answers import AnswersFrom
from local.deployment import ROOT
from local.errors import LocalError
from local.faults.chosen import NO_FAULTS, ChosenFaults, told_strikes
from local.jobs import job_time_s
from local.memory import peak_memory_mib
from local.twin import Twin, TwinSettings

STATE_FOLDER = ROOT / ".local"
_PACE = Pace(every_s=0.3, grace_s=15)


class RunFailedError(LocalError):
    """The run was refused or failed; the message is the run's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRun:
    """What is to be run, and where its results go."""

    questions: Path
    answers: AnswersFrom
    out: Path
    request: Mapping[str, Any]
    context: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    faults: ChosenFaults = NO_FAULTS

    def set_up(self, request: Mapping[str, Any]) -> TwinSettings:
        """Return how the twin for the run is to be set up.

        Raises:
            LocalError: a recording cannot be read.
        """
        return TwinSettings(
            source=self.answers.source(self.questions, seed=int(request.get("seed") or 0)),
            context=self.context,
            profiles=self.profiles,
            faults=self.faults.plan,
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a run took from nothing to all stopped, and how much of it batch jobs ran."""

    whole_s: float
    jobs_s: float

    @property
    def beyond_jobs_s(self) -> float:
        """What the twin and the app took."""
        return self.whole_s - self.jobs_s


def run_locally(asked: LocalRun, console: Console) -> Timing:
    """Run a question set on a twin of its own and leave the results in a folder.

    A run that failed leaves what it has: a report that lacks refused jobs, or votes alone.

    Raises:
        RunFailedError: the run did not succeed.
        LocalError: the twin could not be set up.
    """
    began = time.monotonic()

    def tell(phase: str) -> None:
        line = f"[{time.monotonic() - began:5.1f} s] {phase}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    follows = asked.answers.request(asked.request)
    if follows:
        tell(f"from the recording: {_spelled(follows)}")
    request = {**follows, **asked.request}
    if asked.faults:
        tell(asked.faults.told())
    with log_folder() as logs, Twin(asked.set_up(request), logs, tell) as twin:
        run = _followed(twin, asked, request, console)
        tell(f"run {run.run_id} {run.status}")
        if asked.faults:
            tell(told_strikes(twin.injected))
        jobs_s = job_time_s(twin.connection, twin.bedrock_url)
        console.print(_memory_table(peak_memory_mib(twin.connection, twin.stack)))
    timing = Timing(time.monotonic() - began, jobs_s)
    tell(f"all stopped; jobs ran for {jobs_s:.1f} s, all else took {timing.beyond_jobs_s:.1f} s")
    if run.status != "succeeded":
        raise RunFailedError(run.message or f"run {run.run_id} failed without a message")
    return timing


def _followed(twin: Twin, asked: LocalRun, request: Mapping[str, Any], console: Console) -> Run:
    commands = Commands(twin.connection, twin.stack, console)
    run_id = commands.run(asked.questions, dict(request), "start")
    run = commands.follow(run_id, _PACE)
    # A run that failed may have left what came, and soon there is no bucket to fetch it from.
    if run.status == "succeeded" or run.report_key:
        commands.fetch(run_id, asked.out, asked.answers.label)
    else:
        commands.fetch_votes(run, asked.out)
    return run


@contextmanager
def log_folder() -> Iterator[Path]:
    """Give a folder for logs, which is kept if the body fails but not if it is interrupted."""
    folder = STATE_FOLDER / "logs" / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    folder.mkdir(parents=True)
    failed = False
    try:
        yield folder
    except Exception:
        failed = True
        raise
    finally:
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)


def _spelled(request: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in request.items())


def _memory_table(peaks: Mapping[str, float]) -> Table:
    table = Table(title="Peak memory", title_justify="left")
    table.add_column("step")
    table.add_column("MiB", justify="right")
    for name, peak in peaks.items():
        table.add_row(name, f"{peak:.0f}")
    return table
