"""Waiting for a job: woken by its end, and counted in real time."""

import json
from typing import Any

import pytest

from selfconsistency.one_process.pauses import Pauses
from selfconsistency.one_process.status_changes import StatusChanges


def told(changes: StatusChanges, status: str) -> None:
    changes.events.put_events(Entries=[{"Detail": json.dumps({"status": status})}])


def job(wait_s: int = 60) -> dict[str, Any]:
    return {"wave": 1, "job": "j0001", "bedrock": {"wait_s": wait_s}}


def test_an_end_before_the_wait_is_not_missed() -> None:
    changes = StatusChanges()

    told(changes, "Completed")

    assert changes.wait(seen=0, timeout_s=60) == 1


def test_only_the_end_of_a_job_wakes() -> None:
    changes = StatusChanges()

    told(changes, "InProgress")

    assert changes.wait(seen=0, timeout_s=0) == 0


def test_the_clock_of_a_job_counts_the_seconds_that_have_passed() -> None:
    changes, waiting = StatusChanges(), job(wait_s=3600)
    changes.notify()

    Pauses(changes)(waiting)

    # A minute at most: a busy machine may need a while for what takes no time.
    assert 0 <= waiting["bedrock"]["wait_s"] < 60


def test_fractions_of_seconds_add_up() -> None:
    moments = iter([0.0, 0.6, 1.0, 1.6])
    changes, first, second = StatusChanges(), job(), job()
    pauses = Pauses(changes, clock=lambda: next(moments))

    changes.notify()
    pauses(first)
    changes.notify()
    pauses(second)

    assert (first["bedrock"]["wait_s"], second["bedrock"]["wait_s"]) == (0, 1)


@pytest.mark.parametrize("wait_s", [1, 3600])
def test_with_faults_the_clock_counts_the_seconds_that_it_says(wait_s: int) -> None:
    changes, waiting = StatusChanges(), job(wait_s)
    changes.notify()

    Pauses(changes, scale=0.01)(waiting)

    assert waiting["bedrock"]["wait_s"] == wait_s
