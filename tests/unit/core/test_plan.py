"""The plan: lanes and jobs of each wave."""

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.core.families import family_named
from lambdas.core.plan import Plan, jobs_of, lanes_of, shard_named
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from tests.unit.core.samples import GREEDY, WARM, a_plan

COMMAND = {
    "family": "cohere-command",
    "invocation_type": "InvokeModel",
    "model_id": "cohere.command-text-v14",
}
TWO_SHARDS = (Shard("000", 0, 100), Shard("001", 100, 120))


def test_lanes_are_settings_by_shards() -> None:
    lanes = lanes_of(a_plan(shards=TWO_SHARDS), 3)

    assert [lane.lane for lane in lanes] == ["greedy-000", "greedy-001", "T0.7-000", "T0.7-001"]
    assert {lane.wave for lane in lanes} == {3}


def test_jobs_of_a_wave_bring_each_lanes_paths() -> None:
    warm = Setting("T0.7", 0.7, 12)

    jobs = jobs_of(a_plan(settings=(GREEDY, warm), waves=(12,)), 1)

    assert [(job.job, job.lane, job.first_path, job.paths, job.records) for job in jobs] == [
        ("j0001", "greedy-000", 0, 1, 100),
        ("j0002", "T0.7-000", 0, 4, 400),
        ("j0003", "T0.7-000", 4, 4, 400),
        ("j0004", "T0.7-000", 8, 4, 400),
    ]
    assert jobs[1].generations == (1, 1, 1, 1)
    assert [job.temperature for job in jobs] == [0.0, 0.7, 0.7, 0.7]


def test_five_generations_are_one_record_where_the_model_brings_as_many() -> None:
    jobs = jobs_of(a_plan(**COMMAND), 1)

    assert [(job.generations, job.records) for job in jobs] == [((1,), 100), ((5,), 100)]


def test_a_small_set_gets_more_records_rather_than_a_job_below_the_minimum() -> None:
    plan = a_plan(**COMMAND, shards=(Shard("000", 0, 30),), settings=(WARM,))

    (job,) = jobs_of(plan, 1)

    assert (job.generations, job.records) == ((2, 1, 1, 1), 120)


def test_records_that_must_be_many_bring_several_paths_in_one_job_rather_than_one_in_several() -> (
    None
):
    plan = a_plan(
        family="jamba",
        invocation_type="InvokeModel",
        shards=(Shard("000", 0, 20),),
        settings=(Setting("T0.7", 0.7, 10),),
        waves=(10,),
    )

    (job,) = jobs_of(plan, 1)

    assert (job.generations, job.records) == ((2, 2, 2, 2, 2), 100)


def test_waves_go_on_where_the_one_before_ended_and_greedy_is_in_the_first_alone() -> None:
    plan = a_plan(waves=(2, 3))

    waves = [
        [(job.setting, job.first_path, job.paths) for job in jobs_of(plan, n)] for n in (1, 2, 3)
    ]

    assert waves == [[("greedy", 0, 1), ("T0.7", 0, 2)], [("T0.7", 2, 3)], []]


def test_greedy_alone_has_no_second_wave() -> None:
    plan = a_plan(settings=(GREEDY,), waves=(2, 3))

    assert len(jobs_of(plan, 1)) == 1
    assert jobs_of(plan, 2) == []


def test_every_job_of_a_wave_has_a_name_of_its_own() -> None:
    settings = tuple(Setting(f"T0.{n}", n / 10, 100) for n in range(1, 10))
    plan = a_plan(settings=settings, waves=(100,), paths_per_job=1, shards=TWO_SHARDS)

    names = [job.job for job in jobs_of(plan, 1)]

    assert len(set(names)) == len(names) == 9 * 2 * 100


@given(
    st.integers(1, 20_000),
    st.lists(st.integers(1, 20), min_size=1, max_size=4),
    st.integers(1, 20),
    st.sampled_from(["nova", "cohere-command"]),
)
def test_no_job_of_a_plan_that_passes_is_below_the_minimum_and_no_path_is_lost(
    questions: int, waves: list[int], per_job: int, family: str
) -> None:
    paths = sum(waves)
    plan = a_plan(
        shards=(Shard("000", 0, questions),),
        settings=(Setting("T0.7", 0.7, paths),),
        waves=tuple(waves),
        paths_per_job=per_job,
        family=family,
        invocation_type=family_named(family).forms[0].invocation_type,
    )
    assume(min(waves) * questions >= plan.min_records)

    jobs = [job for wave in range(1, len(waves) + 1) for job in jobs_of(plan, wave)]

    assert min(job.records for job in jobs) >= plan.min_records
    starts = [sum(job.paths for job in jobs[:n]) for n in range(len(jobs))]
    assert [job.first_path for job in jobs] == starts
    assert sum(sum(job.generations) for job in jobs) == paths


def test_a_shard_is_found_by_its_name() -> None:
    assert shard_named(a_plan(shards=TWO_SHARDS), "001") == TWO_SHARDS[1]


def test_a_plan_reads_back_from_its_file() -> None:
    plan = a_plan(shards=TWO_SHARDS, warnings=("a warning",))

    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


@pytest.mark.parametrize(
    ("shape", "on_demand"),
    [
        pytest.param({}, (False, False), id="exactly the minimum of 100"),
        pytest.param({"shards": (Shard("000", 0, 99),)}, (True, False), id="greedy of 99 records"),
        pytest.param({"shards": (Shard("000", 0, 16),)}, (True, True), id="even all paths at once"),
    ],
)
def test_what_cannot_reach_the_minimum_runs_on_demand(
    shape: dict[str, object], on_demand: tuple[bool, ...]
) -> None:
    jobs = jobs_of(a_plan(**shape), 1)

    assert tuple(job.on_demand for job in jobs) == on_demand


def test_a_wave_below_the_minimum_runs_on_demand_and_the_others_do_not() -> None:
    plan = a_plan(shards=(Shard("000", 0, 40),), settings=(WARM,), waves=(3, 2))

    assert [jobs_of(plan, wave)[0].on_demand for wave in (1, 2)] == [False, True]


def test_on_demand_a_record_brings_as_many_completions_as_it_can() -> None:
    plan = a_plan(
        shards=(Shard("000", 0, 6),),
        settings=(Setting("T0.7", 0.7, 12),),
        waves=(12,),
        family="cohere-command",
        invocation_type="InvokeModel",
    )

    (job,) = jobs_of(plan, 1)

    assert (job.on_demand, job.generations) == (True, (4, 4, 4))
