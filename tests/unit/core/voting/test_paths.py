"""Paths: what came of each, whatever jobs brought it and in whatever order."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.sizing import Shard
from lambdas.core.voting.examples import Example
from lambdas.core.voting.paths import ShardPaths, Tally
from lambdas.core.waves.wanted import Slot

FIRST = 10
SHARD = Shard("000", FIRST, 2)


def asked(*slots: Slot) -> ShardPaths:
    """Return the paths of a shard whose first question was asked for these, in wave 1."""
    paths = ShardPaths(SHARD)
    paths.ask({FIRST: slots}, 1)
    return paths


def answers(first_path: int, *found: str | None, checked: Sequence[bool | None] = ()) -> Answers:
    return Answers(FIRST, first_path, list(found), o=7, n=90, c=list(checked) or None)


def failed(first_path: int, count: int) -> Answers:
    return Answers(FIRST, first_path, [], e=count)


def test_votes_are_ranked_by_count_and_then_by_answer() -> None:
    paths = asked(Slot(0, 6))

    paths.put(answers(0, "9", "18", "26", "18", None, "26"), 1, "j0001")

    tally = paths.tally(0)
    assert list(tally.votes.items()) == [("18", 2), ("26", 2), ("9", 1)]
    assert (tally.unanswered, tally.paths, tally.leading) == (1, 6, (2, 2))


def test_where_one_answer_or_none_was_reached_the_next_has_no_votes() -> None:
    assert Tally({"18": 3}, 1).leading == (3, 0)
    assert Tally({}, 2).leading == (0, 0)


def test_a_path_that_came_stays_as_it_came() -> None:
    paths = asked(Slot(0, 2))
    paths.put(answers(0, "18", None), 1, "j0001")

    paths.ask({FIRST: (Slot(0, 2),)}, 2)
    paths.put(answers(0, "26", "26"), 2, "j0001")

    assert paths.tally(0) == Tally({"18": 1}, 1)


def test_a_missing_path_is_no_path_and_a_failed_one_is_unanswered() -> None:
    paths = asked(Slot(0, 2), Slot(2, 2))

    paths.put(failed(2, 2), 1, "j0001")

    assert paths.tally(0) == Tally({}, 2)
    assert paths.tally(1) == Tally({}, 0)


def test_a_failed_path_that_comes_later_votes() -> None:
    paths = asked(Slot(0, 1))
    paths.put(failed(0, 1), 1, "j0001")

    paths.ask({FIRST: (Slot(0, 1),)}, 2)
    paths.put(answers(0, "18"), 2, "j0001")

    assert paths.tally(0) == Tally({"18": 1}, 0)


def test_a_path_that_came_is_not_made_to_have_failed() -> None:
    paths = asked(Slot(0, 1))
    paths.put(answers(0, "18"), 1, "j0001")

    paths.put(failed(0, 1), 2, "j0001")

    assert paths.tally(0) == Tally({"18": 1}, 0)


def test_a_tally_reaches_as_far_as_it_is_asked_to() -> None:
    paths = asked(Slot(0, 4))
    paths.put(answers(0, "18", None, "26", "26"), 1, "j0001")

    assert paths.tally(0, reach=2) == Tally({"18": 1}, 1)
    assert paths.tally(0, reach=3) == Tally({"18": 1, "26": 1}, 1)


def test_missing_and_failed_paths_are_lost_as_records_of_paths_in_a_row() -> None:
    paths = asked(Slot(0, 4), Slot(4, 4), Slot(8, 1))
    paths.put(answers(0, "18", "18"), 1, "j0001")
    paths.put(failed(4, 4), 1, "j0001")
    paths.put(answers(8, None), 1, "j0001")

    # 2 and 3 did not come, 4 to 7 failed; 8 came without an answer.
    assert paths.lost(0, attempts=2, max_generations=1) == [Slot(path, 1) for path in range(2, 8)]
    assert paths.lost(0, attempts=2, max_generations=4) == [Slot(2, 4), Slot(6, 2)]
    assert paths.lost(0, attempts=2, max_generations=9) == [Slot(2, 6)]


def test_paths_that_came_between_part_the_records_of_lost_ones() -> None:
    paths = asked(Slot(0, 1), Slot(1, 1), Slot(2, 1))
    paths.put(answers(1, "18"), 1, "j0001")

    assert paths.lost(0, attempts=2, max_generations=5) == [Slot(0, 1), Slot(2, 1)]


def test_paths_are_asked_for_no_more_often_than_there_are_attempts() -> None:
    paths = asked(Slot(0, 1), Slot(1, 1))
    assert paths.lost(0, attempts=1, max_generations=1) == []

    paths.ask({FIRST: (Slot(1, 1),)}, 2)

    assert paths.lost(0, attempts=2, max_generations=1) == [Slot(0, 1)]
    assert paths.lost(0, attempts=3, max_generations=1) == [Slot(0, 1), Slot(1, 1)]


def test_a_question_that_was_never_asked_has_lost_nothing() -> None:
    paths = asked(Slot(0, 3))

    assert (paths.sampled(0), paths.sampled(1)) == (3, 0)
    assert (paths.wave(0), paths.wave(1)) == (1, 0)
    assert paths.lost(1, attempts=5, max_generations=1) == []


def test_paths_asked_for_again_are_not_sampled_anew() -> None:
    paths = asked(Slot(0, 3))

    paths.ask({FIRST: (Slot(0, 1),)}, 2)
    paths.ask({FIRST: (Slot(3, 2),)}, 3)

    assert (paths.sampled(0), paths.wave(0)) == (5, 3)


def test_parts_of_a_wave_may_ask_in_any_order() -> None:
    paths = asked(Slot(4, 2))

    paths.ask({FIRST: (Slot(0, 4),)}, 1)
    paths.put(answers(4, "18", "18"), 1, "j0002")

    assert paths.sampled(0) == 6
    assert paths.lost(0, attempts=2, max_generations=9) == [Slot(0, 4)]


def test_the_first_path_of_each_answer_is_its_example() -> None:
    paths = asked(Slot(0, 3), Slot(3, 1))

    paths.put(answers(0, "18", None, "18"), 1, "j0002")
    paths.put(answers(3, "26"), 2, "j0003")

    assert paths.example(0, "18") == Example(1, "j0002", 0, 7, 90, 0)
    assert paths.example(0, None) == Example(1, "j0002", 0, 7, 90, 1)
    assert paths.example(0, "26") == Example(2, "j0003", 0, 7, 90, 0)
    assert paths.example(0, "9") is None
    assert paths.example(1, "18") is None


def test_with_the_calculator_paths_whose_equation_is_wrong_have_no_answer() -> None:
    paths = asked(Slot(0, 5))

    paths.put(
        answers(0, "18", "18", "18", "26", None, checked=[True, False, None, False, None]),
        1,
        "j0001",
    )

    assert paths.checked(0) == Tally({"18": 2}, 3)
    assert paths.checked(0, reach=2) == Tally({"18": 1}, 1)
    assert paths.tally(0) == Tally({"18": 3, "26": 1}, 1)


def test_with_the_calculator_the_leader_may_be_another() -> None:
    paths = asked(Slot(0, 3))

    paths.put(answers(0, "18", "18", "26", checked=[False, False, True]), 1, "j0001")

    assert list(paths.checked(0).votes) == ["26"]


def test_without_any_wrong_equation_the_calculator_s_counts_are_the_plain_ones() -> None:
    paths = asked(Slot(0, 2))
    paths.put(answers(0, "18", "26", checked=[True, None]), 1, "j0001")

    assert paths.checked(0) == paths.tally(0)
    assert paths.checked(1) == paths.tally(1)


def test_the_calculator_s_word_on_a_path_that_came_before_is_not_heard() -> None:
    paths = asked(Slot(0, 1))
    paths.put(answers(0, "18", checked=[True]), 1, "j0001")

    paths.put(answers(0, "18", checked=[False]), 2, "j0001")

    assert paths.checked(0) == Tally({"18": 1}, 0)


def test_confidences_are_those_of_each_answer_s_paths() -> None:
    paths = asked(Slot(0, 4))

    paths.put(Answers(FIRST, 0, ["18", "26", "18", None], d=[90, 40, None, 7]), 1, "j0001")

    assert paths.confidences(0) == {"18": [90, None], "26": [40]}


@given(st.permutations(range(6)), st.lists(st.sampled_from(["1", "2", None]), min_size=6))
def test_counts_do_not_depend_on_the_order_in_which_records_come(
    order: Sequence[int], found: list[str | None]
) -> None:
    paths = asked(*(Slot(path, 1) for path in range(6)))

    for path in order:
        paths.put(answers(path, found[path]), 1, "j0001")

    kept = found[:6]
    counts = {answer: kept.count(answer) for answer in ("1", "2") if answer in kept}
    assert paths.tally(0) == Tally(counts, kept.count(None))
