"""Which records a part has, as Build, Collect and Vote find them alike."""

from lambdas.core.sizing import Shard
from lambdas.core.waves.need import LostRecord, OpenQuestion
from lambdas.core.waves.wanted import Slot, of_lost, of_open, whole_shard
from tests.unit.core.samples import a_part, rows

OPEN = rows(OpenQuestion(12, 2), OpenQuestion(10, 2), OpenQuestion(11, 7))
LOST = rows(LostRecord(10, 0, 1), LostRecord(10, 3, 2), LostRecord(11, 4, 1), LostRecord(12, 5, 3))


def test_in_the_first_wave_all_questions_of_the_shard_have_the_same_records() -> None:
    wanted = whole_shard(a_part(generations=(3, 2)), Shard("001", 10, 3))

    assert wanted == dict.fromkeys((10, 11, 12), (Slot(0, 3), Slot(3, 2)))


def test_records_go_on_after_those_that_other_jobs_of_the_wave_have() -> None:
    wanted = whole_shard(a_part(after=5, generations=(1, 1)), Shard("000", 0, 1))

    assert wanted == {0: (Slot(5, 1), Slot(6, 1))}


def test_later_records_go_on_where_each_open_question_ended() -> None:
    wanted = of_open(a_part(questions=3, after=5, generations=(3, 2)), OPEN)

    assert wanted == {
        12: (Slot(7, 3), Slot(10, 2)),
        10: (Slot(7, 3), Slot(10, 2)),
        11: (Slot(12, 3), Slot(15, 2)),
    }


def test_a_part_of_fewer_questions_has_the_first_of_the_list_the_least_certain() -> None:
    assert list(of_open(a_part(questions=2), OPEN)) == [12, 10]


def test_lines_end_with_a_line_feed_and_an_empty_line_is_no_question() -> None:
    assert of_open(a_part(questions=1), rows(b"")) == {}
    assert of_lost(a_part(again=(0, 9)), rows(b"")) == {}


def test_lost_paths_are_those_from_the_part_s_first_to_below_its_end() -> None:
    assert of_lost(a_part(again=(3, 5)), LOST) == {10: (Slot(3, 2),), 11: (Slot(4, 1),)}


def test_a_question_may_have_lost_several_records() -> None:
    assert of_lost(a_part(again=(0, 5)), LOST)[10] == (Slot(0, 1), Slot(3, 2))
