"""The two jobs of a small run, for tests of one job's steps."""

from typing import Any

from selfconsistency.bedrock.settings import Delays
from tests.unit.handlers.world import World

SAMPLES = {"one?": {"T0.7": ["The answer is 1."] * 6}}
STAY = Delays(60, 60, 60, 60)
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "greedy": False,
    "paths": 4,
    "paths_per_job": 2,
    "few_shot": "none",
}


def built(world: World, **request: Any) -> list[Any]:
    """Return the two jobs of the run with their inputs written."""
    world.put("datasets/q.jsonl", {"question": "one?", "answer": "1"})
    state = world.step("PlanWave", world.plan(REQUEST | request))
    jobs = world.rows(state["jobs_key"])
    for job in jobs:
        job["input"] = world.step("Build", job)
    return jobs


def submit(world: World, job: Any) -> bool:
    job["bedrock"] = world.step("Submit", job)
    return bool(job["bedrock"]["submitted"])
