"""Advice for the next run: how many paths are worth their cost, and what twice as many gain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from lambdas.contract import usd
from lambdas.contract.statistics import (
    Advice,
    CurvePoint,
    Forecast,
)

# Two paths vote as one does: three are the fewest that can gain.
_MIN_VOTING_PATHS = 3
# The first half of a shorter curve says nothing, because two paths vote as one does.
_MIN_FORECAST_PATHS = 4
# Less than a point is not worth a multiple of the cost, and is rarely more than chance.
_TOLERANCE = 0.01
# A curve whose last step is at most this long does not climb.
_FLAT_STEP = 0.0005
_ROUNDING = 1e-9
# Error of the 1/k law by itself: 0.7 points on recorded sets with draws averaged out (root mean
# square of ten cases, from 5 to 10, 10 to 20 and 20 to 40 paths), rounded up.
_LAW_ERROR = 0.008


def forecast(points: Sequence[CurvePoint], usd_per_path: float | None) -> Forecast | None:
    """Return the accuracy to expect on the same questions with twice the paths.

    Args:
        points: the curve from one path to n.
        usd_per_path: cost of one path of every question.

    Returns:
        `None` below 4 paths. Otherwise the line in 1/k through the curve's middle, h = n/2 rounded
        up, and its end, extended to 2n:
        mean(n) + (mean(n) - mean(h)) · (1/n - 1/2n) / (1/h - 1/n).

    The range is twice the root of sd(h)² + 0.8², in points. sd(h) is the spread over draws of
    half of the paths, about that of the whole run over fresh paths (half-samples: McCarthy 1969,
    Rev. Int. Stat. Inst. 37, 239-264); 0.8 points are the error of the law. The range holds for
    these questions, not for others like them.

    On recorded sets of 97 to 395 questions the forecast was off by 1.6 points (root mean square),
    and the range held the outcome in 97 % of draws. Forecasting no change would have been off by
    2.3 points; multinomial and urn models of each question were off by 3.2 to 4.0.

    >>> forecast([CurvePoint(k, 0.8 - 0.2 / k, 0.0) for k in (1, 2, 3, 4)], 0.5).cost_usd
    4.0
    """
    n, half = len(points), (len(points) + 1) // 2
    if n < _MIN_FORECAST_PATHS:
        return None
    end, middle = points[-1], points[half - 1]
    mean = end.mean + (end.mean - middle.mean) * (1 / n - 1 / (2 * n)) / (1 / half - 1 / n)
    reach = 2 * hypot(middle.sd, _LAW_ERROR)
    cost_usd = None if usd_per_path is None else 2 * n * usd_per_path
    return Forecast(2 * n, _clamp(mean), _clamp(mean - reach), _clamp(mean + reach), cost_usd)


def advice(
    points: Sequence[CurvePoint],
    greedy: float | None,
    costs: Mapping[int, float],
    *,
    may_be_chance: bool = False,
    rehearsed: bool = False,
) -> Advice | None:
    """Return how many paths to sample next time.

    Args:
        points: the curve from one path to n.
        greedy: greedy's accuracy on the same questions, `None` if not known.
        costs: cost in USD by paths of every question, as far as known.
        may_be_chance: whether the interval of the gain over greedy includes 0.
        rehearsed: whether nothing was paid, and the costs are what it would have been.

    Returns:
        `None` below 3 paths, because the curve is too short.

    >>> points = [CurvePoint(k, 0.7 - 0.1 / k, 0.0) for k in range(1, 31)]
    >>> advice(points, greedy=None, costs={8: 4.0, 30: 15.0}).sentence
    '8 paths give 91% of the gain for 27% of the cost of 30 ($4.00 of $15.00)'
    """
    if len(points) < _MIN_VOTING_PATHS:
        return None
    curve = _read(points, greedy, may_be_chance=may_be_chance and greedy is not None)
    enough_usd, last_usd = (costs.get(point.paths) for point in (curve.enough, curve.last))
    return Advice(
        sentence=_sentence(curve, _Costs(enough_usd, last_usd, rehearsed)),
        paths=curve.enough.paths,
        mean=curve.enough.mean,
        gain_share=curve.gain_share,
        cost_share=enough_usd / last_usd if enough_usd is not None and last_usd else None,
    )


@dataclass(frozen=True, slots=True)
class _Costs:
    """Cost in USD of the advised paths and of all, `None` if not known; what they would be."""

    enough_usd: float | None
    last_usd: float | None
    rehearsed: bool


@dataclass(frozen=True, slots=True)
class _Curve:
    """The curve, and the points on it that the advice depends on.

    Attributes:
        enough: the advised point.
        best: the first of the highest points, from three paths on.
        near: the fewest paths within a point of the best, one and two paths included.
        points: from one path to all.
        greedy: accuracy without voting.
        may_be_chance: whether the interval of the gain over greedy includes 0.
    """

    enough: CurvePoint
    best: CurvePoint
    near: int
    points: Sequence[CurvePoint]
    greedy: float | None
    may_be_chance: bool

    @property
    def first(self) -> CurvePoint:
        return self.points[0]

    @property
    def last(self) -> CurvePoint:
        return self.points[-1]

    @property
    def gain_share(self) -> float | None:
        base = self.first.mean if self.greedy is None else self.greedy
        gain = self.best.mean - base
        if gain < _TOLERANCE - _ROUNDING or self.falls:
            return None
        return max(0.0, self.enough.mean - base) / gain

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


def _read(points: Sequence[CurvePoint], greedy: float | None, *, may_be_chance: bool) -> _Curve:
    voted = points[_MIN_VOTING_PATHS - 1 :]
    top = max(point.mean for point in voted)
    return _Curve(
        enough=next(point for point in voted if top - point.mean <= _TOLERANCE + _ROUNDING),
        # Of equal points, such as an odd number of paths and the next, the cheapest.
        best=next(point for point in voted if top - point.mean <= _ROUNDING),
        near=next(point.paths for point in points if top - point.mean <= _TOLERANCE + _ROUNDING),
        points=points,
        greedy=greedy,
        may_be_chance=may_be_chance,
    )


def _sentence(curve: _Curve, costs: _Costs) -> str:
    share, enough, last = curve.gain_share, curve.enough.paths, curve.last.paths
    chance = ", which may be chance" if curve.may_be_chance else ""
    if share is None:
        return _no_gain(curve)
    climbs = f"The curve still climbs at {last} paths"
    if enough == last and curve.climbs:
        so_far = "; the gain so far may be chance" if curve.may_be_chance else ""
        return f"{climbs}: more of them may gain more{so_far}"
    cost = "" if enough == last else _cost(enough, last, costs)
    if curve.climbs:
        return (
            f"{climbs}: {enough} of them give {_fraction(share)} of the gain so far{cost}{chance}"
        )
    plain = curve.ends_best or curve.best is curve.enough
    peak = "" if plain else f" at {curve.best.paths} paths"
    return f"{enough} paths give {_fraction(share)} of the gain{peak}{cost}{chance}{_loss(curve)}"


def _cost(enough: int, last: int, costs: _Costs) -> str:
    enough_usd, last_usd = costs.enough_usd, costs.last_usd
    if enough_usd is None or not last_usd:
        return f" with {_percent(enough / last)} of the paths"
    if enough_usd >= last_usd:
        # Too few records for a batch job run on demand, at twice the price.
        verb = "would cost" if costs.rehearsed else "cost"
        return f", but {verb} no less than {last} ({usd(enough_usd)} against {usd(last_usd)})"
    share = _percent(enough_usd / last_usd)
    if costs.rehearsed:
        return f" and would cost {share} of what {last} do ({usd(enough_usd)} of {usd(last_usd)})"
    return f" for {share} of the cost of {last} ({usd(enough_usd)} of {usd(last_usd)})"


def _loss(curve: _Curve) -> str:
    best, last = curve.best, curve.last
    if best.mean - last.mean < _TOLERANCE - _ROUNDING:
        return ""
    return f"; more than {best.paths} paths lose: {_accuracy(last.mean)} at {last.paths}"


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


def _fraction(share: float) -> str:
    return "all" if share >= 1 - _ROUNDING else _percent(share)


def _percent(share: float) -> str:
    """Return a share in percent: never 100% for less than all, never 0% for more than nothing."""
    shown = min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)
    return f"{shown}%"


def _accuracy(share: float) -> str:
    return f"{100 * share:.1f}%"
