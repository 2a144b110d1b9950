"""The jobs of a wave: large enough for Bedrock, with every path requested once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.schema import Setting, Shard
from lambdas.contract.votes import ConfidenceGroup
from lambdas.core.models.registry import family_named
from lambdas.core.sampling.jobs import all_records
from lambdas.core.sampling.scheduling import full_run_jobs, initial_backlogs, plan_jobs, wave_paths
from tests.unit.core.samples import GREEDY, WARM, a_backlog, a_plan

COMMAND = {
    "family": "cohere-command",
    "invocation_type": "InvokeModel",
    "model_id": "cohere.command-text-v14",
}
TWO_SHARDS = (Shard("000", 0, 100), Shard("001", 100, 120))
HOT = Setting("T1.0", 1.0, 5)


def first_jobs(**changed: Any) -> list[Job]:
    plan = a_plan(**changed)
    return plan_jobs(plan, 1, initial_backlogs(plan))


def slices_of(jobs: Iterable[Job]) -> list[JobSlice]:
    return [job_slice for job in jobs for job_slice in job.slices]


def test_jobs_of_a_wave_request_each_partition_s_paths() -> None:
    jobs = first_jobs(settings=(GREEDY, Setting("T0.7", 0.7, 12)), waves=(12,))

    found = [
        (job.job, job_slice.partition, job_slice.path_offset, job.records)
        for job in jobs
        for job_slice in job.slices
    ]
    assert found == [
        ("j0001", "greedy-000", 0, 100),
        ("j0002", "T0.7-000", 0, 400),
        ("j0003", "T0.7-000", 4, 400),
        ("j0004", "T0.7-000", 8, 400),
    ]
    slices = slices_of(jobs)
    assert [job_slice.generations for job_slice in slices] == [(1,), *[(1, 1, 1, 1)] * 3]
    assert [job_slice.setting for job_slice in slices] == ["greedy", "T0.7", "T0.7", "T0.7"]
    assert [job_slice.completions for job_slice in slices] == [100, 400, 400, 400]


def test_five_generations_are_one_record_if_the_model_can_bring_as_many() -> None:
    slices = slices_of(first_jobs(**COMMAND))

    assert [(job_slice.generations, job_slice.records) for job_slice in slices] == [
        ((1,), 100),
        ((5,), 100),
    ]


def test_a_small_dataset_gets_more_records_rather_than_a_job_below_the_minimum() -> None:
    (job_slice,) = slices_of(first_jobs(**COMMAND, shards=(Shard("000", 0, 30),), settings=(WARM,)))

    assert (job_slice.generations, job_slice.records, job_slice.completions) == (
        (2, 1, 1, 1),
        120,
        150,
    )


def test_one_job_of_several_paths_per_record_is_preferred_to_several_of_one() -> None:
    (job_slice,) = slices_of(
        first_jobs(
            family="jurassic",
            invocation_type="InvokeModel",
            shards=(Shard("000", 0, 20),),
            settings=(Setting("T0.7", 0.7, 10),),
            waves=(10,),
        )
    )

    assert (job_slice.generations, job_slice.records) == ((2, 2, 2, 2, 2), 100)


def test_greedy_is_in_the_first_wave_only_and_other_settings_in_all_of_the_plan() -> None:
    plan = a_plan(waves=(2, 3))

    paths = {each: [wave_paths(plan, n, each) for n in (1, 2, 3)] for each in ("greedy", "T0.7")}

    assert paths == {"greedy": [1, 0, 0], "T0.7": [2, 3, 0]}


def test_a_full_run_has_all_waves_of_all_questions() -> None:
    jobs = list(full_run_jobs(a_plan(waves=(2, 3))))

    assert [(job.wave, job.settings, job.completions) for job in jobs] == [
        (1, ("greedy",), 100),
        (1, ("T0.7",), 200),
        (2, ("T0.7",), 300),
    ]


def test_greedy_alone_has_no_second_wave() -> None:
    assert len(list(full_run_jobs(a_plan(settings=(GREEDY,), waves=(2, 3))))) == 1


def test_every_job_of_a_wave_has_its_own_name() -> None:
    settings = tuple(Setting(f"T0.{n}", n / 10, 100) for n in range(1, 10))

    jobs = first_jobs(settings=settings, waves=(100,), paths_per_job=1, shards=TWO_SHARDS)

    names = [job.job for job in jobs]
    assert len(set(names)) == len(names) == 9 * 2 * 100


def paths_of(slices: Iterable[JobSlice], shards: Sequence[Shard]) -> Counter[tuple[str, int, int]]:
    """Return how often first-wave slices request each path, by partition and question."""
    by_name = {shard.name: shard for shard in shards}
    return Counter(
        (job_slice.partition, question, path)
        for job_slice in slices
        for question, specs in all_records(job_slice, by_name[job_slice.shard]).items()
        for spec in specs
        for path in range(spec.first_path, spec.first_path + spec.generations)
    )


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=3),
    st.integers(1, 20),
    st.integers(1, 20),
    st.integers(1, 120),
    st.sampled_from(["nova", "cohere-command"]),
)
def test_every_path_is_requested_once(
    sizes: list[int], paths: int, per_job: int, min_records: int, family: str
) -> None:
    firsts = [sum(sizes[:n]) for n in range(len(sizes))]
    shards = tuple(
        Shard(f"{n:03d}", first, size)
        for n, (first, size) in enumerate(zip(firsts, sizes, strict=True))
    )
    settings = (GREEDY, Setting("T0.7", 0.7, paths), Setting("T1.0", 1.0, paths))

    slices = slices_of(
        first_jobs(
            shards=shards,
            settings=settings,
            waves=(paths,),
            paths_per_job=per_job,
            min_records=min_records,
            family=family,
            invocation_type=family_named(family).forms[0].invocation_type,
        )
    )

    assert paths_of(slices, shards) == {
        (f"{setting.name}-{shard.name}", question, path): 1
        for setting in settings
        for shard in shards
        for question in range(shard.first, shard.first + shard.questions)
        for path in range(setting.paths)
    }


@given(
    st.integers(1, 20_000),
    st.lists(st.integers(1, 20), min_size=1, max_size=4),
    st.integers(1, 20),
    st.sampled_from(["nova", "cohere-command"]),
)
def test_no_job_of_a_large_enough_wave_is_below_the_minimum_and_no_path_is_left_out(
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

    jobs = list(full_run_jobs(plan))

    assert min(job.records for job in jobs) >= plan.min_records
    assert not any(job.on_demand for job in jobs)
    ends = [
        (job_slice.path_offset, job_slice.path_offset + sum(job_slice.generations))
        for job_slice in slices_of(jobs)
    ]
    assert sum(end - start for start, end in ends) == paths
    assert {start for start, _ in ends if start} <= {end for _, end in ends}


@pytest.mark.parametrize(
    ("shape", "on_demand"),
    [
        pytest.param({}, (False, False), id="exactly the minimum of 100"),
        pytest.param({"shards": (Shard("000", 0, 99),)}, (False, True), id="greedy of 99 records"),
        pytest.param({"shards": (Shard("000", 0, 16),)}, (True, True), id="even all paths at once"),
    ],
)
def test_jobs_that_cannot_reach_the_minimum_run_on_demand(
    shape: dict[str, object], on_demand: tuple[bool, ...]
) -> None:
    assert tuple(job.on_demand for job in first_jobs(**shape)) == on_demand


def test_a_wave_below_the_minimum_runs_on_demand_and_the_others_do_not() -> None:
    plan = a_plan(shards=(Shard("000", 0, 40),), settings=(WARM,), waves=(3, 2))

    assert [(job.wave, job.on_demand) for job in full_run_jobs(plan)] == [(1, False), (2, True)]


def test_on_demand_a_record_brings_as_many_completions_as_it_can() -> None:
    (job,) = first_jobs(
        **COMMAND,
        shards=(Shard("000", 0, 6),),
        settings=(Setting("T0.7", 0.7, 12),),
        waves=(12,),
    )

    assert (job.on_demand, job.slices[0].generations) == (True, (4, 4, 4))


def test_small_partitions_share_a_job_and_large_ones_have_their_own() -> None:
    shards = (Shard("000", 0, 40), Shard("001", 40, 130))

    jobs = first_jobs(shards=shards, settings=(GREEDY, WARM, HOT), waves=(1,))

    assert [([job_slice.partition for job_slice in job.slices], job.records) for job in jobs] == [
        (["greedy-001"], 130),
        (["T0.7-001"], 130),
        (["T1.0-001"], 130),
        (["greedy-000", "T0.7-000", "T1.0-000"], 120),
    ]
    assert not any(job.on_demand for job in jobs)


def test_leftovers_without_another_job_run_on_demand_each_slice_as_its_own_job() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3))
    backlogs = [
        a_backlog(open=(ConfidenceGroup(0.5, 10),), finished=90),
        a_backlog(
            partition="T1.0-000", setting="T1.0", open=(ConfidenceGroup(0.5, 8),), finished=92
        ),
    ]

    jobs = plan_jobs(plan, 2, backlogs)

    assert [(job.on_demand, len(job.slices), job.records) for job in jobs] == [
        (True, 1, 30),
        (True, 1, 24),
    ]


def test_a_later_wave_has_only_open_questions() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3))
    backlogs = [
        a_backlog(open=(ConfidenceGroup(0.5, 25), ConfidenceGroup(0.75, 15)), finished=60),
        a_backlog(partition="T1.0-000", setting="T1.0", open=(), finished=100),
    ]

    (job_slice,) = slices_of(plan_jobs(plan, 2, backlogs))

    assert (job_slice.partition, job_slice.questions, job_slice.path_offset) == ("T0.7-000", 40, 0)
    assert (job_slice.generations, job_slice.records, job_slice.retry_paths) == (
        (1, 1, 1),
        120,
        None,
    )


def test_without_open_questions_and_lost_paths_there_is_no_job() -> None:
    backlog = a_backlog(open=(), finished=100)

    assert plan_jobs(a_plan(settings=(WARM,), waves=(2, 3)), 2, [backlog]) == []


def test_after_the_last_wave_open_questions_get_no_more_paths() -> None:
    assert plan_jobs(a_plan(settings=(WARM,), waves=(2, 3)), 3, [a_backlog()]) == []


def test_a_later_wave_of_few_questions_is_cut_into_fewer_jobs() -> None:
    """12 paths: 4 per job, or as many as make a thousand records."""
    plan = a_plan(settings=(Setting("T0.7", 0.7, 14),), waves=(2, 12), paths_per_job=4)

    def jobs(questions: int) -> list[Job]:
        backlog = a_backlog(questions=400, open=(ConfidenceGroup(0.5, questions),))
        return plan_jobs(plan, 2, [backlog])

    assert [job.records for job in jobs(400)] == [1600] * 3
    assert [job_slice.path_offset for job_slice in slices_of(jobs(400))] == [0, 4, 8]
    assert [job.records for job in jobs(166)] == [996, 996]
    assert [(job.records, job.slices[0].generations) for job in jobs(10)] == [(120, (1,) * 12)]


def test_few_open_questions_pay_for_no_more_prompts_than_the_minimum_requires() -> None:
    """Records have up to five paths: 10 paths of 40 questions take 120 records, not 400."""
    plan = a_plan(**COMMAND, settings=(Setting("T0.7", 0.7, 15),), waves=(5, 10), paths_per_job=10)

    (job,) = plan_jobs(plan, 2, [a_backlog(open=(ConfidenceGroup(0.5, 40),), finished=60)])

    assert (job.slices[0].generations, job.records) == ((4, 3, 3), 120)
    assert job.completions == 400


BUDGET = {"settings": (WARM,), "waves": (1, 1, 3), "budget": 2.5, "min_records": 1}


def test_a_budget_gives_all_questions_the_first_wave() -> None:
    (job_slice,) = slices_of(first_jobs(**BUDGET))

    assert (job_slice.questions, job_slice.completions) == (100, 100)


def test_a_budget_goes_to_the_least_certain_in_equal_shares_per_wave() -> None:
    """Of 250 paths 100 are used; half of the other 150 are for the second of three waves."""
    backlog = a_backlog(
        open=(ConfidenceGroup(0.5, 60), ConfidenceGroup(0.75, 40)), requested_paths=100
    )

    (job_slice,) = slices_of(plan_jobs(a_plan(**BUDGET), 2, [backlog]))

    assert (job_slice.questions, job_slice.completions) == (75, 75)


def test_the_last_wave_gets_the_rest_of_the_budget() -> None:
    """75 paths, three per question, are 25 questions; greedy does not use the budget."""
    plan = a_plan(**BUDGET | {"settings": (GREEDY, WARM)})
    backlogs = [
        a_backlog(
            partition="greedy-000", setting="greedy", open=(), finished=100, requested_paths=100
        ),
        a_backlog(open=(ConfidenceGroup(0.5, 60),), requested_paths=175),
    ]

    (job_slice,) = slices_of(plan_jobs(plan, 3, backlogs))

    assert (job_slice.partition, job_slice.questions, job_slice.completions) == ("T0.7-000", 25, 75)


def test_each_setting_has_its_own_budget_and_its_shards_share_it() -> None:
    shards = (Shard("000", 0, 50), Shard("001", 50, 50))
    plan = a_plan(**BUDGET | {"settings": (WARM, HOT), "shards": shards})
    backlogs = [
        a_backlog(
            questions=50,
            open=(ConfidenceGroup(0.5, 5), ConfidenceGroup(0.75, 45)),
            requested_paths=50,
        ),
        a_backlog(
            partition="T0.7-001",
            shard="001",
            questions=50,
            open=(ConfidenceGroup(0.5, 50),),
            requested_paths=50,
        ),
        a_backlog(partition="T1.0-000", setting="T1.0", questions=50, open=(), requested_paths=50),
        a_backlog(
            partition="T1.0-001",
            setting="T1.0",
            shard="001",
            questions=50,
            open=(ConfidenceGroup(0.9, 9),),
            requested_paths=50,
        ),
    ]

    slices = slices_of(plan_jobs(plan, 2, backlogs))

    # 75 questions of T0.7: the 5 and the 50 at even odds, then 20 of the 45. T1.0 has only 9 open.
    assert {job_slice.partition: job_slice.questions for job_slice in slices} == {
        "T0.7-000": 25,
        "T0.7-001": 50,
        "T1.0-001": 9,
    }


def test_a_budget_that_is_used_up_ends_the_run() -> None:
    backlog = a_backlog(open=(ConfidenceGroup(0.5, 60),), requested_paths=250)

    assert plan_jobs(a_plan(**BUDGET), 3, [backlog]) == []


def test_leftovers_of_a_later_wave_join_the_smallest_job() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3), max_records=170)
    backlogs = [
        a_backlog(partition="T0.7-000", setting="T0.7", open=(ConfidenceGroup(0.5, 50),)),
        a_backlog(partition="T1.0-000", setting="T1.0", open=(ConfidenceGroup(0.5, 6),)),
    ]

    jobs = [[job_slice.records for job_slice in job.slices] for job in plan_jobs(plan, 2, backlogs)]
    backlogs[1] = a_backlog(partition="T1.0-000", setting="T1.0", open=(ConfidenceGroup(0.5, 7),))
    too_many = [
        [job_slice.records for job_slice in job.slices] for job in plan_jobs(plan, 2, backlogs)
    ]

    assert jobs == [[150, 18]]
    # 150 and 21 records are more than a job may have.
    assert too_many == [[150], [21]]


@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(1, 40),
    st.integers(1, 12),
    st.sampled_from([{}, COMMAND]),
)
def test_fewer_open_questions_cost_at_most_the_minimum_of_a_job_more(
    fewer: int, more: int, paths: int, per_job: int, model: dict[str, str]
) -> None:
    """The cost ceiling counts all questions, and 99 more records per wave for its leftovers."""
    assume(fewer <= more)
    plan = a_plan(settings=(HOT,), waves=(1, paths), paths_per_job=per_job, **model)

    records = [
        sum(job.records for job in plan_jobs(plan, 2, [backlog]))
        for backlog in (
            a_backlog(partition="T1.0-000", setting="T1.0", open=(ConfidenceGroup(0.5, questions),))
            for questions in (fewer, more)
        )
    ]

    assert records[0] <= records[1] + 99
