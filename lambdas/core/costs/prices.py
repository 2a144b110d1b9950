"""What a model's tokens cost: the built-in table, or what the request says instead."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from lambdas.contract import Prices

GIVEN = "given in the request"
# Whose prices the built-in table holds; where a model is not there, those of us-west-2.
TABLE_REGION = "us-east-1"
_TABLE = Path(__file__).parent / "prices.json"
_GLOBAL = "global."
# What may stand behind a model's name in its id: a date, a version, a context length. Anything
# else, such as "-flash" or "-fast", is another model, with another price.
_ENDING = re.compile(r"(?:-\d{8})?(?:-v\d+)?(?::[0-9a-z]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """Prices of a model in USD per million tokens, on demand and in batch.

    Attributes:
        input: of the prompt, on demand.
        output: of the completions, on demand.
        batch_input: of the prompt, in batch inference.
        batch_output: of the completions, in batch inference.
        as_of: when the source showed them (ISO 8601 date), "" where the user gave them.
        source: where they stood.
    """

    input: float
    output: float
    batch_input: float
    batch_output: float
    as_of: str
    source: str

    def usd(self, tokens_in: float, tokens_out: float, *, on_demand: bool) -> float:
        """Return what so many tokens cost.

        >>> prices = ModelPrices(3.0, 4.0, 1.5, 2.0, "2024-03-01", "a blog")
        >>> round(prices.usd(5_500_000, 630_000, on_demand=False), 2)
        9.51
        """
        of_input = self.input if on_demand else self.batch_input
        of_output = self.output if on_demand else self.batch_output
        return (tokens_in * of_input + tokens_out * of_output) / 1e6


class Group(msgspec.Struct, frozen=True):
    """Prices of one date and source; of each model input and output, on demand.

    `batch` is "half" where batch inference costs half of on demand, and "same" where a half
    price was never published: on demand is then at least what batch inference would cost.
    """

    name: str
    as_of: str
    source: str
    batch: Literal["half", "same"]
    models: dict[str, tuple[float, float]]


def prices_of(
    model: str | None, override: Prices | None = None, *, worldwide: bool = False
) -> ModelPrices | None:
    """Return a model's prices, `None` where they are not known: never a price of 0 instead.

    Args:
        model: foundation-model id without a profile's prefix; `None` where it is not known, as
            behind the ARN of an application profile.
        override: what the request gives; it wins.
        worldwide: the model is reached through its `global.` profile, which costs a tenth less
            for some models.

    >>> prices_of("amazon.nova-lite-v1:0").batch_output
    0.12
    """
    if override is not None:
        return _given(override)
    if model is None:
        return None
    names = (f"{_GLOBAL}{model}", model) if worldwide else (model,)
    return next((found for name in names if (found := _listed(name)) is not None), None)


@cache
def price_groups() -> tuple[Group, ...]:
    """Return the built-in table."""
    return msgspec.json.decode(_TABLE.read_bytes(), type=tuple[Group, ...])


def _given(prices: Prices) -> ModelPrices:
    batch_input, batch_output = prices.batch_input, prices.batch_output
    return ModelPrices(
        input=prices.input,
        output=prices.output,
        batch_input=prices.input / 2 if batch_input is None else batch_input,
        batch_output=prices.output / 2 if batch_output is None else batch_output,
        as_of="",
        source=GIVEN,
    )


def _listed(model: str) -> ModelPrices | None:
    for group in price_groups():
        for name, (of_input, of_output) in group.models.items():
            if model.startswith(name) and _ENDING.fullmatch(model, len(name)):
                share = 0.5 if group.batch == "half" else 1.0
                batch_input, batch_output = of_input * share, of_output * share
                return ModelPrices(
                    of_input, of_output, batch_input, batch_output, group.as_of, group.source
                )
    return None
