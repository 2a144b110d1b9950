"""When a run stops because its answers cannot be read, and what it says then."""

from typing import Any

import pytest

from lambdas.contract.entries import RunEntry
from lambdas.core.outputs.readability import CollectedPaths, must_stop, stop_reason
from tests.unit.core.report.samples import a_job_entry


def a_run(jobs: int = 3, paths: int = 100, unread: int = 51, share: float | None = 0.5) -> RunEntry:
    return RunEntry(
        collected_jobs=jobs, collected_paths=paths, unread_paths=unread, stop_if_unreadable=share
    )


@pytest.mark.parametrize(
    ("changed", "stops"),
    [
        pytest.param({}, True, id="more than half of three jobs"),
        pytest.param({"unread": 50}, False, id="half"),
        pytest.param({"jobs": 2, "unread": 100}, False, id="two jobs say too little"),
        pytest.param({"share": None, "unread": 100}, False, id="switched off"),
        pytest.param({"share": 1.0, "unread": 100}, False, id="all are allowed"),
        pytest.param({"share": 0.0, "unread": 1}, True, id="none is allowed"),
        pytest.param({"paths": 0, "unread": 0}, False, id="nothing came back"),
    ],
)
def test_a_run_stops_above_its_share_from_the_third_job_on(
    changed: dict[str, Any], stops: bool
) -> None:
    assert must_stop(a_run(**changed)) is stops


def test_an_entry_of_an_earlier_version_never_stops() -> None:
    assert not must_stop(RunEntry())


def test_error_rows_are_no_answers() -> None:
    job = a_job_entry(answered=10, unanswered=90, unread_paths=5)

    assert CollectedPaths.of(job) == CollectedPaths(answered=15, unread=5)


def test_the_reason_names_share_limit_ends_and_the_way_out() -> None:
    jobs = [a_job_entry(unread=end, cut_off=2) for end in ("one", "two", "one", "three", "four")]

    reason = stop_reason(a_run(), jobs, quote=True)

    assert reason.startswith(
        "the run was stopped: 51 of 100 answers (51.0%) could not be read, 10 of them cut off at"
        ' max_tokens, more than stop_if_unreadable 0.5 allows; they end in "one" or "two" or'
        ' "three"; votes and report cover 3 jobs; '
    )
    assert "they end in" not in stop_reason(a_run(), jobs, quote=False)
