"""Statuses of jobs: all that the service knows, and how often one is looked at."""

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.statuses import has_ended, next_wait_s

MAX_EVENTS = 25_000
WEEK_S = 7 * 24 * 3600
# Wait, Choice "Submitted?", the task and Choice "Ended?": 2 + 2 + 5 + 2 events.
EVENTS_PER_LOOK = 11


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


def test_an_unknown_status_is_taken_as_live() -> None:
    assert not has_ended("Rejuvenating")
    assert not has_ended("")


@pytest.mark.parametrize("poll_every_s", [1, 30, 60, 300])
def test_a_weeks_wait_and_a_job_of_168_hours_stay_below_25000_events(poll_every_s: int) -> None:
    waited_s, looks = 0, 0
    while waited_s < 2 * WEEK_S:
        waited_s += next_wait_s(waited_s, poll_every_s)
        looks += 1

    assert looks * EVENTS_PER_LOOK < MAX_EVENTS


@given(st.floats(0, 2 * WEEK_S), st.integers(1, 3600))
def test_a_wait_is_never_shorter_than_the_setting_nor_much_longer_than_a_tenth_of_the_time(
    waited_s: float, poll_every_s: int
) -> None:
    assert poll_every_s <= next_wait_s(waited_s, poll_every_s) <= max(waited_s / 10, poll_every_s)
