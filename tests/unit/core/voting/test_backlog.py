"""The backlog after a vote: which questions are open, in what order, and which paths are lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import Partition, Setting, Shard, Stopping
from lambdas.contract.votes import Backlog, ConfidenceGroup, LostRecord, LostRecords, OpenQuestion
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.voting.backlog import PartitionBacklog, compute_backlog, with_sums
from lambdas.core.voting.tally import ShardPaths
from tests.unit.core.samples import GREEDY, a_plan, some_sums

FIRST = 10
PARTITION = Partition("run-1", "arn:execution", 1, "T0.7-000", "T0.7", "000")
TEN = Setting("T0.7", 0.7, 10)
# Outcomes of a path that are neither an answer nor none.
MISSING, FAILED = object(), object()


def backlog_of(
    *questions: Sequence[object],
    partition: Partition = PARTITION,
    **changed: Any,
) -> PartitionBacklog:
    """Return the backlog of questions with these outcomes of their paths, one path per record."""
    plan = a_plan(
        **{"settings": (GREEDY, TEN), "waves": (4, 6)}
        | {"shards": (Shard("000", FIRST, len(questions)),)}
        | changed
    )
    paths = ShardPaths(plan.shards[0])
    for number, outcomes in enumerate(questions, FIRST):
        specs = tuple(RecordSpec(path, 1) for path in range(len(outcomes)))
        paths.add_requests({number: specs}, 1)
        for path, each in enumerate(outcomes):
            if each is FAILED:
                paths.add_answers(RecordAnswers(number, path, [], failed=1), 1, "j0001")
            elif each is not MISSING:
                paths.add_answers(RecordAnswers(number, path, [each]), 1, "j0001")  # type: ignore[list-item]
    return compute_backlog(plan, partition, paths)


@pytest.mark.parametrize(
    ("stopping", "decided"),
    [
        pytest.param(Stopping("never"), [], id="never: all stay open"),
        # 6 paths are to come: a lead of 7 is certain, one of 6 may end in a tie.
        pytest.param(Stopping("certain"), ["8-1"], id="certain"),
        # 4-0 reaches 31/32, 3-0 only 15/16; 6-1 is at 247/256 and 7-2 at 968/1024.
        pytest.param(Stopping("level", 0.95), ["4-0", "8-1", "6-0"], id="0.95"),
        # (n+1)C(n, first)/2^n: 8-1 90/512, 6-0 7/64, 4-0 5/16.
        pytest.param(Stopping("certified", 0.12), ["8-1", "6-0"], id="certified 0.12"),
    ],
)
def test_the_rule_decides_questions(stopping: Stopping, decided: list[str]) -> None:
    counts = {"3-0": (3, 0), "4-0": (4, 0), "7-2": (7, 2), "8-1": (8, 1), "6-0": (6, 0)}
    questions = [["a"] * first + ["b"] * second for first, second in counts.values()]

    backlog = backlog_of(
        *questions, stopping=stopping, settings=(Setting("T0.7", 0.7, 15),), waves=(9, 6)
    )

    names = list(counts)
    open_names = {names[each.question - FIRST] for each in backlog.open_questions}
    assert [name for name in names if name not in open_names] == decided
    assert backlog.counts.finished == len(decided)


@pytest.mark.parametrize(
    ("stopping", "exhausted"),
    [
        pytest.param(Stopping("never"), 0, id="never: they have all their paths"),
        # With no path to come any lead is certain, which says nothing.
        pytest.param(Stopping("certain"), 4, id="certain"),
        # 6-1 is at 247/256, 5-2 at 219/256.
        pytest.param(Stopping("level", 0.95), 3, id="0.95"),
    ],
)
def test_questions_with_all_their_paths_are_exhausted_if_the_rule_does_not_decide_them(
    stopping: Stopping, exhausted: int
) -> None:
    splits = ((6, 1), (5, 2), (3, 3), (0, 0))
    questions = [["a"] * first + ["b"] * second for first, second in splits]
    questions = [each + [None] * (7 - len(each)) for each in questions]

    counts = backlog_of(
        *questions,
        stopping=stopping,
        partition=replace(PARTITION, wave=2),
        settings=(Setting("T0.7", 0.7, 7),),
        waves=(4, 3),
    ).counts

    assert (counts.finished, counts.exhausted, counts.decided) == (4, exhausted, 4 - exhausted)


def test_paths_beyond_the_budget_count_as_to_come_when_the_rule_decides() -> None:
    """Two of 10 paths were never requested: a lead of three is certain, one of two is not."""
    counts = backlog_of(
        ["a"] * 5 + ["b"] * 2 + [None],
        ["a"] * 5 + ["b"] * 3,
        stopping=Stopping("certain"),
        partition=replace(PARTITION, wave=2),
        budget=8.0,
    ).counts

    assert (counts.finished, counts.decided, counts.exhausted) == (2, 1, 1)


def test_the_least_certain_come_first_and_ties_keep_the_order_of_the_dataset() -> None:
    backlog = backlog_of(
        ["a", "a", "a", None],
        ["a", "a", "b", "b"],
        ["a", "a", "b", None],
        [None, None, None, None],
        ["a", "b", "c", "d"],
        stopping=Stopping("level", 0.99),
    )

    # Certain at 15/16, 1/2, 11/16, 1/2, 1/2.
    assert backlog.open_questions == [OpenQuestion(n, 4) for n in (11, 13, 14, 12, 10)]
    assert backlog.counts.open == (
        ConfidenceGroup(0.5, 3),
        ConfidenceGroup(0.6875, 1),
        ConfidenceGroup(0.9375, 1),
    )


def test_lost_paths_that_may_be_retried_are_to_come() -> None:
    """A lead of four is certain against three paths to come, but not with two lost ones more."""
    questions = [["a"] * 4, ["a"] * 4 + [FAILED, MISSING]]
    changed: dict[str, Any] = {
        "settings": (Setting("T0.7", 0.7, 9),),
        "waves": (6, 3),
        "stopping": Stopping("certain"),
    }

    again = backlog_of(*questions, attempts=2, **changed)
    once = backlog_of(*questions, attempts=1, **changed)

    assert [each.question for each in again.open_questions] == [11]
    assert once.open_questions == []


def test_a_decided_question_retries_no_lost_path() -> None:
    backlog = backlog_of(
        ["a"] * 4 + [FAILED], ["a", FAILED], stopping=Stopping("level", 0.95), attempts=2
    )

    assert backlog.lost_records == [LostRecord(11, 1, 1)]
    assert backlog.counts.lost_questions == 1


def test_lost_records_are_counted_by_first_path() -> None:
    backlog = backlog_of(
        ["a", FAILED, FAILED, "a"],
        ["a", MISSING, "b", MISSING],
        ["a", "a", "a", "a"],
        attempts=2,
        family="cohere-command",
        invocation_type="InvokeModel",
    )

    assert backlog.lost_records == [
        LostRecord(10, 1, 2),
        LostRecord(11, 1, 1),
        LostRecord(11, 3, 1),
    ]
    found = backlog.counts
    assert found.lost == (LostRecords(1, 2, 3), LostRecords(3, 1, 1))
    assert (found.lost_questions, found.open_questions) == (2, 3)


def test_after_the_last_wave_only_lost_paths_are_to_come() -> None:
    last = replace(PARTITION, wave=2)

    backlog = backlog_of(["a"] * 10, ["a"] * 9 + [FAILED], partition=last, attempts=2)

    assert (backlog.open_questions, backlog.lost_records) == ([], [LostRecord(11, 9, 1)])
    assert (backlog.counts.finished, backlog.counts.lost_questions) == (1, 1)


def test_paths_of_earlier_waves_that_a_question_missed_are_not_to_come() -> None:
    """A question that missed the second wave of 6 may get the last 3 paths, not 9."""
    backlog = backlog_of(
        ["a"] * 4,
        partition=replace(PARTITION, wave=2),
        settings=(Setting("T0.7", 0.7, 13),),
        waves=(4, 6, 3),
        stopping=Stopping("certain"),
        budget=5.0,
    )

    assert backlog.counts.finished == 1


def test_a_question_without_any_answer_stays_while_paths_are_to_come() -> None:
    backlog = backlog_of([None, None], stopping=Stopping("level", 0.95))

    assert backlog.open_questions == [OpenQuestion(10, 2)]


def test_greedy_s_one_path_is_retried_and_it_never_gets_another() -> None:
    partition = replace(PARTITION, partition="greedy-000", setting="greedy")

    backlog = backlog_of(
        ["a"], [FAILED], [None], partition=partition, attempts=2, stopping=Stopping("certain")
    )

    assert backlog.open_questions == []
    assert backlog.lost_records == [LostRecord(11, 0, 1)]
    assert (backlog.counts.finished, backlog.counts.requested_paths) == (2, 3)


def test_requested_paths_are_counted_over_all_questions() -> None:
    backlog = backlog_of(["a"] * 4, [], ["b"] * 2)

    assert (backlog.counts.requested_paths, backlog.counts.questions) == (6, 3)


def test_a_backlog_survives_json() -> None:
    counts = backlog_of(["a", FAILED], attempts=2).counts

    assert msgspec.json.decode(msgspec.json.encode(counts), type=Backlog) == counts


SIZED: dict[str, Any] = {
    "stopping": Stopping("worth", 0.001),
    "settings": (Setting("T0.7", 0.7, 40),),
    "waves": (4, 36),
}


def test_in_sized_waves_each_question_wants_its_own_number_of_paths() -> None:
    questions = [["a"] * 4, ["a", "a", "a", "b"], ["a", "a", "b", "b"], ["a", "a", "b", None]]

    backlog = backlog_of(*questions, **SIZED)

    # 4 to 0 leaves; 3 to 1 wants 6, 2 to 2 wants 10, and 2 to 1 wants 8 that reach either answer,
    # so it asks for ceil(8 / (4 / 5)).
    assert backlog.open_questions == [
        OpenQuestion(12, 4, 10),
        OpenQuestion(13, 4, 10),
        OpenQuestion(11, 4, 6),
    ]
    assert [(each.wanted, each.questions) for each in backlog.counts.open] == [
        (10, 1),
        (10, 1),
        (6, 1),
    ]
    assert (backlog.counts.decided, backlog.counts.finished) == (1, 1)


def test_lost_paths_that_are_retried_are_of_those_that_a_question_wants() -> None:
    # 2 to 1 of three paths wants 8 more, one of them the lost one.
    backlog = backlog_of(["a", "a", "b", MISSING], attempts=2, **SIZED)

    assert backlog.open_questions == [OpenQuestion(10, 4, 7)]
    assert backlog.lost_records == [LostRecord(10, 3, 1)]


def test_after_the_last_sized_wave_no_question_is_open() -> None:
    last = replace(PARTITION, wave=3)

    backlog = backlog_of(["a", "b"] * 7, ["a"] * 14, partition=last, **SIZED)

    # Paths of the first would be worth their cost, so nothing has decided it.
    assert backlog.open_questions == []
    assert (backlog.counts.exhausted, backlog.counts.decided) == (1, 1)


def test_greedy_is_in_no_sized_wave() -> None:
    partition = replace(PARTITION, partition="greedy-000", setting="greedy")
    settings = (GREEDY, *SIZED["settings"])

    backlog = backlog_of(["a"], partition=partition, **SIZED | {"settings": settings})

    assert backlog.counts.finished == 1


def test_the_votes_of_a_partition_are_in_its_backlog() -> None:
    counts = backlog_of(["a"] * 4).counts

    known = with_sums(counts, some_sums(labelled=90, expected=61.5, paths=396))

    assert (known.labelled, known.expected, known.returned_paths) == (90, 61.5, 396)


OUTCOMES = st.sampled_from(["a", "b", None, MISSING, FAILED])


@given(
    st.lists(st.lists(OUTCOMES, min_size=4, max_size=4), min_size=1, max_size=6),
    st.sampled_from([Stopping("never"), Stopping("certain"), Stopping("level", 0.9)]),
    st.integers(1, 2),
)
def test_counts_agree_with_the_lists(
    questions: list[list[object]], stopping: Stopping, attempts: int
) -> None:
    backlog = backlog_of(*questions, stopping=stopping, attempts=attempts)

    counts, still_open, lost = backlog.counts, backlog.open_questions, backlog.lost_records
    assert counts.open_questions == len(still_open)
    assert sum(each.records for each in counts.lost) == len(lost)
    assert sum(each.completions for each in counts.lost) == sum(each.generations for each in lost)
    waiting = {each.question for each in still_open} | {each.question for each in lost}
    assert counts.finished == len(questions) - len(waiting)
    assert counts.decided + counts.exhausted == counts.finished
    assert counts.lost_questions == len({each.question for each in lost})
