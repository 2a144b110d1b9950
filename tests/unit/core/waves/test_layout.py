"""A wave's jobs: large enough for Bedrock, with every path that is wanted, once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.core.families import family_named
from lambdas.core.jobs import Job, Part
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.waves.gathering import gathered
from lambdas.core.waves.granted import wave_paths
from lambdas.core.waves.layout import first_needs, full_jobs, jobs_of
from lambdas.core.waves.need import Certainty
from lambdas.core.waves.wanted import whole_shard
from tests.unit.core.samples import GREEDY, WARM, a_need, a_part, a_plan

COMMAND = {
    "family": "cohere-command",
    "invocation_type": "InvokeModel",
    "model_id": "cohere.command-text-v14",
}
TWO_SHARDS = (Shard("000", 0, 100), Shard("001", 100, 120))
HOT = Setting("T1.0", 1.0, 5)


def first_jobs(**changed: Any) -> list[Job]:
    plan = a_plan(**changed)
    return jobs_of(plan, 1, first_needs(plan))


def parts_of(jobs: Iterable[Job]) -> list[Part]:
    return [part for job in jobs for part in job.parts]


def test_jobs_of_a_wave_bring_each_lanes_paths() -> None:
    jobs = first_jobs(settings=(GREEDY, Setting("T0.7", 0.7, 12)), waves=(12,))

    found = [(job.job, part.lane, part.after, job.records) for job in jobs for part in job.parts]
    assert found == [
        ("j0001", "greedy-000", 0, 100),
        ("j0002", "T0.7-000", 0, 400),
        ("j0003", "T0.7-000", 4, 400),
        ("j0004", "T0.7-000", 8, 400),
    ]
    parts = parts_of(jobs)
    assert [part.generations for part in parts] == [(1,), *[(1, 1, 1, 1)] * 3]
    assert [part.temperature for part in parts] == [0.0, 0.7, 0.7, 0.7]
    assert [part.completions for part in parts] == [100, 400, 400, 400]


def test_five_generations_are_one_record_where_the_model_brings_as_many() -> None:
    parts = parts_of(first_jobs(**COMMAND))

    assert [(part.generations, part.records) for part in parts] == [((1,), 100), ((5,), 100)]


def test_a_small_set_gets_more_records_rather_than_a_job_below_the_minimum() -> None:
    (part,) = parts_of(first_jobs(**COMMAND, shards=(Shard("000", 0, 30),), settings=(WARM,)))

    assert (part.generations, part.records, part.completions) == ((2, 1, 1, 1), 120, 150)


def test_records_that_must_be_many_bring_several_paths_in_one_job_rather_than_one_in_several() -> (
    None
):
    (part,) = parts_of(
        first_jobs(
            family="jamba",
            invocation_type="InvokeModel",
            shards=(Shard("000", 0, 20),),
            settings=(Setting("T0.7", 0.7, 10),),
            waves=(10,),
        )
    )

    assert (part.generations, part.records) == ((2, 2, 2, 2, 2), 100)


def test_greedy_is_in_the_first_wave_alone_and_the_others_end_with_the_plan_s() -> None:
    plan = a_plan(waves=(2, 3))

    paths = {each: [wave_paths(plan, n, each) for n in (1, 2, 3)] for each in ("greedy", "T0.7")}

    assert paths == {"greedy": [1, 0, 0], "T0.7": [2, 3, 0]}


def test_all_waves_of_a_run_in_which_no_question_leaves() -> None:
    jobs = list(full_jobs(a_plan(waves=(2, 3))))

    assert [(job.wave, job.settings, job.completions) for job in jobs] == [
        (1, ("greedy",), 100),
        (1, ("T0.7",), 200),
        (2, ("T0.7",), 300),
    ]


def test_greedy_alone_has_no_second_wave() -> None:
    assert len(list(full_jobs(a_plan(settings=(GREEDY,), waves=(2, 3))))) == 1


def test_every_job_of_a_wave_has_a_name_of_its_own() -> None:
    settings = tuple(Setting(f"T0.{n}", n / 10, 100) for n in range(1, 10))

    jobs = first_jobs(settings=settings, waves=(100,), paths_per_job=1, shards=TWO_SHARDS)

    names = [job.job for job in jobs]
    assert len(set(names)) == len(names) == 9 * 2 * 100


def paths_of(parts: Iterable[Part], shards: Sequence[Shard]) -> Counter[tuple[str, int, int]]:
    """Return how often first-wave parts ask for each lane's question's path."""
    by_name = {shard.name: shard for shard in shards}
    return Counter(
        (part.lane, question, path)
        for part in parts
        for question, slots in whole_shard(part, by_name[part.shard]).items()
        for slot in slots
        for path in range(slot.first_path, slot.first_path + slot.generations)
    )


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=3),
    st.integers(1, 20),
    st.integers(1, 20),
    st.integers(1, 120),
    st.sampled_from(["nova", "cohere-command"]),
)
def test_every_wanted_path_is_asked_for_once(
    sizes: list[int], paths: int, per_job: int, min_records: int, family: str
) -> None:
    firsts = [sum(sizes[:n]) for n in range(len(sizes))]
    shards = tuple(
        Shard(f"{n:03d}", first, size)
        for n, (first, size) in enumerate(zip(firsts, sizes, strict=True))
    )
    settings = (GREEDY, Setting("T0.7", 0.7, paths), Setting("T1.0", 1.0, paths))

    parts = parts_of(
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

    assert paths_of(parts, shards) == {
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

    jobs = list(full_jobs(plan))

    assert min(job.records for job in jobs) >= plan.min_records
    assert not any(job.on_demand for job in jobs)
    ends = [(part.after, part.after + sum(part.generations)) for part in parts_of(jobs)]
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
def test_what_cannot_reach_the_minimum_runs_on_demand(
    shape: dict[str, object], on_demand: tuple[bool, ...]
) -> None:
    assert tuple(job.on_demand for job in first_jobs(**shape)) == on_demand


def test_a_wave_below_the_minimum_runs_on_demand_and_the_others_do_not() -> None:
    plan = a_plan(shards=(Shard("000", 0, 40),), settings=(WARM,), waves=(3, 2))

    assert [(job.wave, job.on_demand) for job in full_jobs(plan)] == [(1, False), (2, True)]


def test_on_demand_a_record_brings_as_many_completions_as_it_can() -> None:
    (job,) = first_jobs(
        **COMMAND,
        shards=(Shard("000", 0, 6),),
        settings=(Setting("T0.7", 0.7, 12),),
        waves=(12,),
    )

    assert (job.on_demand, job.parts[0].generations) == (True, (4, 4, 4))


def test_lanes_that_are_too_small_each_share_a_job_and_the_large_ones_have_their_own() -> None:
    shards = (Shard("000", 0, 40), Shard("001", 40, 130))

    jobs = first_jobs(shards=shards, settings=(GREEDY, WARM, HOT), waves=(1,))

    assert [([part.lane for part in job.parts], job.records) for job in jobs] == [
        (["greedy-001"], 130),
        (["T0.7-001"], 130),
        (["T1.0-001"], 130),
        (["greedy-000", "T0.7-000", "T1.0-000"], 120),
    ]
    assert not any(job.on_demand for job in jobs)


@pytest.mark.parametrize(
    ("records", "jobs", "left"),
    [
        pytest.param([], [], [], id="nothing"),
        pytest.param([60], [], [60], id="one that is too small"),
        pytest.param([60, 39], [], [60, 39], id="too few in all"),
        pytest.param([60, 40], [[60, 40]], [], id="just enough"),
        pytest.param([60, 50, 30], [[60, 50, 30]], [], id="the last goes with those before"),
        pytest.param([60, 50, 30, 70], [[60, 50], [30, 70]], [], id="two jobs"),
        pytest.param([60, 50, 30, 70, 5], [[60, 50], [30, 70, 5]], [], id="two jobs and a rest"),
    ],
)
def test_parts_are_gathered_in_order(
    records: list[int], jobs: list[list[int]], left: list[int]
) -> None:
    made, over = gathered([a_part(records=each) for each in records], 100)

    assert [[part.records for part in job] for job in made] == jobs
    assert [part.records for part in over] == left


def test_what_is_left_of_a_wave_runs_on_demand_each_part_as_a_job_of_its_own() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3))
    needs = [
        a_need(open=(Certainty(0.5, 10),), finished=90),
        a_need(lane="T1.0-000", setting="T1.0", open=(Certainty(0.5, 8),), finished=92),
    ]

    jobs = jobs_of(plan, 2, needs)

    assert [(job.on_demand, len(job.parts), job.records) for job in jobs] == [
        (True, 1, 30),
        (True, 1, 24),
    ]


def test_only_open_questions_are_in_a_later_wave() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3))
    needs = [
        a_need(open=(Certainty(0.5, 25), Certainty(0.75, 15)), finished=60),
        a_need(lane="T1.0-000", setting="T1.0", open=(), finished=100),
    ]

    (part,) = parts_of(jobs_of(plan, 2, needs))

    assert (part.lane, part.questions, part.after) == ("T0.7-000", 40, 0)
    assert (part.generations, part.records, part.again) == ((1, 1, 1), 120, None)


def test_nothing_open_and_nothing_lost_is_no_job() -> None:
    need = a_need(open=(), finished=100)

    assert jobs_of(a_plan(settings=(WARM,), waves=(2, 3)), 2, [need]) == []


def test_after_the_last_wave_open_questions_get_no_more() -> None:
    assert jobs_of(a_plan(settings=(WARM,), waves=(2, 3)), 3, [a_need()]) == []


def test_a_later_wave_of_few_questions_is_cut_into_fewer_jobs() -> None:
    """Of 12 paths, 4 a job or as many as make a thousand records."""
    plan = a_plan(settings=(Setting("T0.7", 0.7, 14),), waves=(2, 12), paths_per_job=4)

    def jobs(questions: int) -> list[Job]:
        need = a_need(questions=400, open=(Certainty(0.5, questions),))
        return jobs_of(plan, 2, [need])

    assert [job.records for job in jobs(400)] == [1600] * 3
    assert [part.after for part in parts_of(jobs(400))] == [0, 4, 8]
    assert [job.records for job in jobs(166)] == [996, 996]
    assert [(job.records, job.parts[0].generations) for job in jobs(10)] == [(120, (1,) * 12)]


def test_few_open_questions_pay_for_no_more_prompts_than_the_minimum_asks_for() -> None:
    """Records of up to five paths: 10 paths of 40 questions in 120 records, not in 400."""
    plan = a_plan(**COMMAND, settings=(Setting("T0.7", 0.7, 15),), waves=(5, 10), paths_per_job=10)

    (job,) = jobs_of(plan, 2, [a_need(open=(Certainty(0.5, 40),), finished=60)])

    assert (job.parts[0].generations, job.records) == ((4, 3, 3), 120)
    assert job.completions == 400


BUDGET = {"settings": (WARM,), "waves": (1, 1, 3), "budget": 2.5, "min_records": 1}


def test_a_budget_gives_all_questions_the_first_wave() -> None:
    (part,) = parts_of(first_jobs(**BUDGET))

    assert (part.questions, part.completions) == (100, 100)


def test_a_budget_goes_to_the_least_certain_an_equal_share_of_it_to_each_wave() -> None:
    """250 paths: 100 are spent, and half of 150 are for the second of three waves."""
    need = a_need(open=(Certainty(0.5, 60), Certainty(0.75, 40)), sampled=100)

    (part,) = parts_of(jobs_of(a_plan(**BUDGET), 2, [need]))

    assert (part.questions, part.completions) == (75, 75)


def test_a_budget_s_last_wave_gets_all_that_is_left() -> None:
    """75 paths at three a question are 25 questions; greedy's paths are none of the budget."""
    plan = a_plan(**BUDGET | {"settings": (GREEDY, WARM)})
    needs = [
        a_need(lane="greedy-000", setting="greedy", open=(), finished=100, sampled=100),
        a_need(open=(Certainty(0.5, 60),), sampled=175),
    ]

    (part,) = parts_of(jobs_of(plan, 3, needs))

    assert (part.lane, part.questions, part.completions) == ("T0.7-000", 25, 75)


