"""Each fault by itself, on the deployed app: no question lost, no path paid for twice."""

import pytest

from tests.faults.cases import CASES, Case
from tests.faults.conftest import questions
from tests.faults.harness import Harness


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[pytest.mark.quick] if case.quick else [])
        for case in CASES
    ],
)
def test_a_run_survives(harness: Harness, case: Case) -> None:
    harness.suffer(case.name, case.plan)

    [ended] = harness.settle(harness.start(questions(case.questions), **case.request))

    assert ended.audit.findings == ()
    assert (ended.status, ended.message) == (case.outcome, ended.message)
    assert harness.injected.total() > 0, "nothing was injected"
