"""Majority vote: who wins, how ties end, and that nothing but the votes matters."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.voting.vote import Vote, majority

ANSWERS = st.sampled_from(["18", "26", "-3", "0.5"])
VOTES = st.dictionaries(ANSWERS, st.integers(1, 30), min_size=1)


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


def test_a_tie_tells_how_many_answers_share_it() -> None:
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
def test_a_tie_ends_alike_on_every_machine(
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


def test_another_seed_ends_some_ties_otherwise() -> None:
    votes = {"18": 1, "26": 1}

    assert {vote(votes, seed=seed) for seed in range(20)} == {Vote("18", 1, 2), Vote("26", 1, 2)}


@given(votes=VOTES, order=st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(votes: dict[str, int], order) -> None:
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
