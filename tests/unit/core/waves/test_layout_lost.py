"""Lost paths, laid out to be asked for again."""

from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.jobs import Part
from lambdas.core.waves.layout import jobs_of
from lambdas.core.waves.need import Certainty, LostFrom
from tests.unit.core.samples import WARM, a_need, a_plan

PLAN = a_plan(settings=(WARM,), waves=(5,), paths_per_job=5)


def lost_parts(*lost: LostFrom, min_records: int = 100, paths_per_job: int = 5) -> list[Part]:
    plan = a_plan(
        settings=(WARM,), waves=(5,), paths_per_job=paths_per_job, min_records=min_records
    )
    need = a_need(open=(), lost=lost, lost_questions=90)
    return [part for job in jobs_of(plan, 2, [need]) for part in job.parts]


def test_lost_paths_of_a_lane_are_a_part_of_their_own() -> None:
    (part,) = lost_parts(LostFrom(0, 70, 70), LostFrom(3, 40, 80))

    assert (part.lane, part.setting, part.temperature) == ("T0.7-000", "T0.7", 0.7)
    assert (part.again, part.questions) == ((0, 4), 90)
    assert (part.records, part.completions) == (110, 150)


def test_they_are_asked_for_after_the_last_wave_as_well_and_beside_new_ones_before_it() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    need = a_need(open=(Certainty(0.5, 50),), lost=(LostFrom(1, 30, 30),), lost_questions=30)

    second, third = (jobs_of(plan, wave, [need]) for wave in (2, 3))

    assert [[(part.again, part.records) for part in job.parts] for job in second] == [
        [(None, 150), ((1, 2), 30)],
    ]
    assert [[part.again for part in job.parts] for job in third] == [[(1, 2)]]
    assert third[0].on_demand


def test_too_few_of_them_share_a_job_with_new_paths_that_are_too_few() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    need = a_need(open=(Certainty(0.5, 30),), lost=(LostFrom(1, 30, 30),), lost_questions=30)

    (job,) = jobs_of(plan, 2, [need])

    assert ([part.again for part in job.parts], job.records) == ([None, (1, 2)], 120)


def test_where_nothing_may_be_asked_for_again_new_paths_are_asked_for_all_the_same() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    need = a_need(open=(Certainty(0.5, 50),), lost=(LostFrom(1, 30, 30),), lost_questions=30)

    (job,) = jobs_of(plan, 2, [need], ask_again=False)

    assert [part.again for part in job.parts] == [None]


def test_a_part_of_lost_paths_spans_no_more_of_them_than_a_job_has() -> None:
    """As many records as shards were cut for; a span of five paths, from the first lost."""
    parts = lost_parts(*(LostFrom(path, 600, 600) for path in (1, 4, 5, 6, 30)))

    assert [(part.again, part.records) for part in parts] == [
        ((1, 6), 1800),
        ((6, 7), 600),
        ((30, 31), 600),
    ]


def test_few_lost_paths_are_put_together_over_any_span() -> None:
    parts = lost_parts(*(LostFrom(path, 200, 200) for path in (1, 10, 20, 30, 31, 60)))

    assert [(part.again, part.records) for part in parts] == [((1, 32), 1000), ((60, 61), 200)]


@given(
    st.dictionaries(st.integers(0, 99), st.integers(1, 900), min_size=1, max_size=12),
    st.integers(1, 20),
    st.integers(1, 120),
)
def test_every_lost_record_is_in_one_part_alone(
    lost: dict[int, int], paths_per_job: int, min_records: int
) -> None:
    ordered = [LostFrom(path, lost[path], lost[path]) for path in sorted(lost)]

    parts = lost_parts(*ordered, paths_per_job=paths_per_job, min_records=min_records)

    spans = [part.again for part in parts if part.again]
    within = [[path for path in sorted(lost) if start <= path < end] for start, end in spans]
    assert sorted(path for paths in within for path in paths) == sorted(lost)
    assert [part.records for part in parts] == [
        sum(lost[path] for path in paths) for paths in within
    ]
