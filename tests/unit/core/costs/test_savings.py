"""Savings: what fewer exemplars would spare, and an estimate in sentences."""

import pytest

from lambdas.core.costs.cost import Saving, SettingEstimate
from lambdas.core.costs.prices import GIVEN, ModelPrices, prices_of
from lambdas.core.costs.savings import estimate_remarks, savings_of

PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "", GIVEN)


def a_setting(
    records: int, generations: int, on_demand: int = 0, cost: float | None = 10.0
) -> SettingEstimate:
    return SettingEstimate("T0.7", 5, records, generations, on_demand, 0, 0, cost, cost, 2.0)


def test_half_and_none_of_the_exemplars() -> None:
    found = savings_of([a_setting(1000, 5000)], 8, 600, PRICES)

    # 1,000 records × 600 tokens at $1 per million, and half of them.
    assert [(saving.exemplars, saving.tokens_in) for saving in found] == [
        (4, 300_000),
        (0, 600_000),
    ]
    assert [saving.usd for saving in found] == pytest.approx([0.3, 0.6])


def test_what_runs_on_demand_saves_its_own_price() -> None:
    *_, none = savings_of([a_setting(1000, 1000, on_demand=400)], 2, 500, PRICES)

    assert none.usd == pytest.approx(400 * 500 * 2e-6 + 600 * 500 * 1e-6)


@pytest.mark.parametrize(("exemplars", "kept"), [(0, []), (1, [0]), (3, [1, 0])])
def test_there_is_only_so_much_to_leave_out(exemplars: int, kept: list[int]) -> None:
    found = savings_of([a_setting(10, 10)], exemplars, 100, PRICES)

    assert [saving.exemplars for saving in found] == kept


def test_the_sentences() -> None:
    settings = [a_setting(1000, 5000), a_setting(1000, 1000, cost=None)]
    savings = [Saving(1, 300_000, 0.3), Saving(0, 600_000, None)]

    found = estimate_remarks(
        settings, savings, PRICES, exemplars=2, prompt_tokens=1700, exemplar_tokens=600
    )

    assert found == (
        "each record's prompt is about 1,700 tokens, 600 of them in 2 exemplars; it is billed once"
        " per record",
        "T0.7: a record brings 5 paths for one prompt: $2.00 a path, $10.00 in all",
        "T0.7: a record brings one path and has the prompt anew",
        "with 1 exemplar it would be about $0.30 (300,000 prompt tokens) less",
        "with no exemplars it would be about 600,000 prompt tokens less",
    )


def test_prices_of_the_table_are_said_to_be_of_one_region_and_date() -> None:
    listed = prices_of("amazon.nova-lite-v1:0")

    *_, found = estimate_remarks([], [], listed, exemplars=0, prompt_tokens=1, exemplar_tokens=0)

    assert found == (
        "prices are those of us-east-1 as of 2026-06-11; Bedrock bills those of the Region the run"
        " is in, which may be higher"
    )


@pytest.mark.parametrize("prices", [None, PRICES])
def test_of_prices_that_are_not_the_table_s_nothing_is_said(prices: ModelPrices | None) -> None:
    found = estimate_remarks([], [], prices, exemplars=0, prompt_tokens=1, exemplar_tokens=0)

    assert len(found) == 1
