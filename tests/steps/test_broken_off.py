"""A run that is broken off at any step and redriven, again and again, ends as if it never was."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from lambdas.contract import Env, StepName
from lambdas.core.errors import RunFailedError
from local.bedrock.ledger import LedgerEntry
from local.bedrock.settings import Delays, Quotas
from local.bedrock.stand_in import StandIn
from tests.unit.handlers.world import COMMAND, LONGEST_S, STARTED_AT, World, execution

COUNT, AT_ONCE = 2, 2
# Any seed will do; another one breaks off elsewhere.
SEED = 1
# All paths of a question say the same, so that one too many or too few shows in its votes, and
# nothing else does: what is asked for again takes other recorded texts.
SAMPLES = {
    f"{n}?": {name: [f"The answer is {n}."] * 60 for name in ("greedy", "T0.5", "T0.7")}
    for n in range(COUNT)
}
# Jobs live for a moment, so that some are in flight when the run is broken off.
BRIEF = Delays(0, 0, 0, 0.02)
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "few_shot": "none",
    "greedy": False,
    "temperatures": [0.7],
    "waves": [2, 2],
    "paths": 4,
    "attempts": 5,
}
CASES = {
    "two jobs a wave": ({"paths_per_job": 1}, 1),
    "three settings in one job": ({"greedy": True, "temperatures": [0.5, 0.7]}, 8),
    "on demand": ({}, 100),
    "records of five paths": (
        {"model_id": COMMAND, "greedy": True, "paths": 10, "waves": [5, 5]},
        1,
    ),
}


class BrokenOffError(Exception):
    """A step died, or the execution was ended by hand while it ran."""


@dataclass(slots=True)
class Child:
    """An execution of a map's: its state, and what it goes on with."""

    at: StepName
    state: dict[str, Any]
    done: bool = False

    def go_on(self, call: Callable[[StepName, Any], Any]) -> None:
        told = call(self.at, self.state)
        if self.at in {"Collect", "Vote", "Publish"}:
            self.done = True
        elif self.at == "Build":
            self.state["input"], self.done = told, told["collected"]
            self.at = "Invoke" if self.state["on_demand"] else "Submit"
        else:
            self.state["bedrock"] = told
            self.at = _after(self.at, told)


def _after(at: StepName, told: Any) -> StepName:
    if told.get("ended"):
        return "Collect"
    return "Poll" if at == "Submit" and told["submitted"] else at


@dataclass(slots=True)
class Machine:
    """The state machine: states in its order, maps whose children take turns by chance.

    A break hits a number of steps ahead, before the step or after it, when its receipt is lost.
    """

    world: World
    request: dict[str, Any]
    chance: Random
    breaks: list[int]
    at: str = "Plan"
    state: dict[str, Any] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    begun: int = 0

    def run(self) -> None:
        """Run to the end, redriven after each break."""
        end = time.monotonic() + LONGEST_S
        while self.at != "Done":
            assert time.monotonic() < end, (self.at, self.children)
            try:
                self._go_on()
            except BrokenOffError as broken:
                self._break_off(broken)

    def _call(self, name: StepName, task: Any) -> Any:
        self.begun += 1
        due = bool(self.breaks) and self.begun >= self.breaks[0]
        if due and self.chance.random() < 0.5:
            raise BrokenOffError(f"before {name}")
        told = self.world.step(name, task)
        if due:
            raise BrokenOffError(f"after {name}")
        # As Step Functions does that has heard nothing.
        return self.world.step(name, task) if self.chance.random() < 0.1 else told

    def _go_on(self) -> None:
        ours = execution(self.request, "demo")
        if self.at == "Plan":
            self.state = self._call("Plan", ours | {"started_at": STARTED_AT})
            self.at = "PlanWave"
        elif self.at == "PlanWave":
            self.state = self._call("PlanWave", self.state)
            self.at = "Jobs" if self.state["jobs"] else "Answers"
        elif self.at == "Report":
            assert self._call("Report", self.state)["complete"]
            self.at = "Done"
        else:
            self._map()

    def _map(self) -> None:
        first, key, then = MAPS[self.at]
        if not self.children:
            self.children = [Child(first, row) for row in self.world.rows(self.state[key])]
        while live := [child for child in self.children if not child.done]:
            self.chance.choice(live[:AT_ONCE]).go_on(self._call)
        self.children, self.at = [], then

    def _break_off(self, broken: BrokenOffError) -> None:
        """Have a step fail, or end the execution by hand, which is redriven where it was."""
        world, redrives = self.world, self.world.executions.redrives
        self.breaks, self.begun = self.breaks[1:], 0
        # Without a plan there is no state that Reopen could go on from but Plan itself.
        by_hand = self.at == "Plan" or self.chance.random() < 0.5
        if by_hand:
            world.step("Abort", _ended_by_hand(redrives))
            world.executions.redrives += 1
            return
        world.abort(self.request, broken)
        self.state, self.children = self._reopened(), []
        self.at = "Jobs" if self.state["wave"] else "PlanWave"

    def _reopened(self) -> Any:
        try:
            return self.world.reopen(self.request)
        except RunFailedError:
            self.world.executions.redrives += 1
            return self.world.reopen(self.request)


