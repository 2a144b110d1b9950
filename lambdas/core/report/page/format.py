"""Figures as the page shows them: shares, points, intervals, p-values, durations."""

from lambdas.contract.report import PathSpread, Report, SettingReport, Tokens
from lambdas.contract.schema import GREEDY
from lambdas.contract.statistics import Forecast, Gain, Interval


def percent(share: float | None) -> str:
    """Return a share of 1 with two decimals, "" for `None`.

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


def interval(bounds: Interval | Forecast | None) -> str:
    """Return the bounds of an interval of shares of 1, "" for `None`.

    >>> interval(Interval(0.6693, 0.6905))
    '66.93 to 69.05%'
    """
    return "" if bounds is None else f"{100 * bounds.low:.2f} to {bounds.high:.2%}"


def gain_uncertainty(gain: Gain) -> str:
    """Return the interval and the p-value of a gain, and the corrected one where there is one.

    >>> gain_uncertainty(Gain(0.01, -0.01, 0.02, 30, 29, p_value=0.4, questions=99, base=0.5))
    '−1.00 to +2.00, p = 0.40'
    """
    corrected = "" if gain.p_adjusted is None else f", corrected {p_value(gain.p_adjusted)}"
    return f"{points(gain.low)} to {points(gain.high)}, {p_value(gain.p_value)}{corrected}"


def p_value(value: float) -> str:
    """Return a p-value to two digits.

    >>> p_value(0.0412), p_value(0.00002), p_value(1.0)
    ('p = 0.041', 'p < 0.001', 'p = 1.0')
    """
    return "p < 0.001" if value < 0.001 else f"p = {value:#.2g}"


def half_width(bounds: Interval | None) -> str:
    r"""Return how far an interval of shares of 1 reaches to either side on average, "" for `None`.

    >>> half_width(Interval(0.6693, 0.6905))
    ' (±\xa01.06)'
    """
    return "" if bounds is None else f" (±\xa0{bounds.half_points:.2f})"


def duration(seconds: float) -> str:
    """Return a time in its two largest units; below ten seconds, in two digits.

    >>> duration(42.4), duration(3723), duration(190000)
    ('42 s', '1 h 2 min', '2 d 4 h')
    >>> duration(0.042), duration(1.26), duration(9.96), duration(0.0)
    ('0.042 s', '1.3 s', '10 s', '0 s')
    """
    if seconds < 9.95:
        return f"{float(f'{seconds:.2g}'):.12g} s"
    whole = round(seconds)
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def path_spread(spread: PathSpread) -> str:
    """Return the mean number of paths of a question, with the fewest and the most if they differ.

    >>> path_spread(PathSpread(5, 9.999331, 30)), path_spread(PathSpread(5, 5.0, 5))
    ('9.999 (5 to 30)', '5')
    """
    mean = f"{spread.mean:.4g}"
    return mean if spread.min == spread.max else f"{mean} ({spread.min:,} to {spread.max:,})"


def token_counts(tokens: Tokens) -> tuple[str, str]:
    """Return the tokens of prompts and of completions, marked if they are estimated.

    >>> token_counts(Tokens(input=1000, output=10, estimated=True))
    ('≈ 1,000', '≈ 10')
    """
    mark = "≈ " if tokens.estimated else ""
    return f"{mark}{tokens.input:,}", f"{mark}{tokens.output:,}"


def sampled_settings(report: Report) -> list[SettingReport]:
    """Return the settings whose paths vote: all but greedy."""
    return [setting for setting in report.settings if setting.setting != GREEDY]


def greedy_setting(report: Report) -> SettingReport | None:
    """Return the greedy setting, `None` if the run has none."""
    return next((each for each in report.settings if each.setting == GREEDY), None)
