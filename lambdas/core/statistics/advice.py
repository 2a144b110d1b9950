"""How many paths are worth their cost, in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lambdas.contract import usd
from lambdas.core.statistics.curve import Point

# Less than a point is not worth a multiple of the cost, and is rarely more than chance.
TOLERANCE = 0.01
# A vote of two paths is no better than one path: three are the fewest that can gain.
FEWEST_PATHS = 3
# A curve whose last step is no longer than this does not climb.
FLAT_STEP = 0.0005
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Advice:
    """The fewest paths, from three on, that come within a point of the best of the curve.

    Attributes:
        paths: how many.
        mean: their accuracy from 0 to 1.
        gain_share: their part, from 0 to 1, of the best's gain over greedy, or over one path
            without greedy on the same questions; `None` where that gain is below a point.
        cost_share: of what all paths of the curve cost; `None` where that is not known.
        sentence: the same in words.
    """

    paths: int
    mean: float
    gain_share: float | None
    cost_share: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class _Curve:
    """What the advice is read from.

    Attributes:
        enough: the point that is advised.
        best: the first of the highest points, from three paths on.
        near: the fewest paths, one and two included, that come within a point of it.
        points: of one path to that of all.
        greedy: accuracy without voting.
        may_be_chance: whether the interval of the gain over greedy holds 0.
    """

    enough: Point
    best: Point
    near: int
    points: Sequence[Point]
    greedy: float | None
    may_be_chance: bool

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def gain_share(self) -> float | None:
        base = self.first.mean if self.greedy is None else self.greedy
        gain = self.best.mean - base
        if gain < TOLERANCE - _ROUNDING or self.falls:
            return None
        return max(0.0, self.enough.mean - base) / gain

    @property
    def falls(self) -> bool:
        """Whether no vote comes near one path."""
        return self.first.mean - self.best.mean >= TOLERANCE - _ROUNDING

    @property
    def climbs(self) -> bool:
        step = self.last.mean - self.points[-2].mean
        goes_on = step > FLAT_STEP + _ROUNDING and self.last.mean < 1 - _ROUNDING
        return goes_on and self.ends_best and 2 * self.near > self.last.paths

    @property
    def ends_best(self) -> bool:
        return self.last.mean >= self.best.mean - _ROUNDING


def advice(
    points: Sequence[Point],
    greedy: float | None,
    costs: Mapping[int, float],
    *,
    may_be_chance: bool = False,
) -> Advice | None:
    """Return how many paths to draw the next time.

    Args:
        points: the curve from one path to n.
        greedy: the accuracy of greedy on the same questions, `None` where there is none.
        costs: by paths of every question, what they cost in USD, as far as that is known.
        may_be_chance: whether the interval of the gain over greedy holds 0.

    Returns:
        `None` below 3 paths, which is too short a curve.

    >>> points = [Point(k, 0.7 - 0.1 / k, 0.0) for k in range(1, 31)]
    >>> advice(points, greedy=None, costs={8: 4.0, 30: 15.0}).sentence
    '8 paths give 91% of the gain for 27% of the cost of 30 ($4.00 of $15.00)'
    """
    if len(points) < FEWEST_PATHS:
        return None
    curve = _read(points, greedy, may_be_chance=may_be_chance and greedy is not None)
    enough, last = (costs.get(point.paths) for point in (curve.enough, curve.last))
    return Advice(
        paths=curve.enough.paths,
        mean=curve.enough.mean,
        gain_share=curve.gain_share,
        cost_share=enough / last if enough is not None and last else None,
        sentence=_sentence(curve, enough, last),
    )


def _read(points: Sequence[Point], greedy: float | None, *, may_be_chance: bool) -> _Curve:
    voted = points[FEWEST_PATHS - 1 :]
    top = max(point.mean for point in voted)
    return _Curve(
        enough=next(point for point in voted if top - point.mean <= TOLERANCE + _ROUNDING),
        # Of equal ones, such as an odd number of paths and the next, the cheapest.
        best=next(point for point in voted if top - point.mean <= _ROUNDING),
        near=next(point.paths for point in points if top - point.mean <= TOLERANCE + _ROUNDING),
        points=points,
        greedy=greedy,
        may_be_chance=may_be_chance,
    )


def _sentence(curve: _Curve, enough_usd: float | None, last_usd: float | None) -> str:
    share, enough, last = curve.gain_share, curve.enough.paths, curve.last.paths
    chance = ", which may be chance" if curve.may_be_chance else ""
    if share is None:
        return _no_gain(curve)
    climbs = f"The curve still climbs at {last} paths"
    if enough == last and curve.climbs:
        so_far = "; the gain so far may be chance" if curve.may_be_chance else ""
        return f"{climbs}: more of them may gain more{so_far}"
    cost = "" if enough == last else _cost(enough, last, enough_usd, last_usd)
    if curve.climbs:
        return f"{climbs}: {enough} of them give {_part(share)} of the gain so far{cost}{chance}"
    plain = curve.ends_best or curve.best is curve.enough
    peak = "" if plain else f" at {curve.best.paths} paths"
    return f"{enough} paths give {_part(share)} of the gain{peak}{cost}{chance}{_end(curve)}"


def _cost(enough: int, last: int, enough_usd: float | None, last_usd: float | None) -> str:
    if enough_usd is None or not last_usd:
        return f" with {_percent(enough / last)} of the paths"
    if enough_usd >= last_usd:
        # Too few records for a batch job run on demand, at twice the price.
        return f", but cost no less than {last} ({usd(enough_usd)} against {usd(last_usd)})"
    share = _percent(enough_usd / last_usd)
    return f" for {share} of the cost of {last} ({usd(enough_usd)} of {usd(last_usd)})"


def _end(curve: _Curve) -> str:
    best, last = curve.best, curve.last
    told = f"; more than {best.paths} paths lose: {_accuracy(last.mean)} at {last.paths}"
    return told if best.mean - last.mean >= TOLERANCE - _ROUNDING else ""


def _no_gain(curve: _Curve) -> str:
    best, first, last, greedy = curve.best, curve.first, curve.last, curve.greedy
    if curve.falls or (greedy is None and first.mean - last.mean >= TOLERANCE - _ROUNDING):
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


def _part(share: float) -> str:
    return "all" if share >= 1 - _ROUNDING else _percent(share)


def _percent(share: float) -> str:
    """Return a part of a whole: never 100% for less, never 0% for more than nothing."""
    shown = min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)
    return f"{shown}%"


def _accuracy(share: float) -> str:
    return f"{100 * share:.1f}%"
