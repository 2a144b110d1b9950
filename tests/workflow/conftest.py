"""One local stack for the whole session: the app deployed once, answered as each test likes."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.stack import LocalStack, LocalStackSettings
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.bedrock.answers.source import AnswerSource, Asked, Completion, Place
from selfconsistency.bedrock.settings import Delays
from selfconsistency.connection import Connection, Stack
from selfconsistency.fetch import fetch
from selfconsistency.follow import Pace, follow
from selfconsistency.runs import Run
from selfconsistency.start import StartedBy, start, submission

QUICK = Delays(submitted_s=0.05, validating_s=0.05, scheduled_s=0.05, in_progress_s=0.05)
PACE = Pace(every_s=0.2, grace_s=8)


class Switch:
    """A source of answers that can be exchanged while the Bedrock emulator runs."""

    at_once = 4
    broken = None

    def __init__(self, source: AnswerSource) -> None:
        self.source = source

    def reserve(self, scope: str, asked: Asked) -> Place:
        return self.source.reserve(scope, asked)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        return self.source.answers(asked, place)

    @contextmanager
    def to(self, source: AnswerSource) -> Iterator[None]:
        """Answer from another source while the body runs."""
        before, self.source = self.source, source
        try:
            yield
        finally:
            self.source = before


@dataclass(frozen=True)
class Ended:
    """A run that has ended; `report` and `votes` are empty unless it succeeded."""

    run: Run
    report: dict[str, Any] = field(default_factory=dict)
    votes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        return self.run.run_id


@dataclass(frozen=True)
class Deployed:
    """The deployed app, and a short way to run something on it."""

    local_stack: LocalStack
    answering: Switch
    folder: Path

    @property
    def connection(self) -> Connection:
        """boto3 clients with the root user's rights."""
        return self.local_stack.connection

    @property
    def stack(self) -> Stack:
        """Bucket, table and state machine."""
        return self.local_stack.stack

    def run(
        self,
        questions: Path,
        request: Mapping[str, Any] | None = None,
        *,
        by: StartedBy = "start",
        source: AnswerSource | None = None,
    ) -> Ended:
        """Run a question set until it ends, answered from `source` if one is given."""
        asked = submission(questions, request or {}, datetime.now(UTC))
        with self.answering.to(source or self.answering.source):
            run_id = start(self.connection, self.stack, asked, by)
            return self.ended(run_id)

    @contextmanager
    def paid_for(self) -> Iterator[None]:
        """Have Plan take the runs in the body for runs that cost money, as on AWS."""
        connection = self.connection
        functions = connection.session.client(
            "lambda", endpoint_url=connection.endpoint_url, verify=connection.ca_file
        )
        name = next(
            found["FunctionName"]
            for page in functions.get_paginator("list_functions").paginate()
            for found in page["Functions"]
            if "REHEARSAL" in found.get("Environment", {}).get("Variables", {})
        )
        before = functions.get_function_configuration(FunctionName=name)["Environment"]
        paid = {key: value for key, value in before["Variables"].items() if key != "REHEARSAL"}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": paid})
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Environment=before)

    def ended(self, run_id: str) -> Ended:
        """Wait until a run that has been started ends."""
        *_, last = follow(self.connection, self.stack, run_id, PACE)
        if last.status != "succeeded":
            return Ended(last)
        folder = self.folder / run_id
        fetch(self.connection, self.stack, run_id, folder)
        report = json.loads((folder / "report.json").read_bytes())
        lines = (folder / "votes.jsonl").read_bytes().splitlines()
        return Ended(last, report, [json.loads(line) for line in lines])


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The app, deployed once for all tests."""
    answering = Switch(Simulated())
    settings = LocalStackSettings(source=answering, delays=QUICK, wait_scale=0.003)
    folder = tmp_path_factory.mktemp("local-stack")
    with LocalStack(settings, folder / "logs") as up:
        yield Deployed(up, answering, folder)


@pytest.fixture
def questions(tmp_path: Path) -> Callable[..., Path]:
    """Write a question set of sums, each with its answer, and return its path."""

    def write(count: int = 120, name: str = "sums.jsonl") -> Path:
        lines = [
            json.dumps({"question": f"What is {n} plus {n}?", "answer": str(2 * n)})
            for n in range(1, count + 1)
        ]
        file = tmp_path / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write
