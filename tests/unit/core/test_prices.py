"""Prices: from the request, else from the table, and never a made-up one."""

import re

import pytest

from lambdas.contract import Prices
from lambdas.contract.schema import ModelPrices
from lambdas.core.prices import GIVEN_IN_REQUEST, price_groups, prices_of, sum_known

# From Amazon's pricing page (July 2025 to June 2026), in USD per million tokens.
PUBLISHED = [
    ("amazon.nova-lite-v1:0", 0.06, 0.24, 0.03, 0.12),
    ("amazon.nova-2-lite-v1:0", 0.33, 2.75, 0.165, 1.375),
    ("anthropic.claude-3-haiku-20240307-v1:0", 0.25, 1.25, 0.125, 0.625),
    ("anthropic.claude-3-5-haiku-20241022-v1:0", 0.8, 4, 0.4, 2),
    ("anthropic.claude-3-5-sonnet-20240620-v1:0", 6, 30, 3, 15),
    ("anthropic.claude-3-5-sonnet-20241022-v2:0", 6, 30, 3, 15),
    ("anthropic.claude-sonnet-4-20250514-v1:0", 3, 15, 1.5, 7.5),
    ("anthropic.claude-opus-4-6-v1", 5.5, 27.5, 2.75, 13.75),
    ("anthropic.claude-sonnet-5", 2.2, 11, 1.1, 5.5),
    ("meta.llama3-1-8b-instruct-v1:0", 0.22, 0.22, 0.11, 0.11),
    ("meta.llama4-maverick-17b-instruct-v1:0", 0.24, 0.97, 0.12, 0.485),
    ("mistral.mistral-large-2407-v1:0", 2, 6, 1, 3),
    ("mistral.mixtral-8x7b-instruct-v0:1", 0.45, 0.7, 0.45, 0.7),
    ("openai.gpt-oss-120b-1:0", 0.15, 0.6, 0.075, 0.3),
    ("qwen.qwen3-32b-v1:0", 0.15, 0.6, 0.075, 0.3),
    ("deepseek.v3-v1:0", 0.58, 1.68, 0.29, 0.84),
    ("deepseek.r1-v1:0", 1.35, 5.4, 1.35, 5.4),
    ("cohere.command-text-v14", 1.5, 2, 1.5, 2),
    ("cohere.command-text-v14:7:4k", 1.5, 2, 1.5, 2),
    ("ai21.j2-mid-v1", 12.5, 12.5, 12.5, 12.5),
]


def four(prices: ModelPrices | None) -> tuple[float, ...]:
    assert prices is not None
    return prices.input, prices.output, prices.batch_input, prices.batch_output


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda row: row[0])
def test_each_family_has_its_published_prices(
    published: tuple[str, float, float, float, float],
) -> None:
    model, *expected = published

    assert four(prices_of(model)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(None, id="no model id"),
        pytest.param("amazon.nova-lite-v2:0", id="a later version"),
        pytest.param("minimax.minimax-m2.5", id="a name that begins like another one"),
        pytest.param("anthropic.claude-opus-5-v1:0", id="a model without a published price"),
        pytest.param(
            "anthropic.claude-opus-4-1-20250805-v1:0", id="raised since, new price unknown"
        ),
        pytest.param("anthropic.claude-opus-4-8-fast", id="a faster variant"),
        pytest.param("anthropic.claude-sonnet-5-2", id="a later minor version"),
        pytest.param("deepseek.v3.2-exp", id="an experimental variant"),
        pytest.param("zai.glm-4.7-flashx", id="a name longer than another one"),
        pytest.param("zai.glm-4.7-air", id="a smaller variant"),
    ],
)
def test_an_unknown_model_has_no_prices(model: str | None) -> None:
    assert prices_of(model) is None


def test_a_name_that_begins_like_another_one_has_its_own_price() -> None:
    assert four(prices_of("zai.glm-4.7-flash"))[0] == 0.07
    assert four(prices_of("zai.glm-4.7"))[0] == 0.6


@pytest.mark.parametrize("ending", ["", "-v1", "-v1:0", "-20251001-v1:0", "-v1:0:200k"])
def test_a_date_a_version_or_a_context_length_does_not_change_the_model(ending: str) -> None:
    assert four(prices_of(f"anthropic.claude-haiku-4-5{ending}")) == (1.1, 5.5, 0.55, 2.75)


def test_the_global_profile_costs_a_tenth_less_for_some_models() -> None:
    haiku, nova = "anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0"

    assert four(prices_of(haiku)) == (1.1, 5.5, 0.55, 2.75)
    assert four(prices_of(haiku, global_profile=True)) == (1, 5, 0.5, 2.5)
    assert prices_of(nova, global_profile=True) == prices_of(nova)


def test_prices_in_the_request_override_the_table_and_batch_is_half_of_them() -> None:
    found = prices_of("amazon.nova-lite-v1:0", Prices(input=1.0, output=3.0, batch_output=2.0))

    assert found == ModelPrices(1.0, 3.0, 0.5, 2.0, "", GIVEN_IN_REQUEST)


def test_an_unknown_model_has_the_prices_in_the_request() -> None:
    assert four(prices_of(None, Prices(input=0.0, output=0.0))) == (0, 0, 0, 0)


def test_every_price_has_a_date_and_a_source_and_is_above_0() -> None:
    for group in price_groups():
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", group.as_of)
        assert re.search(r"aws.amazon.com|AWS", group.source)
        assert all(0 < price < 100 for both in group.models.values() for price in both)


def test_no_model_is_listed_twice_or_found_under_another_name() -> None:
    listed = {name: prices for group in price_groups() for name, prices in group.models.items()}

    assert len(listed) == sum(len(group.models) for group in price_groups())
    for name, prices in listed.items():
        assert four(prices_of(name))[:2] == prices


def test_the_published_run_costs_9_51_greedily_and_14_55_with_five_paths_per_record() -> None:
    prices = prices_of("cohere.command-text-v14")
    assert prices is not None

    greedy = prices.usd(5_500_000, 630_000, on_demand=False)
    five = prices.usd(5_500_000, 5 * 630_000, on_demand=False)

    assert greedy == pytest.approx(8.25 + 1.26)
    assert five == pytest.approx(8.25 + 6.30)


def test_a_sum_with_an_unknown_amount_is_unknown() -> None:
    assert sum_known([1.0, 2.5]) == 3.5
    assert sum_known([1.0, None]) is None
    assert sum_known([]) == 0
