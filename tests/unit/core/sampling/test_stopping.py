"""Early stopping: the rules, the sizes of waves, and the shares of a budget."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from lambdas.contract.schema import Stopping
from lambdas.core.errors import RequestError
from lambdas.core.sampling.stopping import (
    ConfidenceBucket,
    affordable_questions,
    allocate_questions,
    certified_delta,
    confidence,
    default_budget_waves,
    default_waves,
    is_decided,
    stopping_of,
)
from lambdas.core.voting.majority import Vote, majority

NEVER = Stopping("never")
CERTAIN = Stopping("certain")
LEVEL = Stopping("level", 0.95)
CERTIFIED = Stopping("certified", 0.05)
EARLY = [CERTAIN, LEVEL, CERTIFIED]

PATHS = st.lists(st.sampled_from(["18", "26", "9", None]), min_size=1, max_size=24)
COUNTS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: sorted(pair)[::-1])


class Certified:
    certified = 0.05


@dataclass
class Worth:
    worth: float


@pytest.mark.parametrize(
    ("early_stop", "rule"),
    [
        pytest.param(None, NEVER, id="null is never"),
        pytest.param("certain", CERTAIN, id="certain"),
        pytest.param(0.95, LEVEL, id="a number is a level"),
        pytest.param({"certified": 0.05}, CERTIFIED, id="certified as JSON has it"),
        pytest.param(Certified(), CERTIFIED, id="certified as a model has it"),
        pytest.param({"worth": 0.001}, Stopping("worth", 0.001), id="worth as JSON has it"),
        pytest.param(Worth(0.0), Stopping("worth", 0.0), id="worth as a model has it"),
    ],
)
def test_each_request_value_has_its_rule(early_stop: object, rule: Stopping) -> None:
    assert stopping_of(early_stop) == rule


@pytest.mark.parametrize(
    "early_stop",
    [True, "sure", 0.5, 1.0, 0.3, {}, {"certified": 0.0}, {"certified": 1.0}, {"worth": 1.0}],
    ids=repr,
)
def test_any_other_value_is_refused_with_the_expected_values(early_stop: object) -> None:
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
    assert is_decided(Stopping("level", level), first, second, to_come=99) is stops


# 9 · 1 / 2^8, 12 · 12 / 2^12 and 15 · 120 / 2^16, by hand; one vote less is above 0.05.
@pytest.mark.parametrize(
    ("first", "second", "delta"), [(8, 0, 9 / 256), (11, 1, 156 / 4096), (14, 2, 2040 / 65536)]
)
def test_certified_at_five_percent_needs_these_counts(
    first: int, second: int, delta: float
) -> None:
    assert certified_delta(first, second) == delta
    assert is_decided(CERTIFIED, first, second, to_come=99)
    assert not is_decided(CERTIFIED, first - 1, second, to_come=99)


def test_no_leader_is_certified_at_even_counts() -> None:
    assert [certified_delta(votes, votes) for votes in (0, 1, 5, 20)] == [1.0] * 4


@pytest.mark.parametrize("rule", [NEVER, *EARLY], ids=str)
def test_a_question_without_paths_to_come_is_decided(rule: Stopping) -> None:
    assert is_decided(rule, 0, 0, to_come=0)
    assert is_decided(rule, 2, 2, to_come=0)


def test_never_waits_for_the_last_path() -> None:
    assert not is_decided(NEVER, 39, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_a_question_without_a_vote_stays_open(rule: Stopping) -> None:
    assert not is_decided(rule, 0, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_every_early_rule_decides_a_vote_that_can_no_longer_change(rule: Stopping) -> None:
    assert is_decided(rule, 2, 0, to_come=1)


@pytest.mark.parametrize("rule", EARLY, ids=str)
def test_a_leader_that_can_be_tied_with_is_not_certain(rule: Stopping) -> None:
    assert not is_decided(rule, 3, 2, to_come=1)


def test_a_rule_without_its_bound_decides_only_what_is_certain() -> None:
    assert not is_decided(Stopping("level"), 30, 0, to_come=30)
    assert is_decided(Stopping("level"), 31, 0, to_come=30)


def early_vote(paths: list[str | None], waves: list[int], seed: int) -> Vote | None:
    """Return the vote of the first wave after which the question is certain."""
    for end in accumulate(waves):
        votes = Counter(answer for answer in paths[:end] if answer is not None)
        first, second, *_ = [*sorted(votes.values(), reverse=True), 0, 0]
        if is_decided(CERTAIN, first, second, to_come=len(paths) - end):
            break
    return vote(paths[:end], seed)


def vote(paths: list[str | None], seed: int) -> Vote | None:
    votes = Counter(answer for answer in paths if answer is not None)
    return majority(votes, seed=seed, setting="T0.7", question_id="q0000000")


@given(PATHS, st.data(), st.integers(0, 9))
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


@given(COUNTS)
def test_confidence_is_the_beta_posterior_above_one_half(pair: list[int]) -> None:
    first, second = pair

    assert confidence(first, second) == pytest.approx(
        beta.sf(0.5, first + 1, second + 1), rel=1e-12
    )


@given(COUNTS)
def test_delta_is_posterior_over_prior_density_at_one_half(pair: list[int]) -> None:
    first, second = pair

    expected = min(1.0, beta.pdf(0.5, first + 1, second + 1))
    assert certified_delta(first, second) == pytest.approx(expected, rel=1e-11)


@given(COUNTS, st.integers(0, 20), st.sampled_from(EARLY))
def test_one_vote_more_for_the_leader_never_reopens_a_question(
    pair: list[int], to_come: int, rule: Stopping
) -> None:
    first, second = pair

    assert is_decided(rule, first + 1, second, to_come) >= is_decided(rule, first, second, to_come)


@given(COUNTS, st.integers(0, 20), st.sampled_from(EARLY))
def test_one_vote_less_for_the_next_answer_never_reopens_a_question(
    pair: list[int], to_come: int, rule: Stopping
) -> None:
    first, second = pair
    fewer = max(0, second - 1)

    assert is_decided(rule, first, fewer, to_come) >= is_decided(rule, first, second, to_come)


def ever_decided(rule: Stopping, tosses: int) -> Fraction:
    """Return the chance that an even question is ever decided if one looks after each path."""
    open_ways, stopped = {0: 1}, Fraction(0)
    for n in range(1, tosses + 1):
        ways: Counter[int] = Counter()
        for heads, count in open_ways.items():
            ways[heads] += count
            ways[heads + 1] += count
        decided = {k for k in ways if is_decided(rule, max(k, n - k), min(k, n - k), to_come=10**6)}
        stopped += Fraction(sum(ways[k] for k in decided), 2**n)
        open_ways = {k: count for k, count in ways.items() if k not in decided}
    return stopped


def test_certified_errs_within_its_bound_however_often_one_looks() -> None:
    assert 0 < ever_decided(CERTIFIED, 100) <= Fraction(5, 100)


def test_a_level_errs_more_often_if_one_looks_after_every_path() -> None:
    assert ever_decided(LEVEL, 100) > Fraction(25, 100)


RULES = [
    Stopping("never"),
    Stopping("certain"),
    Stopping("level", 0.90),
    Stopping("level", 0.95),
    Stopping("level", 0.99),
    Stopping("certified", 0.05),
]


@given(st.integers(1, 100), st.sampled_from(RULES))
def test_the_waves_add_up_to_the_paths(paths: int, stopping: Stopping) -> None:
    waves = default_waves(paths, stopping)

    assert sum(waves) == paths
    assert min(waves) > 0
    assert len(waves) <= 3


@given(st.integers(1, 100), st.floats(1, 100))
def test_the_waves_of_a_budget_add_up_and_begin_within_it(paths: int, budget: float) -> None:
    waves = default_budget_waves(paths, budget)

    assert sum(waves) == paths
    assert min(waves) > 0
    assert len(waves) <= 4
    assert waves[0] <= budget


# 4, 6 and 8 agreeing paths reach 0.95, 0.99 and certified 0.05; 21 of 40 are certain.
@pytest.mark.parametrize(
    ("stopping", "waves"),
    [
        (Stopping("level", 0.95), (4, 12, 24)),
        (Stopping("level", 0.99), (6, 12, 22)),
        (Stopping("certified", 0.05), (8, 11, 21)),
        (Stopping("certain"), (22, 6, 12)),
        (Stopping("never"), (40,)),
    ],
    ids=str,
)
def test_the_first_wave_decides_if_all_paths_agree(
    stopping: Stopping, waves: tuple[int, ...]
) -> None:
    assert default_waves(40, stopping) == waves


def test_few_paths_get_two_waves() -> None:
    assert (default_waves(19), default_waves(20)) == ((4, 15), (4, 6, 10))


@pytest.mark.parametrize(
    ("paths", "budget", "waves"),
    [
        pytest.param(40, 10, (4, 4, 8, 24), id="two, two and four fifths of it, and the rest"),
        pytest.param(40, 7.5, (3, 3, 6, 28), id="a fractional budget is rounded up"),
        pytest.param(40, 30, (5, 12, 12, 11), id="at most five paths in the first"),
        pytest.param(10, 9.5, (4, 3, 2, 1), id="at most half of the rest in the others"),
        pytest.param(1, 1, (1,), id="one path"),
        pytest.param(3, 1, (1, 1, 1), id="a budget of one path"),
    ],
)
def test_a_budget_has_its_own_sizes(paths: int, budget: float, waves: tuple[int, ...]) -> None:
    assert default_budget_waves(paths, budget) == waves


BUCKETS = st.lists(
    st.builds(
        ConfidenceBucket,
        st.sampled_from("abc"),
        st.sampled_from([0.5, 0.75, 0.9]),
        st.integers(0, 9),
    )
)


def test_the_least_certain_questions_of_all_partitions_go_first() -> None:
    buckets = [
        ConfidenceBucket("a", 0.9, 5),
        ConfidenceBucket("a", 0.5, 2),
        ConfidenceBucket("b", 0.75, 4),
    ]

    assert allocate_questions(buckets, 5) == {"a": 2, "b": 3}


def test_partitions_of_equal_confidence_go_in_order() -> None:
    assert allocate_questions(
        [ConfidenceBucket("b", 0.5, 3), ConfidenceBucket("a", 0.5, 3)], 4
    ) == {"b": 3, "a": 1}


def test_a_partition_that_gets_none_is_named_too() -> None:
    assert allocate_questions(
        [ConfidenceBucket("a", 0.5, 3), ConfidenceBucket("b", 0.9, 3)], 3
    ) == {"a": 3, "b": 0}


def test_all_questions_get_the_wave_if_the_budget_allows_it() -> None:
    assert allocate_questions(
        [ConfidenceBucket("a", 0.5, 3), ConfidenceBucket("b", 0.9, 3)], 100
    ) == {"a": 3, "b": 3}


@given(BUCKETS, st.integers(0, 60))
def test_allocated_questions_add_up_to_the_affordable_or_to_all(
    buckets: list[ConfidenceBucket], questions: int
) -> None:
    all_questions = sum(bucket.questions for bucket in buckets)

    assert sum(allocate_questions(buckets, questions).values()) == min(questions, all_questions)


@pytest.mark.parametrize(
    ("remaining_paths", "wave_paths", "remaining_waves", "questions"),
    [
        pytest.param(500, 8, 2, 31, id="half of the rest: 250 // 8"),
        pytest.param(250, 27, 1, 9, id="the last wave takes all: 250 // 27"),
        pytest.param(7, 8, 1, 0, id="too little for one question"),
        pytest.param(-3, 8, 2, 0, id="budget exceeded"),
    ],
)
def test_affordable_questions(
    remaining_paths: int, wave_paths: int, remaining_waves: int, questions: int
) -> None:
    assert affordable_questions(remaining_paths, wave_paths, remaining_waves) == questions
