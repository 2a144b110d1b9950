"""Which questions the explorer shows: the same for the same run, in bounded memory."""

import tracemalloc
from collections.abc import Iterable, Iterator

import msgspec

from lambdas.contract.votes import Examples
from lambdas.core.report.explorer_rows import QuestionRow
from lambdas.core.report.explorer_selection import (
    Candidate,
    ExampleSelector,
    Limits,
    PathToShow,
    QuestionVotes,
)
from tests.unit.core.report.question_samples import (
    a_question,
    a_vote,
    example,
    greedy_vote,
    unanimous,
)

SMALL = Limits(with_paths=5, questions=8)


def numbers(
    questions: Iterable[QuestionVotes], limits: Limits = SMALL, *, in_run: int = 100
) -> list[int]:
    selector = selector_of(questions, limits, in_run=in_run)
    return [candidate.number for candidate in selector.candidates()]


def selector_of(
    questions: Iterable[QuestionVotes], limits: Limits | None = None, *, in_run: int = 100
) -> ExampleSelector:
    selector = ExampleSelector(in_run, limits)
    for each in questions:
        selector.add(each)
    return selector


def shown_row(candidate: Candidate) -> QuestionRow:
    return msgspec.json.decode(candidate.short_row, type=QuestionRow)


def gained(index: int, support: int = 4) -> QuestionVotes:
    return a_question(index, greedy_vote("26"), a_vote({"18": support, "26": 5 - support}))


def lost(index: int) -> QuestionVotes:
    return a_question(index, greedy_vote("18"), a_vote({"26": 4, "18": 1}))


def unanswered(index: int) -> QuestionVotes:
    return a_question(index, greedy_vote("18"), a_vote({"18": 1}, unanswered=4))


def split(index: int) -> QuestionVotes:
    return a_question(index, greedy_vote("18"), a_vote({"18": 3, "26": 2}))


def test_a_small_set_is_shown_whole_with_all_its_paths() -> None:
    selector = selector_of([unanimous(0), gained(1), unanimous(2)], in_run=3)

    assert sorted(candidate.number for candidate in selector.candidates()) == [0, 1, 2]
    assert {path.question for path in selector.paths_to_show()} == {0, 1, 2}


def test_each_highlight_has_its_fair_share_in_turn() -> None:
    gains = [gained(index) for index in range(6)]
    others = [unanimous(6), lost(7), split(8), unanswered(9), unanimous(10)]

    # Question 7 is also the one wrong vote, so the gains take that turn.
    assert numbers([*gains, *others])[:5] == [0, 7, 8, 9, 1]


def test_what_one_highlight_leaves_goes_to_the_others() -> None:
    assert numbers([unanimous(0), *(gained(index) for index in range(1, 8))])[:5] == [1, 2, 3, 4, 5]


def test_higher_scores_come_before_earlier_questions() -> None:
    questions = [gained(0, support=4), gained(1, support=5), gained(2, support=4)]

    assert numbers(questions) == [1, 0, 2]


def test_of_equal_scores_the_earlier_questions_stay() -> None:
    limits = Limits(with_paths=2, questions=3)

    assert numbers((gained(index) for index in range(50)), limits) == [0, 1, 2]


def test_after_the_highlights_come_the_first_questions() -> None:
    questions = [*(unanimous(index) for index in range(20)), gained(20), lost(21)]

    assert numbers(questions) == [20, 21, 0, 1, 2, 3, 4, 5]


def test_the_first_candidates_have_paths() -> None:
    selector = selector_of([*(unanimous(index) for index in range(20)), gained(20)], SMALL)

    questions = [path.question for path in selector.paths_to_show()]
    assert questions == [20, 20, 0, 0, 1, 1, 2, 2, 3, 3]
    assert all(candidate.full_row for candidate in selector.candidates()[:5])


