"""The order of the steps, with threads for the children of a map."""

from threading import Barrier, Event
from typing import Any

import pytest

from selfconsistency.one_process.workflow import Workflow

JOB = {"run_id": "r1", "on_demand": False, "jobs_at_once": 3}
STARTED = {"duplicate": False, "pilot": False}
# Guards against hanging.
SOON_S = 60


class Steps:
    """Receipts of a run of one wave, and the calls of steps in order."""

    def __init__(self, jobs: list[Any], **receipts: Any) -> None:
        self.jobs, self.receipts = jobs, receipts
        self.calls: list[str] = []
        self.waves = [len(jobs), 0]

    def call(self, name: str, state: Any) -> Any:
        self.calls.append(name)
        if name in self.receipts:
            return self.receipts[name](state)
        return {
            "Plan": STARTED,
            "PlanWave": {"jobs": self.waves.pop(0) if name == "PlanWave" else 0}
            | {"jobs_key": "jobs", "partitions_key": "partitions"},
            "Build": {"collected": False},
            "Submit": {"submitted": True},
            "Poll": {"ended": True},
        }.get(name, {})

    def lines(self, key: str) -> list[Any]:
        return [dict(job) for job in self.jobs] if key == "jobs" else [{"run_id": "r1"}]

    def workflow(self, jobs_at_once: int = 1) -> Workflow:
        return Workflow(self.call, self.lines, lambda job: None, jobs_at_once)


def test_a_run_of_one_wave_calls_the_steps_in_order() -> None:
    steps = Steps([JOB])

    steps.workflow().run()

    assert steps.calls == [
        *("Plan", "PlanWave", "Build", "Submit", "Poll", "Collect", "Vote", "PlanWave"),
        *("Publish", "Report"),
    ]


def test_a_pilot_comes_before_the_first_wave() -> None:
    steps = Steps([], Plan=lambda _: STARTED | {"pilot": True})

    steps.workflow().run()

    assert steps.calls[:3] == ["Plan", "Pilot", "PlanWave"]


def test_a_duplicate_has_its_run_already() -> None:
    steps = Steps([JOB], Plan=lambda _: STARTED | {"duplicate": True})

    steps.workflow().run()

    assert steps.calls == ["Plan"]


def test_a_small_job_is_invoked_until_all_is_answered() -> None:
    answers = iter([{"ended": False}, {"ended": True}])
    steps = Steps([JOB | {"on_demand": True}], Invoke=lambda _: next(answers))

    steps.workflow().run()

    assert steps.calls[2:6] == ["Build", "Invoke", "Invoke", "Collect"]


def test_as_many_jobs_as_allowed_are_in_flight_at_once() -> None:
    together = Barrier(3)
    steps = Steps([JOB] * 3, Submit=lambda _: together.wait(SOON_S) * 0 or {"submitted": True})

    steps.workflow(jobs_at_once=3).run()

    assert steps.calls.count("Collect") == 3


def test_a_run_that_asks_for_one_job_at_once_has_its_jobs_in_order() -> None:
    steps = Steps([JOB | {"jobs_at_once": 1}] * 2)

    steps.workflow(jobs_at_once=3).run()

    assert steps.calls[2:10] == ["Build", "Submit", "Poll", "Collect"] * 2


def test_a_child_that_fails_tells_abort_why_and_ends_the_run() -> None:
    told: list[Any] = []

    def refuse(state: Any) -> Any:
        raise ValueError("no such model")

    steps = Steps([JOB] * 4, Submit=refuse, Abort=told.append)

    with pytest.raises(ValueError, match="no such model"):
        steps.workflow(jobs_at_once=2).run()

    assert told[0]["run_id"] == "r1"
    assert told[0]["error"]["Error"] == "ValueError"
    assert "Vote" not in steps.calls


def test_no_further_child_begins_once_one_has_failed() -> None:
    failed = Event()

    def fail(state: Any) -> Any:
        if state["number"]:
            # The other child goes on only when this one has failed.
            failed.wait(SOON_S)
            return {"collected": True}
        raise ValueError("why")

    def abort(_: Any) -> None:
        failed.set()

    jobs = [JOB | {"number": number} for number in range(50)]
    steps = Steps(jobs, Build=fail, Abort=abort)

    with pytest.raises(ValueError, match="why"):
        steps.workflow(jobs_at_once=2).run()

    assert steps.calls.count("Build") < 50
