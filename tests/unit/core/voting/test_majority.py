"""Majority vote, plain and weighted: who wins, how ties are drawn, and what does not matter."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from lambdas.core.voting.majority import Vote, majority, weighted_leaders

ANSWERS = st.sampled_from(["18", "26", "-3", "0.5"])
VOTES = st.dictionaries(ANSWERS, st.integers(1, 30), min_size=1)
PERCENTS = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=6)
CONFIDENCES = st.dictionaries(ANSWERS, PERCENTS, min_size=1)
ORDERS = st.randoms(use_true_random=False)


def vote(votes: dict[str, int], seed: int = 0, question_id: str = "q0000000") -> Vote | None:
    return majority(votes, seed=seed, setting="T0.7", question_id=question_id)


@pytest.mark.parametrize(
    ("votes", "winner"),
    [
        pytest.param({"18": 2, "26": 1}, Vote("18", 2, 1), id="majority"),
        pytest.param({"26": 1, "18": 2, "3": 1}, Vote("18", 2, 1), id="plurality, not first seen"),
        pytest.param({"26": 1}, Vote("26", 1, 1), id="one path decides alone"),
        pytest.param({}, None, id="no votes"),
        pytest.param({"18": 0}, None, id="a count of 0 is no vote"),
    ],
)
def test_the_answer_of_most_paths_wins(votes: dict[str, int], winner: Vote | None) -> None:
    assert vote(votes) == winner


def test_a_tie_counts_the_answers_that_share_it() -> None:
    tied = vote({"18": 2, "26": 2, "3": 2, "4": 1})

    assert tied is not None
    assert (tied.support, tied.tied) == (2, 3)
    assert tied.answer in {"18", "26", "3"}


@pytest.mark.parametrize(
    ("seed", "setting", "question_id", "winner"),
    [
        # The last hexadecimal digit of `printf 'SEED\nSETTING\nQUESTION' | sha256sum`.
        pytest.param(0, "T0.7", "q0000000", "18", id="6: even, the first in order"),
        pytest.param(3, "T0.7", "q0000000", "26", id="another seed, 7: odd, the second"),
        pytest.param(0, "T0.5", "q0000000", "26", id="another setting, 7"),
        pytest.param(0, "T0.7", "q0000001", "26", id="another question, 7"),
    ],
)
def test_a_tie_has_the_same_winner_on_every_machine(
    seed: int, setting: str, question_id: str, winner: str
) -> None:
    tied = majority({"26": 1, "18": 1}, seed=seed, setting=setting, question_id=question_id)

    assert tied is not None
    assert tied.answer == winner


def test_each_of_three_tied_answers_wins_a_third_of_the_questions() -> None:
    votes = {"18": 1, "26": 1, "3": 1}

    outcomes = [vote(votes, question_id=f"q{index:07d}") for index in range(3000)]
    won = Counter(outcome.answer for outcome in outcomes if outcome)

    # 1,000 each, with a standard deviation of 26.
    assert won.keys() == votes.keys()
    assert all(abs(count - 1000) < 130 for count in won.values())


def test_another_seed_draws_some_ties_differently() -> None:
    votes = {"18": 1, "26": 1}

    assert {vote(votes, seed=seed) for seed in range(20)} == {Vote("18", 1, 2), Vote("26", 1, 2)}


@given(votes=VOTES, order=ORDERS)
def test_the_order_of_answers_does_not_matter(votes: dict[str, int], order: Random) -> None:
    shuffled = [*votes.items()]
    order.shuffle(shuffled)

    assert vote(dict(shuffled)) == vote(votes)


@given(votes=VOTES, seed=st.integers(0, 2**53))
def test_a_vote_has_the_most_support(votes: dict[str, int], seed: int) -> None:
    outcome = vote(votes, seed)

    assert outcome is not None
    assert votes[outcome.answer] == outcome.support == max(votes.values())
    assert outcome.tied == list(votes.values()).count(outcome.support)
    assert outcome == vote(votes, seed)


@given(votes=VOTES, more=st.integers(1, 5))
def test_more_votes_for_the_winner_keep_it(votes: dict[str, int], more: int) -> None:
    winner = vote(votes)
    assert winner is not None

    again = vote({**votes, winner.answer: winner.support + more})

    assert again == Vote(winner.answer, winner.support + more, 1)


@pytest.mark.parametrize(
    ("confidences", "temperature", "leaders"),
    [
        # Weights e^1 and e^0: 2 e = 5.44 against 1 + 1 + e^0.1 = 3.11.
        pytest.param({"18": [100, 100], "26": [0, 0, 10]}, 1.0, ["18"], id="surer, fewer paths"),
        # e = 2.72 against 3.
        pytest.param({"18": [100], "26": [0, 0, 0]}, 1.0, ["26"], id="many outvote a surer one"),
        pytest.param(
            {"18": [100], "26": [90] * 20}, 0.001, ["18"], id="low temperature: the surest path"
        ),
        pytest.param(
            {"18": [100, 100], "26": [0, 0, 0]}, 1000.0, ["26"], id="high temperature: plain"
        ),
        pytest.param(
            {"18": [100, 0], "26": [None, None, None]}, 1.0, ["26"], id="no report: mean weight"
        ),
        pytest.param(
            {"18": [10, 30, 80], "26": [None, None, None]}, 1.0, ["18", "26"], id="tie by the mean"
        ),
        pytest.param({}, 1.0, [], id="no answers"),
        pytest.param({"18": []}, 1.0, [], id="no paths"),
    ],
)
def test_leaders_have_the_largest_sum_of_weights(
    confidences: dict[str, list[int | None]], temperature: float, leaders: list[str]
) -> None:
    assert weighted_leaders(confidences, temperature) == leaders


@given(confidences=CONFIDENCES, temperature=st.floats(0.001, 1000.0))
def test_weights_are_the_softmax_of_the_confidences(
    confidences: dict[str, list[int | None]], temperature: float
) -> None:
    reported = [each for paths in confidences.values() for each in paths if each is not None]
    weights = softmax(np.array(reported) / 100 / temperature) if reported else np.ones(1)
    by_percent = dict(zip(reported, weights, strict=False))
    sums = {
        answer: sum(by_percent.get(percent, weights.mean()) for percent in paths)
        for answer, paths in confidences.items()
    }

    leaders = weighted_leaders(confidences, temperature)

    most = pytest.approx(max(sums.values()), rel=1e-8)
    assert leaders
    assert all(sums[answer] == most for answer in leaders)


@given(
    votes=st.dictionaries(ANSWERS, st.integers(1, 30), min_size=1),
    confidence=st.none() | st.integers(0, 100),
)
def test_equal_confidences_are_the_plain_majority(
    votes: dict[str, int], confidence: int | None
) -> None:
    leaders = weighted_leaders({answer: [confidence] * count for answer, count in votes.items()})

    most = max(votes.values())
    assert leaders == [answer for answer, count in votes.items() if count == most]


@given(confidences=CONFIDENCES, order=ORDERS)
def test_the_order_of_weighted_paths_and_answers_does_not_matter(
    confidences: dict[str, list[int | None]], order: Random
) -> None:
    answers = [(answer, order.sample(paths, len(paths))) for answer, paths in confidences.items()]
    order.shuffle(answers)

    assert set(weighted_leaders(dict(answers))) == set(weighted_leaders(confidences))
