"""Intervals of accuracies and gains, and the test of a gain."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, multinomial

from lambdas.contract.statistics import Gain, Interval
from lambdas.core.statistics.significance import (
    Paired,
    PairedOutcome,
    holm,
    mcnemar_p,
    questions_to_show,
    standard_error,
    wilson,
)

RIGHT = PairedOutcome(1.0, 1.0, vote_right=True, base_right=True)
GAINED = PairedOutcome(1.0, 0.0, vote_right=True, base_right=False)
LOST = PairedOutcome(0.0, 1.0, vote_right=False, base_right=True)
WRONG = PairedOutcome(0.0, 0.0, vote_right=False, base_right=False)
QUESTIONS = st.lists(st.sampled_from([RIGHT, GAINED, LOST, WRONG]), max_size=8)


@given(st.data(), st.integers(1, 3_000))
def test_the_interval_of_an_accuracy_is_wilson_s(data: st.DataObject, questions: int) -> None:
    right = data.draw(st.integers(0, questions))

    interval = wilson(right, questions)

    expected = binomtest(right, questions).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == pytest.approx(
        (expected.low, expected.high), rel=1e-9, abs=1e-12
    )


def test_an_interval_may_be_of_another_level() -> None:
    expected = binomtest(81, 263).proportion_ci(0.99, method="wilson")

    interval = wilson(81, 263, z=2.5758293035489004)

    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_a_tie_counts_as_its_chance_in_the_interval() -> None:
    below, between, above = (wilson(right, 16) for right in (11, 11.5, 12))

    assert below.low < between.low < above.low
    assert below.high < between.high < above.high


def test_the_standard_error_is_that_of_a_share() -> None:
    # The square root of 0.8 · 0.2 / 1600.
    assert standard_error(1280, 1600) == pytest.approx(0.01)
    assert standard_error(0, 7) == standard_error(7, 7) == 0


@pytest.mark.parametrize(
    ("vote", "base", "cells"),
    [
        pytest.param(1.0, 1.0, (1, 0, 0, 0), id="both right"),
        pytest.param(1.0, 0.0, (0, 1, 0, 0), id="gained"),
        pytest.param(0.0, 1.0, (0, 0, 1, 0), id="lost"),
        pytest.param(0.0, 0.0, (0, 0, 0, 1), id="both wrong"),
        pytest.param(0.5, 0.0, (0, 0.5, 0, 0.5), id="a tie against a wrong answer"),
        pytest.param(0.5, 1.0, (0.5, 0, 0.5, 0), id="a tie against a right answer"),
        pytest.param(0.5, 0.5, (0.5, 0, 0, 0.5), id="the same tie"),
        pytest.param(0.5, 0.25, (0.25, 0.25, 0, 0.5), id="ties of two and of four"),
    ],
)
def test_a_tie_counts_as_its_chance(
    vote: float, base: float, cells: tuple[float, float, float, float]
) -> None:
    paired = Paired.of([PairedOutcome(vote, base, vote_right=False, base_right=False)])

    assert (paired.both, paired.gained, paired.lost, paired.neither) == cells


def test_the_p_value_counts_votes_as_cast() -> None:
    tie_won = PairedOutcome(0.5, 0.0, vote_right=True, base_right=False)
    tie_lost = PairedOutcome(0.5, 1.0, vote_right=False, base_right=True)

    gain = Paired.of([tie_won, tie_won, tie_lost]).gain()

    assert gain is not None
    assert (gain.gained, gain.lost) == (2, 1)
    assert gain.points == pytest.approx((0.5 + 0.5 - 0.5) / 3)


@given(first=QUESTIONS, second=QUESTIONS)
def test_sums_of_shards_add_up(first: list[PairedOutcome], second: list[PairedOutcome]) -> None:
    assert Paired.of(first) + Paired.of(second) == Paired.of([*second, *first])


def test_no_questions_gain_nothing_and_add_nothing() -> None:
    paired = Paired.of([RIGHT, LOST])

    assert Paired().gain() is None
    assert Paired() + paired == paired


def test_the_sums_survive_json() -> None:
    paired = Paired.of([RIGHT, GAINED, PairedOutcome(1 / 3, 1.0, vote_right=True, base_right=True)])

    assert msgspec.json.decode(msgspec.json.encode(paired), type=Paired) == paired


def test_the_interval_is_that_of_newcombe_1998_method_10() -> None:
    # The paper's table of 36, 12, 2, 0 pairs.
    interval = Paired(both=36, gained=12, lost=2, neither=0).interval()

    assert interval.low == pytest.approx(0.0569, abs=5e-5)
    assert interval.high == pytest.approx(0.3404, abs=5e-5)


def test_the_interval_of_a_loss_mirrors_that_of_a_gain() -> None:
    gain = Paired(both=50, gained=12, lost=3, neither=35).interval()
    loss = Paired(both=50, gained=3, lost=12, neither=35).interval()

    assert (loss.low, loss.high) == pytest.approx((-gain.high, -gain.low))


@pytest.mark.parametrize(
    "paired",
    [
        pytest.param(Paired(both=16), id="all right"),
        pytest.param(Paired(neither=1), id="one wrong"),
        pytest.param(Paired(gained=16), id="all gained"),
        pytest.param(Paired(lost=16), id="all lost"),
        pytest.param(Paired(both=1 / 3, neither=2 / 3), id="one tie"),
    ],
)
def test_an_interval_includes_the_gain_and_stays_within_bounds(paired: Paired) -> None:
    interval = paired.interval()
    points = (paired.gained - paired.lost) / paired.questions

    assert -1 <= interval.low <= points <= interval.high <= 1
    assert interval.low < interval.high


def tables(questions: int) -> Iterator[tuple[int, int, int, int]]:
    for both in range(questions + 1):
        for gained in range(questions - both + 1):
            for lost in range(questions - both - gained + 1):
                yield both, gained, lost, questions - both - gained - lost


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((0.65, 0.15, 0.05, 0.15), id="a usual gain"),
        pytest.param((0.50, 0.10, 0.10, 0.30), id="no gain"),
        pytest.param((0.60, 0.03, 0.02, 0.35), id="little differs"),
        pytest.param((0.30, 0.30, 0.05, 0.35), id="a large gain"),
    ],
)
def test_the_interval_of_sixteen_questions_holds_the_true_gain_in_most_draws(
    cells: tuple[float, float, float, float],
) -> None:
    def holds(interval: Interval) -> bool:
        return interval.low <= cells[1] - cells[2] <= interval.high

    held = [each for each in tables(16) if holds(Paired(*each).interval())]
    covered = multinomial.pmf(held, n=16, p=cells).sum()

    assert covered > 0.93


@pytest.mark.parametrize(
    ("gained", "lost"),
    [(1, 0), (6, 0), (8, 2), (2, 8), (4, 4), (5, 4), (0, 3000), (530, 470), (3000, 2890)],
)
def test_mcnemar_is_the_sign_test_of_the_differing_questions(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue

    assert mcnemar_p(gained, lost) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_without_a_differing_question_is_1() -> None:
    assert mcnemar_p(0, 0) == 1.0


@given(st.integers(0, 60), st.integers(1, 60))
def test_mcnemar_of_any_counts_is_the_sign_test(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue

    assert mcnemar_p(gained, lost) == pytest.approx(expected, rel=1e-9)


def test_a_gain_worked_by_hand() -> None:
    gain = Paired.of([*[RIGHT] * 8, *[GAINED] * 5, *[WRONG] * 7]).gain()

    # phi = (56 - 10) / sqrt(13 · 7 · 8 · 12) = 0.4921;
    # Wilson of 13 and 8 of 20: 0.4329 to 0.8188, 0.2188 to 0.6134.
    assert gain == Gain(
        points=0.25,
        low=pytest.approx(0.25 - 0.2170, abs=5e-4),
        high=pytest.approx(0.25 + 0.1767, abs=5e-4),
        gained=5,
        lost=0,
        p_value=0.0625,
        questions=20,
        base=0.4,
    )


def test_corrected_p_values_stand_in_the_order_given() -> None:
    # Sorted 0.01, 0.03, 0.04: 3 x 0.01, 2 x 0.03, and 0.04 no lower than the one before it.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_so_many_questions_show_a_gain_in_four_of_five_runs() -> None:
    """Exact power of McNemar's test where 9 % of questions are gained and 4 % lost."""
    questions = questions_to_show(Gain(0.05, 0, 0.1, 9, 4, 0.27, questions=100, base=0.7))
    assert questions == 406

    power = 0.0
    for differing in range(questions + 1):
        shown = [each for each in range(differing + 1) if mcnemar_p(each, differing - each) < 0.05]
        power += binom.pmf(differing, questions, 0.13) * sum(binom.pmf(shown, differing, 9 / 13))

    # The exact test is a little more careful than the normal law of the formula.
    assert 0.74 < power < 0.82


@pytest.mark.parametrize(("gained", "lost"), [(4, 4), (3, 5)])
def test_no_number_of_questions_shows_what_is_no_gain(gained: int, lost: int) -> None:
    even = Gain(0.0, -0.1, 0.1, gained, lost, 1.0, questions=100, base=0.7)

    assert questions_to_show(even) is None


def test_a_gain_is_chance_by_its_corrected_p_value_where_it_has_one() -> None:
    alone = Gain(0.1, 0.0, 0.2, 6, 0, 0.03125, questions=60, base=0.7)

    assert not alone.may_be_chance
    assert replace(alone, p_adjusted=0.0625).may_be_chance
    assert replace(alone, p_value=0.05).may_be_chance
