from collections import Counter
from fractions import Fraction
from itertools import accumulate, pairwise
from math import comb, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.errors import RequestError
from lambdas.core.stopping.rules import (
    Stopping,
    certified_delta,
    confidence,
    settled,
    stopping_of,
)
from lambdas.core.voting.vote import Vote, majority

NEVER = Stopping("never")
CERTAIN = Stopping("certain")
LEVEL = Stopping("level", 0.95)
CERTIFIED = Stopping("certified", 0.05)
EARLY = [CERTAIN, LEVEL, CERTIFIED]

answers = st.lists(st.sampled_from(["18", "26", "9", None]), min_size=1, max_size=24)
counts = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: sorted(pair)[::-1])


class Certified:
    certified = 0.05


@pytest.mark.parametrize(
    ("early_stop", "rule"),
    [
        pytest.param(None, NEVER, id="null is never"),
        pytest.param("certain", CERTAIN, id="certain"),
        pytest.param(0.95, LEVEL, id="a number is a level"),
        pytest.param({"certified": 0.05}, CERTIFIED, id="certified as JSON has it"),
        pytest.param(Certified(), CERTIFIED, id="certified as a model has it"),
    ],
)
def test_each_request_value_has_its_rule(early_stop: object, rule: Stopping) -> None:
    assert stopping_of(early_stop) == rule


@pytest.mark.parametrize(
    "early_stop",
    [True, "sure", 0.5, 1.0, 0.3, {}, {"certified": 0.0}, {"certified": 1.0}],
    ids=repr,
)
def test_any_other_value_is_refused_with_what_is_expected(early_stop: object) -> None:
    with pytest.raises(RequestError, match=r"early_stop is .*, must be null, \"certain\""):
        stopping_of(early_stop)


@pytest.mark.parametrize(
    ("first", "second", "level", "stops"),
    [
        (4, 0, 0.95, True),
        (6, 1, 0.95, True),
        (8, 2, 0.95, True),
        (9, 3, 0.95, True),
        (3, 0, 0.95, False),
        (5, 1, 0.95, False),
        (7, 2, 0.95, False),
        (8, 3, 0.95, False),
        (5, 0, 0.99, False),
        (6, 0, 0.99, True),
        (3, 0, 0.90, True),
    ],
)
def test_a_level_is_reached_at_these_counts(
    first: int, second: int, level: float, stops: bool
) -> None:
    assert settled(Stopping("level", level), first, second, to_come=99) is stops


# 9 · 1 / 2^8, 12 · 12 / 2^12 and 15 · 120 / 2^16, by hand; one vote less is above 0.05.
@pytest.mark.parametrize(
    ("first", "second", "delta"), [(8, 0, 9 / 256), (11, 1, 156 / 4096), (14, 2, 2040 / 65536)]
)
def test_certified_at_five_percent_needs_these_counts(
    first: int, second: int, delta: float
) -> None:
    assert certified_delta(first, second) == delta
    assert settled(CERTIFIED, first, second, to_come=99)
    assert not settled(CERTIFIED, first - 1, second, to_come=99)


def test_no_leader_is_certified_at_even_counts() -> None:
    assert [certified_delta(votes, votes) for votes in (0, 1, 5, 20)] == [1.0] * 4


@pytest.mark.parametrize("rule", [NEVER, *EARLY], ids=str)
def test_a_question_without_paths_to_come_is_settled(rule: Stopping) -> None:
    assert settled(rule, 0, 0, to_come=0)
    assert settled(rule, 2, 2, to_come=0)


