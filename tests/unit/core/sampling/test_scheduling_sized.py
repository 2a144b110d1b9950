"""The jobs of waves that are sized question by question."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import Job
from lambdas.contract.schema import Plan, Setting, Shard, Stopping
from lambdas.contract.votes import ConfidenceGroup, OpenQuestion
from lambdas.core.models.registry import family_named
from lambdas.core.sampling.jobs import open_records
from lambdas.core.sampling.scheduling import full_run_jobs, next_jobs, plan_jobs
from tests.unit.core.samples import GREEDY, a_backlog, a_plan, rows

FORTY = Setting("T0.7", 0.7, 40)


def a_sized_plan(**changed: Any) -> Plan:
    return a_plan(
        **{"settings": (GREEDY, FORTY), "waves": (4, 36), "stopping": Stopping("worth", 0.001)}
        | changed
    )


def second_wave(plan: Plan, *groups: ConfidenceGroup) -> list[Job]:
    questions = plan.shards[0].questions
    return plan_jobs(plan, 2, [a_backlog(questions=questions, open=groups)])


def groups_of(*wanted: tuple[int, int]) -> tuple[ConfidenceGroup, ...]:
    """Return groups of so many questions that want so many paths."""
    return tuple(ConfidenceGroup(0.5, questions, paths) for paths, questions in wanted)


def test_few_open_questions_are_one_job() -> None:
    (job,) = second_wave(a_sized_plan(), *groups_of((10, 30), (6, 40)))

    (job_slice,) = job.slices
    assert (job_slice.questions, job_slice.generations) == (70, (1,) * 10)
    assert (job.records, job.completions) == (540, 540)


def test_many_open_questions_are_cut_in_layers_of_paths() -> None:
    plan = a_sized_plan(shards=(Shard("000", 0, 900),))

    jobs = second_wave(plan, *groups_of((20, 150), (10, 250), (6, 200)))

    # Five paths of all 600 are 3,000 records. A sixth would be 600 more, and then 400 questions
    # have five: from path 5 to 9 a sixth path of 150 questions would be over 1,000.
    slices = [each for job in jobs for each in job.slices]
    assert [(each.path_offset, len(each.generations), each.questions) for each in slices] == [
        (0, 5, 600),
        (5, 5, 600),
        (10, 6, 150),
        (16, 4, 150),
    ]
    assert [job.records for job in jobs] == [3_000, 2_200, 900, 600]


def test_records_of_several_paths_are_cut_for_those_who_want_fewer() -> None:
    plan = a_sized_plan(family="cohere-command", invocation_type="InvokeModel", min_records=10)

    (job,) = second_wave(plan, *groups_of((8, 10), (6, 10), (3, 10)))

    # Four paths are in the first record, so ten questions have one record, and twenty have two.
    (job_slice,) = job.slices
    assert job_slice.generations == (4, 4)
    assert (job_slice.records, job_slice.completions) == (50, 170)


def test_what_is_too_small_for_a_batch_job_runs_on_demand() -> None:
    (job,) = second_wave(a_sized_plan(), *groups_of((10, 5)))

    assert (job.records, job.on_demand) == (50, True)


def test_without_on_demand_calls_questions_keep_what_they_have() -> None:
    custom = (
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abcdef123456"
    )
    backlog = a_backlog(open=groups_of((10, 5)))

    assert next_jobs(a_sized_plan(model_id=custom), 2, [backlog]) == []


def test_a_full_run_has_every_path_of_every_question() -> None:
    jobs = list(full_run_jobs(a_sized_plan()))

    assert sum(job.completions for job in jobs) == 100 * (1 + 40)


def test_there_are_two_sized_waves_after_the_first() -> None:
    plan = a_sized_plan()

    assert [plan.paths_in(wave) for wave in (1, 2, 3, 4)] == [4, 36, 36, 0]
    assert plan_jobs(plan, 4, [a_backlog()]) == []


def all_paths(jobs: Sequence[Job], still_open: Sequence[OpenQuestion]) -> Counter[tuple[int, int]]:
    """Return how often each path of each question is requested, and check the slices' counts."""
    paths: Counter[tuple[int, int]] = Counter()
    for job_slice in chain.from_iterable(job.slices for job in jobs):
        records = open_records(job_slice, rows(*still_open))
        specs = [(question, spec) for question, each in records.items() for spec in each]
        assert len(records) == job_slice.questions
        assert len(specs) == job_slice.records
        assert sum(spec.generations for _, spec in specs) == job_slice.completions
        for question, spec in specs:
            first = spec.first_path
            paths.update((question, path) for path in range(first, first + spec.generations))
    return paths


@given(
    st.lists(st.tuples(st.integers(1, 36), st.integers(1, 400)), min_size=1, max_size=6),
    st.integers(1, 8),
    st.sampled_from([1, 100, 1_000]),
    st.sampled_from(["nova", "cohere-command", "jurassic"]),
)
def test_the_slices_of_a_wave_share_the_wanted_paths_out(
    wanted: list[tuple[int, int]], per_job: int, min_records: int, family: str
) -> None:
    groups = groups_of(*sorted(wanted, reverse=True))
    each = [group.wanted for group in groups for _ in range(group.questions)]
    still_open = [OpenQuestion(number, 4, paths) for number, paths in enumerate(each)]
    plan = a_sized_plan(
        shards=(Shard("000", 0, len(each)),),
        paths_per_job=per_job,
        min_records=min_records,
        family=family,
        invocation_type=family_named(family).forms[0].invocation_type,
    )

    jobs = second_wave(plan, *groups)

    assert all_paths(jobs, still_open) == Counter(
        (number, 4 + path) for number, paths in enumerate(each) for path in range(paths)
    )
    # A shared job has less than twice the minimum, and what is too small for a job joins one.
    most = max(1_000, len(each) * per_job, 2 * min_records) + min_records
    assert max(job.records for job in jobs) <= most
    widths = [sum(job_slice.generations) for job in jobs for job_slice in job.slices]
    assert min(widths[:-1], default=per_job) >= per_job
    assert list(accumulate(widths))[-1] == max(each)
