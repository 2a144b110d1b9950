"""One moto for each module of tests."""

from collections.abc import Iterator

import pytest

from tests.unit.cloud import Cloud, cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as running:
        yield running