def test_never_waits_for_the_last_path() -> None:
    assert not settled(NEVER, 39, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_a_question_without_a_vote_stays(rule: Stopping) -> None:
    assert not settled(rule, 0, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_every_early_rule_leaves_what_can_no_longer_change(rule: Stopping) -> None:
    assert settled(rule, 2, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_a_leader_that_can_be_tied_with_is_not_certain(rule: Stopping) -> None:
    assert not settled(rule, 3, 2, to_come=1)


def test_a_rule_without_its_bound_leaves_only_what_is_certain() -> None:
    assert not settled(Stopping("level"), 30, 0, to_come=30)
    assert settled(Stopping("level"), 31, 0, to_come=30)


def early_vote(paths: list[str | None], waves: list[int], seed: int) -> Vote | None:
    """Return the vote of the first wave after which the question is certain."""
    for end in accumulate(waves):
        votes = Counter(answer for answer in paths[:end] if answer is not None)
        first, second, *_ = [*sorted(votes.values(), reverse=True), 0, 0]
        if settled(CERTAIN, first, second, to_come=len(paths) - end):
            break
    return vote(paths[:end], seed)


def vote(paths: list[str | None], seed: int) -> Vote | None:
    votes = Counter(answer for answer in paths if answer is not None)
    return majority(votes, seed=seed, setting="T0.7", question_id="q0000000")


@given(answers, st.data(), st.integers(0, 9))
def test_certain_votes_as_the_full_run_does(
    paths: list[str | None], data: st.DataObject, seed: int
) -> None:
    inner = st.sets(st.integers(1, len(paths) - 1)) if len(paths) > 1 else st.just(set())
    ends = [0, *sorted(data.draw(inner)), len(paths)]
    waves = [end - start for start, end in pairwise(ends)]

    early, full = early_vote(paths, waves, seed), vote(paths, seed)

    assert (early and early.answer, early and early.tied) == (
        full and full.answer,
        full and full.tied,
    )


def beta_above_half(first: int, second: int) -> Fraction:
    """Integrate the density of Beta(first + 1, second + 1) from 1/2 to 1, term by term."""
    terms = [
        Fraction((-1) ** i * comb(second, i), first + i + 1)
        * (1 - Fraction(1, 2 ** (first + i + 1)))
        for i in range(second + 1)
    ]
    density = Fraction(factorial(first + second + 1), factorial(first) * factorial(second))
    return density * sum(terms)


@given(counts)
def test_confidence_is_the_integral_of_the_beta_density(pair: list[int]) -> None:
    first, second = pair

    assert confidence(first, second) == float(beta_above_half(first, second))


@given(counts)
def test_delta_is_posterior_over_prior_density_at_one_half(pair: list[int]) -> None:
    first, second = pair
    density = Fraction(factorial(first + second + 1), factorial(first) * factorial(second))

    assert certified_delta(first, second) == float(min(1, density / 2 ** (first + second)))


@given(counts, st.integers(0, 20), st.sampled_from(EARLY))
def test_one_vote_more_for_the_leader_never_unsettles(
    pair: list[int], to_come: int, rule: Stopping
) -> None:
    first, second = pair

    assert settled(rule, first + 1, second, to_come) >= settled(rule, first, second, to_come)


@given(counts, st.integers(0, 20), st.sampled_from(EARLY))
def test_one_vote_less_for_the_next_answer_never_unsettles(
    pair: list[int], to_come: int, rule: Stopping
) -> None:
    first, second = pair
    fewer = max(0, second - 1)

    assert settled(rule, first, fewer, to_come) >= settled(rule, first, second, to_come)


def ever_settled(rule: Stopping, tosses: int) -> Fraction:
    """Return the chance that two equally frequent answers are told apart, looking at each toss."""
    open_ways, stopped = {0: 1}, Fraction(0)
    for n in range(1, tosses + 1):
        ways: Counter[int] = Counter()
        for heads, count in open_ways.items():
            ways[heads] += count
            ways[heads + 1] += count
        told = {k for k in ways if settled(rule, max(k, n - k), min(k, n - k), to_come=10**6)}
        stopped += Fraction(sum(ways[k] for k in told), 2**n)
        open_ways = {k: count for k, count in ways.items() if k not in told}
    return stopped


def test_certified_keeps_its_promise_however_often_one_looks() -> None:
    assert 0 < ever_settled(CERTIFIED, 100) <= Fraction(5, 100)


def test_a_level_does_not_where_one_looks_at_every_path() -> None:
    assert ever_settled(LEVEL, 100) > Fraction(25, 100)
