"""A step of the attempt before a redrive, or before the end, comes late and changes nothing."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from lambdas.core.errors import RunEndedError
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from tests.unit.handlers.world import STARTED_AT, World, execution

COUNT, PATHS = 20, 5
SAMPLES = {f"{n}?": {"T0.7": [f"The answer is {n}."] * PATHS * 4} for n in range(COUNT)}
# A wave of two jobs, of three paths and of two.
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "greedy": False,
    "temperatures": [0.7],
    "paths": PATHS,
    "paths_per_job": 3,
    "jobs_at_once": 1,
    "few_shot": "none",
}
QUIET = replace(NO_FAULTS, lose_events=True)


def served(world: World, faults: Faults = NO_FAULTS) -> BedrockEmulator:
    bedrock_emulator = world.serve(SAMPLES, faults=faults)
    world.put("datasets/q.jsonl", *({"question": q, "answer": q[:-1]} for q in SAMPLES))
    return bedrock_emulator


class Redriven:
    """A run whose first job was refused, and failed; redriven, with that job live again.

    Attributes:
        first: the tasks of the attempt that failed, by step.
        live: the job that is live again.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.bedrock_emulator = served(world, Faults(refuse_creates=(1,)))
        state = world.step("PlanWave", world.plan(REQUEST))
        jobs = [world.job(job) for job in world.rows(state["jobs_key"])]
        refused = next(job for job in jobs if job["bedrock"]["status"] == "Refused")
        for partition in world.rows(state["partitions_key"]):
            world.step("Vote", partition)
        last = world.step("PlanWave", state)
        for partition in world.rows(last["partitions_key"]):
            world.step("Publish", partition)
        world.step("Report", last)
        before = execution(None, "demo") | {"redrives": 0}
        self.first = {"PlanWave": before | state, "Report": before | last, "Collect": refused}
        self.bedrock_emulator.use(QUIET)
        world.executions.redrives = 1
        self.state = world.reopen(REQUEST)
        self.live = self._submitted_again()

    def _submitted_again(self) -> Any:
        [job] = [
            job
            for job in self._world.rows(self.state["jobs_key"])
            if not self._built(job)["collected"]
        ]
        job["bedrock"] = self._world.step("Submit", job)
        return job

    def _built(self, job: Any) -> Any:
        job["input"] = self._world.step("Build", job)
        return job["input"]

    def ends(self) -> Any:
        """Finish the run, and return its last receipt."""
        world = self._world
        world.finish(self.live)
        for partition in world.rows(self.state["partitions_key"]):
            world.step("Vote", partition)
        return world.continue_from(world.step("PlanWave", self.state))


@pytest.fixture
def redriven(world: World) -> Redriven:
    return Redriven(world)


def asked(bedrock_emulator: BedrockEmulator) -> Counter[str]:
    return Counter(each.record_id for each in bedrock_emulator.ledger if not each.failed)


@pytest.mark.parametrize("name", ["PlanWave", "Report"])
def test_a_step_of_the_attempt_before_ends_itself_alone(
    world: World, redriven: Redriven, name: Any
) -> None:
    before = world.entry("demo")

    with pytest.raises(RunEndedError):
        world.step(name, redriven.first[name])

    assert world.entry("demo") == before
    assert redriven.ends()["complete"]
    # Each path once: a stale plan would have asked for those of the live job as well.
    assert asked(redriven.bedrock_emulator).total() == COUNT * PATHS
    assert len(world.jobs_of_bedrock()) == 2


def test_a_collect_of_the_attempt_before_leaves_the_slot_to_the_live_job(
    world: World, redriven: Redriven
) -> None:
    slots = world.entry("demo")["active_jobs"]

    world.step("Collect", redriven.first["Collect"])

    assert world.entry("demo")["active_jobs"] == slots
    assert redriven.ends()["complete"]
    assert world.entry("demo")["collected_jobs"] == 2
    assert world.entry("demo")["collected_paths"] == COUNT * PATHS


def test_a_reopen_that_comes_again_forgets_no_refusal(world: World, redriven: Redriven) -> None:
    world.table.update_item(
        Key={"run_id": "demo", "entry": "run"},
        UpdateExpression="ADD refused :jobs",
        ExpressionAttributeValues={":jobs": {"01-j0002"}},
    )

    world.reopen(REQUEST)

    assert world.entry("demo")["refused"] == {"01-j0002"}


def test_a_plan_that_comes_again_takes_no_run_back(world: World) -> None:
    served(world)
    task = execution(REQUEST, "demo") | {"started_at": STARTED_AT, "redrives": 0}
    state = world.step("PlanWave", world.plan(REQUEST))
    first, second = world.rows(state["jobs_key"])
    first["input"] = world.step("Build", first)
    first["bedrock"] = world.step("Submit", first)
    live = world.entry("demo")

    again = world.step("Plan", task)

    assert again == {"run_id": "demo", "duplicate": False, "pilot": False, "next_wave": 1}
    assert world.entry("demo") == live
    world.finish(first)
    world.job(second)
    for partition in world.rows(state["partitions_key"]):
        world.step("Vote", partition)
    world.continue_from(world.step("PlanWave", state))
    ended = world.entry("demo")
    assert world.step("Plan", task) == again
    assert world.entry("demo") == ended
    assert (ended["status"], ended["collected_jobs"]) == ("succeeded", 2)