def test_each_setting_has_the_budget_for_itself_and_its_shards_have_it_together() -> None:
    shards = (Shard("000", 0, 50), Shard("001", 50, 50))
    plan = a_plan(**BUDGET | {"settings": (WARM, HOT), "shards": shards})
    needs = [
        a_need(questions=50, open=(Certainty(0.5, 5), Certainty(0.75, 45)), sampled=50),
        a_need(lane="T0.7-001", shard="001", questions=50, open=(Certainty(0.5, 50),), sampled=50),
        a_need(lane="T1.0-000", setting="T1.0", questions=50, open=(), sampled=50),
        a_need(
            lane="T1.0-001",
            setting="T1.0",
            shard="001",
            questions=50,
            open=(Certainty(0.9, 9),),
            sampled=50,
        ),
    ]

    parts = parts_of(jobs_of(plan, 2, needs))

    # 75 of T0.7: the 5 and the 50 at even odds, then 20 of the 45. T1.0 has but 9 left.
    assert {part.lane: part.questions for part in parts} == {
        "T0.7-000": 25,
        "T0.7-001": 50,
        "T1.0-001": 9,
    }


def test_a_budget_that_is_spent_ends_the_run() -> None:
    need = a_need(open=(Certainty(0.5, 60),), sampled=250)

    assert jobs_of(a_plan(**BUDGET), 3, [need]) == []


