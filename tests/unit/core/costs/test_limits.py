"""The stack's spending limits: which applies, by which prices, and what a refusal says."""

from dataclasses import replace
from typing import Any

import pytest

from lambdas.contract.costs import Estimate, ModelPrices
from lambdas.contract.stack import StackVariables
from lambdas.core.costs.limits import (
    StackLimit,
    limit_prices,
    price_gap,
    stack_limit,
    stack_limit_error,
    upload_model_problem,
)
from tests.unit.core.samples import a_plan

NOVA = "us.amazon.nova-lite-v1:0"
OPUS = "us.anthropic.claude-opus-4-20250514-v1:0"
BUILT_IN = ModelPrices(3.0, 15.0, 1.5, 7.5, "2026-06-30", "a page")


def a_stack(**changed: Any) -> StackVariables:
    return StackVariables(
        default_model=NOVA,
        jobs_at_once=3,
        min_records=100,
        max_records=50_000,
        max_input_mib=1024,
        **changed,
    )


def an_estimate(expected: float | None, ceiling: float | None) -> Estimate:
    return Estimate((), 1, 0, 0, 1, 1, 1, 1, expected, ceiling, 0.01)


@pytest.mark.parametrize(
    ("settings", "by_upload", "limit"),
    [
        pytest.param((100, 10), False, StackLimit("max_run_usd", 100), id="started directly"),
        pytest.param((100, 10), True, StackLimit("max_upload_usd", 10), id="by upload"),
        pytest.param((5, 10), True, StackLimit("max_run_usd", 5), id="a run's is the lower one"),
        pytest.param((100, None), True, StackLimit("max_run_usd", 100), id="none for uploads"),
        pytest.param((None, 10), False, None, id="none for runs"),
        pytest.param((None, 10), True, StackLimit("max_upload_usd", 10), id="for uploads alone"),
        pytest.param((None, None), True, None, id="both switched off"),
    ],
)
def test_the_lowest_limit_that_applies_is_the_run_s(
    settings: tuple[float | None, float | None], by_upload: bool, limit: StackLimit | None
) -> None:
    stack = a_stack(max_run_usd=settings[0], max_upload_usd=settings[1])

    assert stack_limit(stack, by_upload=by_upload) == limit


def test_a_rehearsal_has_no_limit() -> None:
    stack = a_stack(max_run_usd=1, max_upload_usd=1, models_for_uploads=("x.",), rehearsal=True)

    assert stack_limit(stack, by_upload=True) is None
    assert upload_model_problem(stack, OPUS, "anthropic.claude-opus-4-20250514-v1:0") is None


@pytest.mark.parametrize(
    ("built_in", "given", "used"),
    [
        pytest.param((3, 15, 1.5, 7.5), None, (3, 15, 1.5, 7.5), id="none given"),
        pytest.param((3, 15, 1.5, 7.5), (0, 0, 0, 0), (3, 15, 1.5, 7.5), id="0 lowers nothing"),
        pytest.param(
            (3, 15, 1.5, 7.5), (4, 1, 1, 8), (4, 15, 1.5, 8), id="each price is the higher one"
        ),
        pytest.param(None, (1, 2, 0.5, 1), (1, 2, 0.5, 1), id="no other price is known"),
        pytest.param(None, (1, 2, 0.5, 0), None, id="one of four is 0"),
        pytest.param(None, None, None, id="no price at all"),
    ],
)
def test_a_request_s_prices_raise_those_of_a_limit_and_never_lower_them(
    built_in: tuple[float, ...] | None,
    given: tuple[float, ...] | None,
    used: tuple[float, ...] | None,
) -> None:
    def prices(of: tuple[float, ...] | None) -> ModelPrices | None:
        return None if of is None else ModelPrices(*of, as_of="", source="")

    assert limit_prices(prices(built_in), prices(given)) == prices(used)


def test_a_limit_counts_what_the_prompt_cache_costs_whatever_the_request_s_prices() -> None:
    built_in = replace(BUILT_IN, cache_write=3.75, prompt_limit=100_000)
    given = ModelPrices(1.0, 1.0, 0.5, 0.5, "", "", cache_write=1.25)

    found = limit_prices(built_in, given)

    assert found == built_in


@pytest.mark.parametrize(
    ("longest_prompt", "holds"), [pytest.param(100_000, True), pytest.param(100_001, False)]
)
def test_no_price_of_a_request_counts_where_prompts_may_pass_the_listed_price_s_limit(
    longest_prompt: int, holds: bool
) -> None:
    built_in = replace(BUILT_IN, prompt_limit=100_000)
    given = ModelPrices(400.0, 400.0, 400.0, 400.0, "", "")

    gap = price_gap(built_in, longest_prompt)

    assert (gap is None) is holds
    assert (limit_prices(built_in, given, gap) is not None) is holds


