"""A random mix of faults that a run can survive, drawn by a seed and the number of the run."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from local.faults.edge import EdgeFault, Kind
from local.faults.plan import FaultPlan
from selfconsistency.bedrock.settings import Faults
from tests.faults.cases import ON_DEMAND, ONE_SETTING, WAVES, WRITES

Act = Literal["", "abort", "stop a job"]
Draw = Callable[[random.Random], Any]

# Each is drawn with a chance of a quarter; no more than one job is hit by each kind of end.
BEDROCK: Mapping[str, Draw] = {
    "error_rows": lambda chance: chance.choice([0.05, 0.2]),
    "error_codes": lambda chance: chance.sample([400, 408, 429, 503.0, "ThrottlingException"], 2),
    "error_forms": lambda chance: [chance.choice(["object_message", "retryable", "empty_output"])],
    "odd_members": lambda chance: [chance.choice(["float_counts", "usage_list", "numeric_stop"])],
    "no_unread_files": lambda chance: True,
    "drop_rows": lambda chance: chance.choice([0.02, 0.15]),
    "duplicate_rows": lambda chance: 0.1,
    "broken_rows": lambda chance: 0.05,
    "foreign_rows": lambda chance: 0.1,
    "partial_jobs": lambda chance: [chance.randint(1, 3)],
    "fail_jobs": lambda chance: [chance.randint(1, 3)],
    "expire_jobs": lambda chance: [chance.randint(1, 3)],
    "stop_jobs": lambda chance: [chance.randint(1, 3)],
    "salvage_share": lambda chance: chance.choice([0.0, 0.5]),
    "truncate_jobs": lambda chance: [chance.randint(1, 3)],
    "late_output_s": lambda chance: 0.5,
    "wrong_manifest": lambda chance: True,
    "no_manifest": lambda chance: chance.random() < 0.3,
    "throttle_creates": lambda chance: chance.randint(1, 3),
    "lose_creates": lambda chance: chance.randint(1, 2),
    "fail_gets": lambda chance: chance.randint(1, 3),
    "throttled_calls": lambda chance: 0.1,
    "quota_full_creates": lambda chance: chance.randint(1, 5),
    "foreign_jobs": lambda chance: 1,
    "foreign_s": lambda chance: 0.5,
    "refuse_creates": lambda chance: [chance.randint(1, 4)],
    "throttle_invokes": lambda chance: chance.randint(1, 3),
}
REQUESTS: tuple[Mapping[str, Any], ...] = ({}, {}, WAVES, ONE_SETTING, ON_DEMAND)
STEPS = ("Plan", "PlanWave", "Build", "Submit", "Poll", "Collect", "Vote", "Publish", "Report")
TIME_OUTS: tuple[Kind, ...] = ("time_out_before", "time_out_after")
DEATHS: tuple[Kind, ...] = ("die_before", "die_after")


@dataclass(frozen=True, slots=True)
class RandomFaults:
    """What a run of the soak is, and what it suffers."""

    plan: FaultPlan
    request: Mapping[str, Any]
    questions: int
    act: Act

    def describe(self) -> str:
        """Return the mix in a line."""
        usual = Faults()
        names = Faults.__dataclass_fields__
        service = [
            f"{name}={getattr(self.plan.bedrock, name)}"
            for name in names
            if getattr(self.plan.bedrock, name) != getattr(usual, name)
        ]
        edges = [
            " ".join(filter(None, (f.kind, f.function, f.service, f.action)))
            for f in self.plan.edge
        ]
        return ", ".join([*service, *edges, *filter(None, [self.act])]) or "nothing"


def drawn(seed: int, number: int) -> RandomFaults:
    """Return the mix of a run: the same for the same seed and number."""
    chance = random.Random(f"{seed}:{number}")
    request = chance.choice(REQUESTS)
    faults = {name: draw(chance) for name, draw in BEDROCK.items() if chance.random() < 0.25}
    plan = FaultPlan(seed=seed + number, bedrock=Faults(**faults), edge=tuple(_edges(chance)))
    acts: tuple[Act, ...] = ("", "", "", "", "abort", "stop a job")
    few = request is ON_DEMAND
    return RandomFaults(plan, request, 4 if few else 40, "" if few else chance.choice(acts))


def _edges(chance: random.Random) -> list[EdgeFault]:
    edges = []
    if chance.random() < 0.5:
        write = chance.choice(WRITES)
        kind = chance.choice(DEATHS)
        edges.append(
            EdgeFault(write.step, write.service, write.action, kind, first=1, skip=write.skip)
        )
    if chance.random() < 0.3:
        edges.append(
            EdgeFault(chance.choice(STEPS), "lambda", "", chance.choice(TIME_OUTS), first=1)
        )
    if chance.random() < 0.3:
        edges.append(EdgeFault("", chance.choice(("s3", "dynamodb")), "", "throttle", share=0.03))
    return edges
