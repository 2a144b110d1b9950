"""Statuses of jobs: all that the service knows, and how often one is looked at."""

import botocore.session
import pytest
from hypothesis import given, settings
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


def looks(poll_every_s: int, since_s: float, until_s: float, *, live: bool) -> int:
    """Count the looks at a job between two times, both counted from its first step."""
    waited_s, count = since_s, 0
    while waited_s < until_s:
        waited_s += next_wait_s(waited_s, poll_every_s, live=live)
        count += 1
    return count


@pytest.mark.parametrize("poll_every_s", [1, 30, 60, 300])
@pytest.mark.parametrize("weeks_waited", [0, 1, 7])
def test_weeks_of_waiting_and_a_job_of_168_hours_stay_below_25000_events(
    poll_every_s: int, weeks_waited: int
) -> None:
    placed_s = weeks_waited * WEEK_S
    waiting = looks(poll_every_s, 0, placed_s, live=False)
    running = looks(poll_every_s, placed_s, placed_s + WEEK_S, live=True)

    assert (waiting + running) * EVENTS_PER_LOOK < MAX_EVENTS


@given(st.floats(0, 8 * WEEK_S), st.integers(1, 3600), st.booleans())
@settings(max_examples=30)
def test_a_wait_is_never_shorter_than_the_setting_nor_much_longer_than_a_tenth_of_the_time(
    waited_s: float, poll_every_s: int, live: bool
) -> None:
    wait_s = next_wait_s(waited_s, poll_every_s, live=live)

    assert poll_every_s <= wait_s <= max(waited_s / 10, poll_every_s)


@pytest.mark.parametrize(
    ("live", "waits_s"),
    [
        pytest.param(True, [60, 150, 900, 900], id="a live job is looked at each quarter hour"),
        pytest.param(False, [60, 150, 900, 3600], id="a place is asked for each hour"),
    ],
)
def test_looks_are_a_tenth_of_the_time_waited_apart_up_to_a_limit(
    live: bool, waits_s: list[int]
) -> None:
    waited_s = [0, 1_500, 9_000, WEEK_S]

    assert [next_wait_s(each, 60, live=live) for each in waited_s] == waits_s
