"""What a run lacks that Bedrock refused jobs of."""

import pytest

from lambdas.core.errors import JobRefusedError
from lambdas.core.reporting.unfinished import unfinished

CAME = {"status": "Completed", "succeeded": 100}
REFUSED = {"status": "Refused", "succeeded": 0, "message": "job sc-1 is refused: no access"}


def test_a_run_without_refused_jobs_lacks_nothing() -> None:
    assert unfinished([CAME, {"status": "Failed", "succeeded": 0}]) is None


def test_a_run_that_lacks_jobs_says_how_many_why_and_what_to_do() -> None:
    why = unfinished([CAME, REFUSED, REFUSED])

    assert why is not None
    assert why.reason == "JobRefusedError"
    assert why.message == (
        "2 jobs of 3 refused, the report is of the others: job sc-1 is refused: no access;"
        " mend that and redrive the execution: it submits these alone"
    )


def test_a_run_of_which_nothing_came_has_no_report() -> None:
    with pytest.raises(JobRefusedError, match="no access; nothing was sampled"):
        unfinished([REFUSED])
