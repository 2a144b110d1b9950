"""The forecast for twice the paths, beside an earlier one and "nothing changes", on recorded sets.

Some paths of each question are drawn, the curve of these is extended, and the outcome is the exact
curve of all recorded paths at twice as many.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import fmean

from benchmarks.measure import Measurement
from benchmarks.recorded import Asked, RecordedSet, recorded_sets
from lambdas.contract.statistics import CurvePoint
from lambdas.core.statistics.advice import forecast
from lambdas.core.statistics.curve import Curve, question_chances

_SEED = 0
_DRAWS = 40
_DRAWN = (5, 10, 20)
_HEAD = (
    f"{'set':<36}{'paths':>10}{'error: line':>13}{'two points':>12}{'no change':>11}"
    f"{'bias: line':>12}{'no change':>11}{'held':>7}"
)


@dataclass(frozen=True, slots=True)
class Case:
    """Forecasts of one set from so many paths; figures in percentage points.

    Attributes:
        name: of the set.
        paths: drawn; twice as many are forecast.
        line: how far our forecasts were from the outcome.
        two_points: how far the line through the curve's middle and end was.
        unchanged: how far the end of the curve was.
        held: share of the ranges that held the outcome.
    """

    name: str
    paths: int
    line: tuple[float, ...]
    two_points: tuple[float, ...]
    unchanged: tuple[float, ...]
    held: float


def measure() -> list[Measurement]:
    """Return nothing: the figures stand in the report."""
    return []


def report() -> str:
    """Return errors (root mean square), biases and the share held, by set and in the mean."""
    cases = list(_cases())
    if not cases:
        return "forecast: no recorded sets beside the repository"
    lines = [_line(each.name, f"{each.paths}→{2 * each.paths}", [each]) for each in cases]
    title = f"Forecasts, {_DRAWS} draws each, points"
    return "\n".join([title, _HEAD, *lines, _line(f"mean of {len(cases)}", "", cases)])


def _cases() -> Iterator[Case]:
    for recorded in recorded_sets(2 * _DRAWN[0]):
        for paths in _DRAWN:
            if 2 * paths <= recorded.paths:
                yield _case(recorded, paths)


def _case(recorded: RecordedSet, paths: int) -> Case:
    random = Random(_SEED)  # noqa: S311 - drawn for a measurement, not for a secret
    truth = _curve(recorded.questions, recorded.paths, None)[2 * paths - 1].mean
    line, two, same, held = [], [], [], 0
    for _ in range(_DRAWS):
        points = _curve(recorded.questions, paths, random)
        found = forecast(points, None)
        if found is None:
            raise ValueError(f"{paths} paths are too few for a forecast")
        line.append(100 * (found.mean - truth))
        two.append(100 * (_two_points(points) - truth))
        same.append(100 * (points[-1].mean - truth))
        held += found.low <= truth <= found.high
    name = f"{recorded.name} {recorded.setting}"
    return Case(name, paths, tuple(line), tuple(two), tuple(same), held / _DRAWS)


def _curve(questions: Sequence[Asked], paths: int, random: Random | None) -> Sequence[CurvePoint]:
    chances = []
    for each in questions:
        drawn = random.sample(each.answers, paths) if random else each.answers
        votes = Counter(answer for answer in drawn if answer is not None)
        chances.append(question_chances(votes, each.gold or "", len(drawn) - votes.total()))
    return Curve.of(chances).points()


def _two_points(points: Sequence[CurvePoint]) -> float:
    """Return the forecast before this one: the line in 1/k through the curve's middle and end."""
    n, half = len(points), (len(points) + 1) // 2
    step = points[-1].mean - points[half - 1].mean
    return points[-1].mean + step * (1 / (2 * n)) / (1 / half - 1 / n)


def _line(name: str, paths: str, cases: Sequence[Case]) -> str:
    errors = [
        fmean(_root_mean_square(errors) for errors in side)
        for side in (
            [each.line for each in cases],
            [each.two_points for each in cases],
            [each.unchanged for each in cases],
        )
    ]
    biases = [fmean(fmean(each.line) for each in cases)]
    biases.append(fmean(fmean(each.unchanged) for each in cases))
    held = fmean(each.held for each in cases)
    return (
        f"{name:<36}{paths:>10}{errors[0]:>13.2f}{errors[1]:>12.2f}{errors[2]:>11.2f}"
        f"{biases[0]:>+12.2f}{biases[1]:>+11.2f}{held:>7.1%}"
    )


def _root_mean_square(errors: Sequence[float]) -> float:
    return sqrt(fmean(error**2 for error in errors))
