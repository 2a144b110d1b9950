"""The faults that the command line chooses, and what it says of them."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from local.bedrock.settings import Faults
from local.faults.edge import EdgeFault
from local.faults.plan import NO_PLAN, FaultPlan, FaultPlanError, presets, read_plan


@dataclass(frozen=True, slots=True)
class ChosenFaults:
    """A plan and the preset or the file it is of; false if nothing was chosen."""

    name: str
    plan: FaultPlan

    def __bool__(self) -> bool:
        return bool(self.name)

    def __str__(self) -> str:
        return self.name if self.name in presets() else str(Path(self.name).resolve())

    def told(self) -> str:
        """Return in one line which faults are on, and the seed that replays them."""
        faults = ", ".join([*_of_bedrock(self.plan.bedrock), *map(_of_edge, self.plan.edge)])
        return f"faults {self.name}, seed {self.plan.seed}: {faults or 'none'}"


NO_FAULTS: Final = ChosenFaults("", NO_PLAN)


def chosen_faults(text: str) -> ChosenFaults:
    """Read the command line's word for a fault plan: a preset's name, or a file that is one."""
    try:
        return ChosenFaults(text, read_plan(text))
    except FaultPlanError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def told_strikes(struck: Mapping[str, int]) -> str:
    """Return in one line how often each fault has struck.

    >>> told_strikes({"drop_rows": 12, "lose_creates": 1})
    'faults injected: drop_rows 12, lose_creates 1'
    """
    counts = ", ".join(f"{name} {count}" for name, count in sorted(struck.items()))
    return f"faults injected: {counts or 'none'}"


def _of_bedrock(faults: Faults) -> Iterator[str]:
    for field in fields(faults):
        chosen = getattr(faults, field.name)
        if chosen != field.default:
            yield field.name if chosen is True else f"{field.name} {_spelled(chosen)}"


def _of_edge(fault: EdgeFault) -> str:
    where = " ".join(part for part in (fault.service, fault.action) if part)
    times = [f"first {fault.first}"] if fault.first else []
    times += [f"{fault.share:.0%} of the rest"] if fault.share else []
    return f"{fault.kind} {where} in {fault.function or 'any step'} ({', '.join(times) or 'never'})"


def _spelled(chosen: Any) -> str:
    if isinstance(chosen, int | float | str):
        return str(chosen)
    return "+".join(str(each) for each in sorted(chosen))
