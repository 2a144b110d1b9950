"""A partition's vote: paths and questions in; votes, examples and sums out."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import Partition, Question, Shard, Stopping
from lambdas.contract.votes import Example, Examples, VariantVote, VoteRecord
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.voting.sums import PartitionSums
from lambdas.core.voting.tally import ShardPaths
from lambdas.core.voting.vote_partition import PartitionVotes, vote_partition
from tests.unit.core.samples import a_plan, rows

PARTITION = Partition("run-1", "arn:execution", 2, "T0.7-000", "T0.7", "000")
FIRST = 10

Answers = Sequence[str | None]


def paths_of(*questions: Answers) -> ShardPaths:
    """Return the paths of questions, one path per record; each requests at least one path."""
    paths = ShardPaths(Shard("000", FIRST, len(questions)))
    records = {
        FIRST + n: tuple(RecordSpec(s, 1) for s in range(max(1, len(answers))))
        for n, answers in enumerate(questions)
    }
    lines = [
        RecordAnswers(FIRST + n, s, [answer], size=7)
        for n, answers in enumerate(questions)
        for s, answer in enumerate(answers)
    ]
    paths.add_slice(records, rows(*lines), wave=2, job="j0001", job_slice=0)
    return paths


def repaired_paths(*repaired: tuple[str | None, str | None]) -> ShardPaths:
    """Return the paths of one question: answers, and what wrong equations come to."""
    paths = ShardPaths(Shard("000", FIRST, 1))
    answers, amounts = zip(*repaired, strict=True)
    line = RecordAnswers(FIRST, 0, list(answers), repaired=list(amounts))
    records = {FIRST: (RecordSpec(0, len(repaired)),)}
    paths.add_slice(records, rows(line), wave=1, job="j0001", job_slice=0)
    return paths


def vote(paths: ShardPaths, *golds: str | None, **changed: Any) -> PartitionVotes:
    """Vote on questions with these right answers."""
    plan = a_plan(shards=(Shard("000", FIRST, len(golds)),), **changed)
    questions = [Question(FIRST + n, f"id{n}", "?", gold) for n, gold in enumerate(golds)]
    return vote_partition(plan, PARTITION, paths, questions)


def test_the_majority_wins_and_paths_without_an_answer_never_vote() -> None:
    (found,) = vote(paths_of(["18", None, "18", "26", None, None]), "18").votes

    assert found == VoteRecord(
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
    voted = vote(paths_of([None, None]), "18")

    (found,), sums = voted.votes, voted.sums
    assert (found.answer, found.support, found.votes, found.correct) == (None, 0, {}, False)
    assert (sums.unvoted, sums.correct, sums.expected) == (1, 0, 0.0)


def test_a_question_of_which_no_path_came_back_is_in_no_figure() -> None:
    voted = vote(paths_of([], ["1"]), "18", "1")

    (found, other), sums = voted.votes, voted.sums
    assert (found.paths, found.answer, found.correct) == (0, None, None)
    assert other.correct
    assert (sums.questions, sums.unsampled, sums.unvoted) == (2, 1, 0)
    assert (sums.labelled, sums.correct, sums.expected) == (1, 1, 1.0)
    assert (sums.fewest, sums.most, sums.paths) == (0, 1, 1)
    assert [(point.paths, point.mean) for point in sums.curve.points()] == [(1, 1.0)]


def test_a_partition_without_any_path_has_no_figures() -> None:
    sums = vote(paths_of([], []), "1", "2").sums

    assert (sums.questions, sums.unsampled, sums.labelled, sums.unvoted) == (2, 2, 0, 0)
    assert sums.curve.points() == ()


def test_a_question_without_a_known_answer_is_voted_and_not_scored() -> None:
    voted = vote(paths_of(["1", "1"]), None)

    (found,), sums = voted.votes, voted.sums
    assert (found.answer, found.correct) == ("1", None)
    assert (sums.questions, sums.labelled, sums.curve.questions) == (1, 0, 0)


def test_a_tie_counts_as_its_chance_and_is_drawn_the_same_each_time() -> None:
    golds = ["1"] * 40

    voted = vote(paths_of(*[["1", "2"]] * 40), *golds)
    again = vote(paths_of(*[["2", "1"]] * 40), *golds)

    assert voted.votes == again.votes
    assert all(found.tied for found in voted.votes)
    assert {found.answer for found in voted.votes} == {"1", "2"}
    assert (voted.sums.tied, voted.sums.expected) == (40, 20.0)


def test_sums_by_hand() -> None:
    paths = paths_of(["1", "1", "2"], ["3", None, "3"], ["4", "5", "5"])

    sums = vote(paths, "1", "3", "4").sums

    assert (sums.questions, sums.labelled, sums.correct, sums.unanswered) == (3, 3, 2, 1)
    assert (sums.paths, sums.fewest, sums.most) == (9, 3, 3)
    # One path each: 2/3 + 2/3 + 1/3 of 3 questions are right.
    assert sums.curve.points()[0].mean == pytest.approx(float(Fraction(5, 9)))
    assert sums.curve.points()[-1].mean == pytest.approx(float(Fraction(2, 3)))


ANSWERS = st.lists(st.sampled_from(["1", "2", None]), max_size=4)


@given(st.lists(ANSWERS, min_size=2, max_size=6), st.data())
def test_sums_of_shards_add_up_to_those_of_the_whole(
    questions: list[Answers], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(questions) - 1))

    def sums(shard: list[Answers]) -> PartitionSums:
        return vote(paths_of(*shard), *["1"] * len(shard)).sums

    # Ties are drawn by the question's id, which differs between the shards and the whole.
    total, whole = (
        msgspec.to_builtins(each) | {"correct": 0, "curve": 0, "variants": 0}
        for each in (
            reduce(add, [sums(questions[:cut]), sums(questions[cut:])]),
            sums(questions),
        )
    )

    assert total.pop("agreement") == whole.pop("agreement")
    assert total == pytest.approx(whole)


def test_sums_survive_json() -> None:
    sums = vote(paths_of(["1", "2", None]), "1").sums

    assert msgspec.json.decode(msgspec.json.encode(sums), type=PartitionSums) == sums


def test_requested_paths_that_did_not_come_back_count_as_requested_only() -> None:
    sums = vote(paths_of(["1", "1"], []), "1", "1").sums

    assert (sums.requested, sums.paths) == (3, 2)


def test_a_vote_names_the_last_wave_that_requested_paths_of_the_question() -> None:
    paths = ShardPaths(Shard("000", FIRST, 3))
    first = dict.fromkeys((FIRST, FIRST + 1), (RecordSpec(0, 1),))
    paths.add_slice(first, rows(), wave=1, job="j0001", job_slice=0)
    paths.add_slice({FIRST: (RecordSpec(1, 1),)}, rows(), wave=2, job="j0001", job_slice=0)

    assert [each.wave for each in vote(paths, None, None, None).votes] == [2, 1, 0]


def test_with_early_stopping_the_curve_is_of_the_first_wave_s_paths() -> None:
    paths = paths_of(["1", "2", "2", "2", "2"], ["1", "1"])

    voted = vote(paths, "2", "1", stopping=Stopping("certain"), waves=(2, 3))

    assert [each.answer for each in voted.votes] == ["2", "1"]
    # Of the first two paths: half and 1 with one, half and 1 with two.
    assert [point.mean for point in voted.sums.curve.points()] == [0.75, 0.75]
    assert (voted.sums.expected, voted.sums.most) == (2.0, 5)


def test_examples_are_a_path_for_the_winner_one_for_its_rival_and_one_without_an_answer() -> None:
    paths = paths_of(["26", "18", None, "18", "3"], ["18"], [])

    examples = vote(paths, "18", "18", "18").examples

    # Every record has one path, so each example is completion 0 of its record.
    where = Example(2, "j0001", 0, 0, 7, 0)
    assert examples == [
        Examples(where, where, where, rival_answer="26"),
        Examples(winner=where),
        Examples(),
    ]


def test_a_row_without_completions_is_no_example() -> None:
    """An error row came before a completion without an answer."""
    paths = ShardPaths(Shard("000", FIRST, 1))
    lines = rows(RecordAnswers(FIRST, 0, [None]), RecordAnswers(FIRST, 1, [None], start=40, size=7))
    records = {FIRST: (RecordSpec(0, 1), RecordSpec(1, 1))}
    paths.add_slice(records, lines, wave=1, job="j0001", job_slice=0)

    examples = vote(paths, "18").examples

    assert examples == [Examples(unanswered=Example(1, "j0001", 0, 40, 7, 0))]


def test_the_repaired_vote_stands_beside_the_plain_one() -> None:
    paths = repaired_paths(("26", "18"), ("26", None), ("18", None), (None, None))

    voted = vote(paths, "18", variants=("repair",))

    (found,), sums = voted.votes, voted.sums
    assert (found.answer, found.correct, found.support) == ("26", False, 2)
    assert found.variants == {"repair": VariantVote("18", correct=True, tied=False)}
    assert (sums.correct, sums.unanswered) == (0, 1)
    beside = sums.variants["repair"]
    assert (beside.correct, beside.expected, beside.unvoted) == (1, 1.0, 0)
    # Of four paths two vote for 18, one of them repaired, and one for 26.
    assert beside.curve.points()[0].mean == 0.5


def test_the_vote_by_confidence_stands_beside_the_plain_one() -> None:
    paths = ShardPaths(Shard("000", FIRST, 1))
    answers = RecordAnswers(FIRST, 0, ["26", "18", "26", None], confidences=[0, 100, 0, None])
    records = {FIRST: (RecordSpec(0, 4),)}
    paths.add_slice(records, rows(answers), wave=1, job="j0001", job_slice=0)

    voted = vote(paths, "18", variants=("confidence",))

    # Weights: e against 1 + 1.
    (found,), sums = voted.votes, voted.sums
    assert (found.answer, found.variants["confidence"].answer) == ("26", "18")
    assert (sums.self_reported, sums.variants["confidence"].curve.points()) == (3, ())


@pytest.mark.parametrize(
    ("temperature", "winner"),
    [
        pytest.param(1.0, "26", id="mild"),
        pytest.param(0.1, "18", id="sharp"),
    ],
)
def test_the_lower_the_temperature_the_more_the_surest_path_decides(
    temperature: float, winner: str
) -> None:
    paths = ShardPaths(Shard("000", FIRST, 1))
    answers = RecordAnswers(FIRST, 0, ["26", "18", "26"], confidences=[50, 70, 50])
    paths.add_slice({FIRST: (RecordSpec(0, 3),)}, rows(answers), wave=1, job="j", job_slice=0)

    voted = vote(paths, "18", variants=("confidence",), confidence_temperature=temperature)

    # 18 weighs e^(0.2/T) against 1 + 1: 1.22 at T = 1, 7.39 at 0.1.
    assert voted.votes[0].variants["confidence"].answer == winner


def test_variants_of_shards_add_up() -> None:
    paths = repaired_paths(("26", "18"), ("26", "18"), ("18", None))
    sums = vote(paths, "18", variants=("repair",)).sums

    beside = (sums + sums).variants["repair"]

    assert (beside.correct, beside.expected, beside.curve.questions) == (2, 2.0, 2)


def test_a_vote_that_only_an_older_version_cast_is_passed_over() -> None:
    paths = ShardPaths(Shard("000", FIRST, 1))
    # The marks of the calculator check, under a name that nothing has any more.
    line = {"q": FIRST, "s": 0, "a": ["26", "18", "18"], "c": [True, False, False]}
    records = {FIRST: (RecordSpec(0, 3),)}
    paths.add_slice(records, rows(line), wave=1, job="j0001", job_slice=0)

    voted = vote(paths, "18", variants=("calculator", "repair"))

    (found,) = voted.votes
    assert found.answer == "18"
    assert found.variants == {"repair": VariantVote("18", correct=True, tied=False)}


def test_a_line_of_votes_without_variants_has_no_member_for_them() -> None:
    (found,) = vote(paths_of(["1"]), "1").votes

    assert "variants" not in msgspec.json.decode(msgspec.json.encode(found))
