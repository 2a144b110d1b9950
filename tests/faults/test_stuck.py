"""Jobs that do not end for days, on a local stack where a day of waiting takes two seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.faults.plan import FaultPlan
from local.stack import LocalStack, LocalStackSettings
from selfconsistency.bedrock.settings import Faults
from tests.faults.answering import Sums
from tests.faults.conftest import CONTEXT, QUICK, questions
from tests.faults.harness import Harness, Outcome

WAIT_SCALE = 0.00002
# The shortest time that a job may be given, so that few looks are needed until it is over.
SHORTEST_H = {"job_timeout_h": "24"}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome]) -> Iterator[Harness]:
    source = Sums()
    context = {**CONTEXT, **SHORTEST_H}
    settings = LocalStackSettings(
        source=source, delays=QUICK, wait_scale=WAIT_SCALE, scale_limits=True, context=context
    )
    with LocalStack(settings, Path(tmp_path_factory.mktemp("hasty"))) as local_stack:
        yield Harness(local_stack, source, outcomes)


@pytest.mark.parametrize(
    ("fault", "faults", "model_id"),
    [
        pytest.param(
            "a job stuck in Validating for days",
            Faults(stuck_jobs=[1]),
            "us.amazon.nova-lite-v1:0",
            id="stuck in Validating",
        ),
        # It holds its place of the quota for good, which is of its model.
        pytest.param(
            "a stuck job that does not even stop",
            Faults(deaf_jobs=[1]),
            "us.amazon.nova-micro-v1:0",
            id="does not even stop",
        ),
        pytest.param(
            "quota full for days",
            Faults(quota_full_creates=150),
            "us.amazon.nova-lite-v1:0",
            id="quota full for days",
        ),
    ],
)
def test_a_run_continues_without_a_job_that_does_not_end(
    hasty: Harness, fault: str, faults: Faults, model_id: str
) -> None:
    hasty.suffer(fault, FaultPlan(bedrock=faults))

    [ended] = hasty.settle(hasty.start(questions(40), model_id=model_id))

    assert ended.audit.findings == ()
    assert ended.status == "succeeded", ended.message
    assert hasty.injected.total() > 0
