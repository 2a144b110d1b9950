"""What every fuzz test has: a time box, and the seed on the last line of its report."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.bounds import EXAMPLES, MINUTES


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say at the end how to run the same again."""
    seed = config.getoption("--hypothesis-seed", default=None)
    told = seed if seed is not None else "hypothesis's own; a failure prints how to replay it"
    terminalreporter.write_line(f"fuzz: {EXAMPLES:,} examples a test, seed {told}")


@pytest.fixture(scope="session")
def ends_at(request: pytest.FixtureRequest) -> float:
    """When the box is over, in seconds of the monotonic clock."""
    return time.monotonic() + 60 * MINUTES


@pytest.fixture(autouse=True)
def in_time(ends_at: float) -> None:
    """Leave out what the box has no time for; what is left out is told as skipped."""
    if time.monotonic() > ends_at:
        pytest.skip(f"the {MINUTES:g} minutes are over; FUZZ_MINUTES gives more")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let hypothesis name an input of any length: long ones are what is tried here."""
    for item in items:
        if item.path.parent != Path(__file__).parent:
            continue
        item.add_marker(pytest.mark.filterwarnings("ignore:Generating overly large repr"))