def test_the_paths_to_show_are_those_of_winner_rival_and_no_answer() -> None:
    paths = Examples(example(7, 0), example(7, 1), example(7, 2), rival_answer="26")
    both = {"greedy": Examples(winner=example(7, job="j0001")), "T0.7": paths}

    question = a_question(
        7, greedy_vote("18"), a_vote({"18": 3, "26": 1}, unanswered=1), examples=both
    )

    assert selector_of([question]).paths_to_show() == [
        PathToShow(7, example(7, job="j0001")),
        PathToShow(7, example(7, 0)),
        PathToShow(7, example(7, 1)),
        PathToShow(7, example(7, 2)),
    ]


def test_without_known_answers_highlights_are_splits_and_unanswered_paths() -> None:
    questions = [
        a_question(0, a_vote({"18": 5}, gold=None)),
        a_question(1, a_vote({"18": 4}, gold=None, unanswered=1)),
        a_question(2, a_vote({"18": 3, "26": 2}, gold=None)),
    ]

    selector = selector_of(questions)

    highlights = {
        candidate.number: msgspec.json.decode(candidate.short_row, type=QuestionRow).highlights
        for candidate in selector.candidates()
    }
    assert highlights == {2: ("split",), 1: ("unanswered",), 0: ()}


def test_without_greedy_nothing_is_gained_or_lost() -> None:
    selector = selector_of(
        [a_question(0, a_vote({"26": 4, "18": 1})), a_question(1, a_vote({"18": 5}))]
    )

    first, second = (
        msgspec.json.decode(candidate.short_row, type=QuestionRow)
        for candidate in selector.candidates()
    )
    assert (first.highlights, second.highlights) == (("wrong",), ())


def test_many_questions_leave_less_room_to_each() -> None:
    long = a_question(0, a_vote({"18": 5}), text="x" * 5_000)

    shown = [
        len(shown_row(selector_of([long], in_run=in_run).candidates()[0]).question)
        for in_run in (1, 1_000, 1_000_000)
    ]

    assert shown == [2_000, 1_000, 300]


def test_the_same_questions_give_the_same_candidates() -> None:
    first, second = (selector_of(many(400), SMALL) for _ in range(2))

    assert first.candidates() == second.candidates()
    assert first.paths_to_show() == second.paths_to_show()


def many(questions: int) -> Iterator[QuestionVotes]:
    """Yield ever more selector questions, so that each drives another out."""
    for index in range(questions):
        support = 1_000_000 + index
        votes = {"26": support, "18": 2_000_000 - support}
        yield a_question(index, greedy_vote("18"), a_vote(votes), text="x" * 3_000)


def test_memory_does_not_grow_with_the_set() -> None:
    limits = Limits(with_paths=10, questions=50)
    selector = selector_of(many(100), limits)
    tracemalloc.start()

    try:
        for each in many(1_000):
            selector.add(each)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # Twice ten questions for each of two reasons may have replaced others, 5 kB each.
    assert selector.total == 1_100
    assert held < 200_000


def test_the_first_questions_are_held_up_to_the_bytes_that_are_shown() -> None:
    limits = Limits(with_paths=2, questions=10_000, size_bytes=20_000)

    selector = selector_of((unanimous(index) for index in range(1_000)), limits, in_run=1_000)

    assert 20_000 <= sum(len(candidate.short_row) for candidate in selector.candidates()) < 21_000


def test_no_text_makes_a_candidate_large() -> None:
    long = "\x00" * 20_000
    lost = {"T0.7": Examples(winner=example(0), rival_answer=long)}
    votes = a_vote({f"{number}{long}": 1 for number in range(30)}, gold=long)

    (candidate,) = selector_of(
        [a_question(0, votes, text=long, id_=long, examples=lost)]
    ).candidates()

    # At most six bytes for each of 2,000 characters of the question and 200 of id and gold each,
    # 1,200 for the setting, and some 100 for members' names, twice; a place takes less than 100.
    assert (
        len(candidate.short_row) + len(candidate.full_row) + len(candidate.encoded_examples)
        < 2 * 15_700 + 100
    )
