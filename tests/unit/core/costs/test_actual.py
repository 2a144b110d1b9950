"""What jobs cost, and what runs of fewer or more paths would have cost, worked by hand."""

from dataclasses import replace
from typing import Any

import pytest

from lambdas.contract.costs import ModelPrices
from lambdas.contract.entries import JobEntry
from lambdas.contract.schema import Plan, Shard, Stopping
from lambdas.core.costs.actual import (
    MeanTokens,
    PathCosts,
    TotalCost,
    job_cost_usd,
    mean_tokens,
    on_demand_records,
    total_cost,
)
from tests.unit.core.report.samples import a_job_entry
from tests.unit.core.samples import a_plan

# On demand a million tokens cost $2 in a prompt and $8 in a completion, in batch half of that.
PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
# 1,000 tokens in and 200 out: $0.0018 in batch, twice that on demand.
BATCH, ON_DEMAND = a_job_entry(), a_job_entry(on_demand=True, records_planned=16)
NEVER_COUNTED = a_job_entry(tokens_in=None, tokens_out=None)
MILLIONS = MeanTokens(prompt=1e6, completion=1e6)
FIVE: dict[str, Any] = {"family": "cohere-command", "invocation_type": "InvokeModel"}


def test_a_job_costs_its_tokens_at_the_price_of_batch_or_of_on_demand() -> None:
    assert job_cost_usd(BATCH, PRICES) == 0.0018
    assert job_cost_usd(ON_DEMAND, PRICES) == 0.0036


def test_tokens_in_the_prompt_cache_have_prices_of_their_own() -> None:
    prices = replace(PRICES, cache_read=0.2, cache_write=2.5)
    members = {"cache_read_tokens": 600, "cache_write_tokens": 100}

    on_demand = a_job_entry(on_demand=True, **members)
    batch = a_job_entry(**members)

    # 300 at $2, 600 at $0.20, 100 at $2.50, and 200 out at $8.
    assert job_cost_usd(on_demand, prices) == 0.00257
    # Where no price is known: 900 at $2, and 100 a quarter more.
    assert job_cost_usd(on_demand, PRICES) == 0.00365
    # In batch: 900 at $1, 100 a quarter more, and 200 out at $4.
    assert job_cost_usd(batch, prices) == 0.001825


def test_the_cost_of_jobs_is_summed() -> None:
    assert total_cost([BATCH, ON_DEMAND], PRICES) == TotalCost(0.0054, estimated=False)


def test_without_prices_the_cost_is_unknown_and_not_0() -> None:
    assert job_cost_usd(BATCH, None) is None
    assert total_cost([BATCH], None) == TotalCost(None, estimated=False)


def test_estimated_tokens_make_an_estimated_cost() -> None:
    assert total_cost([BATCH, a_job_entry(tokens_estimated=True)], PRICES).estimated


def test_a_job_whose_tokens_were_never_counted_has_no_cost_of_its_own() -> None:
    assert job_cost_usd(NEVER_COUNTED, PRICES) is None
    assert total_cost([BATCH, NEVER_COUNTED], PRICES).cost_usd == 0.0018


def test_records_on_demand_are_counted() -> None:
    assert on_demand_records([BATCH, ON_DEMAND]) == 16


def usd_by_paths(plan: Plan, *paths: int, prices: ModelPrices | None = PRICES) -> dict[int, float]:
    found = PathCosts(plan, prices).costs(paths, MILLIONS)
    return {each.paths: each.cost_usd for each in found or ()}


def of_questions(questions: int, **changed: Any) -> Plan:
    shards = (Shard("000", 0, questions),)
    return a_plan(shards=shards, questions=questions, **changed)


def test_in_batch_with_a_record_for_each_path_the_last_costs_what_the_first_does() -> None:
    # 100 records of $1 and 100 completions of $4.
    assert usd_by_paths(a_plan(), 1, 2, 10) == {1: 500.0, 2: 1000.0, 10: 5000.0}


def test_a_record_that_brings_five_paths_has_its_prompt_paid_for_once() -> None:
    # 1,000 questions: a prompt for each five paths.
    assert usd_by_paths(of_questions(1000, **FIVE), 1, 5, 6) == {
        1: 1000.0 + 4000.0,
        5: 1000.0 + 20_000.0,
        6: 2000.0 + 24_000.0,
    }


def test_a_small_set_has_its_prompt_paid_for_as_often_as_a_batch_job_has_records() -> None:
    # 40 questions need three records each to make 100; five paths would fit into one.
    assert usd_by_paths(of_questions(40, **FIVE), 5) == {5: 3 * 40.0 + 5 * 160.0}


def test_paths_too_few_for_a_batch_job_cost_what_they_do_on_demand() -> None:
    # 40 records are too few, and so are 80; 120 are not.
    assert usd_by_paths(of_questions(40), 1, 2, 3) == {1: 400.0, 2: 800.0, 3: 600.0}


def test_paths_that_would_run_on_demand_are_left_out_if_a_model_cannot() -> None:
    custom = "arn:aws:bedrock:us-east-1:1:custom-model/x"

    assert usd_by_paths(of_questions(40, model_id=custom), 1, 3) == {3: 600.0}


def test_early_stopping_and_budget_do_not_count() -> None:
    plan = a_plan(stopping=Stopping("level", 0.95), waves=(2, 3), budget=3.0)

    assert usd_by_paths(plan, 5) == {5: 2500.0}


def test_without_prices_or_tokens_nothing_is_known() -> None:
    assert PathCosts(a_plan(), None).costs([1], MILLIONS) is None
    assert PathCosts(a_plan(), PRICES).costs([1], None) is None


def test_shards_add_up() -> None:
    halves = tuple(Shard(f"00{n}", 60 * n, 60) for n in range(2))

    # Neither half has enough records of one path, both together have.
    assert usd_by_paths(replace(a_plan(), shards=halves, questions=120), 1) == {1: 600.0}


def test_mean_tokens_are_per_requested_record_and_completion() -> None:
    jobs = [
        a_job_entry(records_planned=100, paths_planned=500, tokens_in=5000, tokens_out=10_000),
        a_job_entry(records_planned=50, paths_planned=50, tokens_in=1000, tokens_out=1000),
    ]

    assert mean_tokens([*jobs, NEVER_COUNTED]) == MeanTokens(6000 / 150, 11_000 / 550)


@pytest.mark.parametrize("jobs", [[], [a_job_entry(records_planned=0, paths_planned=0)]])
def test_without_requests_there_is_no_mean(jobs: list[JobEntry]) -> None:
    assert mean_tokens(jobs) is None
