"""Statuses of jobs: all that the service knows, and how often one is looked at.

That the looks fit in a history is tests/infrastructure/test_histories.py's matter.
"""

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.core.statuses import has_ended, next_wait_s

WEEK_S = 7 * 24 * 3600
YEAR_S = 365 * 24 * 3600


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


def test_a_place_waited_for_for_months_is_asked_for_each_two_hundredth_of_the_time() -> None:
    days = [8, 25, 50, 365]

    waits_s = [next_wait_s(each * 86_400, 60, live=False) for each in days]

    # 8 days are 192 hours; 25 days 600 hours, of which 3 are the 200th part.
    assert waits_s == [3600, 10_800, 21_600, 157_680]


@given(st.floats(0, YEAR_S), st.floats(0, YEAR_S), st.integers(1, 3600), st.integers(1, 3600))
def test_a_wait_is_the_longer_the_later_it_begins_and_the_longer_the_setting(
    one_s: float, other_s: float, short: int, long: int
) -> None:
    earlier_s, later_s = sorted((one_s, other_s))
    least, most = sorted((short, long))

    for live in (True, False):
        assert next_wait_s(earlier_s, least, live=live) <= next_wait_s(later_s, most, live=live)