MAPS: dict[str, tuple[StepName, str, str]] = {
    "Jobs": ("Build", "jobs_key", "Votes"),
    "Votes": ("Vote", "lanes_key", "PlanWave"),
    "Answers": ("Publish", "lanes_key", "Report"),
}


def _ended_by_hand(redrives: int) -> dict[str, Any]:
    ended = {"name": "demo", "status": "ABORTED", "input": "{}", "error": None, "cause": None}
    arn = execution(None, "demo")["execution_arn"]
    return {"detail": ended | {"executionArn": arn, "redriveCount": redrives}}


@pytest.mark.parametrize("case", CASES)
def test_a_run_broken_off_anywhere_and_redriven_ends_as_if_it_never_was(
    world: World, case: str
) -> None:
    changes, min_records = CASES[case]
    request = REQUEST | changes
    world.set(Env.MIN_RECORDS, str(min_records))
    # The table in memory is not made for threads.
    world.set(Env.ON_DEMAND_AT_ONCE, "1")
    quotas = Quotas(min_records=min_records)
    stand_in = world.serve(SAMPLES, quotas=quotas, delays=BRIEF)
    world.put("datasets/q.jsonl", *({"question": text} for text in SAMPLES))
    chance = Random(f"{case} {SEED}")

    Machine(world, request, chance, [chance.randint(1, 12) for _ in range(3)]).run()

    record = world.entry("demo")
    assert record["status"] == "succeeded"
    assert not {"reason", "refused", "live"} & record.keys()
    assert _votes(world) == _wanted(request)
    assert _noted(world) == [job["jobArn"] for job in world.jobs_of_bedrock()]
    assert _asked_in_vain(world, stand_in) == []


def _votes(world: World) -> dict[tuple[str, str], dict[str, int]]:
    rows = world.rows("runs/demo/votes.jsonl")
    return {(row["setting"], row["question_id"]): row["votes"] for row in rows}


def _wanted(request: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    paths = {f"T{each}": request["paths"] for each in request["temperatures"]}
    paths |= {"greedy": 1} if request["greedy"] else {}
    return {(name, f"q{n}"): {str(n): count} for name, count in paths.items() for n in range(COUNT)}


def _noted(world: World) -> list[str]:
    """Return the ARNs that the jobs' records have, in the order of Bedrock's own list."""
    records = [row for row in world.table.scan()["Items"] if row["entry"].startswith("job#")]
    arns = {str(row["job_arn"]) for row in records if "job_arn" in row}
    return [job["jobArn"] for job in world.jobs_of_bedrock() if job["jobArn"] in arns]


def _asked_in_vain(world: World, stand_in: StandIn) -> list[LedgerEntry]:
    """Return what was processed of records whose answer had been delivered before."""
    lanes = _lanes(world)
    delivered: dict[tuple[str, str], bool] = defaultdict(bool)
    again = []
    for entry in stand_in.ledger:
        record = (lanes.get((entry.wave, entry.job, entry.part), ""), entry.record_id)
        again += [entry] if delivered[record] else []
        delivered[record] |= entry.delivered and not entry.failed
    return again


def _lanes(world: World) -> dict[tuple[str, str, str], str]:
    """Return the lane of each file that records were in, by wave, job and its name."""
    lanes = {}
    for key in (key for key in world.keys("runs/demo/waves/") if key.endswith("/jobs.jsonl")):
        for job in world.rows(key):
            names = [f"{n:03d}.jsonl" for n in range(len(job["parts"]))]
            files = names if len(names) > 1 else ["input.jsonl"]
            for name, part in zip(files, job["parts"], strict=True):
                lanes[f"{job['wave']:02d}", job["job"], name] = part["lane"]
    return lanes
