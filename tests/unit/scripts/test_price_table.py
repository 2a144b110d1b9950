"""The script that makes the built-in prices: what it takes over, and what of ours goes first."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lambdas.core.prices import TABLE, ListedPrice, PriceGroup, price_groups
from scripts.prices import OWN_PRICES, encode_table, price_table

PRICE_FILE = Path(__file__).parents[4] / "shared" / "data" / "bedrock_prices_litellm.json"


def entry(dollars_in: float, dollars_out: float, **more: Any) -> dict[str, Any]:
    per_token = {
        "input_cost_per_token": dollars_in / 1e6,
        "output_cost_per_token": dollars_out / 1e6,
    }
    return {"mode": "chat", **per_token, **more}


def made(litellm: dict[str, Any], *own: PriceGroup) -> dict[str, ListedPrice | None]:
    *_, group = price_table(litellm, own, "2026-11-01", "litellm 1.110.2")
    return group.models


def test_prices_are_per_million_tokens_and_batch_is_none_where_none_is_published() -> None:
    found = made(
        {
            "us.amazon.nova-lite-v1:0": entry(0.06, 0.24),
            "amazon.nova-lite-v1:0": entry(
                0.06,
                0.24,
                input_cost_per_token_batches=3e-8,
                output_cost_per_token_batches=1.2e-7,
                cache_read_input_token_cost=1.5e-8,
                max_output_tokens=10_000,
            ),
        }
    )

    assert found == {
        "amazon.nova-lite-v1": ListedPrice(0.06, 0.24, 0.03, 0.12, 0.015, max_output=10_000),
        "us.amazon.nova-lite-v1": ListedPrice(0.06, 0.24),
    }


def test_what_is_not_billed_by_tokens_or_is_no_model_id_stays_out() -> None:
    found = made(
        {
            "twelvelabs.pegasus-1-2-v1:0": {"mode": "chat", "output_cost_per_token": 7.5e-6},
            "amazon.nova-canvas-v1:0": {"mode": "image_generation", "output_cost_per_image": 0.06},
            "bedrock/us-east-1/zai.glm-5": entry(1, 3.2),
            "bedrock_mantle/zai.glm-5": entry(1, 3.2),
            "anthropic.claude-haiku-4-5@20251001": entry(1, 5),
            "claude-sonnet-4-5-20250929-v1:0": entry(3, 15),
        }
    )

    assert found == {}


def test_govcloud_costs_what_the_dearer_of_its_regions_does() -> None:
    found = made(
        {
            "bedrock/us-gov-east-1/meta.llama3-8b-instruct-v1:0": entry(0.3, 2.65),
            "bedrock/us-gov-west-1/meta.llama3-8b-instruct-v1:0": entry(0.3, 0.6),
        }
    )

    assert found == {"us-gov.meta.llama3-8b-instruct-v1": ListedPrice(0.3, 2.65)}


def test_a_higher_price_of_longer_prompts_limits_the_prompt() -> None:
    longer = entry(0.1, 0.5, input_cost_per_token_above_100k_tokens=5e-7)

    [found] = made({"anthropic.claude-haiku-5-5": longer}).values()

    assert found == ListedPrice(0.1, 0.5, prompt_limit=100_000)


def test_our_own_prices_go_first_in_every_geography_but_govcloud() -> None:
    model = "anthropic.claude-3-5-sonnet-20240620"
    own = PriceGroup("ours", "2026-10-02", "AWS", {model: ListedPrice(6, 30)})
    litellm = {
        f"{before}{model}-v1:0": entry(3, 15)
        for before in ("", "us.", "eu.", "bedrock/us-gov-west-1/")
    }

    first, second = price_table(litellm, [own], "2026-11-01", "litellm 1.110.2")

    assert first == own
    assert list(second.models) == [f"us-gov.{model}-v1"]


@pytest.mark.skipif(not PRICE_FILE.exists(), reason=f"no {PRICE_FILE}")
def test_the_table_is_what_the_script_makes_of_the_price_file() -> None:
    own = msgspec.json.decode(OWN_PRICES.read_bytes(), type=list[PriceGroup])
    litellm = json.loads(PRICE_FILE.read_text())
    last = price_groups()[-1]
    release = last.source.rpartition(" of ")[2]

    made_anew = price_table(litellm, own, last.as_of, release)

    assert encode_table(made_anew) == TABLE.read_text(), "run make prices"
