"""What a model's tokens cost: the built-in table, or the prices in the request."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from lambdas.contract import Prices
from lambdas.contract.costs import ModelPrices
from lambdas.contract.model_ids import geography_of, without_geography

GIVEN_IN_REQUEST = "given in the request"
# The table has the prices of this Region, or of us-west-2 for models that are only there.
TABLE_REGION = "us-east-1"
TABLE_REGIONS = (TABLE_REGION, "us-west-2")
# Made by `python -m scripts.prices`.
TABLE = Path(__file__).parent / "prices.json"
# A profile whose geography is not known, such as an application profile's: the highest price.
ANY_GEOGRAPHY = "any"
# GovCloud has prices of its own, and no others do for it.
GOVCLOUD = "us-gov"
# What may follow a model's name in its id: a date, a version, a context length. Anything else,
# such as "-flash" or "-fast", is another model with another price.
_VERSION = re.compile(r"(?:-\d{8})?(?:-v\d+)?(?::[0-9a-z]+)*", re.ASCII)
# What writing to the prompt cache costs at most, as a share of the prompt's price. Source:
# Anthropic's pricing; other makers' writes cost what the prompt does.
_CACHE_WRITE_SHARE = 1.25
# Sums of floats differ by less than this share of them.
_ROUNDING_ERROR = 1e-9

Amount = TypeVar("Amount", int, float)


class ListedPrice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model's prices in the table, in USD per million tokens.

    Attributes:
        input: of the prompt, on demand.
        output: of the completions, on demand.
        batch_input: of the prompt, in batch inference; `None` where no price is published.
        batch_output: of the completions, in batch inference; `None` where none is published.
        cache_read: of prompt tokens out of the cache, on demand; `None` for a model without one.
        cache_write: of prompt tokens into the cache, on demand.
        prompt_limit: the longest prompt in tokens that has these prices; longer ones cost more.
        max_output: tokens of a completion that the source names as the most.
    """

    input: float
    output: float
    batch_input: float | None = None
    batch_output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    prompt_limit: int | None = None
    max_output: int | None = None

    def highest(self, other: "ListedPrice") -> "ListedPrice":
        """Return the higher price of each kind; one that is not published stays unknown."""
        return ListedPrice(
            max(self.input, other.input),
            max(self.output, other.output),
            _max_known(self.batch_input, other.batch_input),
            _max_known(self.batch_output, other.batch_output),
            _max_known(self.cache_read, other.cache_read),
            _max_known(self.cache_write, other.cache_write),
            min(filter(None, (self.prompt_limit, other.prompt_limit)), default=None),
            max(filter(None, (self.max_output, other.max_output)), default=None),
        )


class PriceGroup(msgspec.Struct, frozen=True):
    """Prices of one date and source, by model id; before it, the geography of a profile.

    A model with `null` has a price that no source knows: it is unknown in later groups too.
    """

    name: str
    as_of: str
    source: str
    models: dict[str, ListedPrice | None]


def prices_of(
    model: str | None, override: Prices | None = None, *, geography: str | None = None
) -> ModelPrices | None:
    """Return a model's prices, `None` where they are unknown: an unknown price is never 0.

    Args:
        model: foundation-model id without a profile's prefix; `None` where it is unknown, as
            behind the ARN of an application profile.
        override: from the request; it overrides the table.
        geography: of the profile that the run uses, `ANY_GEOGRAPHY` if that is not known; `None`
            for a model without a profile. A geography that the table does not have costs as much
            as the dearest.

    >>> prices_of("amazon.nova-lite-v1:0").batch_output
    0.12
    >>> prices_of("amazon.nova-lite-v1:0", geography="eu").input
    0.078
    """
    listed = None if model is None else _listed(model, geography)
    if override is not None:
        return _given(override, listed)
    return listed


@cache
def price_groups() -> tuple[PriceGroup, ...]:
    """Return the built-in table."""
    return msgspec.json.decode(TABLE.read_bytes(), type=tuple[PriceGroup, ...])


