"""Ways to spend paths on a recorded set, compared over random orders of its paths."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import accumulate
from math import ceil, sqrt
from statistics import fmean, stdev

from benchmarks.orders import Outcome, Track, in_waves, one_by_one, orders, within_budget
from benchmarks.recorded import Asked, RecordedSet
from lambdas.contract.schema import Stopping
from lambdas.core.sampling.stopping import default_budget_waves, default_waves, is_decided
from lambdas.core.statistics.curve import Curve, question_chances
from lambdas.core.voting.majority import majority

SEED = 0
# From so many paths on, plans other than the default one are tried as well.
ENOUGH = 20
_LEVEL = 0.95
# Mean paths of a question, as a share of all.
_BUDGETS = (Fraction(1, 4), Fraction(3, 8), Fraction(1, 2))
_RULES = {
    "certain": Stopping("certain"),
    "0.90": Stopping("level", 0.90),
    "0.95": Stopping("level", _LEVEL),
    "0.99": Stopping("level", 0.99),
    "certified 0.05": Stopping("certified", 0.05),
}


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to spend paths: its name, its waves (none where it has no plan), and what it does."""

    name: str
    waves: tuple[int, ...]
    run: Callable[[Sequence[Track]], Outcome]


@dataclass(frozen=True, slots=True)
class Row:
    """A contender on a set.

    Attributes:
        name: the contender's.
        plan: its waves, "" where it has none.
        accuracy: in percent, a mean over orders.
        error: the standard error of that mean, in percentage points.
        paths: mean per question.
        waves: mean per question.
        fixed: in percent, of all questions having `paths` paths, rounded up.
    """

    name: str
    plan: str
    accuracy: float
    error: float
    paths: float
    waves: float
    fixed: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A set, its rows, the one of fixed paths first, and votes that `certain` has differently."""

    recorded: RecordedSet
    rows: tuple[Row, ...]
    differing: int


def compare(recorded: RecordedSet, count: int) -> Compared:
    """Return what each contender makes of a set, means over so many orders."""
    fixed = _fixed(recorded.questions)
    contenders = list(_contenders(recorded.paths))
    outcomes: list[list[Outcome]] = [[] for _ in contenders]
    for tracks in orders(recorded, count, SEED):
        for contender, seen in zip(contenders, outcomes, strict=True):
            seen.append(contender.run(tracks))
    rows = [_row(*each, fixed) for each in zip(contenders, outcomes, strict=True)]
    whole = Row("fixed", f"{recorded.paths}", fixed[-1], 0.0, recorded.paths, 1.0, fixed[-1])
    differing = sum(map(_differs, recorded.questions))
    return Compared(recorded, (whole, *rows), differing)


def _contenders(paths: int) -> Iterator[Contender]:
    plans = {name: (default_waves(paths, rule), rule) for name, rule in _RULES.items()}
    if paths >= ENOUGH:
        plans |= {name: (waves, _RULES["0.95"]) for name, waves in _other_plans(paths).items()}
    for name, (waves, rule) in plans.items():
        yield Contender(name, waves, partial(in_waves, waves=waves, stopping=rule))
    yield Contender("0.95 path by path", (), partial(one_by_one, level=_LEVEL))
    for share in _BUDGETS:
        budget = float(share * paths)
        waves = default_budget_waves(paths, budget)
        run = partial(within_budget, waves=waves, budget=budget)
        yield Contender(f"budget {share}", waves, run)


def _other_plans(paths: int) -> dict[str, tuple[int, ...]]:
    rest = (paths % 15,) if paths % 15 else ()
    return {
        "0.95 in fives": (5,) * (paths // 5),
        "0.95 in fifteens": (15,) * (paths // 15) + rest,
        "0.95 in 5, 10, rest": (5, 10, paths - 15),
        "0.95 in 4, rest": (4, paths - 4),
    }


def _row(contender: Contender, seen: Sequence[Outcome], fixed: Sequence[float]) -> Row:
    paths = fmean(each.paths for each in seen)
    return Row(
        contender.name,
        _plan(contender.waves),
        100 * fmean(each.right for each in seen),
        100 * stdev(each.right for each in seen) / sqrt(len(seen)),
        paths,
        fmean(each.waves for each in seen),
        fixed[ceil(paths - 1e-9) - 1],
    )


def _plan(waves: tuple[int, ...]) -> str:
    if len(waves) > 3 and len(set(waves)) == 1:
        return f"{len(waves)} × {waves[0]}"
    return "+".join(map(str, waves))


def _fixed(questions: Sequence[Asked]) -> list[float]:
    """Return the exact accuracy in percent of 1, 2, … paths for every question."""
    chances = []
    for each in questions:
        votes = _votes(each.answers)
        unanswered = len(each.answers) - sum(votes.values())
        chances.append(question_chances(votes, each.gold or "", unanswered))
    return [100 * point.mean for point in Curve.of(chances).points()]


def _differs(asked: Asked) -> bool:
    """Tell whether a question's vote under `certain` is another than that of all its paths."""
    answers, certain = asked.answers, _RULES["certain"]
    ends = accumulate(default_waves(len(answers), certain))
    left = next(end for end in ends if _leaves(answers, end, certain))
    return _winner(asked, answers[:left]) != _winner(asked, answers)


def _leaves(answers: Sequence[str | None], end: int, stopping: Stopping) -> bool:
    first, second, *_ = [*sorted(_votes(answers[:end]).values(), reverse=True), 0, 0]
    return is_decided(stopping, first, second, len(answers) - end)


def _winner(asked: Asked, answers: Sequence[str | None]) -> str | None:
    vote = majority(_votes(answers), seed=SEED, setting="", question_id=asked.id)
    return vote.answer if vote else None


def _votes(answers: Sequence[str | None]) -> Mapping[str, int]:
    return Counter(answer for answer in answers if answer is not None)
