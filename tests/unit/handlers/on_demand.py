"""A job of two on-demand records, and models that answer them, for tests of Invoke."""

from collections.abc import Callable
from typing import Any

from tests.unit.handlers.jobs import built
from tests.unit.handlers.world import World
from tests.unit.models import ModelCall, Models, Respond, Response, json_response, refused

FOLDER = "runs/demo/waves/01/j0001"
OUTPUT = f"{FOLDER}/output/on-demand"
# One question with two paths in this job, in records of one.
RECORDS = ["q0000000s00", "q0000000s01"]
MODEL = "us.amazon.nova-lite-v1:0"
USAGE = {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11}
MESSAGE = {"role": "assistant", "content": [{"text": "The answer is 1."}]}
RIGHT = json_response({"output": {"message": MESSAGE}, "stopReason": "end_turn", "usage": USAGE})
BUSY = refused("ThrottlingException", 429)
Serve = Callable[[Respond], Models]


def right(_: ModelCall) -> Response:
    return RIGHT


def starting_with(*answers: Response) -> Respond:
    """Answer the first calls so, and all others correctly."""
    return lambda call: answers[call.number] if call.number < len(answers) else right(call)


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


def job_entry(world: World) -> dict[str, Any]:
    return world.entry("demo", "job#01#j0001")