def listed_max_output(model: str) -> int | None:
    """Return the most tokens of a completion by the table, `None` where it has none.

    >>> listed_max_output("qwen.qwen3-32b-v1:0")
    8192
    """
    for group in price_groups():
        if found := _of_model(group, model):
            limits = [each.max_output for each in found.values() if each and each.max_output]
            return max(limits, default=None)
    return None


def is_same_model(name: str, model: str) -> bool:
    """Return whether a name is that of a model id, apart from what versions add to it.

    >>> is_same_model("anthropic.claude-opus-5", "anthropic.claude-opus-5-v1:0")
    True
    >>> is_same_model("zai.glm-4.7", "zai.glm-4.7-flash")
    False
    """
    return model.startswith(name) and bool(_VERSION.fullmatch(model, len(name)))


def sum_known(amounts: Iterable[Amount | None]) -> Amount | None:
    """Return the sum of amounts, `None` if one of them is unknown: unknown is not 0.

    >>> sum_known([1.5, 2.0]), sum_known([1.5, None])
    (3.5, None)
    """
    total: Amount = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def is_within(amount: float, limit: float) -> bool:
    """Return whether an amount is within a limit, apart from the rounding error of a sum.

    >>> is_within(0.1 + 0.2, 0.3), is_within(0.31, 0.3)
    (True, False)
    """
    return amount <= limit * (1 + _ROUNDING_ERROR)


def _given(prices: Prices, listed: ModelPrices | None) -> ModelPrices:
    """Return a request's prices; its cache costs the share of the prompt that the table has."""
    batch_input, batch_output = prices.batch_input, prices.batch_output
    share = prices.input / listed.input if listed else 1.0
    reads = listed.cache_read if listed else None
    writes = listed.cache_write if listed else None
    return ModelPrices(
        input=prices.input,
        output=prices.output,
        batch_input=prices.input / 2 if batch_input is None else batch_input,
        batch_output=prices.output / 2 if batch_output is None else batch_output,
        as_of="",
        source=GIVEN_IN_REQUEST,
        cache_read=None if reads is None else reads * share,
        cache_write=None if writes is None else writes * share,
    )


def _listed(model: str, geography: str | None) -> ModelPrices | None:
    for group in price_groups():
        if found := _of_model(group, model):
            price = _of_geography(found, geography)
            if price is not None or geography != GOVCLOUD:
                return None if price is None else _model_prices(price, group)
    return None


def _of_model(group: PriceGroup, model: str) -> dict[str | None, ListedPrice | None]:
    """Return a model's prices by geography, `None` for the model itself."""
    return {
        geography_of(name): price
        for name, price in group.models.items()
        if is_same_model(without_geography(name), model)
    }


def _of_geography(
    found: Mapping[str | None, ListedPrice | None], geography: str | None
) -> ListedPrice | None:
    """Return the price of a geography, or the highest of those that it may be.

    Where a model has no Region to itself, its bare id has the global profile's price in AWS's
    lists; what may be asked so, one Region in Europe, costs as much as other geographies.
    """
    if geography == GOVCLOUD or (geography is not None and geography in found):
        return found.get(geography)
    elsewhere = {key: price for key, price in found.items() if key != GOVCLOUD}
    nearest = elsewhere if geography else {key: elsewhere.get(key) for key in (None, "us")}
    return _highest(nearest) or _highest(elsewhere)


def _highest(found: Mapping[str | None, ListedPrice | None]) -> ListedPrice | None:
    price: ListedPrice | None = None
    for each in filter(None, found.values()):
        price = each if price is None else price.highest(each)
    return price


def _model_prices(price: ListedPrice, group: PriceGroup) -> ModelPrices:
    """Return prices where batch costs as much as on demand if no price of it is published."""
    cache_write = price.cache_write
    if cache_write is None and price.cache_read is not None:
        cache_write = price.input * _CACHE_WRITE_SHARE
    return ModelPrices(
        price.input,
        price.output,
        price.input if price.batch_input is None else price.batch_input,
        price.output if price.batch_output is None else price.batch_output,
        group.as_of,
        group.source,
        price.cache_read,
        cache_write,
        price.prompt_limit,
    )


def _max_known(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)
