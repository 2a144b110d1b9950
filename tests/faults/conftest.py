"""One local stack for all cases, what runs something on it, and the table at the end."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import LocalStack, LocalStackSettings
from selfconsistency.bedrock.settings import Delays
from tests.faults.answering import Sums
from tests.faults.harness import Harness, Outcome

QUICK = Delays(submitted_s=0.02, validating_s=0.02, scheduled_s=0.02, in_progress_s=0.02)
CONTEXT = {"min_records": "10", "jobs_at_once": "3", "poll_every_s": "30"}
# A minute of the workflow's waiting is a seventh of a second.
WAIT_SCALE = 0.0025
TABLE = Path(__file__).parents[2] / "build" / "faults.md"
HEAD = ("fault", "injected", "questions lost", "paths paid twice", "outcome")

_outcomes = pytest.StashKey[list[Outcome]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: one of the fault cases that run with every test")
    config.stash[_outcomes] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what came of each fault, and keep it in `build/faults.md`."""
    rows = [HEAD, *(each.row() for each in terminalreporter.config.stash[_outcomes])]
    if len(rows) == 1:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [" | ".join(map(str.ljust, row, widths)) for row in rows]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    terminalreporter.section("faults")
    for line in lines:
        terminalreporter.write_line(line.rstrip())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("".join(f"| {line} |\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="session")
def _deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """The app, deployed once; answers are those of `Sums`."""
    source = Sums()
    settings = LocalStackSettings(
        source=source, delays=QUICK, wait_scale=WAIT_SCALE, scale_limits=True, context=CONTEXT
    )
    folder = Path(os.environ.get("FAULTS_LOGS") or tmp_path_factory.mktemp("faults"))
    with LocalStack(settings, folder) as local_stack:
        yield Harness(local_stack, source)


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> list[Outcome]:
    """The rows of the table at the end."""
    return request.config.stash[_outcomes]


@pytest.fixture
def harness(_deployed: Harness, outcomes: list[Outcome]) -> Iterator[Harness]:
    """The deployed app without faults; what its runs come to is in the table at the end."""
    _deployed.suffer("")
    _deployed.outcomes = outcomes
    yield _deployed
    _deployed.reset()


@pytest.fixture
def sums() -> str:
    """A question set of forty sums, as the content of its file."""
    return questions(40)


def questions(count: int) -> str:
    """Return the lines of a set of sums with their right answers."""
    rows = (
        {"question": f"What is {n} plus {n}?", "answer": str(2 * n)} for n in range(1, count + 1)
    )
    return "".join(json.dumps(row) + "\n" for row in rows)
