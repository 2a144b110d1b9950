"""Advice for the next run: how many paths are worth their cost, and what twice as many gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from lambdas.contract import usd
from lambdas.contract.statistics import Advice, CurvePoint, Forecast, Gain
from lambdas.core.statistics.significance import questions_to_show, wilson

# Two paths vote as one does: three are the fewest that can gain.
_MIN_VOTING_PATHS = 3
# With fewer the line has too few points, because two paths vote as one does.
_MIN_FORECAST_PATHS = 4
# Less than a point is not worth a multiple of the cost, and is rarely more than chance.
_TOLERANCE = 0.01
# A curve whose last step is at most this long does not climb.
_FLAT_STEP = 0.0005
_ROUNDING = 1e-9
# Of the range of a forecast: what the spread over draws is multiplied by, and the error of the 1/k
# law by itself. Both were chosen on recorded sets so that the range holds nearly always.
_SPREAD = 1.2
_LAW_ERROR = 0.008
# So many times the questions of this run are no advice.
_MOST_TIMES = 100


def forecast(points: Sequence[CurvePoint], usd_per_path: float | None) -> Forecast | None:
    """Return the accuracy to expect on the same questions with twice the paths.

    Args:
        points: the curve from one path to n.
        usd_per_path: cost of one path of every question.

    Returns:
        `None` below 4 paths. Otherwise the line in 1/k by least squares through the curve from 3
        paths on, at 2n.

    It is hardly nearer to the outcome than "nothing changes" would be, but less biased, for curves
    mostly climb; `python -m benchmarks forecast` shows both on recorded sets. What it is for is the
    range: 2 √((1.2 sd(h))² + 0.8²) in points to either side. sd(h), h = n/2 rounded up, is the
    spread over draws of half of the paths, about that of the whole run over fresh paths
    (half-samples: McCarthy 1969, Rev. Int. Stat. Inst. 37, 239-264); 0.8 points are the error of
    the line. The range holds for these questions, not for others like them.

    >>> forecast([CurvePoint(k, 0.8 - 0.2 / k, 0.0) for k in (1, 2, 3, 4)], 0.5).cost_usd
    4.0
    """
    n, half = len(points), (len(points) + 1) // 2
    if n < _MIN_FORECAST_PATHS:
        return None
    mean = _line_at(points[_MIN_VOTING_PATHS - 1 :], 2 * n)
    reach = 2 * hypot(_SPREAD * points[half - 1].sd, _LAW_ERROR)
    cost_usd = None if usd_per_path is None else 2 * n * usd_per_path
    return Forecast(2 * n, _clamp(mean), _clamp(mean - reach), _clamp(mean + reach), cost_usd)


def _line_at(points: Sequence[CurvePoint], paths: int) -> float:
    """Return the least-squares line in 1/k through points of a curve, at some number of paths."""
    inverse = [1 / point.paths for point in points]
    middle = sum(inverse) / len(points)
    mean = sum(point.mean for point in points) / len(points)
    spread = sum((each - middle) ** 2 for each in inverse)
    joint = sum(
        (each - middle) * (point.mean - mean) for each, point in zip(inverse, points, strict=True)
    )
    return mean + joint / spread * (1 / paths - middle)


@dataclass(frozen=True, slots=True)
class Voted:
    """What is known of a vote beside its curve.

    Attributes:
        questions: those that the curve is over.
        greedy: greedy's accuracy on the same questions, `None` if not known.
        gain: over greedy, `None` if not known.
        costs: cost in USD by paths of every question, as far as known.
        kind: of the paths, such as "mixed paths".
        rehearsed: whether nothing was paid, and the costs are what it would have been.
    """

    questions: int
    greedy: float | None = None
    gain: Gain | None = None
    costs: Mapping[int, float] | None = None
    kind: str = "paths"
    rehearsed: bool = False


def advice(points: Sequence[CurvePoint], voted: Voted) -> Advice | None:
    """Return how many paths to sample next time.

    Args:
        points: the curve from one path to n.
        voted: what is known beside it.

    Returns:
        `None` below 3 paths, because the curve is too short.

    >>> points = [CurvePoint(k, 0.7 - 0.1 / k, 0.0) for k in range(1, 31)]
    >>> advice(points, Voted(1000, costs={8: 4.0, 30: 15.0})).sentence[:49]
    'Take 8 paths: 68.8% (± 2.9), $4.00 a thousand que'
    """
    if len(points) < _MIN_VOTING_PATHS:
        return None
    curve, costs = _read(points, voted.greedy), voted.costs or {}
    enough_usd, last_usd = (costs.get(point.paths) for point in (curve.enough, curve.last))
    doubtful = voted.gain if curve.gains and voted.gain and voted.gain.may_be_chance else None
    share = None if doubtful else curve.gain_share
    return Advice(
        sentence=undecided(doubtful) if doubtful else _sentence(curve, voted),
        paths=curve.enough.paths,
        mean=curve.enough.mean,
        gain_share=share,
        cost_share=enough_usd / last_usd if enough_usd is not None and last_usd else None,
    )


def undecided(gain: Gain) -> str:
    """Return that a gain over greedy may be chance, and how many questions would show it."""
    these = f"The vote is no better than greedy as far as these {gain.questions:,} questions tell"
    needed = questions_to_show(gain)
    if needed is None or needed > _MOST_TIMES * gain.questions:
        return these
    return f"{these}; about {_two_digits(needed):,} would, if the gain stays as it is"


@dataclass(frozen=True, slots=True)
class _Curve:
    """The curve, and the points on it that the advice depends on.

    Attributes:
        enough: the advised point.
        best: the first of the highest points, from three paths on.
        near: the fewest paths within a point of the best, one and two paths included.
        points: from one path to all.
        greedy: accuracy without voting.
    """

    enough: CurvePoint
    best: CurvePoint
    near: int
    points: Sequence[CurvePoint]
    greedy: float | None

    @property
    def first(self) -> CurvePoint:
        return self.points[0]

    @property
    def last(self) -> CurvePoint:
        return self.points[-1]

    @property
    def base(self) -> float:
        """Accuracy of greedy, or without it of one path."""
        return self.first.mean if self.greedy is None else self.greedy

    @property
    def gains(self) -> bool:
        """Whether the best vote is at least a point above the base."""
        return self.best.mean - self.base >= _TOLERANCE - _ROUNDING and not self.falls

    @property
    def gain_share(self) -> float | None:
        if not self.gains:
            return None
        return max(0.0, self.enough.mean - self.base) / (self.best.mean - self.base)

    @property
    def falls(self) -> bool:
        """Whether every vote is clearly below one path."""
        return self.first.mean - self.best.mean >= _TOLERANCE - _ROUNDING

    @property
    def climbs(self) -> bool:
        step = self.last.mean - self.points[-2].mean
        rises = step > _FLAT_STEP + _ROUNDING and self.last.mean < 1 - _ROUNDING
        return rises and self.ends_best and 2 * self.near > self.last.paths

    @property
    def ends_best(self) -> bool:
        return self.last.mean >= self.best.mean - _ROUNDING


def _read(points: Sequence[CurvePoint], greedy: float | None) -> _Curve:
    voted = points[_MIN_VOTING_PATHS - 1 :]
    top = max(point.mean for point in voted)
    return _Curve(
        enough=next(point for point in voted if top - point.mean <= _TOLERANCE + _ROUNDING),
        # Of equal points, such as an odd number of paths and the next, the cheapest.
        best=next(point for point in voted if top - point.mean <= _ROUNDING),
        near=next(point.paths for point in points if top - point.mean <= _TOLERANCE + _ROUNDING),
        points=points,
        greedy=greedy,
    )


def _sentence(curve: _Curve, voted: Voted) -> str:
    if not curve.gains:
        return _no_gain(curve)
    enough = curve.enough
    reach = wilson(enough.mean * voted.questions, voted.questions).half_points
    cost_usd = (voted.costs or {}).get(enough.paths)
    would = "would cost " if voted.rehearsed else ""
    cost = (
        f", {would}{usd(1000 * cost_usd / voted.questions)} a thousand questions"
        if cost_usd
        else ""
    )
    taken = f"Take {enough.paths} {voted.kind}: {_accuracy(enough.mean)} (± {reach:.1f}){cost}"
    return taken + _beyond(curve, voted)


def _beyond(curve: _Curve, voted: Voted) -> str:
    """Return what the paths beyond the advised ones bring, and cost."""
    enough, last, best = curve.enough, curve.last, curve.best
    if enough is last:
        return "; the curve still climbs: more may gain more" if curve.climbs else ""
    if best.mean - last.mean >= _TOLERANCE - _ROUNDING:
        return f"; more than {best.paths} paths lose: {_accuracy(last.mean)} at {last.paths}"
    added = 100 * (last.mean - enough.mean)
    brings = (
        f"{last.paths} add {added:.1f} points" if added >= 0.05 else f"{last.paths} add nothing"
    )
    climbs = ", and the curve still climbs" if curve.climbs else ""
    return f"; {brings} for {_multiple(curve, voted)}{climbs}"


def _multiple(curve: _Curve, voted: Voted) -> str:
    """Return by how much all paths cost more than the advised ones."""
    costs = voted.costs or {}
    enough_usd, last_usd = (costs.get(point.paths) for point in (curve.enough, curve.last))
    if not enough_usd or last_usd is None:
        return f"{curve.last.paths / curve.enough.paths:.2g} times the paths"
    if last_usd <= enough_usd:
        # Too few records for a batch job run on demand, at twice the price.
        return "no higher cost"
    return f"{last_usd / enough_usd:.2g} times the cost"


def _no_gain(curve: _Curve) -> str:
    best, first, last, greedy = curve.best, curve.first, curve.last, curve.greedy
    if curve.falls or (greedy is None and first.mean - last.mean >= _TOLERANCE - _ROUNDING):
        reach = f"{last.paths} reach {_accuracy(last.mean)}, 1 reaches {_accuracy(first.mean)}"
        return f"More paths do harm: {reach}"
    if greedy is None:
        return f"More paths do not help: up to {last.paths} gain less than 1 point over one"
    yet = " yet, though the curve still climbs" if curve.climbs else ""
    reach = f"{_accuracy(best.mean)} at {best.paths} paths"
    above = "less than 1 point" if best.mean > greedy else "not"
    return (
        f"Voting does not pay{yet}: its best, {reach}, is {above} above greedy's"
        f" {_accuracy(greedy)}"
    )


def _clamp(accuracy: float) -> float:
    return min(1.0, max(0.0, accuracy))


def _two_digits(number: int) -> int:
    """Return a number rounded to its first two digits.

    >>> _two_digits(8437), _two_digits(7)
    (8400, 7)
    """
    return int(float(f"{number:.2g}"))


def _accuracy(share: float) -> str:
    return f"{100 * share:.1f}%"
