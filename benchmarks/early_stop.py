"""Early stopping on recorded sets: accuracy, paths and waves of each rule, beside fixed paths.

Every figure is a mean over random orders of the recorded paths, but those of fixed paths, which
are exact. A tie counts with its chance. What is stopped here is as a run would: asked after each
wave, in the default plan of the rule unless it is said otherwise. Standard errors are over those
orders, not over questions: the paths at hand are taken as they are.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import fmean

from benchmarks.compared import ENOUGH, SEED, Compared, Row, compare
from benchmarks.measure import Measurement
from benchmarks.recorded import drawn_again, recorded_sets

# Sets with fewer paths than enough helped to choose the plan of waves; they are shown apart.
AT_LEAST = 10
ORDERS = 200
# Sets that were drawn again have random orders as it is.
_DRAWN_PATHS, _DRAWN_ORDERS = 40, 40
_HEAD = (
    f"{'rule':<20}{'waves':<14}{'% right':>8}{'± s.e.':>8}{'paths':>8}{'of all':>8}"
    f"{'waves':>7}{'fixed, as many paths':>22}"
)


def measure() -> list[Measurement]:
    """Return accuracy and paths of each contender, against all paths for every question."""
    return [
        Measurement(f"early stop, {_title(each)}", name, figure, unit, "fixed", figure / base)
        for each in _compared()
        for name, figure, unit, base in _figures(each.rows)
    ]


def report() -> str:
    """Return the table of every set, and the means over those with enough paths."""
    compared = _compared()
    enough = [each for each in compared if each.recorded.paths >= ENOUGH]
    if not enough:
        return "early stop: no recorded sets beside the repository"
    few = [each for each in compared if each.recorded.paths < ENOUGH]
    lines = [line for each in enough for line in _lines(each)]
    lines += ["", f"Mean over the {len(enough)} sets with {ENOUGH} paths and more", *_means(enough)]
    drawn = _drawn_again()
    lines += ["", f"Mean over {len(drawn)} sets, all with {_DRAWN_PATHS} paths: those of fewer are"]
    lines += ["drawn again with replacement, which is only a stand-in for recording more"]
    lines += _means(drawn)
    for each in few:
        lines += _lines(each, f" (fewer than {ENOUGH} paths: for the choice of the plan)")
    return "\n".join(lines)


@cache
def _compared() -> tuple[Compared, ...]:
    return tuple(compare(each, ORDERS) for each in recorded_sets(AT_LEAST))


def _drawn_again() -> list[Compared]:
    return [
        each
        if each.recorded.paths >= _DRAWN_PATHS
        else compare(drawn_again(each.recorded, _DRAWN_PATHS, SEED), _DRAWN_ORDERS)
        for each in _compared()
    ]


def _figures(rows: Sequence[Row]) -> Iterator[tuple[str, float, str, float]]:
    for row in rows:
        name = f"{row.name}, {row.plan}" if row.plan else row.name
        yield name, row.accuracy, "% right", rows[0].accuracy
        yield name, row.paths, "paths", rows[0].paths


def _title(compared: Compared) -> str:
    return f"{compared.recorded.name} {compared.recorded.setting}"


def _lines(compared: Compared, remark: str = "") -> Iterator[str]:
    size = len(compared.recorded.questions)
    yield ""
    yield f"{_title(compared)}, {size} questions, {ORDERS} orders{remark}"
    yield _HEAD
    for row in compared.rows:
        share = row.paths / compared.recorded.paths
        yield (
            f"{row.name:<20}{row.plan:<14}{row.accuracy:>8.2f}{row.error:>8.2f}{row.paths:>8.2f}"
            f"{share:>8.0%}{row.waves:>7.2f}{row.fixed:>22.2f}"
        )
    yield f"votes that `certain` has differently from all paths: {compared.differing} of {size}"


def _means(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield each contender's means over sets, its accuracy as points above all paths."""
    yield f"{'rule':<20}{'points':>8}{'of all paths':>14}{'waves':>7}{'fixed, as many paths':>22}"
    for rows in zip(*(each.rows for each in compared), strict=True):
        bases = [each.rows[0] for each in compared]
        pairs = list(zip(rows, bases, strict=True))
        points = fmean(row.accuracy - base.accuracy for row, base in pairs)
        fixed = fmean(row.fixed - base.accuracy for row, base in pairs)
        share = fmean(row.paths / base.paths for row, base in pairs)
        waves = fmean(row.waves for row in rows)
        yield f"{rows[0].name:<20}{points:>+8.2f}{share:>14.0%}{waves:>7.2f}{fixed:>+22.2f}"
