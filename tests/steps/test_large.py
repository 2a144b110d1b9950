"""A million questions, 15 paths each at three temperatures and one greedily: planned, not run."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec
import pytest

from lambdas.core.costs.loads import Texts
from lambdas.core.errors import RequestError
from lambdas.core.jobs import Job
from lambdas.core.plan import Plan, lanes_of
from lambdas.core.planning import Origin, Survey, make_plan
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.requests.request import check_request
from lambdas.core.sizing import Quotas
from lambdas.core.waves.gathering import MAX_PARTS
from lambdas.core.waves.layout import first_needs
from lambdas.core.waves.need import Certainty, LaneNeed, LostFrom
from lambdas.core.waves.next_jobs import next_jobs
from lambdas.core.waves.story import story_of

QUESTIONS, BYTES = 1_000_000, 300
REQUEST = {"temperatures": [0.5, 0.7, 1.0], "paths": 15}
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
    texts = Texts(QUESTIONS * BYTES, QUESTIONS * 100, 300)
    surveyed = Survey("arithmetic", QUESTIONS, array("L", [BYTES]) * QUESTIONS, texts, ())
    origin = Origin("r" * 80, "arn:execution", "2026-11-22T06:00:00Z")
    return make_plan(origin, checked, Prompt(("Q: ", "\nA:"), ("question",)), surveyed, quotas)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of()


@pytest.fixture(scope="module")
def jobs(plan: Plan) -> list[Job]:
    return next_jobs(plan, 1, first_needs(plan), [])


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

    per_lane: Counter[str] = Counter()
    for part in (part for job in jobs for part in job.parts):
        assert part.after == per_lane[part.lane]
        per_lane[part.lane] += sum(part.generations)
    assert sorted(set(per_lane.items())) == sorted(
        (lane.lane, 1 if lane.setting == "greedy" else 15) for lane in lanes_of(plan, 1)
    )


def test_what_travels_and_what_lies_in_the_table_stays_small(plan: Plan, jobs: list[Job]) -> None:
    needs = first_needs(plan)
    story = story_of(plan, 1, jobs, needs, needs)

    # Each is one child's state, or one entry; the plan is read by every step.
    assert longest(jobs) < 1_000
    assert longest(lanes_of(plan, 1)) < 1_000
    assert longest([asdict(story)]) < 10_000
    assert longest([plan]) < 100_000


def left(needs: Sequence[LaneNeed], few: int, lost: int) -> list[LaneNeed]:
    """Return what lanes need of which few questions are open, and some records got lost."""
    losses = tuple(LostFrom(path, lost, lost) for path in range(4)) if lost else ()
    return [
        replace(
            need,
            open=(Certainty(0.5, few),),
            lost=losses,
            lost_questions=4 * lost,
            finished=need.questions - few,
            sampled=4 * need.questions,
        )
        for need in needs
    ]


@pytest.mark.parametrize(
    ("least", "few", "lost"),
    [
        pytest.param(100, 1, 1, id="a question and a lost record a lane"),
        pytest.param(10_000, 1, 1, id="the same where jobs must be large"),
        pytest.param(10_000, 3, 5, id="a few of each"),
        pytest.param(100, 30, 30, id="enough for jobs of their own"),
    ],
)
def test_jobs_of_the_few_that_are_left_in_2100_lanes_fit_in_a_state(
    least: int, few: int, lost: int
) -> None:
    twenty = [round(0.05 * n, 2) for n in range(1, 21)]
    quotas = replace(QUOTAS, min_records=least)
    plan = plan_of(quotas, temperatures=twenty, early_stop=0.95, attempts=5)
    needs = left(first_needs(plan), few, lost)

    jobs = next_jobs(plan, 2, needs, [])

    assert len(plan.settings) * len(plan.shards) == 2_100
    assert max(len(job.parts) for job in jobs) <= MAX_PARTS
    assert longest(jobs) < 0.2 * MAX_STATE_BYTES
    # Each lane's new paths and its lost ones are asked for, once.
    asked = Counter((part.lane, part.again) for job in jobs for part in job.parts)
    assert set(asked.values()) == {1}
    assert sum(job.records for job in jobs) == sum(
        4 * lost + (0 if need.setting == "greedy" else 11 * few) for need in needs
    )


def test_a_run_of_more_lanes_than_its_steps_can_read_is_refused() -> None:
    # 100 paths in a job leave room for 500 questions: 2,000 slices.
    with pytest.raises(RequestError, match="4 settings on 2,000 slices of the set are 8,000 lanes"):
        plan_of(paths=100, paths_per_job=100)


def test_a_run_of_more_jobs_than_a_report_can_hold_is_refused() -> None:
    eleven = [round(0.05 * n, 2) for n in range(1, 12)]

    # 100 shards, 11 settings of 20 jobs and greedy's one: 22,100.
    with pytest.raises(RequestError, match="would have 22,100 jobs, must have at most 10,000"):
        plan_of(temperatures=eleven, paths=100)
