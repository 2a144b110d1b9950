"""A job of two records on demand, and models that answer them, for tests of Invoke."""

from collections.abc import Callable
from typing import Any

from tests.unit.handlers.jobs import built
from tests.unit.handlers.world import World
from tests.unit.models import Answering, Asked, Models, Told, refused, told

FOLDER = "runs/demo/waves/01/j0001"
OUTPUT = f"{FOLDER}/output/on-demand"
# One question with two paths in this job, in records of one.
RECORDS = ["q0000000s00", "q0000000s01"]
MODEL = "us.amazon.nova-lite-v1:0"
USAGE = {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11}
MESSAGE = {"role": "assistant", "content": [{"text": "The answer is 1."}]}
RIGHT = told({"output": {"message": MESSAGE}, "stopReason": "end_turn", "usage": USAGE})
BUSY = refused("ThrottlingException", 429)
Serve = Callable[[Answering], Models]


def right(_: Asked) -> Told:
    return RIGHT


def in_turn(*answers: Told) -> Answering:
    """Answer the first calls so, and all others with what is right."""
    return lambda asked: answers[asked.number] if asked.number < len(answers) else right(asked)


def jobs_of(world: World, **request: Any) -> list[Any]:
    form = {"model_id": MODEL, "invocation_type": "Converse", "paths": 2}
    jobs = built(world, **(form | request))
    assert all(job["on_demand"] for job in jobs)
    return jobs


def job_of(world: World, **request: Any) -> Any:
    (job,) = jobs_of(world, **request)
    return job


def invoke(world: World, job: Any) -> Any:
    job["bedrock"] = world.step("Invoke", job)
    return job["bedrock"]


def rows(world: World) -> list[Any]:
    return world.rows(f"{OUTPUT}/input.jsonl.out")


def record(world: World) -> dict[str, Any]:
    return world.entry("demo", "job#01#j0001")
