"""How many paths are worth their cost, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract import usd
from lambdas.core.statistics.curve import Point
from lambdas.core.wording import count_of

# Less than a point is not worth a multiple of the cost, and is rarely more than chance.
TOLERANCE = 0.01
# A vote of two paths is no better than one path: three are the fewest that can gain.
FEWEST_PATHS = 3
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Advice:
    """The fewest paths that come within a point of the best of the curve.

    Attributes:
        paths: how many.
        mean: their accuracy from 0 to 1.
        gain_share: their part, from 0 to 1, of the best's gain over greedy, or over one path
            where greedy was not asked; `None` where that gain is below a point.
        cost_share: what they cost, as part of what all paths of the curve cost.
        sentence: the same in words.
    """

    paths: int
    mean: float
    gain_share: float | None
    cost_share: float
    sentence: str


@dataclass(frozen=True, slots=True)
class _Curve:
    """What the advice is read from: the points that matter and the accuracy without voting."""

    enough: Point
    best: Point
    first: Point
    last: Point
    greedy: float | None

    @property
    def base(self) -> float:
        return self.first.mean if self.greedy is None else self.greedy

    @property
    def gain_share(self) -> float | None:
        gain = self.best.mean - self.base
        if gain < TOLERANCE - _ROUNDING:
            return None
        return max(0.0, self.enough.mean - self.base) / gain

    @property
    def climbs(self) -> bool:
        ends_best = self.last.mean >= self.best.mean - _ROUNDING
        return ends_best and 2 * self.enough.paths > self.last.paths


def advice(
    points: Sequence[Point], greedy: float | None, usd_per_path: float | None
) -> Advice | None:
    """Return how many paths to draw the next time.

    Args:
        points: the curve from one path to n.
        greedy: the accuracy of greedy on the same questions.
        usd_per_path: what a path of every question costs.

    Returns:
        `None` below 3 paths, which is too short a curve.

    >>> points = [Point(k, 0.7 - 0.1 / k, 0.0) for k in range(1, 31)]
    >>> advice(points, greedy=None, usd_per_path=None).sentence
    '8 paths give 91% of the gain for 27% of the cost of 30'
    """
    if len(points) < FEWEST_PATHS:
        return None
    best = max(points, key=lambda point: point.mean)
    enough = next(p for p in points if best.mean - p.mean <= TOLERANCE + _ROUNDING)
    curve = _Curve(enough, best, points[0], points[-1], greedy)
    return Advice(
        paths=enough.paths,
        mean=enough.mean,
        gain_share=curve.gain_share,
        cost_share=enough.paths / curve.last.paths,
        sentence=_sentence(curve, usd_per_path),
    )


def _sentence(curve: _Curve, usd_per_path: float | None) -> str:
    share, enough, last = curve.gain_share, curve.enough.paths, curve.last.paths
    if share is None:
        return _no_gain(curve)
    climbs = f"The curve still climbs at {last} paths"
    if enough == last:
        return f"{climbs}: more of them may gain more"
    cost = f"{_percent(enough / last)} of the cost of {last}"
    if usd_per_path is not None:
        cost += f" ({usd(enough * usd_per_path)} of {usd(last * usd_per_path)})"
    if curve.climbs:
        return f"{climbs}: {enough} of them give {_part(share)} of the gain so far for {cost}"
    verb = "gives" if enough == 1 else "give"
    return f"{count_of(enough, 'path')} {verb} {_part(share)} of the gain for {cost}"


def _no_gain(curve: _Curve) -> str:
    best, first, last, greedy = curve.best, curve.first, curve.last, curve.greedy
    if greedy is None and first.mean - last.mean >= TOLERANCE:
        reach = f"{last.paths} reach {_accuracy(last.mean)}, 1 reaches {_accuracy(first.mean)}"
        return f"More paths do harm: {reach}"
    if greedy is None:
        return f"More paths do not help: up to {last.paths} gain less than 1 point over one"
    yet = " yet, though the curve still climbs" if curve.climbs else ""
    reach = f"{_accuracy(best.mean)} at {count_of(best.paths, 'path')}"
    above = "less than 1 point" if best.mean > greedy else "not"
    return (
        f"Voting does not pay{yet}: its best, {reach}, is {above} above greedy's"
        f" {_accuracy(greedy)}"
    )


def _part(share: float) -> str:
    return "all" if share >= 1 - _ROUNDING else _percent(share)


def _percent(share: float) -> str:
    """Return a part of a whole: never 100% for less, never 0% for more than nothing."""
    shown = min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)
    return f"{shown}%"


def _accuracy(share: float) -> str:
    return f"{100 * share:.1f}%"
