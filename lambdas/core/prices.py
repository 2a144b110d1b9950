"""What a model's tokens cost: the built-in table, or the prices in the request."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from lambdas.contract import Prices
from lambdas.contract.schema import ModelPrices

GIVEN_IN_REQUEST = "given in the request"
# The table has the prices of this Region, or of us-west-2 for models that are only there.
TABLE_REGION = "us-east-1"
_TABLE = Path(__file__).parent / "prices.json"
_GLOBAL = "global."
# What may follow a model's name in its id: a date, a version, a context length. Anything else,
# such as "-flash" or "-fast", is another model with another price.
_VERSION = re.compile(r"(?:-\d{8})?(?:-v\d+)?(?::[0-9a-z]+)*", re.ASCII)
# Sums of floats differ by less than this share of them.
_ROUNDING_ERROR = 1e-9

Amount = TypeVar("Amount", int, float)


class PriceGroup(msgspec.Struct, frozen=True):
    """Prices of one date and source; of each model input and output, on demand.

    `batch` is "half" where batch inference costs half of on demand, and "same" where a half
    price was never published: batch inference then costs at most as much as on demand.
    """

    name: str
    as_of: str
    source: str
    batch: Literal["half", "same"]
    models: dict[str, tuple[float, float]]


def prices_of(
    model: str | None, override: Prices | None = None, *, global_profile: bool = False
) -> ModelPrices | None:
    """Return a model's prices, `None` where they are unknown: an unknown price is never 0.

    Args:
        model: foundation-model id without a profile's prefix; `None` where it is unknown, as
            behind the ARN of an application profile.
        override: from the request; it overrides the table.
        global_profile: whether the run uses the model's `global.` profile, which costs a tenth
            less for some models.

    >>> prices_of("amazon.nova-lite-v1:0").batch_output
    0.12
    """
    if override is not None:
        return _given(override)
    if model is None:
        return None
    names = (f"{_GLOBAL}{model}", model) if global_profile else (model,)
    return next((found for name in names if (found := _listed(name)) is not None), None)


@cache
def price_groups() -> tuple[PriceGroup, ...]:
    """Return the built-in table."""
    return msgspec.json.decode(_TABLE.read_bytes(), type=tuple[PriceGroup, ...])


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


def _given(prices: Prices) -> ModelPrices:
    batch_input, batch_output = prices.batch_input, prices.batch_output
    return ModelPrices(
        input=prices.input,
        output=prices.output,
        batch_input=prices.input / 2 if batch_input is None else batch_input,
        batch_output=prices.output / 2 if batch_output is None else batch_output,
        as_of="",
        source=GIVEN_IN_REQUEST,
    )


def _listed(model: str) -> ModelPrices | None:
    for group in price_groups():
        for name, (of_input, of_output) in group.models.items():
            if model.startswith(name) and _VERSION.fullmatch(model, len(name)):
                share = 0.5 if group.batch == "half" else 1.0
                batch_input, batch_output = of_input * share, of_output * share
                return ModelPrices(
                    of_input, of_output, batch_input, batch_output, group.as_of, group.source
                )
    return None
