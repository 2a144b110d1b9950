"""The records of a slice, which Build, Collect and Vote all derive the same way."""

from lambdas.contract.schema import Shard
from lambdas.contract.votes import LostRecord, OpenQuestion
from lambdas.core.sampling.jobs import RecordSpec, all_records, open_records, retry_records
from tests.unit.core.samples import a_slice, rows

OPEN = rows(OpenQuestion(12, 2), OpenQuestion(10, 2), OpenQuestion(11, 7))
LOST = rows(LostRecord(10, 0, 1), LostRecord(10, 3, 2), LostRecord(11, 4, 1), LostRecord(12, 5, 3))


def test_in_the_first_wave_all_questions_of_the_shard_have_the_same_records() -> None:
    records = all_records(a_slice(generations=(3, 2)), Shard("001", 10, 3))

    assert records == dict.fromkeys((10, 11, 12), (RecordSpec(0, 3), RecordSpec(3, 2)))


def test_records_continue_after_those_of_other_jobs_of_the_wave() -> None:
    records = all_records(a_slice(path_offset=5, generations=(1, 1)), Shard("000", 0, 1))

    assert records == {0: (RecordSpec(5, 1), RecordSpec(6, 1))}


def test_later_records_continue_where_each_open_question_ended() -> None:
    records = open_records(a_slice(questions=3, path_offset=5, generations=(3, 2)), OPEN)

    assert records == {
        12: (RecordSpec(7, 3), RecordSpec(10, 2)),
        10: (RecordSpec(7, 3), RecordSpec(10, 2)),
        11: (RecordSpec(12, 3), RecordSpec(15, 2)),
    }


def test_a_slice_of_fewer_questions_has_the_first_of_the_list_the_least_certain() -> None:
    assert list(open_records(a_slice(questions=2), OPEN)) == [12, 10]


def test_in_a_sized_wave_a_question_has_only_the_paths_that_it_is_to_get() -> None:
    lines = rows(OpenQuestion(12, 4, 6), OpenQuestion(10, 4, 4), OpenQuestion(11, 4, 2))

    records = open_records(a_slice(questions=2, path_offset=2, generations=(3, 2)), lines)

    # The first two paths of each are another job's; so nothing of question 11 is left.
    assert records == {12: (RecordSpec(6, 3), RecordSpec(9, 1)), 10: (RecordSpec(6, 2),)}


def test_the_records_of_a_mix_are_counted_over_jobs_and_waves() -> None:
    lines = rows(OpenQuestion(12, 7, 0, 3), OpenQuestion(10, 5, 0, 2))
    mixed = a_slice(setting="mix", path_offset=5, record_offset=2, generations=(3, 2))

    # Its records 0 to 2 are earlier waves', and the two after them are another job's.
    assert open_records(mixed, lines) == {
        12: (RecordSpec(12, 3, 5), RecordSpec(15, 2, 6)),
        10: (RecordSpec(10, 3, 4), RecordSpec(13, 2, 5)),
    }


def test_a_retried_record_of_a_mix_keeps_its_number() -> None:
    lines = rows(LostRecord(10, 3, 2, 1))

    assert retry_records(a_slice(retry_paths=(3, 4)), lines) == {10: (RecordSpec(3, 2, 1),)}


def test_an_empty_line_is_no_question() -> None:
    assert open_records(a_slice(questions=1), rows(b"")) == {}
    assert retry_records(a_slice(retry_paths=(0, 9)), rows(b"")) == {}


def test_retried_paths_are_those_from_the_slice_s_first_to_below_its_end() -> None:
    assert retry_records(a_slice(retry_paths=(3, 5)), LOST) == {
        10: (RecordSpec(3, 2),),
        11: (RecordSpec(4, 1),),
    }


def test_a_question_may_have_several_lost_records() -> None:
    assert retry_records(a_slice(retry_paths=(0, 5)), LOST)[10] == (
        RecordSpec(0, 1),
        RecordSpec(3, 2),
    )