def test_a_price_that_has_risen_since_counts_only_as_the_request_gives_it() -> None:
    higher = ModelPrices(6.0, 30.0, 3.0, 15.0, "", "")
    lower, free = (ModelPrices(each, each, each, each, "", "") for each in (1e-9, 0.0))

    gap = price_gap(BUILT_IN, 1, "2026-07-01")

    assert gap is not None
    assert "may have risen on 2026-07-01" in gap.why
    assert limit_prices(BUILT_IN, None, gap) is None
    assert limit_prices(BUILT_IN, free, gap) is None
    assert limit_prices(BUILT_IN, lower, gap) == BUILT_IN
    assert limit_prices(BUILT_IN, higher, gap) == replace(
        BUILT_IN, input=6.0, output=30.0, batch_input=3.0, batch_output=15.0
    )
    assert price_gap(BUILT_IN, 1, "2026-06-30") is None


def test_a_refusal_names_the_limit_both_figures_and_who_may_change_it() -> None:
    limit = StackLimit("max_run_usd", 100)

    error = stack_limit_error(limit, an_estimate(69_404.75, 9_689_409.79), a_plan(), None)

    assert error == (
        "the run is expected to cost $69,404.75, and $9,689,409.79 at most, which must be within"
        " the stack's max_run_usd of $100.00: lower paths, max_tokens, limit or budget, or use"
        " fewer temperatures; whoever deploys the stack may raise the limit: cdk deploy -c"
        " max_run_usd=9689409.79"
    )


def test_the_upper_bound_is_what_is_compared() -> None:
    limit = StackLimit("max_run_usd", 100)

    assert stack_limit_error(limit, an_estimate(99, 100), a_plan(), None) is None
    assert stack_limit_error(limit, an_estimate(1, 100.01), a_plan(), None) is not None


def test_a_higher_limit_of_the_request_is_said_to_raise_nothing() -> None:
    limit, found = StackLimit("max_upload_usd", 10), an_estimate(20, 30)

    higher = stack_limit_error(limit, found, a_plan(max_cost_usd=500.0), None)
    lower = stack_limit_error(limit, found, a_plan(max_cost_usd=9.0), None)

    assert "the request's max_cost_usd of $500.00 does not raise it" in (higher or "")
    assert "does not raise" not in (lower or "")


def test_an_uploaded_dataset_is_refused_with_the_request_to_upload_instead() -> None:
    limit, plan = StackLimit("max_upload_usd", 10), a_plan(questions=20_000)

    error = stack_limit_error(limit, an_estimate(54.81, 171.2), plan, "uploads/q.jsonl") or ""

    # 20,000 questions for $171.20 are 1,168 for $10.
    for part in (
        'NAME.run.json such as {"dataset": "uploads/q.jsonl", "temperatures": [0.7], "paths": 5}',
        '"limit": 1168 would about suffice',
        '"max_cost_usd"',
        "cdk deploy -c max_upload_usd=171.20",
    ):
        assert part in error


def test_a_model_without_prices_is_refused_with_both_ways_out() -> None:
    found = an_estimate(None, None)

    error = stack_limit_error(StackLimit("max_run_usd", 100), found, a_plan(), None) or ""

    assert error.startswith("the stack's max_run_usd is $100.00, but the prices of us.amazon.nova")
    assert '"prices": {"input": …, "output": …} above 0' in error
    assert error.endswith("cdk deploy -c max_run_usd=none")


@pytest.mark.parametrize(
    ("allowed", "model_id", "foundation", "is_refused"),
    [
        pytest.param((), OPUS, "anthropic.claude-opus-4", False, id="any model"),
        pytest.param(("mistral.",), NOVA, "amazon.nova-lite-v1:0", False, id="the default"),
        pytest.param(("us.anthropic.",), OPUS, None, False, id="the profile's id"),
        pytest.param(("anthropic.",), OPUS, "anthropic.claude-opus-4", False, id="its model"),
        pytest.param(("mistral.", "amazon."), OPUS, "anthropic.claude-opus-4", True, id="another"),
        pytest.param(("amazon.",), "arn:profile", None, True, id="a model that is not known"),
    ],
)
def test_uploads_use_the_models_allowed_for_them(
    allowed: tuple[str, ...], model_id: str, foundation: str | None, is_refused: bool
) -> None:
    stack = a_stack(models_for_uploads=allowed)

    assert (upload_model_problem(stack, model_id, foundation) is not None) == is_refused


def test_a_refused_model_is_told_with_the_models_allowed_and_who_may_add_it() -> None:
    stack = a_stack(models_for_uploads=("mistral.",))

    problem = upload_model_problem(stack, OPUS, "anthropic.claude-opus-4") or ""

    assert problem.startswith(f'model_id is "{OPUS}", must be the stack\'s {NOVA} or one of')
    assert problem.endswith("-c models_for_uploads=mistral.,anthropic.claude-opus-4")


def test_the_stack_s_limit_is_part_of_the_plan_s_limits_and_so_is_the_request_s() -> None:
    plan = replace(a_plan(max_cost_usd=5.0), estimate=an_estimate(1, 4))

    assert [(each.name, each.usd, each.ceiling_usd) for each in plan.cost_limits] == [
        ("max_cost_usd", 5.0, 4)
    ]
    assert a_plan().cost_limits == ()
