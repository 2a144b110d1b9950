"""One run from nothing to its figures: stack up, run followed, results fetched, stack down."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lambdas.contract.answered_by import as_json
from local.assembly import ROOT
from local.faults.plan import NONE_CHOSEN, ChosenFaults, told_strikes
from local.stack import LocalStack, LocalStackSettings
from selfconsistency.answers_from import AnswersFrom, OpenAnswers
from selfconsistency.commands import Commands
from selfconsistency.connection import Connection, Stack
from selfconsistency.follow import Pace
from selfconsistency.runs import check_succeeded, ending_of
from selfconsistency.shell import phase_teller
from selfconsistency.tables import memory_table

if TYPE_CHECKING:
    from mypy_boto3_bedrock.type_defs import ModelInvocationJobSummaryTypeDef as JobSummary

STATE_FOLDER = ROOT / ".local"
_PACE = Pace(every_s=0.3, grace_s=15)
_FIELD = "peak_memory_mib"
_LOG_GROUP = "AWS::Logs::LogGroup"
_HASH = re.compile(r"(Logs)?[0-9A-F]{8}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRun:
    """What is to be run, and where its results go."""

    questions: Path
    answers: AnswersFrom
    out: Path
    request: Mapping[str, Any]
    context: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    faults: ChosenFaults = NONE_CHOSEN
    shows_memory: bool = False

    def set_up(self, opened: OpenAnswers) -> LocalStackSettings:
        """Return how the local stack for the run is to be set up."""
        return LocalStackSettings(
            source=opened.source,
            context={"answered_by": as_json(opened.answered_by), **self.context},
            profiles=self.profiles,
            faults=self.faults.plan,
        )


def run_locally(asked: LocalRun, console: Console) -> None:
    """Run a question set on a local stack of its own and leave the results in a folder.

    A run that failed leaves what it has: a report that lacks refused jobs, or votes alone.

    Raises:
        RunFailedError: the run did not succeed.
        LocalError: the local stack could not be set up.
    """
    tell = phase_teller(console)
    if asked.faults:
        tell(asked.faults.told())
    opening = asked.answers.opened_for(
        asked.questions, asked.request, out=asked.out, tell=tell, profiles=asked.profiles
    )
    with (
        opening as opened,
        log_folder() as logs,
        LocalStack(asked.set_up(opened), logs, tell) as local_stack,
    ):
        commands = Commands(local_stack.connection, local_stack.stack, console)
        run_id = commands.run(asked.questions, dict(opened.request), "start")
        run = commands.follow(run_id, _PACE, given_up=lambda: opened.source.broken)
        tell(ending_of(run, opened.source.broken))
        jobs_s = job_time_s(local_stack.connection, local_stack.bedrock_url)
        _print_figures(local_stack, asked, console)
        commands.fetch_what_came(run, asked.out, local_stack.begin_stop)
    tell(f"all stopped; jobs ran for {jobs_s:.1f} s")
    check_succeeded(run, opened.source.broken)


def _print_figures(local_stack: LocalStack, asked: LocalRun, console: Console) -> None:
    """Print what only a stack that is up can tell."""
    if asked.faults:
        console.print(told_strikes(local_stack.injected), highlight=False, markup=False)
    if asked.shows_memory:
        peaks = peak_memory_mib(local_stack.connection, local_stack.stack)
        console.print(memory_table(peaks))


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


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    begin: datetime
    end: datetime


def covered_s(spans: Iterable[Span]) -> float:
    """Return how many seconds are covered by at least one span."""
    total, until = 0.0, None
    for span in sorted(spans, key=lambda span: span.begin):
        begin = span.begin if until is None else max(span.begin, until)
        if span.end > begin:
            total += (span.end - begin).total_seconds()
            until = span.end
    return total


def peak_memory_mib(connection: Connection, stack: Stack) -> dict[str, float]:
    """Return the greatest peak memory that each function of a stack has logged."""
    peaks = {}
    for name, log_group in _log_groups(connection, stack):
        peak = highest(_messages(connection, log_group))
        if peak is not None:
            peaks[name] = peak
    return peaks


def highest(messages: Iterable[str]) -> float | None:
    """Return the greatest peak memory in log messages, `None` where none tells any."""
    return max((peak for message in messages for peak in _peaks(message)), default=None)


def _peaks(message: str) -> Iterator[float]:
    if _FIELD not in message:
        return
    try:
        fields = json.loads(message)
    except ValueError:
        return
    if isinstance(fields, dict) and isinstance(fields.get(_FIELD), int | float):
        yield float(fields[_FIELD])


def _log_groups(connection: Connection, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each log group of the stack behind the name its construct gives it."""
    pages = connection.cloudformation().get_paginator("list_stack_resources")
    shown = (page["StackResourceSummaries"] for page in pages.paginate(StackName=stack.name))
    for resource in chain.from_iterable(shown):
        if resource["ResourceType"] == _LOG_GROUP:
            name = _HASH.sub("", resource["LogicalResourceId"])
            yield name.removeprefix("Steps"), resource["PhysicalResourceId"]


def _messages(connection: Connection, log_group: str) -> Iterator[str]:
    pages = connection.logs().get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=log_group, filterPattern=f'"{_FIELD}"'):
        yield from (event["message"] for event in page["events"])


def job_time_s(connection: Connection, bedrock_url: str) -> float:
    """Return for how many seconds at least one batch job was under way."""
    return covered_s(_spans(connection, bedrock_url))


def _spans(connection: Connection, bedrock_url: str) -> Iterator[Span]:
    bedrock = connection.session.client("bedrock", endpoint_url=bedrock_url)
    for page in bedrock.get_paginator("list_model_invocation_jobs").paginate():
        ended = (job for job in page["invocationJobSummaries"] if _is_ours(job))
        yield from (Span(job["submitTime"], job["endTime"]) for job in ended)


def _is_ours(job: "JobSummary") -> bool:
    """Return whether a job has ended, and is none of the foreign ones that a rehearsal adds."""
    return "endTime" in job and not job["jobName"].startswith("other")
