"""Figures as the page shows them: shares, points, intervals, chances, times."""

from collections.abc import Mapping
from typing import Any

GREEDY = "greedy"


def percent(share: float | None) -> str:
    """Return a share of 1 with two decimals, nothing where there is none.

    >>> percent(0.68), percent(None)
    ('68.00%', '')
    """
    return "" if share is None else f"{share:.2%}"


def points(difference: float) -> str:
    """Return a difference of two shares of 1 in percentage points.

    >>> points(0.163), points(-0.001), points(-0.000001)
    ('+16.30', '−0.10', '+0.00')
    """
    shown = f"{100 * difference:+.2f}"
    return "+0.00" if shown == "-0.00" else shown.replace("-", "−")


def interval(bounds: Mapping[str, float] | None) -> str:
    """Return the bounds of an interval between two shares of 1.

    >>> interval({"low": 0.6693, "high": 0.6905})
    '66.93 to 69.05%'
    """
    return "" if bounds is None else f"{100 * bounds['low']:.2f} to {bounds['high']:.2%}"


def compared(difference: Mapping[str, Any]) -> str:
    """Return interval and chance of a difference between two votes on the same questions.

    >>> compared({"low": -0.01, "high": 0.02, "p_value": 0.4})
    '−1.00 to +2.00, p = 0.40'
    """
    low, high = points(difference["low"]), points(difference["high"])
    return f"{low} to {high}, {chance(difference['p_value'])}"


def chance(p_value: float) -> str:
    """Return a p value to two digits.

    >>> chance(0.0412), chance(0.00002), chance(1.0)
    ('p = 0.041', 'p < 0.001', 'p = 1.0')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:#.2g}"


def may_be_chance(difference: Mapping[str, Any]) -> bool:
    """Tell whether interval or test allow that a difference is none; not where there is no test.

    >>> may_be_chance({"low": 0.001, "high": 0.02, "p_value": 0.0501}), may_be_chance({})
    (True, False)
    """
    if not difference:
        return False
    return bool(difference["low"] <= 0 <= difference["high"] or difference["p_value"] >= 0.05)


def duration(seconds: float | None) -> str:
    """Return a time in its two largest units.

    Of less than ten seconds two digits are shown: a fraction is not nothing.

    >>> duration(42.4), duration(3723), duration(190000), duration(None)
    ('42 s', '1 h 2 min', '2 d 4 h', 'unknown')
    >>> duration(0.042), duration(1.26), duration(9.96), duration(0.0)
    ('0.042 s', '1.3 s', '10 s', '0 s')
    """
    if seconds is None:
        return "unknown"
    if seconds < 9.95:
        return f"{float(f'{seconds:.2g}'):.12g} s"
    whole = round(seconds)
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def paths(spread: Mapping[str, float]) -> str:
    """Return the mean number of paths of a question, with least and most where they differ.

    >>> paths({"min": 5, "mean": 9.999331, "max": 30}), paths({"min": 5, "mean": 5.0, "max": 5})
    ('9.999 (5 to 30)', '5')
    """
    mean = f"{spread['mean']:.4g}"
    if spread["min"] == spread["max"]:
        return mean
    return f"{mean} ({spread['min']:,} to {spread['max']:,})"


def votes_of(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the settings of a report that vote: all but greedy."""
    return [each for each in report["settings"] if each["setting"] != GREEDY]


def greedy_of(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the greedy setting of a report, `None` where it has none."""
    return next((each for each in report["settings"] if each["setting"] == GREEDY), None)
