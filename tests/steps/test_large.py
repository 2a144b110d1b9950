"""A million questions, 15 paths each at three temperatures and one greedily: planned, not run."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec
import pytest

from lambdas.contract.jobs import Job
from lambdas.contract.schema import Plan
from lambdas.contract.stack import StackVariables
from lambdas.contract.votes import Backlog, ConfidenceGroup, LostRecords
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.errors import RequestError
from lambdas.core.planning import Origin, StackSettings, make_plan
from lambdas.core.requests.request import check_request
from lambdas.core.sampling.plan import partitions_of
from lambdas.core.sampling.scheduling import MAX_SLICES, initial_backlogs, next_jobs
from lambdas.core.sampling.sharding import Quotas
from lambdas.core.sampling.wave_summary import summarize_wave
from lambdas.core.survey import survey_dataset
from lambdas.core.text import split_lines

QUESTIONS, BYTES = 1_000_000, 300
REQUEST = {"temperatures": [0.5, 0.7, 1.0], "paths": 15, "template": "Q: {question}\nA:"}
QUOTAS = Quotas(min_records=100, max_records=50_000, max_input_mib=1024)
# Step Functions, payload of a state; DynamoDB, size of an entry.
MAX_STATE_BYTES, MAX_ENTRY_BYTES = 262_144, 400_000


def plan_of(quotas: Quotas = QUOTAS, **request: Any) -> Plan:
    checked = check_request(
        {"dataset": "q.jsonl", **REQUEST, **request},
        bucket="b",
        default_model="us.amazon.nova-lite-v1:0",
        most_jobs_at_once=100,
        model_behind=lambda _: None,
    )
    texts = DatasetSize(QUESTIONS * BYTES, QUESTIONS * 100, 300)
    one = survey_dataset(lambda: split_lines([b'{"question": "?"}'], BYTES), "q.jsonl")
    sizes, none = (array("L", [size]) * QUESTIONS for size in (BYTES, 0))
    survey = replace(one, labelled=QUESTIONS, question_bytes=sizes, choices_bytes=none, size=texts)
    origin = Origin("r" * 80, "arn:execution", "2026-11-22T06:00:00Z")
    variables = StackVariables(
        default_model=checked.model_id,
        jobs_at_once=100,
        min_records=quotas.min_records,
        max_records=quotas.max_records,
        max_input_mib=quotas.max_input_mib,
        rehearsal=True,
    )
    stack = StackSettings("b", variables)
    return make_plan(origin, checked, survey, [], stack)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of()


@pytest.fixture(scope="module")
def jobs(plan: Plan) -> list[Job]:
    return next_jobs(plan, 1, initial_backlogs(plan))


def longest(rows: Sequence[Any]) -> int:
    """Return the bytes of the longest line of a file that has these."""
    return max(len(msgspec.json.encode(row)) for row in rows)


def test_all_paths_of_all_questions_are_in_jobs_that_bedrock_takes(
    plan: Plan, jobs: list[Job]
) -> None:
    # 100 shards of 10,000 questions; 46 paths of each question, 5 in a job but for greedy's one.
    assert len(plan.shards) == 100
    assert len(jobs) == 100 * (1 + 3 * 3)
    assert sum(job.completions for job in jobs) == 46_000_000
    assert {job.records for job in jobs} == {10_000, 50_000}

    per_partition: Counter[str] = Counter()
    for job_slice in (each for job in jobs for each in job.slices):
        assert job_slice.path_offset == per_partition[job_slice.partition]
        per_partition[job_slice.partition] += sum(job_slice.generations)
    assert sorted(set(per_partition.items())) == sorted(
        (partition.partition, 1 if partition.setting == "greedy" else 15)
        for partition in partitions_of(plan, 1)
    )


def test_what_travels_and_what_lies_in_the_table_stays_small(plan: Plan, jobs: list[Job]) -> None:
    backlogs = initial_backlogs(plan)
    summary = summarize_wave(plan, 1, jobs, backlogs, backlogs)

    # Each is one child's state, or one entry; the plan is read by every step.
    assert longest(jobs) < 1_000
    assert longest(partitions_of(plan, 1)) < 1_000
    assert longest([asdict(summary)]) < 10_000
    assert longest([plan]) < 100_000


def almost_done(backlogs: Sequence[Backlog], few: int, lost: int) -> list[Backlog]:
    """Return the backlogs with few open questions left, and some lost records."""
    losses = tuple(LostRecords(path, lost, lost) for path in range(4)) if lost else ()
    return [
        replace(
            backlog,
            open=(ConfidenceGroup(0.5, few),),
            lost=losses,
            lost_questions=4 * lost,
            finished=backlog.questions - few,
            requested_paths=4 * backlog.questions,
        )
        for backlog in backlogs
    ]


@pytest.mark.parametrize(
    ("least", "few", "lost"),
    [
        pytest.param(100, 1, 1, id="a question and a lost record per partition"),
        pytest.param(10_000, 1, 1, id="the same if jobs must be large"),
        pytest.param(10_000, 3, 5, id="a few of each"),
        pytest.param(100, 30, 30, id="enough for jobs of their own"),
    ],
)
def test_jobs_of_few_open_questions_in_2100_partitions_fit_in_a_state(
    least: int, few: int, lost: int
) -> None:
    twenty = [round(0.05 * n, 2) for n in range(1, 21)]
    quotas = replace(QUOTAS, min_records=least)
    plan = plan_of(quotas, temperatures=twenty, early_stop=0.95, attempts=5)
    backlogs = almost_done(initial_backlogs(plan), few, lost)

    jobs = next_jobs(plan, 2, backlogs)

    assert len(plan.settings) * len(plan.shards) == 2_100
    assert max(len(job.slices) for job in jobs) <= MAX_SLICES
    assert longest(jobs) < 0.2 * MAX_STATE_BYTES
    # Each partition's new paths and its lost ones are requested once.
    requested = Counter((each.partition, each.retry_paths) for job in jobs for each in job.slices)
    assert set(requested.values()) == {1}
    assert sum(job.records for job in jobs) == sum(
        4 * lost + (0 if backlog.setting == "greedy" else 11 * few) for backlog in backlogs
    )


def test_a_run_of_more_partitions_than_its_steps_can_read_is_refused() -> None:
    # 100 paths in a job leave room for 500 questions: 2,000 shards.
    with pytest.raises(
        RequestError, match="4 settings on 2,000 shards of the dataset are 8,000 partitions"
    ):
        plan_of(paths=100, paths_per_job=100)


def test_a_run_of_more_jobs_than_a_report_can_hold_is_refused() -> None:
    eleven = [round(0.05 * n, 2) for n in range(1, 12)]

    # 100 shards, 11 settings of 20 jobs and greedy's one: 22,100.
    with pytest.raises(RequestError, match="would have 22,100 jobs, must have at most 10,000"):
        plan_of(temperatures=eleven, paths=100)
