"""A job's status: when it is over, and when to look again.

Whether all looks fit in an execution's history is tests/infrastructure/test_histories.py's matter.
"""

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.core.job_status import (
    JobObservation,
    JobOutcome,
    has_ended,
    is_written,
    job_outcome,
    next_wait_s,
)
from tests.unit.core.samples import a_job, a_slice

HOUR = 3600
WEEK_S = 7 * 24 * HOUR
YEAR_S = 365 * 24 * HOUR
FOLDER = "runs/r/waves/01/j0001/output/abc/"


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        pytest.param(JobObservation("InProgress", 5, 9.0, 0, False), "live", id="running"),
        pytest.param(JobObservation("", 0, 9.0, 0, False), "live", id="Bedrock does not say now"),
        pytest.param(JobObservation("NewWord", 0, 9.0, 0, False), "live", id="an unknown status"),
        pytest.param(
            JobObservation("Completed", 5, 9.0, 0, True), "ended", id="all output is there"
        ),
        pytest.param(
            JobObservation("Completed", 5, 9.0, 0, False), "unwritten", id="output comes late"
        ),
        pytest.param(
            JobObservation("Completed", 5, 9.0, HOUR, False), "ended", id="an hour is enough"
        ),
        pytest.param(
            JobObservation("Failed", 0, 9.0, 0, False), "ended", id="failed before any record"
        ),
        pytest.param(JobObservation("Expired", 0, 9.0, 0, False), "ended", id="never started"),
        pytest.param(JobObservation("Stopped", 3, 9.0, 0, False), "unwritten", id="stopped midway"),
        pytest.param(
            JobObservation("Validating", 0, 180 * HOUR, 0, False),
            "live",
            id="within the grace period",
        ),
        pytest.param(
            JobObservation("Validating", 0, 180 * HOUR + 1, 0, False), "overdue", id="stuck"
        ),
        pytest.param(
            JobObservation("Stopping", 0, 190 * HOUR, HOUR, False),
            "abandoned",
            id="it does not stop",
        ),
        pytest.param(
            JobObservation("Unknown", 0, 9.0, 0, False), "live", id="created a moment ago"
        ),
        pytest.param(
            JobObservation("Unknown", 0, HOUR + 1, 0, False), "ended", id="Bedrock forgot it"
        ),
    ],
)
def test_job_outcome(observed: JobObservation, expected: JobOutcome) -> None:
    assert job_outcome(observed, timeout_h=168) == expected


@pytest.mark.parametrize(
    ("names", "slices", "written"),
    [
        pytest.param(["input.jsonl.out", "manifest.json.out"], 1, True, id="rows and manifest"),
        pytest.param(["input.jsonl.out"], 1, False, id="no manifest"),
        pytest.param(["manifest.json.out"], 1, False, id="no rows"),
        pytest.param(
            ["000.jsonl.out", "001.jsonl.out", "manifest.json.out"],
            2,
            True,
            id="rows of both slices",
        ),
        pytest.param(["000.jsonl.out", "manifest.json.out"], 2, False, id="rows of one slice"),
    ],
)
def test_is_written(names: list[str], slices: int, written: bool) -> None:
    job = a_job(*(a_slice() for _ in range(slices)))

    assert is_written(job, [FOLDER + name for name in names]) is written


@pytest.mark.parametrize(
    "status", ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"]
)
def test_every_terminal_status_ends_a_job(status: str) -> None:
    assert has_ended(status)


def test_all_other_statuses_of_the_service_model_are_live() -> None:
    model = botocore.session.get_session().get_service_model("bedrock")
    known = model.shape_for("ModelInvocationJobStatus").enum

    live = {status for status in known if not has_ended(status)}

    assert live == {"Submitted", "Validating", "Scheduled", "InProgress", "Stopping"}


def test_an_unknown_status_counts_as_live() -> None:
    assert not has_ended("Rejuvenating")
    assert not has_ended("")


@given(st.floats(0, 8 * WEEK_S), st.integers(1, 3600), st.booleans())
@settings(max_examples=30)
def test_a_wait_is_at_least_the_setting_and_at_most_a_tenth_of_the_time(
    waited_s: float, poll_every_s: int, live: bool
) -> None:
    wait_s = next_wait_s(waited_s, poll_every_s, live=live)

    assert poll_every_s <= wait_s <= max(waited_s / 10, poll_every_s)


@pytest.mark.parametrize(
    ("live", "waits_s"),
    [
        pytest.param(True, [60, 150, 900, 900], id="a live job every quarter of an hour"),
        pytest.param(False, [60, 150, 900, 3600], id="a waiting job every hour"),
    ],
)
def test_waits_are_a_tenth_of_the_time_waited_up_to_a_limit(live: bool, waits_s: list[int]) -> None:
    waited_s = [0, 1_500, 9_000, WEEK_S]

    assert [next_wait_s(each, 60, live=live) for each in waited_s] == waits_s


def test_a_wait_of_months_for_a_slot_is_cut_into_two_hundredths() -> None:
    days = [8, 25, 50, 365]

    waits_s = [next_wait_s(each * 86_400, 60, live=False) for each in days]

    # 8 days are 192 hours; 25 days 600 hours, of which 3 are the 200th part.
    assert waits_s == [3600, 10_800, 21_600, 157_680]


@given(st.floats(0, YEAR_S), st.floats(0, YEAR_S), st.integers(1, 3600), st.integers(1, 3600))
def test_waits_grow_with_the_time_waited_and_with_the_setting(
    one_s: float, other_s: float, short: int, long: int
) -> None:
    earlier_s, later_s = sorted((one_s, other_s))
    least, most = sorted((short, long))

    for live in (True, False):
        assert next_wait_s(earlier_s, least, live=live) <= next_wait_s(later_s, most, live=live)
