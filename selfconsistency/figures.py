"""Figures as the terminal shows them: shares, points, intervals, p-values, paths."""

from lambdas.contract.report import PathSpread
from lambdas.contract.statistics import Forecast, Interval

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


def interval(bounds: Interval | Forecast | None) -> str:
    """Return the bounds of an accuracy in %, a dash where there are none.

    >>> interval(Interval(0.88643, 0.94096))
    '88.6–94.1'
    """
    return NONE if bounds is None else f"{100 * bounds.low:.1f}–{100 * bounds.high:.1f}"


def chance(p_value: float) -> str:
    """Return a p-value to three decimals.

    >>> chance(0.06357), chance(0.00002)
    ('0.064', '< 0.001')
    """
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def span(paths: PathSpread) -> str:
    """Return the paths of a question, with their mean where questions differ.

    >>> span(PathSpread(4, 9.1646, 40)), span(PathSpread(5, 5.0, 5))
    ('4–40, mean 9.2', '5')
    """
    if paths.min == paths.max:
        return f"{paths.min}"
    return f"{paths.min}–{paths.max}, mean {paths.mean:.1f}"
