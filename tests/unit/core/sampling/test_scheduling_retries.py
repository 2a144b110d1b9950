"""Retries of lost paths, and the limits on cost and on demand that a wave keeps."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.costs import CostLimit, ModelPrices
from lambdas.contract.jobs import JobSlice
from lambdas.contract.schema import Plan
from lambdas.contract.votes import ConfidenceGroup, LostRecords
from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.sampling.scheduling import (
    initial_backlogs,
    next_jobs,
    plan_jobs,
    retry_records_in,
)
from tests.unit.core.samples import WARM, a_backlog, a_job, a_plan, a_slice

# Input tokens are free, and an output token costs a millionth of a dollar, also on demand. So a
# record of at most 100 tokens costs a ten-thousandth, and 100 questions of 5 paths five cents.
PRICES = ModelPrices(0.0, 1.0, 0.0, 1.0, "2026-06-30", "a page")
CUSTOM = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abcdef123456"
LOST = a_backlog(open=(), lost=(LostRecords(0, 200, 200),), lost_questions=90)


def retry_slices(
    *lost: LostRecords, min_records: int = 100, paths_per_job: int = 5
) -> list[JobSlice]:
    plan = a_plan(
        settings=(WARM,), waves=(5,), paths_per_job=paths_per_job, min_records=min_records
    )
    backlog = a_backlog(open=(), lost=lost, lost_questions=90)
    return [job_slice for job in plan_jobs(plan, 2, [backlog]) for job_slice in job.slices]


def test_lost_paths_of_a_partition_are_a_slice_of_their_own() -> None:
    (job_slice,) = retry_slices(LostRecords(0, 70, 70), LostRecords(3, 40, 80))

    assert (job_slice.partition, job_slice.setting) == ("T0.7-000", "T0.7")
    assert (job_slice.retry_paths, job_slice.questions) == ((0, 4), 90)
    assert (job_slice.records, job_slice.completions) == (110, 150)


def test_lost_paths_are_retried_beside_new_ones_and_after_the_last_wave() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    backlog = a_backlog(
        open=(ConfidenceGroup(0.5, 50),), lost=(LostRecords(1, 30, 30),), lost_questions=30
    )

    second, third = (plan_jobs(plan, wave, [backlog]) for wave in (2, 3))

    assert [
        [(job_slice.retry_paths, job_slice.records) for job_slice in job.slices] for job in second
    ] == [
        [(None, 150), ((1, 2), 30)],
    ]
    assert [[job_slice.retry_paths for job_slice in job.slices] for job in third] == [[(1, 2)]]
    assert third[0].on_demand


def test_few_lost_paths_share_a_job_with_few_new_ones() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    backlog = a_backlog(
        open=(ConfidenceGroup(0.5, 30),), lost=(LostRecords(1, 30, 30),), lost_questions=30
    )

    (job,) = plan_jobs(plan, 2, [backlog])

    assert ([job_slice.retry_paths for job_slice in job.slices], job.records) == (
        [None, (1, 2)],
        120,
    )


def test_without_retries_new_paths_are_requested_all_the_same() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3))
    backlog = a_backlog(
        open=(ConfidenceGroup(0.5, 50),), lost=(LostRecords(1, 30, 30),), lost_questions=30
    )

    (job,) = plan_jobs(plan, 2, [backlog], retry_lost=False)

    assert [job_slice.retry_paths for job_slice in job.slices] == [None]


def test_a_slice_of_lost_paths_spans_no_more_paths_than_a_job_has() -> None:
    """Shards are cut for as many records: a span of five paths, from the first lost."""
    slices = retry_slices(*(LostRecords(path, 600, 600) for path in (1, 4, 5, 6, 30)))

    assert [(job_slice.retry_paths, job_slice.records) for job_slice in slices] == [
        ((1, 6), 1800),
        ((6, 7), 600),
        ((30, 31), 600),
    ]


def test_few_lost_paths_are_merged_over_any_span() -> None:
    slices = retry_slices(*(LostRecords(path, 200, 200) for path in (1, 10, 20, 30, 31, 60)))

    assert [(job_slice.retry_paths, job_slice.records) for job_slice in slices] == [
        ((1, 32), 1000),
        ((60, 61), 200),
    ]


@given(
    st.dictionaries(st.integers(0, 99), st.integers(1, 900), min_size=1, max_size=12),
    st.integers(1, 20),
    st.integers(1, 120),
)
def test_every_lost_record_is_in_exactly_one_slice(
    lost: dict[int, int], paths_per_job: int, min_records: int
) -> None:
    ordered = [LostRecords(path, lost[path], lost[path]) for path in sorted(lost)]

    slices = retry_slices(*ordered, paths_per_job=paths_per_job, min_records=min_records)

    spans = [job_slice.retry_paths for job_slice in slices if job_slice.retry_paths]
    within = [[path for path in sorted(lost) if start <= path < end] for start, end in spans]
    assert sorted(path for paths in within for path in paths) == sorted(lost)
    assert [job_slice.records for job_slice in slices] == [
        sum(lost[path] for path in paths) for paths in within
    ]


def a_priced_plan(max_cost_usd: float | None, prices: ModelPrices | None = PRICES) -> Plan:
    whole: dict[str, Any] = {
        "settings": (WARM,),
        "waves": (2, 3),
        "max_tokens": 100,
        "max_cost_usd": max_cost_usd,
    }
    return a_plan(**whole, estimate=estimate(a_plan(**whole), DatasetSize(0, 0, 0), prices))


def test_without_a_limit_lost_paths_are_retried() -> None:
    assert [job.records for job in next_jobs(a_priced_plan(None), 2, [LOST])] == [200]


@pytest.mark.parametrize(
    ("max_cost_usd", "records"),
    [
        pytest.param(0.07, [200], id="all paths, and 200 records twice"),
        pytest.param(0.0699, [], id="a little less"),
    ],
)
def test_lost_paths_are_retried_if_the_limit_allows_it(
    max_cost_usd: float, records: list[int]
) -> None:
    plan = a_priced_plan(max_cost_usd)

    assert [job.records for job in next_jobs(plan, 2, [LOST])] == records


def test_the_stack_s_limit_stops_retries_at_its_own_prices_whatever_the_request_s() -> None:
    """The request's prices of 0 cost nothing; at the limit's, all paths cost $0.05."""
    free = replace(a_priced_plan(1.0), prices=None)
    limit = CostLimit("max_run_usd", 0.07, ceiling_usd=0.05, record_ceiling_usd=0.0001)

    within = replace(free, stack_limit=limit)
    beyond = replace(free, stack_limit=replace(limit, usd=0.0699))

    assert [job.records for job in next_jobs(within, 2, [LOST])] == [200]
    assert next_jobs(beyond, 2, [LOST]) == []


def test_earlier_retries_count_towards_the_limit() -> None:
    new, retried = a_slice(records=7), a_slice(retry_paths=(0, 1), generations=(), records=50)
    earlier = retry_records_in([a_job(new, retried)])

    assert earlier == 50
    assert next_jobs(a_priced_plan(0.07), 2, [LOST], earlier) == []
    assert len(next_jobs(a_priced_plan(0.075), 2, [LOST], earlier)) == 1


def test_refused_records_are_within_the_limit_from_the_start() -> None:
    refused = a_backlog(open=(), lost=(LostRecords(0, 200, 200, untried=200),), lost_questions=90)

    (job,) = next_jobs(a_priced_plan(0.05), 2, [refused])

    assert (job.records, job.on_demand, retry_records_in([job])) == (200, False, 0)


def test_refused_records_that_run_on_demand_may_cost_more_than_before() -> None:
    refused = a_backlog(open=(), lost=(LostRecords(0, 20, 20, untried=20),), lost_questions=20)

    (job,) = next_jobs(a_priced_plan(0.07), 2, [refused])

    assert (job.on_demand, retry_records_in([job])) == (True, 20)
    assert next_jobs(a_priced_plan(0.05), 2, [refused]) == []


def test_new_paths_are_within_the_limit_from_the_start() -> None:
    backlog = a_backlog(open=(ConfidenceGroup(0.5, 100),), lost=LOST.lost, lost_questions=90)

    (job,) = next_jobs(a_priced_plan(0.05), 2, [backlog])

    assert [(job_slice.retry_paths, job_slice.records) for job_slice in job.slices] == [(None, 300)]


def test_without_prices_a_limit_allows_no_retries() -> None:
    assert next_jobs(a_priced_plan(0.07, None), 2, [LOST]) == []


def test_a_model_that_runs_in_batch_jobs_only_skips_what_would_run_on_demand() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3), model_id=CUSTOM)
    many = a_backlog(open=(ConfidenceGroup(0.5, 100),))
    few = a_backlog(open=(ConfidenceGroup(0.5, 10),), finished=90)

    assert [job.records for job in next_jobs(plan, 2, [many])] == [300]
    assert next_jobs(plan, 2, [few]) == []


def test_such_a_model_requests_all_paths_to_come_at_once_if_that_is_enough() -> None:
    """22 of 40 paths were requested; 6 or 18 more of six questions are 36 or 108 records."""
    plan = a_plan(model_id=CUSTOM, settings=(WARM,), waves=(22, 6, 12))

    (job,) = next_jobs(plan, 2, [a_backlog(open=(ConfidenceGroup(0.5, 6),), lost=())])

    assert (job.records, job.on_demand, job.slices[0].generations) == (108, False, (1,) * 18)
    assert next_jobs(plan, 2, [a_backlog(open=(ConfidenceGroup(0.5, 5),), lost=())]) == []


def test_the_first_wave_has_the_planned_jobs() -> None:
    plan = a_plan()

    assert next_jobs(plan, 1, initial_backlogs(plan)) == plan_jobs(plan, 1, initial_backlogs(plan))
