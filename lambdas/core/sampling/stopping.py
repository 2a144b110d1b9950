"""Early stopping: when a question is decided, how large waves are, who gets a budget's paths."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, comb, floor

from lambdas.contract.schema import NEVER, Stopping
from lambdas.core.errors import RequestError

# An even vote gives each side this probability, so a level must be above it.
_EVEN = 0.5
# Wave sizes were chosen by measurement: docs/decisions/0015-early-stopping.md. A wave costs hours,
# so a third one must save enough paths: from 20 paths on it saves about a twentieth of them.
_THREE_WAVES_FROM = 20
# With a budget, more paths in the first wave would not separate the questions better.
_MAX_FIRST_WAVE = 5
# Of sized waves: as many as are worth no more if all agree.
_FIRST_SIZED = 4
DEFAULT_STOPPING = Stopping("level", 0.95)


def stopping_of(early_stop: object) -> Stopping:
    """Return the rule of a request.

    Args:
        early_stop: `None`, `"certain"`, a level such as 0.95; delta as `{"certified": 0.05}`, or
            what a path must buy as `{"worth": 0.001}`, or an object with such an attribute.

    Raises:
        RequestError: `early_stop` is something else.

    >>> stopping_of(0.95)
    Stopping(rule='level', bound=0.95)
    >>> stopping_of({"certified": 0.05})
    Stopping(rule='certified', bound=0.05)
    """
    if early_stop is None:
        return NEVER
    if early_stop == "certain":
        return Stopping("certain")
    if isinstance(early_stop, float) and _EVEN < early_stop < 1:
        return Stopping("level", early_stop)
    delta, worth = (_member(early_stop, name) for name in ("certified", "worth"))
    if isinstance(delta, float) and 0 < delta < 1:
        return Stopping("certified", delta)
    if isinstance(worth, float) and 0 <= worth < 1:
        return Stopping("worth", worth)
    raise RequestError(
        [
            f'early_stop is {early_stop!r}, must be null, "certain", a level between 0.5 and 1'
            ' such as 0.95, {"worth": 0.001}, or {"certified": 0.05}'
        ]
    )


def _member(early_stop: object, name: str) -> object:
    return early_stop.get(name) if isinstance(early_stop, dict) else getattr(early_stop, name, None)


def is_decided(stopping: Stopping, first: int, second: int, to_come: int) -> bool:
    """Return whether a question needs no more paths.

    Args:
        stopping: the rule; all rules but `never` include `certain`. What further paths are worth
            depends on the wave, so `worth` is no more than that here.
        first: paths that reached the leading answer.
        second: paths that reached the next answer, from 0 to `first`.
        to_come: the most paths that the question may still get. At 0 every rule decides, and
            `never` decides only then.

    A leader that a rival can still tie with is not certain, because ties are drawn at random. A
    question without any vote stays open while paths are to come.

    >>> is_decided(Stopping("certain"), 6, 3, to_come=3)
    False
    >>> is_decided(Stopping("certain"), 6, 3, to_come=2)
    True
    >>> is_decided(Stopping("level", 0.95), 4, 0, to_come=36)
    True
    """
    if to_come <= 0:
        return True
    if stopping.rule == "never" or first == 0:
        return False
    if first - second > to_come:
        return True
    if stopping.bound is None or stopping.rule == "worth":
        return False
    if stopping.rule == "level":
        return confidence(first, second) >= stopping.bound
    return certified_delta(first, second) <= stopping.bound


@lru_cache(maxsize=4096)
def confidence(first: int, second: int) -> float:
    """Return the posterior probability that the leader is the more frequent of two answers.

    Args:
        first: paths that reached the leading answer.
        second: paths that reached the next answer.

    Returns:
        From 0.5, for even counts, to 1; the float nearest to the exact fraction.

    With a uniform prior the leader's share of the two answers' paths is Beta(first + 1,
    second + 1). It exceeds 1/2 with the probability of at most `first` heads in
    first + second + 1 tosses of a fair coin: the sum over i = 0 … first of
    C(first + second + 1, i) / 2^(first + second + 1).

    Source: the Beta criterion of Aggarwal et al. 2023, arXiv 2305.11860, who integrate it
    numerically; the closed form is the binomial sum of the incomplete beta function.

    >>> [confidence(*counts) >= 0.95 for counts in [(4, 0), (6, 1), (8, 2), (9, 3)]]
    [True, True, True, True]
    >>> [confidence(*counts) >= 0.95 for counts in [(3, 0), (5, 1), (7, 2), (8, 3)]]
    [False, False, False, False]
    >>> confidence(5, 0)
    0.984375
    """
    tosses = first + second + 1
    # The tail beyond `first` is the shorter sum.
    beyond = sum(comb(tosses, heads) for heads in range(first + 1, tosses + 1))
    return ((1 << tosses) - beyond) / (1 << tosses)


@lru_cache(maxsize=4096)
def certified_delta(first: int, second: int) -> float:
    """Return the least delta at which the leader is certified against the next answer.

    Args:
        first: paths that reached the leading answer.
        second: paths that reached the next answer, from 0 to `first`.

    Returns:
        Above 0, at most 1: (first + second + 1) C(first + second, first) / 2^(first + second).

    It is the posterior density over the prior density at 1/2, for the leader's share of the two
    answers' paths with a uniform prior. If the true share is 1/2, prior over posterior is a
    martingale. So it ever reaches 1 / delta with probability at most delta (Ville), however often
    one looks. That is for one rival; with K answers the bound is (K - 1) delta.

    Source: the prior-posterior ratio of Waudby-Smith and Ramdas 2020, arXiv 2006.04347; between
    two answers of several, the rule PPR-1v1 of Jain et al. 2022, arXiv 2109.05047.

    >>> certified_delta(7, 0), certified_delta(8, 0)
    (0.0625, 0.03515625)
    """
    votes = first + second
    return min(1.0, (votes + 1) * comb(votes, first) / (1 << votes))


def default_waves(paths: int, stopping: Stopping = DEFAULT_STOPPING) -> tuple[int, ...]:
    """Return the paths of each wave; they add up to `paths`.

    Args:
        paths: the most that a question gets, at least 1.
        stopping: the rule; each decides at other counts, so each has its own sizes.

    The first wave has as many paths as decide a question if all agree; for `certain` one more,
    which allows for one dissenter. The second has a third of the rest, the last all others. For
    `worth` all others are the most that the sized waves may have together.

    >>> default_waves(40)
    (4, 12, 24)
    >>> default_waves(40, Stopping("certain"))
    (22, 6, 12)
    >>> default_waves(10)
    (4, 6)
    >>> default_waves(30, Stopping("never"))
    (30,)
    >>> default_waves(30, Stopping("worth", 0.001))
    (4, 26)
    """
    if stopping.rule == "worth":
        first = min(paths, _FIRST_SIZED)
        return _sizes(first, paths - first)
    first = _deciding_paths(paths, stopping)
    rest = paths - first
    second = ceil(rest / 3) if paths >= _THREE_WAVES_FROM else rest
    return _sizes(first, second, rest - second)


def default_budget_waves(paths: int, budget: float) -> tuple[int, ...]:
    """Return the paths of each wave if a question gets `budget` paths on average.

    Args:
        paths: the most that a question gets, at least 1.
        budget: mean paths per question, at least 1.

    Returns:
        Sizes that add up to `paths`. All questions get the first wave: two fifths of the budget,
        at most five paths. The least certain get the others: two fifths and four fifths of the
        budget, each at most half of the remaining paths, and then the rest.

    >>> default_budget_waves(40, budget=10)
    (4, 4, 8, 24)
    >>> default_budget_waves(20, budget=5)
    (2, 2, 4, 12)
    """
    first = min(paths, _MAX_FIRST_WAVE, ceil(floor(budget) * 2 / 5))
    rest = paths - first
    second = min(ceil(budget * 2 / 5), ceil(rest / 2))
    rest -= second
    third = min(ceil(budget * 4 / 5), ceil(rest / 2))
    return _sizes(first, second, third, rest - third)


@dataclass(frozen=True, slots=True)
class ConfidenceBucket:
    """Open questions of one partition with the same confidence.

    Attributes:
        partition: its name.
        confidence: in their leader, from `confidence`.
        questions: how many, at least 0.
    """

    partition: str
    confidence: float
    questions: int


def allocate_questions(buckets: Sequence[ConfidenceBucket], questions: int) -> dict[str, int]:
    """Return how many of each partition's questions get the next wave, least certain first.

    Args:
        buckets: of all partitions; equal confidences go in the order given.
        questions: how many the budget affords, at least 0.

    Returns:
        Partition → number of its least certain questions, for every partition. The numbers add up
        to `questions`, or to all questions if there are fewer.

    >>> even, surer = ConfidenceBucket("T0.5-000", 0.5, 3), ConfidenceBucket("T0.5-000", 0.75, 9)
    >>> allocate_questions([even, surer, ConfidenceBucket("T0.7-000", 0.5, 2)], questions=6)
    {'T0.5-000': 4, 'T0.7-000': 2}
    """
    allocated = dict.fromkeys((bucket.partition for bucket in buckets), 0)
    remaining = questions
    for bucket in sorted(buckets, key=lambda each: each.confidence):
        taken = min(bucket.questions, remaining)
        allocated[bucket.partition] += taken
        remaining -= taken
    return allocated


def affordable_questions(remaining_paths: int, wave_paths: int, remaining_waves: int) -> int:
    """Return how many questions get the next wave.

    Args:
        remaining_paths: paths of the budget that are not requested yet.
        wave_paths: of each question in the next wave, at least 1.
        remaining_waves: the next wave and those after it, at least 1.

    Every wave gets an equal share of the remaining budget, and the last wave all of it; the
    sizes in `default_budget_waves` were chosen for this. If a share does not pay for one
    question, the wave may use the whole remaining budget.

    >>> affordable_questions(remaining_paths=500, wave_paths=8, remaining_waves=2)
    31
    >>> affordable_questions(remaining_paths=10, wave_paths=10, remaining_waves=2)
    1
    """
    paths = max(0, remaining_paths)
    return paths // (wave_paths * remaining_waves) or paths // wave_paths


def _deciding_paths(paths: int, stopping: Stopping) -> int:
    """Return the size of the first wave that can decide a question."""
    agreed = next(k for k in range(1, paths + 1) if is_decided(stopping, k, 0, to_come=paths - k))
    return min(paths, agreed + (stopping.rule == "certain"))


def _sizes(*waves: int) -> tuple[int, ...]:
    return tuple(size for size in waves if size)
