"""The vote weighted by stated confidence: surer paths count more, silent ones count the mean."""

from math import e

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.voting.vote import majority
from lambdas.core.voting.weighted import WeightedVote, weighted_majority

PERCENTS = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=6)
CONFIDENCES = st.dictionaries(st.sampled_from(["18", "26", "-3", "0.5"]), PERCENTS, min_size=1)


def vote(
    confidences: dict[str, list[int | None]], temperature: float = 1.0, seed: int = 0
) -> WeightedVote | None:
    return weighted_majority(
        confidences,
        seed=seed,
        setting="T0.7",
        question_id="q0000000",
        temperature=temperature,
    )


def test_weights_are_the_softmax_of_confidences() -> None:
    outcome = vote({"18": [100], "26": [0]})

    # e^1 against e^0.
    assert outcome == WeightedVote("18", pytest.approx(e / (e + 1)), 1)


def test_two_surer_paths_outvote_three() -> None:
    outcome = vote({"18": [100, 100], "26": [0, 0, 10]})

    # 2 e = 5.44 against 1 + 1 + e^0.1 = 3.11.
    assert outcome is not None
    assert outcome.answer == "18"
    assert outcome.share == pytest.approx(5.43656 / (5.43656 + 3.10517), abs=1e-5)


def test_three_paths_outvote_a_surer_one() -> None:
    outcome = vote({"18": [100], "26": [0, 0, 0]})

    # e = 2.72 against 3.
    assert outcome is not None
    assert outcome.answer == "26"


def test_a_low_temperature_leaves_it_to_the_surest_path() -> None:
    outcome = vote({"18": [100], "26": [90] * 20}, temperature=0.001)

    assert outcome == WeightedVote("18", pytest.approx(1.0), 1)


def test_a_high_temperature_is_the_plain_majority() -> None:
    outcome = vote({"18": [100, 100], "26": [0, 0, 0]}, temperature=1000.0)

    assert outcome == WeightedVote("26", pytest.approx(0.6, abs=1e-3), 1)


def test_a_path_that_states_nothing_has_the_mean_weight() -> None:
    outcome = vote({"18": [100, 0], "26": [None, None, None]})

    # Of five paths the three silent ones have the mean weight each.
    assert outcome == WeightedVote("26", pytest.approx(0.6), 1)


def test_a_tie_by_the_mean_weight_is_one() -> None:
    outcome = vote({"18": [10, 30, 80], "26": [None, None, None]})

    assert outcome is not None
    assert outcome.tied == 2
    assert outcome.share == pytest.approx(0.5)


@pytest.mark.parametrize("confidences", [{}, {"18": []}], ids=["no answers", "no paths"])
def test_without_paths_there_is_no_vote(confidences: dict[str, list[int | None]]) -> None:
    assert vote(confidences) is None


@given(
    counts=st.dictionaries(st.sampled_from(["18", "26", "-3"]), st.integers(1, 30), min_size=1),
    stated=st.none() | st.integers(0, 100),
    seed=st.integers(0, 2**32),
)
def test_alike_confidences_are_the_plain_majority_and_its_draw(
    counts: dict[str, int], stated: int | None, seed: int
) -> None:
    plain = majority(counts, seed=seed, setting="T0.7", question_id="q0000000")

    outcome = vote({answer: [stated] * count for answer, count in counts.items()}, seed=seed)

    assert plain is not None
    assert outcome is not None
    assert (outcome.answer, outcome.tied) == (plain.answer, plain.tied)
    assert outcome.share == pytest.approx(plain.support / sum(counts.values()))


@given(confidences=CONFIDENCES, order=st.randoms(use_true_random=False))
def test_the_order_of_paths_and_answers_does_not_matter(
    confidences: dict[str, list[int | None]], order
) -> None:
    answers = [(answer, order.sample(paths, len(paths))) for answer, paths in confidences.items()]
    order.shuffle(answers)

    assert vote(dict(answers)) == vote(confidences)


@given(confidences=CONFIDENCES, temperature=st.floats(0.001, 1000.0))
def test_a_share_is_at_least_that_of_its_rivals(
    confidences: dict[str, list[int | None]], temperature: float
) -> None:
    outcome = vote(confidences, temperature)

    assert outcome is not None
    assert 1 / len(confidences) - 1e-9 <= outcome.share <= 1 + 1e-9
