"""Execution histories: the worst cases stay below Step Functions' limit of 25,000 events."""

from typing import Any

import pytest

from benchmarks.long import (
    EVENTS_BESIDE_LOOPS,
    EVENTS_OF_A_FAILED_TRY,
    MAX_EVENTS,
    YEAR_S,
    events_of_a_bad_week,
    events_of_a_job,
    looks,
    loop,
    retries,
)
from lambdas.aws.clients import ANSWER_TIMEOUT_S
from lambdas.contract import MAX_ATTEMPTS, MAX_JOBS_AT_ONCE, MAX_WAVES
from lambdas.core.job_status import next_wait_s
from lambdas.core.on_demand import GIVE_UP_S
from tests.infrastructure.conftest import States

# A fifth of the history stays free for what nobody thought of, such as redrives.
ALLOWED_EVENTS = 0.8 * MAX_EVENTS
# Service quotas of Step Functions: open Map Runs per account, concurrent children per Map Run.
MAX_OPEN_MAP_RUNS, MAX_CHILDREN_AT_ONCE = 1_000, 10_000
# The planned waves, and those that retry paths lost by the last one.
WAVES = MAX_WAVES + MAX_ATTEMPTS - 1
# A call of Invoke that leaves records unanswered starts model calls until its time runs out,
# except for the longest back-off and the time reserved besides a model call.
BACK_OFF_S, RESERVE_S = 20, 30

SETTINGS_S = [1, 2, 5, 10, 30, 60, 300, 900, 901, 1800, 3600]


def test_the_loops_have_the_events_counted_by_hand(job: States, top: States) -> None:
    # Submit 5, Wait 2, "Submitted?" 2; Poll 5, "Ended?" 2, Wait 2, "Submitted?" 2; Invoke 5,
    # "All answered?" 2, Pause 2; PlanWave 5, "Jobs to run?" 2, Jobs 6, Votes 6.
    assert loop(job, "Submit", avoiding="Poll") == 9
    assert loop(job, "Poll", avoiding="Submit") == 11
    assert loop(job, "Invoke", avoiding="") == 9
    assert loop(top, "PlanWave", avoiding="Reopen") == 19


@pytest.mark.parametrize("poll_every_s", SETTINGS_S)
@pytest.mark.parametrize("days_waited", [0, 7, 60, 357])
def test_a_job_of_168_hours_after_a_year_of_waiting_stays_well_below_the_limit(
    job: States, poll_every_s: int, days_waited: int
) -> None:
    assert events_of_a_job(job, poll_every_s, days_waited * 24 * 3600) < ALLOWED_EVENTS


@pytest.mark.parametrize("poll_every_s", SETTINGS_S)
def test_a_week_with_every_retry_of_every_status_check_stays_below_the_limit(
    job: States, poll_every_s: int
) -> None:
    assert events_of_a_bad_week(job, poll_every_s) < ALLOWED_EVENTS


def test_the_shortest_setting_has_the_most_status_checks() -> None:
    # Waits grow with time and with the setting, so the shortest setting makes every check first.
    times_s = range(0, YEAR_S, 6_007)

    for live in (True, False):
        waits_s = [
            [next_wait_s(waited_s, poll_every_s, live=live) for waited_s in times_s]
            for poll_every_s in SETTINGS_S
        ]
        assert all(waits == sorted(waits) for waits in waits_s)
        assert all(list(waits) == sorted(waits) for waits in zip(*waits_s, strict=True))


def test_a_day_on_demand_after_a_year_of_waiting_stays_below_the_limit(
    job: States, timeout_s: int
) -> None:
    invoke_s = timeout_s - ANSWER_TIMEOUT_S - RESERVE_S - BACK_OFF_S
    waiting = looks(1, YEAR_S, live=False)
    # Invoke runs again at once after it stored replies, and later after it found the model busy.
    answering = GIVE_UP_S // invoke_s + looks(1, GIVE_UP_S, live=True)

    events = (waiting + answering) * loop(job, "Invoke", avoiding="") + EVENTS_BESIDE_LOOPS

    assert invoke_s >= 240
    assert events < ALLOWED_EVENTS


def test_a_run_of_the_most_waves_with_every_retry_stays_below_the_limit(
    top: States,
) -> None:
    failed = EVENTS_OF_A_FAILED_TRY * retries(top["PlanWave"])
    wave = loop(top, "PlanWave", avoiding="Reopen") + failed

    # Plan, a last PlanWave and Report may be retried as often.
    events = WAVES * wave + 3 * failed + EVENTS_BESIDE_LOOPS

    assert events < ALLOWED_EVENTS


def test_a_run_stays_within_the_limits_of_map_runs(top: States) -> None:
    maps = [state for state in top.values() if state["Type"] == "Map"]

    # One is open at a time; even all of a run's together are not too many.
    assert 2 * WAVES + 1 < MAX_OPEN_MAP_RUNS
    assert all(0 < state["MaxConcurrency"] <= MAX_JOBS_AT_ONCE for state in maps)
    assert MAX_JOBS_AT_ONCE < MAX_CHILDREN_AT_ONCE


@pytest.fixture
def timeout_s(of_type: Any) -> int:
    [found] = [
        function["Properties"]["Timeout"]
        for id_, function in of_type("AWS::Lambda::Function").items()
        if id_.startswith("StepsInvoke")
    ]
    assert isinstance(found, int)
    return found
