"""What runs of fewer or more paths would have cost, worked by hand."""

from dataclasses import replace
from typing import Any

import pytest

from lambdas.core.costs.path_costs import MeanTokens, PathCosts, mean_tokens
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.plan import Plan
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import Stopping
from tests.unit.core.samples import a_plan, a_record

# On demand a record costs $2 and a completion $8, in batch half of that.
PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
MILLIONS = MeanTokens(read=1e6, written=1e6)
FIVE: dict[str, Any] = {"family": "cohere-command", "invocation_type": "InvokeModel"}


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
    # 40 questions need three records each to make 100, and 5 paths are to be had from one.
    assert usd_by_paths(of_questions(40, **FIVE), 5) == {5: 3 * 40.0 + 5 * 160.0}


def test_paths_too_few_for_a_batch_job_cost_what_they_do_on_demand() -> None:
    # 40 records are too few, and so are 80; 120 are not.
    assert usd_by_paths(of_questions(40), 1, 2, 3) == {1: 400.0, 2: 800.0, 3: 600.0}


def test_paths_that_a_model_of_batch_jobs_alone_cannot_have_cost_nothing_known() -> None:
    custom = "arn:aws:bedrock:us-east-1:1:custom-model/x"

    assert usd_by_paths(of_questions(40, model_id=custom), 1, 3) == {3: 600.0}


def test_no_question_leaves_early_and_no_budget_ends() -> None:
    plan = a_plan(stopping=Stopping("level", 0.95), waves=(2, 3), budget=3.0)

    assert usd_by_paths(plan, 5) == {5: 2500.0}


def test_without_prices_or_tokens_nothing_is_known() -> None:
    assert PathCosts(a_plan(), None).costs([1], MILLIONS) is None
    assert PathCosts(a_plan(), PRICES).costs([1], None) is None


def test_shards_add_up() -> None:
    halves = tuple(Shard(f"00{n}", 60 * n, 60) for n in range(2))

    # Neither half has enough records of one path, both together have.
    assert usd_by_paths(replace(a_plan(), shards=halves, questions=120), 1) == {1: 600.0}


def test_mean_tokens_are_those_of_what_was_asked_for() -> None:
    jobs = [
        a_record(records_planned=100, paths_planned=500, tokens_in=5000, tokens_out=10_000),
        a_record(records_planned=50, paths_planned=50, tokens_in=1000, tokens_out=1000),
    ]
    never_ran = a_record(records_planned=50, paths_planned=50)
    del never_ran["tokens_in"], never_ran["tokens_out"]

    assert mean_tokens([*jobs, never_ran]) == MeanTokens(6000 / 150, 11_000 / 550)


@pytest.mark.parametrize("jobs", [[], [a_record(records_planned=0, paths_planned=0)]])
def test_where_nothing_was_asked_for_there_is_no_mean(jobs: list[dict[str, Any]]) -> None:
    assert mean_tokens(jobs) is None
