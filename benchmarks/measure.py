"""Measurements: a figure, and its ratio to a named baseline of the same run."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure of one contender; `ratio` is figure over baseline's, above 1 is more."""

    benchmark: str
    contender: str
    figure: float
    unit: str
    baseline: str
    ratio: float


def timed(contenders: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each contender.

    Rounds go through all contenders in turn, so that a machine that slows down slows all.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def rates(
    benchmark: str, seconds: Mapping[str, float], amounts: Mapping[str, float], baseline: str
) -> list[Measurement]:
    """Return each contender's rate in each unit, beside the baseline's.

    Args:
        benchmark: its name.
        seconds: by contender.
        amounts: by unit, what each contender worked off in that time.
        baseline: the contender that ratios refer to.
    """
    return [
        Measurement(
            benchmark,
            contender,
            amount / taken,
            f"{unit}/s",
            baseline,
            seconds[baseline] / taken,
        )
        for contender, taken in seconds.items()
        for unit, amount in amounts.items()
    ]


def table(measurements: Sequence[Measurement]) -> str:
    """Return the measurements as lines of text."""
    rows = [
        (
            each.benchmark,
            each.contender,
            f"{each.figure:,.1f} {each.unit}",
            f"{each.ratio:.2f} × {each.baseline}",
        )
        for each in measurements
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
