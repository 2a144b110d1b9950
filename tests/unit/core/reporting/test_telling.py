"""Which questions the explorer shows: the same for the same run, in bounded memory."""

import tracemalloc
from collections.abc import Iterable, Iterator

import msgspec

from lambdas.core.reporting.explorer_rows import QuestionRow
from lambdas.core.reporting.kept import WantedPath
from lambdas.core.reporting.telling import Asked, Limits, Telling
from lambdas.core.voting.examples import Examples
from tests.unit.core.reporting.asked import asked, dull, example, greedy, voted

SMALL = Limits(with_paths=5, questions=8)


def places(questions: Iterable[Asked], limits: Limits = SMALL, *, planned: int = 100) -> list[int]:
    return [kept.place for kept in gone_through(questions, limits, planned=planned).kept()]


def gone_through(
    questions: Iterable[Asked], limits: Limits | None = None, *, planned: int = 100
) -> Telling:
    telling = Telling(planned, limits)
    for each in questions:
        telling.add(each)
    return telling


def gained(index: int, support: int = 4) -> Asked:
    return asked(index, greedy("26"), voted({"18": support, "26": 5 - support}))


def lost(index: int) -> Asked:
    return asked(index, greedy("18"), voted({"26": 4, "18": 1}))


def silent(index: int) -> Asked:
    return asked(index, greedy("18"), voted({"18": 1}, unanswered=4))


def split(index: int) -> Asked:
    return asked(index, greedy("18"), voted({"18": 3, "26": 2}))


def test_a_small_set_is_shown_whole_with_all_its_paths() -> None:
    telling = gone_through([dull(0), gained(1), dull(2)], planned=3)

    assert sorted(kept.place for kept in telling.kept()) == [0, 1, 2]
    assert {wanted.question for wanted in telling.wanted()} == {0, 1, 2}


def test_each_reason_has_its_fair_share_in_turn() -> None:
    gains = [gained(index) for index in range(6)]
    others = [dull(6), lost(7), split(8), silent(9), dull(10)]

    # Question 7 is also the one wrong vote, so the gains take that turn.
    assert places([*gains, *others])[:5] == [0, 7, 8, 9, 1]


def test_what_one_reason_leaves_goes_to_the_others() -> None:
    assert places([dull(0), *(gained(index) for index in range(1, 8))])[:5] == [1, 2, 3, 4, 5]


def test_the_more_telling_come_before_the_earlier() -> None:
    questions = [gained(0, support=4), gained(1, support=5), gained(2, support=4)]

    assert places(questions) == [1, 0, 2]


def test_of_equally_telling_ones_the_earlier_stay() -> None:
    limits = Limits(with_paths=2, questions=3)

    assert places((gained(index) for index in range(50)), limits) == [0, 1, 2]


def test_after_the_telling_ones_come_the_first_of_the_set() -> None:
    questions = [*(dull(index) for index in range(20)), gained(20), lost(21)]

    assert places(questions) == [20, 21, 0, 1, 2, 3, 4, 5]


def test_those_with_paths_are_the_first_that_are_kept() -> None:
    telling = gone_through([*(dull(index) for index in range(20)), gained(20)], SMALL)

    questions = [wanted.question for wanted in telling.wanted()]
    assert questions == [20, 20, 0, 0, 1, 1, 2, 2, 3, 3]
    assert all(kept.full for kept in telling.kept()[:5])


def test_the_paths_wanted_are_those_of_winner_loser_and_silence() -> None:
    paths = Examples(example(7, 0), example(7, 1), example(7, 2), lost_answer="26")
    both = {"greedy": Examples(won=example(7, job="j0001")), "T0.7": paths}

    question = asked(7, greedy("18"), voted({"18": 3, "26": 1}, unanswered=1), examples=both)

    assert gone_through([question]).wanted() == [
        WantedPath(7, example(7, job="j0001")),
        WantedPath(7, example(7, 0)),
        WantedPath(7, example(7, 1)),
        WantedPath(7, example(7, 2)),
    ]


def test_a_set_without_right_answers_is_told_by_splits_and_silence() -> None:
    questions = [
        asked(0, voted({"18": 5}, gold=None)),
        asked(1, voted({"18": 4}, gold=None, unanswered=1)),
        asked(2, voted({"18": 3, "26": 2}, gold=None)),
    ]

    telling = gone_through(questions)

    why = {
        kept.place: msgspec.json.decode(kept.row, type=QuestionRow).why for kept in telling.kept()
    }
    assert why == {2: ("split",), 1: ("unanswered",), 0: ()}


def test_without_greedy_nothing_is_gained_or_lost() -> None:
    telling = gone_through([asked(0, voted({"26": 4, "18": 1})), asked(1, voted({"18": 5}))])

    first, second = (msgspec.json.decode(kept.row, type=QuestionRow) for kept in telling.kept())
    assert (first.why, second.why) == (("wrong",), ())


def test_many_questions_leave_less_room_to_each() -> None:
    long = asked(0, voted({"18": 5}), text="x" * 5_000)

    shown = [
        len(msgspec.json.decode(gone_through([long], planned=planned).kept()[0].row)["question"])
        for planned in (1, 1_000, 1_000_000)
    ]

    assert shown == [2_000, 1_000, 300]


def test_the_same_questions_are_told_alike() -> None:
    first, second = (gone_through(many(400), SMALL) for _ in range(2))

    assert first.kept() == second.kept()
    assert first.wanted() == second.wanted()


def many(questions: int) -> Iterator[Asked]:
    """Yield ever more telling questions, so that each drives another out."""
    for index in range(questions):
        support = 1_000_000 + index
        votes = {"26": support, "18": 2_000_000 - support}
        yield asked(index, greedy("18"), voted(votes), text="x" * 3_000)


def test_memory_does_not_grow_with_the_set() -> None:
    limits = Limits(with_paths=10, questions=50)
    telling = gone_through(many(100), limits)
    tracemalloc.start()

    try:
        for each in many(1_000):
            telling.add(each)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # Twice ten questions for each of two reasons may have taken the place of others, 5 kB each.
    assert telling.total == 1_100
    assert held < 200_000


def test_the_first_questions_are_held_up_to_the_bytes_that_are_shown() -> None:
    limits = Limits(with_paths=2, questions=10_000, size_bytes=20_000)

    telling = gone_through((dull(index) for index in range(1_000)), limits, planned=1_000)

    assert 20_000 <= sum(len(kept.row) for kept in telling.kept()) < 21_000


def test_no_text_makes_what_is_kept_of_a_question_large() -> None:
    long = "\x00" * 20_000
    lost = {"T0.7": Examples(won=example(0), lost_answer=long)}
    votes = voted({f"{number}{long}": 1 for number in range(30)}, gold=long)

    (kept,) = gone_through([asked(0, votes, text=long, id_=long, examples=lost)]).kept()

    # At most six bytes for each of 2,000 characters of the question and 200 of id and gold each,
    # 1,200 for the setting, and some 100 for members' names, twice; a place takes less than 100.
    assert len(kept.row) + len(kept.full) + len(kept.places) < 2 * 15_700 + 100
