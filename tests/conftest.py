"""What tests of several parts share."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples everywhere, and no limit of time: a busy machine is no fault of the code.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("suite")

# AWS's service models are hundreds of thousands of objects that live as long as the tests, and
# walking them over and over costs a fifth of the time.
gc.set_threshold(50_000, 20, 50)

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_finish() -> None:
    """Leave what was imported out of every later walk."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return the path of a recorded set that lies beside the repository, or skip the test."""

    def path(name: str) -> Path:
        found = SHARED_DATA / name
        if not found.is_file():
            pytest.skip(f"{name} is not there: recorded sets are no part of the repository")
        return found

    return path
