"""Sizes of jobs, records and shards: within their limits, even, and complete."""

from array import array

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.core.sampling.sharding import Quotas, cut_shards, split_generations, split_paths

PATHS = st.integers(1, 100)
MIB = 2**20


@given(PATHS, st.integers(1, 100), st.integers(1, 20_000), st.sampled_from([1, 100, 1000]))
def test_jobs_bring_all_paths_evenly_and_none_is_below_the_minimum(
    paths: int, per_job: int, questions: int, least: int
) -> None:
    jobs = split_paths(paths, per_job, questions, least)

    if paths * questions < least:
        assert jobs == []
        return
    assert sum(jobs) == paths
    assert max(jobs) - min(jobs) <= 1
    assert min(jobs) * questions >= least


@given(PATHS, st.integers(1, 100), st.integers(100, 20_000))
def test_a_dataset_that_is_large_enough_keeps_paths_per_job(
    paths: int, per_job: int, questions: int
) -> None:
    assert max(split_paths(paths, per_job, questions, 100)) <= per_job


@pytest.mark.parametrize(
    ("paths", "questions", "jobs"),
    [
        pytest.param(30, 7473, [5] * 6, id="the published experiment"),
        pytest.param(12, 100, [4, 4, 4], id="exactly 100 records each"),
        pytest.param(5, 20, [5], id="exactly 100 records in one"),
        pytest.param(30, 16, [8, 8, 7, 7], id="no last job of 99 records: fewer, larger ones"),
        pytest.param(31, 10, [11, 10, 10], id="10 paths each to reach 100"),
        pytest.param(4, 20, [], id="80 records are too few however they are cut"),
    ],
)
def test_split_paths(paths: int, questions: int, jobs: list[int]) -> None:
    assert split_paths(paths, 5, questions, 100) == jobs


@given(PATHS, st.integers(1, 16), st.integers(1, 100))
def test_records_bring_all_paths_evenly_within_what_one_record_can(
    paths: int, most: int, least_records: int
) -> None:
    assume(least_records <= paths)

    generations = split_generations(paths, most, least_records)

    assert sum(generations) == paths
    assert max(generations) <= most
    assert max(generations) - min(generations) <= 1
    assert len(generations) >= least_records


@pytest.mark.parametrize(
    ("paths", "most", "least", "generations"),
    [
        pytest.param(5, 5, 1, (5,), id="five generations in a record"),
        pytest.param(5, 1, 1, (1, 1, 1, 1, 1), id="a path is a record"),
        pytest.param(7, 5, 1, (4, 3), id="seven by two records"),
        pytest.param(5, 5, 4, (2, 1, 1, 1), id="more records for the job's minimum"),
    ],
)
def test_generations_of(paths: int, most: int, least: int, generations: tuple[int, ...]) -> None:
    assert split_generations(paths, most, least) == generations


@given(
    st.lists(st.integers(1, 2_000), min_size=1, max_size=400),
    st.integers(0, 3_000),
    st.integers(1, 5),
    st.integers(50, 100),
)
def test_shards_cover_the_set_in_order_and_each_fits_in_a_job(
    sizes: list[int], overhead: int, records: int, max_records: int
) -> None:
    quotas = Quotas(min_records=1, max_records=max_records, max_input_mib=1)

    shards = cut_shards(sizes, overhead, records, quotas)

    firsts = [shard.first for shard in shards]
    assert firsts == [sum(shard.questions for shard in shards[:n]) for n in range(len(shards))]
    assert sum(shard.questions for shard in shards) == len(sizes)
    assert [shard.name for shard in shards] == [f"{n:03d}" for n in range(len(shards))]
    for shard in shards:
        held = sizes[shard.first : shard.first + shard.questions]
        assert shard.questions >= 1
        assert shard.questions * records <= max_records
        assert records * (sum(held) + overhead * len(held)) <= MIB


def test_shards_are_even() -> None:
    quotas = Quotas(min_records=100, max_records=50_000, max_input_mib=1024)

    shards = cut_shards([300] * 10_001, 3_000, 5, quotas)

    assert [shard.questions for shard in shards] == [5_000, 5_001]


def test_one_question_above_the_maximum_of_records_makes_a_second_shard() -> None:
    quotas = Quotas(min_records=100, max_records=500, max_input_mib=1024)

    assert len(cut_shards([300] * 100, 100, 5, quotas)) == 1
    assert len(cut_shards([300] * 101, 100, 5, quotas)) == 2


def test_heavy_questions_are_cut_by_bytes() -> None:
    quotas = Quotas(min_records=1, max_records=50_000, max_input_mib=1)

    shards = cut_shards([400_000] * 4, 100_000, 1, quotas)

    assert [shard.questions for shard in shards] == [2, 2]


def test_a_dataset_may_need_thousands_of_shards() -> None:
    quotas = Quotas(min_records=100, max_records=50_000, max_input_mib=1)

    shards = cut_shards(array("L", [1_000]) * 100_000, 3_000, 5, quotas)

    # 209,715 bytes for one path of each, and 4,000 a record: 52 questions, so 1,924 shards.
    assert len(shards) == 1_924
    assert max(shard.questions for shard in shards) == 52


def test_the_heaviest_part_of_the_dataset_decides_the_number_of_shards() -> None:
    quotas = Quotas(min_records=1, max_records=50_000, max_input_mib=1)

    shards = cut_shards([100_000] * 20 + [1_000] * 380, 0, 1, quotas)

    # Ten heavy questions fit in a shard, not eleven. 36 shards would begin with 400 / 36 = 11,
    # although the whole dataset is only 2.4 MB.
    assert [shard.questions for shard in shards][:2] == [10, 11]
    assert len(shards) == 37
