"""The fault plan: everything that is to go wrong in a run, with the seed that replays it."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import msgspec

from local.errors import LocalError
from local.faults.edge import EdgeFault
from selfconsistency.bedrock.settings import NO_FAULTS, Faults

PRESETS: Final = Path(__file__).with_name("presets")


class FaultPlanError(LocalError):
    """A fault plan cannot be read; the message says why, in one line."""


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to go wrong.

    Attributes:
        about: what the plan is for, in a line.
        seed: of all that is drawn by lot.
        bedrock: what the Bedrock emulator does wrong.
        edge: what goes wrong between the functions and the emulator.
    """

    about: str = ""
    seed: int = 0
    bedrock: Faults = NO_FAULTS
    edge: tuple[EdgeFault, ...] = ()


NO_PLAN: Final = FaultPlan()
_FIELDS: Final = frozenset(field.name for field in fields(Faults))


def read_plan(text: str) -> FaultPlan:
    """Return the plan of a preset's name or of a JSON file's path.

    Raises:
        FaultPlanError: there is neither, or the file is no plan.
    """
    file = PRESETS / f"{text}.json"
    if text not in presets():
        file = Path(text)
    if not file.is_file():
        raise FaultPlanError(
            f"{text!r} is neither a fault plan's file nor a preset; presets: {', '.join(presets())}"
        )
    return _decoded(file)


def presets() -> tuple[str, ...]:
    """Return the names of the plans that come with the local stack, in order."""
    return tuple(sorted(file.stem for file in PRESETS.glob("*.json")))


def _decoded(file: Path) -> FaultPlan:
    content = file.read_bytes()
    try:
        plan = msgspec.json.decode(content, type=FaultPlan)
        # A dataclass, unlike the plan itself, lets msgspec pass over members it does not know.
        unknown = set(msgspec.json.decode(content, type=_Bedrock).bedrock) - _FIELDS
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FaultPlanError(
            f"{file} is not a fault plan: {error}; expected a JSON object such as "
            '{"seed": 7, "bedrock": {"drop_rows": 0.1}, "edge": []}'
        ) from error
    if unknown:
        raise FaultPlanError(
            f"{file} is not a fault plan: bedrock has no {', '.join(sorted(unknown))}; "
            f"it has {', '.join(sorted(_FIELDS))}"
        )
    return plan


class _Bedrock(msgspec.Struct):
    bedrock: Mapping[str, Any] = {}


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


NONE_CHOSEN: Final = ChosenFaults("", NO_PLAN)


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
    return "+".join(sorted(map(str, chosen), key=lambda text: (len(text), text)))
