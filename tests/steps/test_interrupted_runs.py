"""A run interrupted at any step and redriven, several times, ends like an uninterrupted one."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from lambdas.contract import StepName
from lambdas.core.errors import RunFailedError
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.ledger import LedgerEntry
from selfconsistency.bedrock.settings import Delays, Quotas
from tests.unit.handlers.world import COMMAND, MAX_LOOKS, STARTED_AT, World, execution

COUNT, AT_ONCE = 2, 2
# Any seed will do; another one interrupts other steps.
SEED = 1
# All paths of a question give the same answer: a path too many or too few shows in its votes, and
# a retry, which gets another recorded text, does not.
SAMPLES = {
    f"{n}?": {name: [f"The answer is {n}."] * 60 for name in ("greedy", "T0.5", "T0.7")}
    for n in range(COUNT)
}
# Jobs live for a moment, so that some are live when the run is interrupted.
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


class InterruptedStepError(Exception):
    """A step died, or someone ended the execution while it ran."""


@dataclass(slots=True)
class Child:
    """A child execution of a Map state: its next step, and that step's task.

    It knows how often its parent had been redriven when it began, and of its own redrives since:
    not of those of its parent that ended before they came to it.
    """

    at: StepName
    state: dict[str, Any]
    done: bool = False
    redrives: int | None = None
    stopped: bool = False

    def step(self, call: Callable[[StepName, Any], Any], parent_redrives: int) -> None:
        known = parent_redrives if self.redrives is None else self.redrives + self.stopped
        self.redrives, self.stopped = known, False
        asks = self.at in {"Submit", "Poll", "Invoke"}
        receipt = call(self.at, {"state": self.state, "redrives": known} if asks else self.state)
        if self.at in {"Collect", "Vote", "Publish"}:
            self.done = True
        elif self.at == "Build":
            self.state["input"], self.done = receipt, receipt["collected"]
            self.at = "Invoke" if self.state["on_demand"] else "Submit"
        else:
            self.state["bedrock"] = receipt
            self.at = _next_step(self.at, receipt)


def _next_step(at: StepName, receipt: Any) -> StepName:
    if receipt.get("ended"):
        return "Collect"
    return "Poll" if at == "Submit" and receipt["submitted"] else at


@dataclass(slots=True)
class Machine:
    """The state machine: its states in order, Map states whose children run in random order.

    Each of `interruptions` hits so many calls later, before the step or after it; its receipt is
    then lost.
    """

    world: World
    request: dict[str, Any]
    random: Random
    interruptions: list[int]
    at: str = "Plan"
    state: dict[str, Any] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    calls: int = 0
    all_calls: int = 0

    def run(self) -> None:
        """Run to the end, redriven after each interruption."""
        while self.at != "Done":
            try:
                self._continue()
            except InterruptedStepError as interrupted:
                self._redrive(interrupted)

    def _call(self, name: StepName, task: Any) -> Any:
        self.calls += 1
        self.all_calls += 1
        assert self.all_calls < MAX_LOOKS, (self.at, self.children)
        due = bool(self.interruptions) and self.calls >= self.interruptions[0]
        if due and self.random.random() < 0.5:
            raise InterruptedStepError(f"before {name}")
        receipt = self._retried(name, task)
        if due:
            raise InterruptedStepError(f"after {name}")
        # Step Functions repeats a call whose response is lost.
        return self._retried(name, task) if self.random.random() < 0.1 else receipt

    def _retried(self, name: StepName, task: Any) -> Any:
        if "state" in task:
            return self.world.child_step(name, task["state"], task["redrives"])
        return self.world.step(name, task)

    def _continue(self) -> None:
        context = execution(self.request, "demo")
        if self.at == "Plan":
            self.state = self._call("Plan", context | {"started_at": STARTED_AT})
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
            redrives = self.world.executions.redrives
            self.random.choice(live[:AT_ONCE]).step(self._call, redrives)
        self.children, self.at = [], then

    def _redrive(self, interrupted: InterruptedStepError) -> None:
        """Fail a step, or abort the execution from outside; it is redriven where it was."""
        world, redrives = self.world, self.world.executions.redrives
        self.interruptions, self.calls = self.interruptions[1:], 0
        # Without a plan, Reopen can only resume at Plan itself.
        from_outside = self.at == "Plan" or self.random.random() < 0.5
        if from_outside:
            world.step("Abort", _aborted_event(redrives))
            self._count_redrive()
            for child in self.children:
                child.stopped = True
            return
        world.abort(self.request, interrupted)
        self.state, self.children = self._reopened(), []
        self.at = "Jobs" if self.state["wave"] else "PlanWave"

    def _reopened(self) -> Any:
        try:
            return self.world.reopen(self.request)
        except RunFailedError:
            self._count_redrive()
            return self.world.reopen(self.request)

    def _count_redrive(self) -> None:
        self.world.executions.redrives += 1
        self.world.executions.stale = 2


MAPS: dict[str, tuple[StepName, str, str]] = {
    "Jobs": ("Build", "jobs_key", "Votes"),
    "Votes": ("Vote", "partitions_key", "PlanWave"),
    "Answers": ("Publish", "partitions_key", "Report"),
}


def _aborted_event(redrives: int) -> dict[str, Any]:
    ended = {"name": "demo", "status": "ABORTED", "input": "{}", "error": None, "cause": None}
    arn = execution(None, "demo")["execution_arn"]
    return {"detail": ended | {"executionArn": arn, "redriveCount": redrives}}


@pytest.mark.parametrize("case", CASES)
def test_an_interrupted_and_redriven_run_ends_like_an_uninterrupted_one(
    world: World, case: str
) -> None:
    changes, min_records = CASES[case]
    request = REQUEST | changes
    world.set("MIN_RECORDS", str(min_records))
    quotas = Quotas(min_records=min_records)
    bedrock_emulator = world.serve(SAMPLES, quotas=quotas, delays=BRIEF)
    world.put("datasets/q.jsonl", *({"question": text} for text in SAMPLES))
    random = Random(f"{case} {SEED}")

    Machine(world, request, random, [random.randint(1, 12) for _ in range(3)]).run()

    entry = world.entry("demo")
    assert entry["status"] == "succeeded"
    assert not {"reason", "refused", "active_jobs"} & entry.keys()
    assert _votes(world) == _expected_votes(request)
    assert _arns_in_table(world) == [job["jobArn"] for job in world.jobs_of_bedrock()]
    assert _billed_twice(world, bedrock_emulator) == []


def _votes(world: World) -> dict[tuple[str, str], dict[str, int]]:
    rows = world.rows("runs/demo/votes.jsonl")
    return {(row["setting"], row["question_id"]): row["votes"] for row in rows}


def _expected_votes(request: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    paths = {f"T{each}": request["paths"] for each in request["temperatures"]}
    paths |= {"greedy": 1} if request["greedy"] else {}
    return {(name, f"q{n}"): {str(n): count} for name, count in paths.items() for n in range(COUNT)}


def _arns_in_table(world: World) -> list[str]:
    """Return the ARNs in the entries of jobs, in the order of Bedrock's own list."""
    entries = [row for row in world.table.scan()["Items"] if row["entry"].startswith("job#")]
    arns = {str(row["job_arn"]) for row in entries if "job_arn" in row}
    return [job["jobArn"] for job in world.jobs_of_bedrock() if job["jobArn"] in arns]


def _billed_twice(world: World, bedrock_emulator: BedrockEmulator) -> list[LedgerEntry]:
    """Return what was processed again after its output had been delivered."""
    partitions = _partitions(world)
    delivered: dict[tuple[str, str], bool] = defaultdict(bool)
    again = []
    for entry in bedrock_emulator.ledger:
        record = (partitions.get((entry.wave, entry.job, entry.part), ""), entry.record_id)
        again += [entry] if delivered[record] else []
        delivered[record] |= entry.delivered and not entry.failed
    return again


def _partitions(world: World) -> dict[tuple[str, str, str], str]:
    """Return the partition of each input file, by wave, job and file name."""
    partitions = {}
    for key in (key for key in world.keys("runs/demo/waves/") if key.endswith("/jobs.jsonl")):
        for job in world.rows(key):
            names = [f"{n:03d}.jsonl" for n in range(len(job["slices"]))]
            files = names if len(names) > 1 else ["input.jsonl"]
            for name, job_slice in zip(files, job["slices"], strict=True):
                partitions[f"{job['wave']:02d}", job["job"], name] = job_slice["partition"]
    return partitions
