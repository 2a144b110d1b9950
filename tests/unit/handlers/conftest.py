"""One moto for each module of tests, and for each test a bucket and a table of its own."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.unit.cloud import Cloud, cloud
from tests.unit.handlers.on_demand import Serve
from tests.unit.handlers.world import World
from tests.unit.models import Models


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture
def world(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(aws, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def few(world: World) -> None:
    """Jobs are below the minimum of a batch job, and their records run one after another."""
    world.set("MIN_RECORDS", "100")
    world.set("ON_DEMAND_AT_ONCE", "1")


@pytest.fixture
def serve(world: World) -> Iterator[Serve]:
    """Serve models that answer so."""
    with ExitStack() as running:
        yield lambda answering: running.enter_context(Models(world.cloud.bedrock_port, answering))


@pytest.fixture
def waits_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleeping takes no time; the waits are noted."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited
