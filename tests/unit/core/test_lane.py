"""A lane's vote: answers of its jobs in, votes and sums out."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.lane import LaneSums, LaneVote, Voted, read_shard, write_shard
from lambdas.core.plan import Lane
from lambdas.core.sets.question import Question
from lambdas.core.sizing import Shard
from tests.unit.core.samples import rows

LANE = Lane("run-1", "arn:execution", 2, "T0.7-000", "T0.7", "000")
FIRST = 10

Paths = Sequence[str | None]


def voted(paths: Sequence[Paths], golds: Sequence[str | None]) -> tuple[list[Voted], LaneSums]:
    lines: list[Any] = [
        {"q": FIRST + n, "s": s, "a": [answer]}
        for n, answers in enumerate(paths)
        for s, answer in enumerate(answers)
    ]
    vote = LaneVote(LANE, Shard("000", FIRST, len(golds)), seed=0)
    vote.count(rows(*lines))
    questions = [Question(FIRST + n, f"id{n}", "?", gold) for n, gold in enumerate(golds)]
    votes = [msgspec.json.decode(line, type=Voted) for line in vote.vote(questions)]
    return votes, vote.sums()


def test_the_majority_wins_and_paths_without_an_answer_never_vote() -> None:
    ((vote,), _) = voted([["18", None, "18", "26", None, None]], ["18"])

    assert vote == Voted(
        question_id="id0",
        setting="T0.7",
        answer="18",
        gold="18",
        correct=True,
        paths=6,
        support=2,
        votes={"18": 2, "26": 1},
        unanswered=3,
        tied=False,
        wave=2,
    )


def test_a_question_without_any_answer_has_no_vote_and_is_wrong() -> None:
    ((vote,), sums) = voted([[None, None]], ["18"])

    assert (vote.answer, vote.support, vote.votes, vote.correct) == (None, 0, {}, False)
    assert (sums.silent, sums.correct, sums.expected) == (1, 0, 0.0)


def test_a_question_none_of_whose_paths_came_back_is_in_no_figure() -> None:
    ((vote, other), sums) = voted([[], ["1"]], ["18", "1"])

    assert (vote.paths, vote.answer, vote.correct) == (0, None, None)
    assert other.correct
    assert (sums.questions, sums.unsampled, sums.silent) == (2, 1, 0)
    assert (sums.labelled, sums.correct, sums.expected) == (1, 1, 1.0)
    assert (sums.fewest, sums.most, sums.paths) == (0, 1, 1)
    assert [(point.paths, point.mean) for point in sums.curve.points()] == [(1, 1.0)]


def test_a_lane_that_brought_nothing_has_no_figure_at_all() -> None:
    (_, sums) = voted([[], []], ["1", "2"])

    assert (sums.questions, sums.unsampled, sums.labelled, sums.silent) == (2, 2, 0, 0)
    assert sums.curve.points() == ()


def test_a_question_without_gold_is_voted_and_not_scored() -> None:
    ((vote,), sums) = voted([["1", "1"]], [None])

    assert (vote.answer, vote.correct) == ("1", None)
    assert (sums.questions, sums.labelled, sums.curve.questions) == (1, 0, 0)


def test_a_tie_counts_by_its_chance_and_is_drawn_the_same_each_time() -> None:
    paths = [["1", "2"]] * 40
    golds = ["1"] * 40

    votes, sums = voted(paths, golds)
    again, _ = voted([["2", "1"]] * 40, golds)

    assert votes == again
    assert all(vote.tied for vote in votes)
    assert {vote.answer for vote in votes} == {"1", "2"}
    assert (sums.tied, sums.expected) == (40, 20.0)


def test_sums_by_hand() -> None:
    _, sums = voted([["1", "1", "2"], ["3", None, "3"], ["4", "5", "5"]], ["1", "3", "4"])

    assert (sums.questions, sums.labelled, sums.correct, sums.unanswered) == (3, 3, 2, 1)
    assert (sums.paths, sums.fewest, sums.most) == (9, 3, 3)
    # One path each: 2/3 + 2/3 + 1/3 of 3 questions are right.
    assert sums.curve.points()[0].mean == pytest.approx(float(Fraction(5, 9)))
    assert sums.curve.points()[-1].mean == pytest.approx(float(Fraction(2, 3)))


ANSWERS = st.lists(st.sampled_from(["1", "2", None]), max_size=4)


@given(st.lists(ANSWERS, min_size=2, max_size=6), st.data())
def test_sums_of_shards_add_up_to_those_of_the_whole(
    paths: list[Paths], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(paths) - 1))
    golds = ["1"] * len(paths)

    parts = [voted(paths[:cut], golds[:cut])[1], voted(paths[cut:], golds[cut:])[1]]
    # Ties are drawn by the question's id, which differs between the parts and the whole.
    total, whole = (
        msgspec.to_builtins(sums) | {"correct": 0, "curve": 0}
        for sums in (reduce(add, parts), voted(paths, golds)[1])
    )

    assert total == pytest.approx(whole)


def test_sums_read_back_from_their_file() -> None:
    _, sums = voted([["1", "2", None]], ["1"])

    assert msgspec.json.decode(msgspec.json.encode(sums), type=LaneSums) == sums


def test_a_shard_reads_back_from_its_file() -> None:
    questions = [Question(3, "a\u2028", "one\u0085two\nthree", "1"), Question(4, "b", "?", None)]

    lines = b"".join(write_shard(questions)).split(b"\n")

    assert list(read_shard(rows(*lines))) == questions
