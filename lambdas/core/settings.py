"""Settings of a run: greedy, or one temperature, and how many paths each question gets."""

from collections.abc import Sequence
from dataclasses import dataclass

GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class Setting:
    """How paths are sampled: its name as reports show it, temperature, paths per question."""

    name: str
    temperature: float
    paths: int


def settings_of(greedy: bool, temperatures: Sequence[float], paths: int) -> list[Setting]:
    """Return the settings of a request, greedy first, then by ascending temperature.

    >>> [setting.name for setting in settings_of(True, [1, 0.5], 3)]
    ['greedy', 'T0.5', 'T1.0']
    """
    first = [Setting(GREEDY, 0.0, 1)] if greedy else []
    return first + [
        Setting(f"T{float(temperature)!r}", float(temperature), paths)
        for temperature in sorted(temperatures)
    ]
