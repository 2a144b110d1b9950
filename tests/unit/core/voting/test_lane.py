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

from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.plan import Lane
from lambdas.core.sets.question import Question
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import Stopping
from lambdas.core.voting.examples import Example, Examples
from lambdas.core.voting.lane import LaneVote, VariantVote, Voted, read_shard, write_shard
from lambdas.core.voting.sums import LaneSums
from lambdas.core.waves.wanted import Slot
from tests.unit.core.samples import a_plan, rows

LANE = Lane("run-1", "arn:execution", 2, "T0.7-000", "T0.7", "000")
FIRST = 10

Paths = Sequence[str | None]


def counted(paths: Sequence[Paths], **changed: Any) -> LaneVote:
    """Return the vote of a lane with these paths counted, a record each; at least one is asked."""
    vote = LaneVote(a_plan(shards=(Shard("000", FIRST, len(paths)),), **changed), LANE)
    wanted = {
        FIRST + n: tuple(Slot(s, 1) for s in range(max(1, len(answers))))
        for n, answers in enumerate(paths)
    }
    lines: list[Any] = [
        Answers(FIRST + n, s, [answer], n=7)
        for n, answers in enumerate(paths)
        for s, answer in enumerate(answers)
    ]
    vote.count(wanted, rows(*lines), wave=2, job="j0001", part=0)
    return vote


def votes_of(vote: LaneVote, golds: Sequence[str | None]) -> list[Voted]:
    questions = [Question(FIRST + n, f"id{n}", "?", gold) for n, gold in enumerate(golds)]
    return [msgspec.json.decode(line, type=Voted) for line in vote.vote(questions)]


def voted(paths: Sequence[Paths], golds: Sequence[str | None]) -> tuple[list[Voted], LaneSums]:
    vote = counted(paths)
    return votes_of(vote, golds), vote.sums()


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
        msgspec.to_builtins(sums) | {"correct": 0, "curve": 0, "variants": 0}
        for sums in (reduce(add, parts), voted(paths, golds)[1])
    )

    assert total.pop("agreement") == whole.pop("agreement")
    assert total == pytest.approx(whole)


def test_sums_read_back_from_their_file() -> None:
    _, sums = voted([["1", "2", None]], ["1"])

    assert msgspec.json.decode(msgspec.json.encode(sums), type=LaneSums) == sums


def test_a_shard_reads_back_from_its_file() -> None:
    questions = [Question(3, "a\u2028", "one\u0085two\nthree", "1"), Question(4, "b", "?", None)]

    lines = b"".join(write_shard(questions)).split(b"\n")

    assert list(read_shard(rows(*lines))) == questions


def test_paths_asked_for_that_did_not_come_are_counted_as_sampled_alone() -> None:
    _, sums = voted([["1", "1"], []], ["1", "1"])

    assert (sums.sampled, sums.paths) == (3, 2)


def test_answers_of_other_parts_of_the_job_are_passed_over() -> None:
    vote = LaneVote(a_plan(shards=(Shard("000", FIRST, 1),)), LANE)
    lines = rows(Answers(FIRST, 0, ["1"], p=1), Answers(FIRST, 0, ["2"], p=0))

    vote.count({FIRST: (Slot(0, 1),)}, lines, wave=1, job="j0001", part=1)

    ((voted_on,),) = (votes_of(vote, ["1"]),)
    assert voted_on.votes == {"1": 1}


def test_a_vote_is_of_the_last_wave_in_which_the_question_was_asked() -> None:
    vote = LaneVote(a_plan(shards=(Shard("000", FIRST, 3),)), LANE)
    first = dict.fromkeys((FIRST, FIRST + 1), (Slot(0, 1),))

    vote.count(first, rows(Answers(FIRST, 0, ["1"])), wave=1, job="j0001", part=0)
    vote.count({FIRST: (Slot(1, 1),)}, rows(), wave=2, job="j0001", part=0)

    assert [each.wave for each in votes_of(vote, [None] * 3)] == [2, 1, 0]


