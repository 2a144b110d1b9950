"""One moto for each module of tests; a bucket, a table, and a job to be created."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.aws.bedrock_batch import Submission
from lambdas.aws.clients import s3_client
from lambdas.aws.run_table import RunTable
from lambdas.aws.store import Store
from lambdas.contract.entries import RunEntry
from tests.unit.aws.records import EXECUTION, RUN, STARTED_AT
from tests.unit.cloud import Cloud, cloud


@pytest.fixture(scope="module")
def aws() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


@pytest.fixture
def job(aws: Cloud) -> Submission:
    bucket = aws.new_bucket()
    return Submission(
        name="sc-0123-w01-j0001",
        token="a1",
        role_arn=aws.role_arn,
        model_id="us.amazon.nova-lite-v1:0",
        invocation_type="Converse",
        input_uri=f"s3://{bucket}/runs/r/input.jsonl",
        output_uri=f"s3://{bucket}/runs/r/output/",
    )


@pytest.fixture
def store(aws: Cloud) -> Store:
    return Store(s3_client(), aws.new_bucket(), piece_bytes=10)


@pytest.fixture
def stored(aws: Cloud) -> Any:
    return aws.new_table()


@pytest.fixture
def table(stored: Any) -> RunTable:
    return RunTable(stored)


@pytest.fixture
def running(table: RunTable) -> RunTable:
    """A table in which the run is running."""
    table.claim(RUN, EXECUTION, STARTED_AT)
    table.update_run(RUN, EXECUTION, RunEntry(status="running"))
    return table
