"""The fault plan: everything that is to go wrong in a run, with the seed that replays it."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import msgspec

from local.bedrock.settings import NO_FAULTS, Faults
from local.errors import LocalError
from local.faults.edge import EdgeFault

PRESETS: Final = Path(__file__).with_name("presets")


class FaultPlanError(LocalError):
    """A fault plan cannot be read; the message says why, in one line."""


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to go wrong.

    Attributes:
        about: what the plan is for, in a line.
        seed: of all that is drawn by lot.
        bedrock: what the stand-in does wrong.
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
    """Return the names of the plans that come with the twin, in order."""
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
