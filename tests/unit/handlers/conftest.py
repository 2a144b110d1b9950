"""One moto for each module of tests, and for each test a bucket and a table of its own."""

from collections.abc import Iterator

import pytest

from tests.unit.cloud import Cloud, cloud
from tests.unit.handlers.world import World


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture
def world(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(aws, monkeypatch)
    yield made
    made.close()
