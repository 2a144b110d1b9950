"""The tally: what came of each path, whichever job brought it and in whatever order."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import Shard
from lambdas.contract.votes import Example
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.voting.tally import ShardPaths, VoteCounts
from tests.unit.core.samples import rows

FIRST = 10
SHARD = Shard("000", FIRST, 2)


def requested(*specs: RecordSpec) -> ShardPaths:
    """Return the paths of a shard whose first question was requested in wave 1."""
    paths = ShardPaths(SHARD)
    paths.add_requests({FIRST: specs}, 1)
    return paths


def answers(
    first_path: int, *found: str | None, repaired: Sequence[str | None] = ()
) -> RecordAnswers:
    return RecordAnswers(
        FIRST, first_path, list(found), start=7, size=90, repaired=list(repaired) or None
    )


def failed(first_path: int, count: int) -> RecordAnswers:
    return RecordAnswers(FIRST, first_path, [], failed=count)


def test_votes_are_ranked_by_count_and_then_by_answer() -> None:
    paths = requested(RecordSpec(0, 6))

    paths.add_answers(answers(0, "9", "18", "26", "18", None, "26"), 1, "j0001")

    counts = paths.counts(0)
    assert list(counts.votes.items()) == [("18", 2), ("26", 2), ("9", 1)]
    assert (counts.unanswered, counts.paths, counts.top_two) == (1, 6, (2, 2))


def test_missing_answers_of_the_top_two_have_no_votes() -> None:
    assert VoteCounts({"18": 3}, 1).top_two == (3, 0)
    assert VoteCounts({}, 2).top_two == (0, 0)


def test_a_path_that_came_back_keeps_its_answer() -> None:
    paths = requested(RecordSpec(0, 2))
    paths.add_answers(answers(0, "18", None), 1, "j0001")

    paths.add_requests({FIRST: (RecordSpec(0, 2),)}, 2)
    paths.add_answers(answers(0, "26", "26"), 2, "j0001")

    assert paths.counts(0) == VoteCounts({"18": 1}, 1)


def test_a_missing_path_does_not_count_and_a_failed_one_is_unanswered() -> None:
    paths = requested(RecordSpec(0, 2), RecordSpec(2, 2))

    paths.add_answers(failed(2, 2), 1, "j0001")

    assert paths.counts(0) == VoteCounts({}, 2)
    assert paths.counts(1) == VoteCounts({}, 0)


def test_a_failed_path_that_comes_back_later_votes() -> None:
    paths = requested(RecordSpec(0, 1))
    paths.add_answers(failed(0, 1), 1, "j0001")

    paths.add_requests({FIRST: (RecordSpec(0, 1),)}, 2)
    paths.add_answers(answers(0, "18"), 2, "j0001")

    assert paths.counts(0) == VoteCounts({"18": 1}, 0)


def test_a_path_that_came_back_does_not_fail_later() -> None:
    paths = requested(RecordSpec(0, 1))
    paths.add_answers(answers(0, "18"), 1, "j0001")

    paths.add_answers(failed(0, 1), 2, "j0001")

    assert paths.counts(0) == VoteCounts({"18": 1}, 0)


def test_counts_may_be_limited_to_the_first_paths() -> None:
    paths = requested(RecordSpec(0, 4))
    paths.add_answers(answers(0, "18", None, "26", "26"), 1, "j0001")

    assert paths.counts(0, limit=2) == VoteCounts({"18": 1}, 1)
    assert paths.counts(0, limit=3) == VoteCounts({"18": 1, "26": 1}, 1)


def test_missing_and_failed_paths_are_lost_as_records_of_consecutive_paths() -> None:
    paths = requested(RecordSpec(0, 4), RecordSpec(4, 4), RecordSpec(8, 1))
    paths.add_answers(answers(0, "18", "18"), 1, "j0001")
    paths.add_answers(failed(4, 4), 1, "j0001")
    paths.add_answers(answers(8, None), 1, "j0001")

    # 2 and 3 are missing, 4 to 7 failed, 8 came back without an answer.
    assert paths.lost(0, attempts=2, max_generations=1) == [
        RecordSpec(path, 1) for path in range(2, 8)
    ]
    assert paths.lost(0, attempts=2, max_generations=4) == [RecordSpec(2, 4), RecordSpec(6, 2)]
    assert paths.lost(0, attempts=2, max_generations=9) == [RecordSpec(2, 6)]


def test_a_path_that_came_back_separates_records_of_lost_ones() -> None:
    paths = requested(RecordSpec(0, 1), RecordSpec(1, 1), RecordSpec(2, 1))
    paths.add_answers(answers(1, "18"), 1, "j0001")

    assert paths.lost(0, attempts=2, max_generations=5) == [RecordSpec(0, 1), RecordSpec(2, 1)]


def test_paths_are_retried_until_attempts_run_out() -> None:
    paths = requested(RecordSpec(0, 1), RecordSpec(1, 1))
    assert paths.lost(0, attempts=1, max_generations=1) == []

    paths.add_requests({FIRST: (RecordSpec(1, 1),)}, 2)

    assert paths.lost(0, attempts=2, max_generations=1) == [RecordSpec(0, 1)]
    assert paths.lost(0, attempts=3, max_generations=1) == [RecordSpec(0, 1), RecordSpec(1, 1)]


def test_a_refused_path_is_missing_and_uses_up_no_attempt() -> None:
    paths = requested(RecordSpec(0, 1), RecordSpec(1, 1), RecordSpec(2, 1))
    paths.add_answers(RecordAnswers(FIRST, 1, [], refused=1), 1, "j0001")
    paths.add_answers(failed(2, 1), 1, "j0001")

    assert paths.lost(0, attempts=1, max_generations=1) == [RecordSpec(1, 1)]
    assert paths.counts(0) == VoteCounts({}, 1)
    assert [paths.was_tried(0, path, 1) for path in range(3)] == [True, False, True]
    assert paths.was_tried(0, 1, 2)

    paths.add_requests({FIRST: (RecordSpec(1, 1),)}, 2)
    paths.add_answers(answers(1, "18"), 2, "j0001")

    assert paths.lost(0, attempts=1, max_generations=1) == []
    assert paths.counts(0) == VoteCounts({"18": 1}, 1)
    assert paths.requested(0) == 3


def test_a_question_without_requests_has_no_lost_paths() -> None:
    paths = requested(RecordSpec(0, 3))

    assert (paths.requested(0), paths.requested(1)) == (3, 0)
    assert (paths.last_wave(0), paths.last_wave(1)) == (1, 0)
    assert paths.lost(1, attempts=5, max_generations=1) == []


def test_retries_do_not_count_as_further_requested_paths() -> None:
    paths = requested(RecordSpec(0, 3))

    paths.add_requests({FIRST: (RecordSpec(0, 1),)}, 2)
    paths.add_requests({FIRST: (RecordSpec(3, 2),)}, 3)

    assert (paths.requested(0), paths.last_wave(0)) == (5, 3)


def test_slices_of_a_wave_may_come_in_any_order() -> None:
    paths = requested(RecordSpec(4, 2))

    paths.add_requests({FIRST: (RecordSpec(0, 4),)}, 1)
    paths.add_answers(answers(4, "18", "18"), 1, "j0002")

    assert paths.requested(0) == 6
    assert paths.lost(0, attempts=2, max_generations=9) == [RecordSpec(0, 4)]


def test_the_first_path_of_each_answer_is_its_example() -> None:
    paths = requested(RecordSpec(0, 3), RecordSpec(3, 1))

    paths.add_answers(answers(0, "18", None, "18"), 1, "j0002")
    paths.add_answers(answers(3, "26"), 2, "j0003")

    assert paths.example(0, "18") == Example(1, "j0002", 0, 7, 90, 0)
    assert paths.example(0, None) == Example(1, "j0002", 0, 7, 90, 1)
    assert paths.example(0, "26") == Example(2, "j0003", 0, 7, 90, 0)
    assert paths.example(0, "9") is None
    assert paths.example(1, "18") is None


def test_in_repaired_counts_a_wrong_equation_votes_for_what_it_comes_to() -> None:
    paths = requested(RecordSpec(0, 5))

    paths.add_answers(
        answers(0, "18", "18", "18", "26", None, repaired=[None, "17", None, "18", None]),
        1,
        "j0001",
    )

    assert paths.repaired_counts(0) == VoteCounts({"18": 3, "17": 1}, 1)
    assert paths.repaired_counts(0, limit=2) == VoteCounts({"17": 1, "18": 1}, 0)
    assert paths.counts(0) == VoteCounts({"18": 3, "26": 1}, 1)


def test_repaired_counts_may_have_another_leader() -> None:
    paths = requested(RecordSpec(0, 3))

    paths.add_answers(answers(0, "18", "18", "26", repaired=["17", "26", None]), 1, "j0001")

    assert list(paths.repaired_counts(0).votes) == ["26", "17"]


def test_without_a_wrong_equation_repaired_counts_are_the_plain_ones() -> None:
    paths = requested(RecordSpec(0, 2))
    paths.add_answers(answers(0, "18", "26", repaired=[None, None]), 1, "j0001")

    assert paths.repaired_counts(0) == paths.counts(0)
    assert paths.repaired_counts(1) == paths.counts(1)


def test_the_repair_of_a_path_that_came_back_before_is_ignored() -> None:
    paths = requested(RecordSpec(0, 1))
    paths.add_answers(answers(0, "18", repaired=[None]), 1, "j0001")

    paths.add_answers(answers(0, "18", repaired=["17"]), 2, "j0001")

    assert paths.repaired_counts(0) == VoteCounts({"18": 1}, 0)


def test_confidences_are_grouped_by_answer() -> None:
    paths = requested(RecordSpec(0, 4))

    paths.add_answers(
        RecordAnswers(FIRST, 0, ["18", "26", "18", None], confidences=[90, 40, None, 7]), 1, "j0001"
    )

    assert paths.confidences(0) == {"18": [90, None], "26": [40]}


@given(st.permutations(range(6)), st.lists(st.sampled_from(["1", "2", None]), min_size=6))
def test_counts_do_not_depend_on_the_order_of_records(
    order: Sequence[int], found: list[str | None]
) -> None:
    paths = requested(*(RecordSpec(path, 1) for path in range(6)))

    for path in order:
        paths.add_answers(answers(path, found[path]), 1, "j0001")

    answered = found[:6]
    counts = {answer: answered.count(answer) for answer in ("1", "2") if answer in answered}
    assert paths.counts(0) == VoteCounts(counts, answered.count(None))


def test_answers_of_other_slices_of_the_job_are_ignored() -> None:
    paths = ShardPaths(SHARD)
    lines = rows(
        RecordAnswers(FIRST, 0, ["1"], job_slice=1), RecordAnswers(FIRST, 0, ["2"], job_slice=0)
    )

    paths.add_slice({FIRST: (RecordSpec(0, 1),)}, lines, wave=1, job="j0001", job_slice=1)

    assert paths.counts(0) == VoteCounts({"1": 1}, 0)
