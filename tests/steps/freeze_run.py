"""Write `frozen_run/` anew: `python -m tests.steps.freeze_run`, and only when a format changes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from selfconsistency.bedrock.settings import Delays
from tests.unit.cloud import cloud
from tests.unit.handlers.world import World

FROZEN = Path(__file__).with_name("frozen_run")
RUN = "frozen"
REQUEST = {
    "dataset": "datasets/six.jsonl",
    "few_shot": "none",
    "temperatures": [0.7],
    "paths": 3,
    "waves": [3],
}
QUESTIONS = (
    ("A shelf has 3 rows of 8 jars. How many jars are on it?", "24"),
    ("Mira has 15 stamps and gives 6 away. How many are left?", "9"),
    ("A tram makes 4 trips of 25 minutes. How many minutes is that?", "100"),
    ("Seven friends share 63 nuts equally. How many does each get?", "9"),
    ("A book costs 12 euros, a pen 3. What do 2 books and a pen cost?", "27"),
    ("It is 5 degrees and gets 8 degrees colder. How many degrees is it then?", "-3"),
)
# By question, what its three paths at 0.7 say.
SAMPLED = (
    ("24", "24", "24"),
    ("9", "21", "9"),
    ("100", "unknown", "100"),
    ("9", "7", "9"),
    ("30", "30", "27"),
    ("-3", "-3", "13"),
)
GREEDY = ("24", "21", "100", "9", "15", "-3")


def completion(answer: str) -> str:
    return f"The answer is {answer}."


def freeze(world: World) -> None:
    """Run to the middle of the first wave: one job collected, one submitted, then aborted."""
    samples = {
        text: {"T0.7": [*map(completion, sampled)], "greedy": [completion(greedy)]}
        for (text, _), sampled, greedy in zip(QUESTIONS, SAMPLED, GREEDY, strict=True)
    }
    rows = [{"question": text, "answer": answer} for text, answer in QUESTIONS]
    world.put(REQUEST["dataset"], *rows)
    state = world.step("PlanWave", world.plan(REQUEST, RUN))
    collected, submitted = world.rows(state["jobs_key"])
    world.serve(samples)
    world.job(collected)
    world.close()

    world.serve(samples, delays=Delays(600, 600, 600, 600))
    submitted["input"] = world.step("Build", submitted)
    world.step("Submit", submitted)
    ended = {"name": RUN, "status": "ABORTED", "input": "{}", "error": None, "cause": None}
    arn = world.entry(RUN)["execution_arn"]
    world.step("Abort", {"detail": ended | {"executionArn": arn, "redriveCount": 0}})


def write(world: World) -> None:
    """Write the bucket's objects in their key layout, and the table's entries as JSON lines."""
    for old in (FROZEN / "datasets", FROZEN / "runs"):
        shutil.rmtree(old, ignore_errors=True)
    for key in world.keys(""):
        path = FROZEN / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(world.read(key))
    serializer = TypeSerializer()
    entries: list[Any] = sorted(world.table.scan()["Items"], key=lambda each: each["entry"])
    with (FROZEN / "table.jsonl").open("w", encoding="utf-8") as file:
        for entry in entries:
            typed = {name: serializer.serialize(value) for name, value in sorted(entry.items())}
            file.write(json.dumps(typed, default=sorted) + "\n")


def main() -> None:
    with cloud() as running, pytest.MonkeyPatch.context() as environment:
        world = World(running, environment)
        try:
            freeze(world)
            write(world)
        finally:
            world.close()


if __name__ == "__main__":
    main()
