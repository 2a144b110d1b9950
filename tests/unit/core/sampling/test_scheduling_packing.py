"""Packing slices into jobs: enough records, and no more slices than a state can carry."""

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import JobSlice
from lambdas.contract.schema import Setting, Shard
from lambdas.core.sampling.scheduling import MAX_SLICES, max_leftovers, merge_leftovers, pack_jobs
from tests.unit.core.samples import a_job, a_plan, a_slice

# Step Functions, payload of a state.
MAX_STATE_BYTES = 262_144


def slices_with(*records: int) -> list[JobSlice]:
    return [replace(a_slice(), records=each) for each in records]


def sizes(jobs: list[tuple[JobSlice, ...]]) -> list[tuple[int, ...]]:
    return [tuple(job_slice.records for job_slice in job) for job in jobs]


@pytest.mark.parametrize(
    ("records", "jobs", "leftovers"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([60], [], [60], id="one that is too small"),
        pytest.param([60, 39], [], [60, 39], id="too few in all"),
        pytest.param([60, 40], [[60, 40]], [], id="just enough"),
        pytest.param([60, 50, 30], [[60, 50, 30]], [], id="the last joins the job before"),
        pytest.param([60, 50, 30, 70], [[60, 50], [30, 70]], [], id="two jobs"),
        pytest.param([60, 50, 30, 70, 5], [[60, 50], [30, 70, 5]], [], id="two jobs and a rest"),
    ],
)
def test_slices_are_packed_in_order(
    records: list[int], jobs: list[list[int]], leftovers: list[int]
) -> None:
    packed, rest = pack_jobs([a_slice(records=each) for each in records], 100)

    assert [[job_slice.records for job_slice in job] for job in packed] == jobs
    assert [job_slice.records for job_slice in rest] == leftovers


@given(st.lists(st.integers(1, 99), max_size=1_000), st.sampled_from([100, 200]))
def test_jobs_of_the_least_records_never_have_too_many_slices(
    records: list[int], least: int
) -> None:
    jobs, leftovers = pack_jobs(slices_with(*records), least)

    assert sum(job_slice.records for job_slice in leftovers) < least
    assert all(len(job) <= MAX_SLICES for job in jobs)
    assert [each for job in sizes([*jobs, leftovers]) for each in job] == records


@given(st.lists(st.integers(1, 500), max_size=1_500), st.sampled_from([1_000, 10_000]))
def test_no_job_has_too_many_slices_and_no_slice_is_left_out(
    records: list[int], least: int
) -> None:
    slices = slices_with(*records)

    jobs, leftovers = pack_jobs(slices, least)

    assert all(len(job) <= MAX_SLICES for job in jobs)
    assert all(sum(job) >= least for job in sizes(jobs))
    assert sorted(records) == sorted(each for job in sizes([*jobs, leftovers]) for each in job)


def test_slices_too_small_to_fill_a_job_are_leftovers() -> None:
    many = slices_with(*[4] * MAX_SLICES, 900, 150)

    jobs, leftovers = pack_jobs(many, 1_000)

    assert sizes(jobs) == [(900, 150)]
    assert len(leftovers) == MAX_SLICES


def test_leftovers_do_not_join_a_full_job() -> None:
    full = tuple(slices_with(*[5] * MAX_SLICES))
    leftovers = tuple(slices_with(3))

    assert merge_leftovers([full], leftovers, 50_000) == ([full], leftovers)
    assert merge_leftovers([full[1:]], leftovers, 50_000) == ([full[1:] + leftovers], ())


def test_leftovers_join_the_smallest_job_if_it_has_room_for_their_records() -> None:
    jobs = [tuple(slices_with(500)), tuple(slices_with(100)), tuple(slices_with(300))]
    leftovers = tuple(slices_with(30, 20))

    found, over = merge_leftovers(jobs, leftovers, 50_000)

    assert (sizes(found), over) == ([(500,), (100, 30, 20), (300,)], ())
    assert merge_leftovers(jobs, leftovers, 149) == (jobs, leftovers)


def test_a_job_of_the_most_slices_is_far_below_the_limit_of_a_state() -> None:
    # The longest value of each member: 100 records of a question in one slice.
    long = a_slice(
        partition="T1.9999-0999",
        setting="T1.9999",
        shard="0999",
        questions=9_999,
        path_offset=100,
        generations=(1,) * 100,
        records=9_999,
        completions=9_999,
    )
    retry = replace(long, generations=(), retry_paths=(99, 100))
    run_id, machine = "r" * 80, "m" * 80
    arn = f"arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:{machine}:{run_id}"

    for job_slice in (long, retry):
        job = a_job(
            *[job_slice] * MAX_SLICES, run_id=run_id, execution_arn=arn, model_id="m" * 2048
        )

        assert len(msgspec.json.encode(job)) < 0.4 * MAX_STATE_BYTES


@pytest.mark.parametrize(
    ("least", "settings", "shards", "groups"),
    [
        pytest.param(100, 4, 1_000, 1, id="the least is always reached"),
        pytest.param(1_000, 1, 1, 1, id="one partition"),
        pytest.param(1_000, 2, 100, 1, id="as many partitions as a job may have slices"),
        pytest.param(1_000, 3, 100, 2, id="three hundred partitions"),
    ],
)
def test_there_may_be_leftovers_for_each_two_hundred_partitions(
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

    assert max_leftovers(plan) == groups