def test_where_questions_leave_early_the_curve_is_of_the_first_wave_s_paths() -> None:
    paths: list[Paths] = [["1", "2", "2", "2", "2"], ["1", "1"]]
    vote = counted(paths, stopping=Stopping("certain"), waves=(2, 3))

    first, second = votes_of(vote, ["2", "1"])

    assert (first.answer, second.answer) == ("2", "1")
    # Of the first two paths: half and 1 with one, half and 1 with two.
    assert [point.mean for point in vote.sums().curve.points()] == [0.75, 0.75]
    assert (vote.sums().expected, vote.sums().most) == (2.0, 5)


def test_examples_show_a_path_for_the_winner_one_against_it_and_one_without_an_answer() -> None:
    vote = counted([["26", "18", None, "18", "3"], ["18"], []])
    list(votes_of(vote, ["18"] * 3))

    shown = [msgspec.json.decode(line, type=Examples) for line in vote.examples()]

    def record(place: int) -> Example:
        return Example(2, "j0001", 0, 0, 7, place)

    # Every record is one path, so each lies at place 0 of its own.
    assert shown == [
        Examples(record(0), record(0), record(0), lost_answer="26"),
        Examples(won=record(0)),
        Examples(),
    ]


def test_a_row_without_completions_is_no_example() -> None:
    """An error row came before a completion without an answer."""
    plan = a_plan(shards=(Shard("000", FIRST, 1),))
    vote = LaneVote(plan, LANE)
    lines = rows(Answers(FIRST, 0, [None]), Answers(FIRST, 1, [None], o=40, n=7))
    vote.count({FIRST: (Slot(0, 1), Slot(1, 1))}, lines, wave=1, job="j0001", part=0)
    list(votes_of(vote, ["18"]))

    shown = [msgspec.json.decode(line, type=Examples) for line in vote.examples()]

    assert shown == [Examples(silent=Example(1, "j0001", 0, 40, 7, 0))]


def with_checks(*checked: tuple[str | None, bool | None]) -> LaneVote:
    """Return the vote of one question whose one record has these answers and verdicts."""
    plan = a_plan(shards=(Shard("000", FIRST, 1),), variants=("calculator",))
    vote = LaneVote(plan, LANE)
    answers, verdicts = zip(*checked, strict=True)
    line = Answers(FIRST, 0, list(answers), c=list(verdicts))
    vote.count({FIRST: (Slot(0, len(checked)),)}, rows(line), wave=1, job="j0001", part=0)
    return vote


def test_the_calculator_s_vote_stands_beside_the_plain_one() -> None:
    vote = with_checks(("26", False), ("26", False), ("18", True), (None, None))

    (found,) = votes_of(vote, ["18"])

    assert (found.answer, found.correct, found.support) == ("26", False, 2)
    assert found.variants == {"calculator": VariantVote("18", correct=True, tied=False)}
    sums = vote.sums()
    assert (sums.correct, sums.unanswered) == (0, 1)
    beside = sums.variants["calculator"]
    assert (beside.correct, beside.expected, beside.silent) == (1, 1.0, 0)
    # One path of four: 1/4 says 18 with a right equation, the plain vote the same.
    assert beside.curve.points()[0].mean == 0.25


def test_variants_of_shards_add_up() -> None:
    vote = with_checks(("26", False), ("26", False), ("18", True))
    votes_of(vote, ["18"])

    total = vote.sums() + vote.sums()

    beside = total.variants["calculator"]
    assert (beside.correct, beside.expected, beside.curve.questions) == (2, 2.0, 2)


def test_where_the_calculator_finds_all_paths_wrong_there_is_no_vote_of_its_own() -> None:
    vote = with_checks(("26", False), ("18", False))

    (found,) = votes_of(vote, ["18"])

    assert found.tied
    assert found.variants == {"calculator": VariantVote(None, correct=False, tied=False)}
    assert vote.sums().variants["calculator"].silent == 1


def test_without_variants_a_line_of_votes_has_no_member_for_them() -> None:
    (line,) = counted([["1"]]).vote([Question(FIRST, "id0", "?", "1")])

    assert "variants" not in msgspec.json.decode(line)
