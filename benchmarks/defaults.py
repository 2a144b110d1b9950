"""What a bare upload buys: accuracy, paths and cost of the defaults on recorded sets.

Today's plan samples every temperature on its own, all paths of each. The others mix the
temperatures path by path and stop early. Each figure is a mean over random orders of the recorded
paths; a tie counts with its chance. Cost is in paths, greedy's included, against today's of the
same set; a recorded set often has fewer paths than a bare upload would sample.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, groupby, zip_longest
from random import Random
from statistics import fmean

from benchmarks.measure import Measurement
from benchmarks.orders import Outcome, Track, in_waves, track_of
from benchmarks.recorded import RecordedSet, recorded_sets
from lambdas.contract.schema import GREEDY, Stopping
from lambdas.core.sampling.stopping import default_waves
from lambdas.core.sampling.worth import wanted_paths

ORDERS = 100
SEED = 0
CAP = 30
# The sized waves after the first, with their first wave.
_FIRST, _LATER = 4, 2
_HEAD = f"{'plan':<26}{'% right':>8}{'points':>8}{'paths':>8}{'of all':>8}{'cost':>7}{'waves':>7}"


@dataclass(frozen=True, slots=True)
class Row:
    """A plan on a set.

    Attributes:
        plan: its name.
        accuracy: in percent.
        points: by how much it is above the vote of all paths.
        paths: sampled, of a question on average.
        share: of all recorded paths, at most the cap of them for a mix.
        cost: in paths with greedy's, of those of today's plan; from 0 to 1.
        waves: of a question on average.
    """

    plan: str
    accuracy: float
    points: float
    paths: float
    share: float
    cost: float
    waves: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A set with its settings, and its rows; today's is the first."""

    name: str
    settings: tuple[str, ...]
    questions: int
    rows: tuple[Row, ...]


def measure() -> list[Measurement]:
    """Return accuracy and paths of each plan, against all paths of every setting."""
    return [
        Measurement(f"defaults, {each.name}", row.plan, figure, unit, "today", figure / base)
        for each in _compared()
        for row in each.rows
        for figure, unit, base in (
            (row.accuracy, "% right", each.rows[0].accuracy),
            (row.paths, "paths", each.rows[0].paths),
        )
    ]


def report() -> str:
    """Return a table for every set, and the means over sets."""
    compared = _compared()
    if not compared:
        return "defaults: no recorded sets beside the repository"
    lines = [line for each in compared for line in _lines(each)]
    several = [each for each in compared if len(each.settings) > 1]
    for title, sets in (("all", compared), ("with several temperatures", several)):
        lines += ["", f"Mean over the {len(sets)} sets: {title}", _HEAD]
        lines += [_line(_mean(rows)) for rows in zip(*(each.rows for each in sets), strict=True)]
    return "\n".join(lines)


def compare(settings: Sequence[RecordedSet], count: int = ORDERS) -> Compared:
    """Return what each plan makes of one set's sampled settings, means over so many orders."""
    total = sum(each.paths for each in settings)
    mixed = list(_mixed_orders(settings, count, Random(SEED)))  # noqa: S311 - for a measurement
    single = 100 * fmean(
        track_of(asked, asked.answers).right[-1] for each in settings for asked in each.questions
    )
    pooled = 100 * fmean(track.right[-1] for track in mixed[0])
    rows = [
        Row("each setting, all paths", single, single - pooled, total, 1.0, 1.0, 1.0),
        Row("pooled, all paths", pooled, 0.0, total, 1.0, 1.0, 1.0),
    ]
    cap = min(CAP, total)
    for name, run in _PLANS.items():
        outcomes = [run(tracks, cap) for tracks in mixed]
        right, paths = (100 * fmean(each.right for each in outcomes), _paths(outcomes))
        waves = fmean(each.waves for each in outcomes)
        cost = (1 + paths) / (1 + total)
        rows.append(Row(name, right, right - pooled, paths, paths / cap, cost, waves))
    names = tuple(each.setting for each in settings)
    return Compared(settings[0].name, names, len(settings[0].questions), tuple(rows))


