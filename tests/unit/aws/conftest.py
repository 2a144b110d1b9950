"""One moto for each module of tests, and a job to be created."""

from collections.abc import Iterator

import pytest

from lambdas.aws.batch import Submission
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
