"""Prices: from the request, else from the table, and never a made-up one."""

import re

import pytest

from lambdas.contract import Prices
from lambdas.contract.costs import ModelPrices
from lambdas.core.prices import (
    ANY_GEOGRAPHY,
    GIVEN_IN_REQUEST,
    price_groups,
    prices_of,
    sum_known,
)

# From Amazon's pricing page and price lists (2024 to 2026), in USD per million tokens.
PUBLISHED = [
    ("amazon.nova-lite-v1:0", 0.06, 0.24, 0.03, 0.12),
    ("amazon.nova-2-lite-v1:0", 0.33, 2.75, 0.165, 1.375),
    ("anthropic.claude-3-haiku-20240307-v1:0", 0.25, 1.25, 0.125, 0.625),
    ("anthropic.claude-3-5-haiku-20241022-v1:0", 0.8, 4, 0.4, 2),
    ("anthropic.claude-3-5-sonnet-20240620-v1:0", 6, 30, 3, 15),
    ("anthropic.claude-3-5-sonnet-20241022-v2:0", 6, 30, 3, 15),
    ("anthropic.claude-sonnet-4-20250514-v1:0", 3, 15, 1.5, 7.5),
    ("anthropic.claude-opus-4-6-v1", 5.5, 27.5, 2.75, 13.75),
    ("anthropic.claude-opus-5", 5.5, 27.5, 2.75, 13.75),
    ("anthropic.claude-sonnet-5", 2.2, 11, 2.2, 11),
    ("anthropic.claude-opus-5-5", 4.4, 22, 4.4, 22),
    ("anthropic.claude-haiku-5-5", 0.11, 0.55, 0.11, 0.55),
    ("anthropic.claude-fable-5", 11, 55, 11, 55),
    ("meta.llama3-1-8b-instruct-v1:0", 0.22, 0.22, 0.11, 0.11),
    ("meta.llama4-maverick-17b-instruct-v1:0", 0.24, 0.97, 0.12, 0.485),
    ("mistral.mistral-large-2407-v1:0", 2, 6, 2, 6),
    ("mistral.mixtral-8x7b-instruct-v0:1", 0.45, 0.7, 0.45, 0.7),
    ("openai.gpt-oss-120b-1:0", 0.15, 0.6, 0.075, 0.3),
    ("qwen.qwen3-32b-v1:0", 0.15, 0.6, 0.075, 0.3),
    ("deepseek.v3-v1:0", 0.58, 1.68, 0.58, 1.68),
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
        pytest.param("minimax.minimax-m2.7", id="a name that begins like another one"),
        pytest.param("stability.sd3-5-large-v1:0", id="a model that is not billed by tokens"),
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
    assert four(prices_of(f"anthropic.claude-opus-4-6{ending}")) == (5.5, 27.5, 2.75, 13.75)


def test_each_profile_has_its_own_price() -> None:
    haiku, nova = "anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0"

    assert four(prices_of(haiku, geography="us")) == (1.1, 5.5, 0.55, 2.75)
    assert four(prices_of(haiku, geography="global")) == (1, 5, 0.5, 2.5)
    assert four(prices_of(nova, geography="us")) == (0.06, 0.24, 0.03, 0.12)
    # No price of batch inference is published for Europe: it costs on demand at most.
    assert four(prices_of(nova, geography="eu")) == (0.078, 0.312, 0.078, 0.312)


@pytest.mark.parametrize("geography", ["ca", ANY_GEOGRAPHY])
def test_a_profile_that_the_table_lacks_costs_as_much_as_the_dearest(geography: str) -> None:
    assert four(prices_of("amazon.nova-lite-v1:0", geography=geography))[:2] == (0.078, 0.312)


def test_govcloud_has_prices_of_its_own_or_none() -> None:
    nova, command = "amazon.nova-lite-v1:0", "cohere.command-text-v14"

    assert four(prices_of(nova, geography="us-gov")) == (0.072, 0.288, 0.036, 0.144)
    assert prices_of(command, geography="us-gov") is None


def test_the_cache_costs_what_the_table_says_or_the_most_that_it_may() -> None:
    opus, nova = prices_of("anthropic.claude-opus-5-5"), prices_of("amazon.nova-lite-v1:0")
    llama = prices_of("meta.llama3-8b-instruct-v1:0")

    assert opus is not None
    assert (opus.cache_read, opus.cache_write) == (0.22, 5.5)
    assert nova is not None
    assert (nova.cache_read, nova.cache_write) == (0.015, pytest.approx(0.075))
    assert llama is not None
    assert (llama.cache_read, llama.cache_write) == (None, None)


def test_prices_of_the_request_scale_those_of_the_cache() -> None:
    found = prices_of("anthropic.claude-opus-5-5", Prices(input=2.2, output=11))

    assert found is not None
    assert (found.cache_read, found.cache_write) == pytest.approx((0.11, 2.75))


def test_prices_say_up_to_which_prompt_they_hold() -> None:
    haiku, nova = prices_of("anthropic.claude-haiku-5-5"), prices_of("amazon.nova-lite-v1:0")

    assert haiku is not None
    assert nova is not None
    assert haiku.prompt_limit == 100_000
    assert nova.prompt_limit is None


def test_prices_in_the_request_override_the_table_and_batch_is_half_of_them() -> None:
    found = prices_of("amazon.nova-lite-v1:0", Prices(input=1.0, output=3.0, batch_output=2.0))

    assert found is not None
    assert four(found) == (1.0, 3.0, 0.5, 2.0)
    assert (found.as_of, found.source) == ("", GIVEN_IN_REQUEST)


def test_an_unknown_model_has_the_prices_in_the_request() -> None:
    assert four(prices_of(None, Prices(input=0.0, output=0.0))) == (0, 0, 0, 0)


def test_every_price_has_a_date_and_a_source_and_is_above_0() -> None:
    for group in price_groups():
        listed = [price for price in group.models.values() if price is not None]

        assert re.fullmatch(r"20\d\d-\d\d-\d\d", group.as_of)
        assert re.search(r"aws.amazon.com|AWS", group.source)
        assert all(0 < price.input <= price.output for price in listed)
        assert all((price.batch_input or 1) > 0 for price in listed)
        assert all(0 < (price.cache_read or 1) <= 10 for price in listed)


def test_no_model_is_listed_twice() -> None:
    names = [name for group in price_groups() for name in group.models]

    assert len(names) == len(set(names))


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