@cache
def _compared() -> tuple[Compared, ...]:
    sampled = [each for each in recorded_sets(2) if each.setting != GREEDY]
    by_name = groupby(sampled, key=lambda each: each.name)
    return tuple(compare(list(settings)) for _, settings in by_name)


def _mixed_orders(
    settings: Sequence[RecordedSet], count: int, random: Random
) -> Iterator[list[Track]]:
    """Yield a track per question; the settings take turns, each in an order of its own."""
    for _ in range(count):
        yield [
            track_of(
                asked[0], _turns([random.sample(each.answers, len(each.answers)) for each in asked])
            )
            for asked in zip(*(each.questions for each in settings), strict=True)
        ]


def _turns(answers: Sequence[Sequence[str | None]]) -> list[str | None]:
    """Return answers by turns; a list that ends before the others is left out."""
    missing = object()
    turns = chain.from_iterable(zip_longest(*answers, fillvalue=missing))
    return [each for each in turns if each is not missing]  # type: ignore[misc]


def _fixed(tracks: Sequence[Track], cap: int) -> Outcome:
    return Outcome(fmean(track.right[cap] for track in tracks), cap, waves=1)


def _in_level_waves(tracks: Sequence[Track], cap: int, level: float) -> Outcome:
    stopping = Stopping("level", level)
    return in_waves(tracks, default_waves(cap, stopping), stopping)


def _in_sized_waves(tracks: Sequence[Track], cap: int, worth: float) -> Outcome:
    ends = [_sized(track, cap, worth) for track in tracks]
    return Outcome(
        fmean(track.right[paths[-1]] for track, paths in zip(tracks, ends, strict=True)),
        fmean(paths[-1] for paths in ends),
        fmean(len(paths) for paths in ends),
    )


def _sized(track: Track, cap: int, worth: float) -> list[int]:
    """Return a question's paths after each of its waves."""
    ends = [min(cap, _FIRST)]
    for waves in range(_LATER, 0, -1):
        had = ends[-1]
        left, counts = cap - had, (track.first[had], track.second[had])
        wanted = wanted_paths(worth, *counts, had, left=left, most=cap, waves=waves) if left else 0
        if not wanted:
            break
        ends.append(had + wanted)
    return ends


_PLANS: Mapping[str, Callable[[Sequence[Track], int], Outcome]] = {
    "mix, 10 paths": lambda tracks, cap: _fixed(tracks, min(cap, 10)),
    f"mix, {CAP} paths": _fixed,
    "mix, 0.95": partial(_in_level_waves, level=0.95),
    "mix, worth 0.0005": partial(_in_sized_waves, worth=0.0005),
    "mix, worth 0.001": partial(_in_sized_waves, worth=0.001),
    "mix, worth 0.002": partial(_in_sized_waves, worth=0.002),
}


def _paths(outcomes: Sequence[Outcome]) -> float:
    return fmean(each.paths for each in outcomes)


def _mean(rows: Sequence[Row]) -> Row:
    figures = ("accuracy", "points", "paths", "share", "cost", "waves")
    return Row(rows[0].plan, *(fmean(getattr(row, each) for row in rows) for each in figures))


def _lines(compared: Compared) -> Iterator[str]:
    yield ""
    yield f"{compared.name} {', '.join(compared.settings)}, {compared.questions} questions"
    yield _HEAD
    yield from map(_line, compared.rows)


def _line(row: Row) -> str:
    return (
        f"{row.plan:<26}{row.accuracy:>8.2f}{row.points:>+8.2f}{row.paths:>8.2f}{row.share:>8.0%}"
        f"{row.cost:>7.0%}{row.waves:>7.2f}"
    )