def test_what_is_left_of_a_later_wave_goes_with_the_smallest_job() -> None:
    plan = a_plan(settings=(WARM, HOT), waves=(2, 3), max_records=170)
    needs = [
        a_need(lane="T0.7-000", setting="T0.7", open=(Certainty(0.5, 50),)),
        a_need(lane="T1.0-000", setting="T1.0", open=(Certainty(0.5, 6),)),
    ]

    jobs = [[part.records for part in job.parts] for job in jobs_of(plan, 2, needs)]
    needs[1] = a_need(lane="T1.0-000", setting="T1.0", open=(Certainty(0.5, 7),))
    too_many = [[part.records for part in job.parts] for job in jobs_of(plan, 2, needs)]

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
def test_fewer_open_questions_are_not_dearer_but_for_the_least_records_of_a_job(
    fewer: int, more: int, paths: int, per_job: int, model: dict[str, str]
) -> None:
    """The ceiling of cost has all questions, and 99 records more: what is left of each wave."""
    assume(fewer <= more)
    plan = a_plan(settings=(HOT,), waves=(1, paths), paths_per_job=per_job, **model)

    records = [
        sum(job.records for job in jobs_of(plan, 2, [need]))
        for need in (
            a_need(lane="T1.0-000", setting="T1.0", open=(Certainty(0.5, questions),))
            for questions in (fewer, more)
        )
    ]

    assert records[0] <= records[1] + 99
