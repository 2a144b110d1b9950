"""Figures as the client shows them: shares, points, intervals, chances, numbers of paths."""

from collections.abc import Mapping
from typing import Any

NONE = "–"


def percent(fraction: float | None) -> str:
    """Return a fraction as a percentage, a dash where there is none.

    >>> percent(0.78432)
    '78.43 %'
    """
    return NONE if fraction is None else f"{100 * fraction:.2f} %"


def points(difference: float, decimals: int = 2) -> str:
    """Return a difference of two fractions in percentage points.

    >>> points(0.02406), points(-0.0013, 1), points(-0.0000001)
    ('+2.41', '-0.1', '+0.00')
    """
    # Rounded first: adding 0 makes a 0 of -0.
    return f"{round(100 * difference, decimals) + 0:+.{decimals}f}"


def interval(bounds: Mapping[str, float] | None) -> str:
    """Return the bounds of an accuracy in %, a dash where there are none.

    >>> interval({"low": 0.88643, "high": 0.94096})
    '88.6–94.1'
    """
    return NONE if bounds is None else f"{100 * bounds['low']:.1f}–{100 * bounds['high']:.1f}"


def spread(gain: Mapping[str, Any]) -> str:
    """Return the bounds of a gain in points.

    >>> spread({"low": -0.00133, "high": 0.04842})
    '-0.1 to +4.8'
    """
    return f"{points(gain['low'], 1)} to {points(gain['high'], 1)}"


def chance(p_value: float) -> str:
    """Return a p-value to three decimals.

    >>> chance(0.06357), chance(0.00002)
    ('0.064', '< 0.001')
    """
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def span(paths: Mapping[str, float]) -> str:
    """Return the paths of a question, with their mean where questions differ.

    >>> span({"min": 4, "mean": 9.1646, "max": 40}), span({"min": 5, "mean": 5.0, "max": 5})
    ('4–40, mean 9.2', '5')
    """
    least, most = paths["min"], paths["max"]
    if least == most:
        return f"{least}"
    return f"{least}–{most}" + (f", mean {paths['mean']:.1f}" if "mean" in paths else "")
