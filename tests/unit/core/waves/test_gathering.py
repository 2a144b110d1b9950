"""Parts in jobs: as many as a state of the workflow and an entry of the table can carry."""

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.jobs import Part
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.waves.gathering import MAX_PARTS, gathered, groups_left, joined
from tests.unit.core.samples import a_job, a_part, a_plan

# Step Functions, payload of a state.
MAX_STATE_BYTES = 262_144


def parts_of(*records: int) -> list[Part]:
    return [replace(a_part(), records=each) for each in records]


def sizes(jobs: list[tuple[Part, ...]]) -> list[tuple[int, ...]]:
    return [tuple(part.records for part in job) for job in jobs]


@given(st.lists(st.integers(1, 99), max_size=1_000), st.sampled_from([100, 200]))
def test_as_many_parts_as_reach_the_least_always_fit(records: list[int], least: int) -> None:
    jobs, left = gathered(parts_of(*records), least)

    assert sum(part.records for part in left) < least
    assert all(len(job) <= MAX_PARTS for job in jobs)
    assert [each for job in sizes([*jobs, left]) for each in job] == records


@given(st.lists(st.integers(1, 500), max_size=1_500), st.sampled_from([1_000, 10_000]))
def test_no_job_has_more_parts_than_fit_and_no_part_is_lost(records: list[int], least: int) -> None:
    parts = parts_of(*records)

    jobs, left = gathered(parts, least)

    assert all(len(job) <= MAX_PARTS for job in jobs)
    assert all(sum(job) >= least for job in sizes(jobs))
    assert sorted(records) == sorted(each for job in sizes([*jobs, left]) for each in job)


def test_parts_too_small_to_fill_a_job_that_carries_no_more_of_them_are_left() -> None:
    many = parts_of(*[4] * MAX_PARTS, 900, 150)

    jobs, left = gathered(many, 1_000)

    assert sizes(jobs) == [(900, 150)]
    assert len(left) == MAX_PARTS


def test_what_is_left_does_not_go_with_a_job_that_is_full() -> None:
    full = tuple(parts_of(*[5] * MAX_PARTS))
    left = tuple(parts_of(3))

    assert joined([full], left, 50_000) == ([full], left)
    assert joined([full[1:]], left, 50_000) == ([full[1:] + left], ())


def test_what_is_left_goes_with_the_smallest_job_if_there_is_room_for_its_records() -> None:
    jobs = [tuple(parts_of(500)), tuple(parts_of(100)), tuple(parts_of(300))]
    left = tuple(parts_of(30, 20))

    found, over = joined(jobs, left, 50_000)

    assert (sizes(found), over) == ([(500,), (100, 30, 20), (300,)], ())
    assert joined(jobs, left, 149) == (jobs, left)


def test_a_job_of_the_most_parts_is_far_below_what_a_state_may_be() -> None:
    # The longest that each member can be: 100 records of a question in one part.
    long = a_part(
        lane="T1.9999-0999",
        setting="T1.9999",
        temperature=1.9999,
        shard="0999",
        questions=9_999,
        after=100,
        generations=(1,) * 100,
        records=9_999,
        completions=9_999,
    )
    again = replace(long, generations=(), again=(99, 100))
    run_id, machine = "r" * 80, "m" * 80
    arn = f"arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:{machine}:{run_id}"

    for part in (long, again):
        job = a_job(*[part] * MAX_PARTS, run_id=run_id, execution_arn=arn, model_id="m" * 2048)

        assert len(msgspec.json.encode(job)) < 0.4 * MAX_STATE_BYTES


@pytest.mark.parametrize(
    ("least", "settings", "shards", "groups"),
    [
        pytest.param(100, 4, 1_000, 1, id="the least is always reached"),
        pytest.param(1_000, 1, 1, 1, id="one lane"),
        pytest.param(1_000, 2, 100, 1, id="as many lanes as a job's parts"),
        pytest.param(1_000, 3, 100, 2, id="three hundred lanes"),
    ],
)
def test_a_wave_may_leave_too_few_records_once_for_each_two_hundred_lanes(
    least: int, settings: int, shards: int, groups: int
) -> None:
    plan = a_plan(
        min_records=least,
        settings=tuple(Setting(f"T{n}", n, 5) for n in range(settings)),
        shards=tuple(
            Shard(f"{n:03d}", first, end - first)
            for n, (first, end) in enumerate(pairwise(range(shards + 1)))
        ),
    )

    assert groups_left(plan) == groups
