"""What a lane needs after a vote: who is open, in what order, and which paths are lost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.plan import Lane
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import Stopping
from lambdas.core.voting.paths import ShardPaths
from lambdas.core.waves.need import Certainty, LaneNeed, LostFrom, LostRecord, OpenQuestion
from lambdas.core.waves.needs import LaneNeeds
from lambdas.core.waves.wanted import Slot
from tests.unit.core.samples import GREEDY, a_plan

FIRST = 10
LANE = Lane("run-1", "arn:execution", 1, "T0.7-000", "T0.7", "000")
TEN = Setting("T0.7", 0.7, 10)
# What came of a question's path where it is neither an answer nor none.
MISSING, FAILED = object(), object()


def needs_of(
    *questions: Sequence[object], lane: Lane = LANE, wanted: int | None = None, **changed: Any
) -> LaneNeeds:
    """Return the needs of questions whose paths, asked for one a record, came to these."""
    plan = a_plan(
        **{"settings": (GREEDY, TEN), "waves": (4, 6)}
        | {"shards": (Shard("000", FIRST, len(questions)),)}
        | changed
    )
    paths = ShardPaths(plan.shards[0])
    for number, came in enumerate(questions, FIRST):
        paths.ask({number: tuple(Slot(path, 1) for path in range(wanted or len(came)))}, 1)
        for path, each in enumerate(came):
            if each is FAILED:
                paths.put(Answers(number, path, [], e=1), 1, "j0001")
            elif each is not MISSING:
                paths.put(Answers(number, path, [each]), 1, "j0001")  # type: ignore[list-item]
    return LaneNeeds(plan, lane, paths)


def open_of(needs: LaneNeeds) -> list[OpenQuestion]:
    return [msgspec.json.decode(line, type=OpenQuestion) for line in needs.open_lines()]


def lost_of(needs: LaneNeeds) -> list[LostRecord]:
    return [msgspec.json.decode(line, type=LostRecord) for line in needs.lost_lines()]


@pytest.mark.parametrize(
    ("stopping", "settled"),
    [
        pytest.param(Stopping("never"), [], id="never: all stay to the end"),
        # 6 are to come: a lead of 7 is certain, one of 6 may end in a tie.
        pytest.param(Stopping("certain"), ["8-1"], id="certain"),
        # 4-0 reaches 31/32, 3-0 only 15/16; 6-1 is at 247/256 and 7-2 at 968/1024.
        pytest.param(Stopping("level", 0.95), ["4-0", "8-1", "6-0"], id="0.95"),
        # (n+1)C(n, first)/2^n: 8-1 90/512, 6-0 7/64, 4-0 5/16.
        pytest.param(Stopping("certified", 0.12), ["8-1", "6-0"], id="certified 0.12"),
    ],
)
def test_questions_leave_by_the_rule(stopping: Stopping, settled: list[str]) -> None:
    counts = {"3-0": (3, 0), "4-0": (4, 0), "7-2": (7, 2), "8-1": (8, 1), "6-0": (6, 0)}
    questions = [["a"] * first + ["b"] * second for first, second in counts.values()]

    needs = needs_of(
        *questions, stopping=stopping, settings=(Setting("T0.7", 0.7, 15),), waves=(9, 6)
    )

    names = list(counts)
    still = {names[each.question - FIRST] for each in open_of(needs)}
    assert [name for name in names if name not in still] == settled
    assert needs.need().finished == len(settled)


@pytest.mark.parametrize(
    ("stopping", "spent"),
    [
        pytest.param(Stopping("never"), 0, id="never: they have all that they were to get"),
        # Once no path is left any lead is certain, which says nothing.
        pytest.param(Stopping("certain"), 4, id="certain"),
        # 6-1 is at 247/256, 5-2 at 219/256.
        pytest.param(Stopping("level", 0.95), 3, id="0.95"),
    ],
)
def test_of_questions_with_all_their_paths_those_are_spent_whose_votes_say_too_little(
    stopping: Stopping, spent: int
) -> None:
    counts = ((6, 1), (5, 2), (3, 3), (0, 0))
    questions = [["a"] * first + ["b"] * second for first, second in counts]
    questions = [each + [None] * (7 - len(each)) for each in questions]

    need = needs_of(
        *questions,
        stopping=stopping,
        lane=replace(LANE, wave=2),
        settings=(Setting("T0.7", 0.7, 7),),
        waves=(4, 3),
    ).need()

    assert (need.finished, need.spent, need.settled) == (4, spent, 4 - spent)


def test_what_a_budget_did_not_reach_counts_as_to_come_when_it_is_told_what_settled() -> None:
    """Of 10 paths two were never asked for: a lead of three is certain, one of two is not."""
    need = needs_of(
        ["a"] * 5 + ["b"] * 2 + [None],
        ["a"] * 5 + ["b"] * 3,
        stopping=Stopping("certain"),
        lane=replace(LANE, wave=2),
        budget=8.0,
    ).need()

    assert (need.finished, need.settled, need.spent) == (2, 1, 1)


def test_the_least_certain_come_first_and_of_equals_the_first_in_the_set() -> None:
    needs = needs_of(
        ["a", "a", "a", None],
        ["a", "a", "b", "b"],
        ["a", "a", "b", None],
        [None, None, None, None],
        ["a", "b", "c", "d"],
        stopping=Stopping("level", 0.99),
    )

    # Certain at 15/16, 1/2, 11/16, 1/2, 1/2.
    assert open_of(needs) == [OpenQuestion(n, 4) for n in (11, 13, 14, 12, 10)]
    assert needs.need().open == (Certainty(0.5, 3), Certainty(0.6875, 1), Certainty(0.9375, 1))


def test_no_path_that_may_come_again_is_left_out_of_what_is_to_come() -> None:
    """A lead of four is certain against three to come, but not with two lost ones as well."""
    questions = [["a"] * 4, ["a"] * 4 + [FAILED, MISSING]]
    changed: dict[str, Any] = {
        "settings": (Setting("T0.7", 0.7, 9),),
        "waves": (6, 3),
        "stopping": Stopping("certain"),
    }

    again = needs_of(*questions, attempts=2, **changed)
    once = needs_of(*questions, attempts=1, **changed)

    assert [each.question for each in open_of(again)] == [11]
    assert open_of(once) == []


def test_a_settled_question_asks_for_no_lost_path() -> None:
    needs = needs_of(
        ["a"] * 4 + [FAILED], ["a", FAILED], stopping=Stopping("level", 0.95), attempts=2
    )

    assert lost_of(needs) == [LostRecord(11, 1, 1)]
    assert needs.need().lost_questions == 1


def test_lost_paths_are_counted_by_where_they_begin() -> None:
    needs = needs_of(
        ["a", FAILED, FAILED, "a"],
        ["a", MISSING, "b", MISSING],
        ["a", "a", "a", "a"],
        attempts=2,
        family="cohere-command",
        invocation_type="InvokeModel",
    )

    assert lost_of(needs) == [LostRecord(10, 1, 2), LostRecord(11, 1, 1), LostRecord(11, 3, 1)]
    found = needs.need()
    assert found.lost == (LostFrom(1, 2, 3), LostFrom(3, 1, 1))
    assert (found.lost_questions, found.open_questions) == (2, 3)


def test_after_the_last_wave_only_lost_paths_are_waited_for() -> None:
    last = replace(LANE, wave=2)

    needs = needs_of(["a"] * 10, ["a"] * 9 + [FAILED], lane=last, attempts=2)

    assert (open_of(needs), lost_of(needs)) == ([], [LostRecord(11, 9, 1)])
    assert (needs.need().finished, needs.need().lost_questions) == (1, 1)


def test_paths_that_no_wave_has_any_more_are_not_to_come() -> None:
    """A question passed over in the second wave of 6 may get the last 3 paths, not 9."""
    needs = needs_of(
        ["a"] * 4,
        lane=replace(LANE, wave=2),
        settings=(Setting("T0.7", 0.7, 13),),
        waves=(4, 6, 3),
        stopping=Stopping("certain"),
        budget=5.0,
    )

    assert needs.need().finished == 1


def test_a_question_without_any_answer_stays_while_paths_are_to_come() -> None:
    needs = needs_of([None, None], stopping=Stopping("level", 0.95))

    assert open_of(needs) == [OpenQuestion(10, 2)]


def test_greedy_s_one_path_is_asked_for_again_and_it_never_gets_another() -> None:
    lane = replace(LANE, lane="greedy-000", setting="greedy")

    needs = needs_of(["a"], [FAILED], [None], lane=lane, attempts=2, stopping=Stopping("certain"))

    assert open_of(needs) == []
    assert lost_of(needs) == [LostRecord(11, 0, 1)]
    assert (needs.need().finished, needs.need().sampled) == (2, 3)


def test_counts_of_paths_asked_for_are_of_all_questions() -> None:
    needs = needs_of(["a"] * 4, [], ["b"] * 2)

    assert (needs.need().sampled, needs.need().questions) == (6, 3)


def test_a_need_reads_back_from_its_file() -> None:
    need = needs_of(["a", FAILED], attempts=2).need()

    assert msgspec.json.decode(msgspec.json.encode(need), type=LaneNeed) == need


CAME = st.sampled_from(["a", "b", None, MISSING, FAILED])


@given(
    st.lists(st.lists(CAME, min_size=4, max_size=4), min_size=1, max_size=6),
    st.sampled_from([Stopping("never"), Stopping("certain"), Stopping("level", 0.9)]),
    st.integers(1, 2),
)
def test_counts_agree_with_the_lists(
    questions: list[list[object]], stopping: Stopping, attempts: int
) -> None:
    needs = needs_of(*questions, stopping=stopping, attempts=attempts)

    need, still, lost = needs.need(), open_of(needs), lost_of(needs)
    assert need.open_questions == len(still)
    assert sum(each.records for each in need.lost) == len(lost)
    assert sum(each.completions for each in need.lost) == sum(each.generations for each in lost)
    waiting = {each.question for each in still} | {each.question for each in lost}
    assert need.finished == len(questions) - len(waiting)
    assert need.settled + need.spent == need.finished
    assert need.lost_questions == len({each.question for each in lost})
