"""The clock of a job: what each receipt says of the waits so far, and of the next one."""

import pytest

from lambdas.core.job_clock import JobClock, JobTimes

POLL_EVERY_S = 60


def times(wait_s: int, since: float, waited_s: float, over_s: float = 0) -> JobTimes:
    return {"wait_s": wait_s, "since": since, "waited_s": waited_s, "over_s": over_s}


def at(before: JobTimes | None, now: float) -> JobClock:
    return JobClock.at(before, now, POLL_EVERY_S)


def test_the_first_attempt_starts_the_clock() -> None:
    assert at(None, 5_000.0).after_attempt(submitted=False) == times(60, 5_000.0, 0)


def test_attempts_count_from_the_first_one() -> None:
    clock = at(times(600, 1_000.0, 6_000), 8_000.0)

    assert clock.after_attempt(submitted=False) == times(700, 1_000.0, 6_600)


def test_submission_restarts_the_clock() -> None:
    clock = at(times(600, 1_000.0, 6_000), 8_000.0)

    assert clock.restarted().after_attempt(submitted=True) == times(60, 8_000.0, 0)


@pytest.mark.parametrize(
    ("now", "wait_s"),
    [
        pytest.param(8_000.0, 700, id="time passes as waits say"),
        pytest.param(1_100.0, 660, id="a rehearsal shortens its waits: they count"),
        pytest.param(99_000.0, 900, id="an execution stood still: time counts, up to the limit"),
    ],
)
def test_looks_at_a_live_job_are_a_tenth_of_its_time_apart(now: float, wait_s: int) -> None:
    clock = at(times(600, 1_000.0, 6_000), now)

    assert clock.after_look(over=False) == times(wait_s, 1_000.0, 6_600)


def test_a_job_found_overdue_or_unwritten_has_a_clock_of_its_own() -> None:
    first = at(times(600, 1_000.0, 90_000), 95_000.0).after_look(over=True)
    assert first == times(60, 1_000.0, 90_600, over_s=1)

    second = at(first, 95_060.0).after_look(over=True)
    assert second == times(60, 1_000.0, 90_660, over_s=61)

    later = at(times(60, 1_000.0, 90_000, over_s=1_500), 95_000.0).after_look(over=True)
    assert later == times(156, 1_000.0, 90_060, over_s=1_560)


def test_a_job_that_is_no_longer_over_keeps_that_clock() -> None:
    clock = at(times(60, 1_000.0, 600, over_s=61), 1_660.0)

    assert clock.after_look(over=False) == times(66, 1_000.0, 660, over_s=121)


def test_an_invocation_counts_its_own_time_and_no_standstill() -> None:
    clock = at(times(1, 1_000.0, 2_999), 500_000.0)

    after = clock.after_invocation(has_slot=True, worked_s=850.0)

    assert after == times(300, 1_000.0, 3_850.0)
