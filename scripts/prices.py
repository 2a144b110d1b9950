"""Make the built-in table of prices from litellm's price file and our own dated additions.

    python -m scripts.prices FILE --as-of 2026-11-01 --release "litellm 1.110.2"

FILE is `model_prices_and_context_window.json` of https://github.com/BerriAI/litellm (MIT), or the
part of it about Bedrock; its figures come from AWS's price lists. `own_prices.json` beside this
file goes first: what AWS's lists do not say, or say wrong, with its date and source.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lambdas.contract.model_ids import PROVIDERS, geography_of, without_geography
from lambdas.core.prices import TABLE, ListedPrice, PriceGroup, is_same_model

OWN_PRICES = Path(__file__).parent / "own_prices.json"
_OF_AWS = "Price lists of AWS"
_SOURCE = "AWS's price lists, as transcribed in model_prices_and_context_window.json of {}"
_GOVCLOUD = re.compile(r"bedrock/us-gov-(?:east|west)-1/")
# What may end an id without making it another model: `:0`.
_REVISION = re.compile(r"(?::[0-9a-z]+)+$")
# Prices of longer prompts are higher.
_LONG = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
# Our name → litellm's.
_PRICES = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "batch_input": "input_cost_per_token_batches",
    "batch_output": "output_cost_per_token_batches",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}


def price_table(
    litellm: Mapping[str, Mapping[str, Any]], own: Sequence[PriceGroup], as_of: str, release: str
) -> list[PriceGroup]:
    """Return the table: our own prices first, then those of the other models.

    Args:
        litellm: the price file.
        own: our additions.
        as_of: the date of the price file (ISO 8601).
        release: name and version of what the price file came with.
    """
    known = [name for group in own for name in group.models]
    found: dict[str, ListedPrice | None] = {}
    for name, price in _bedrock_prices(litellm):
        if not any(_covers(each, name) for each in known):
            before = found.get(name)
            found[name] = price if before is None else before.highest(price)
    return [*own, PriceGroup(_OF_AWS, as_of, _SOURCE.format(release), dict(sorted(found.items())))]


def encode_table(groups: Sequence[PriceGroup]) -> str:
    """Return the table as JSON, a model on each line."""
    return "[\n" + ",\n".join(map(_encode_group, groups)) + "\n]\n"


def _bedrock_prices(
    litellm: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[str, ListedPrice]]:
    """Yield the prices of text models: by model id, by that of a profile, and of GovCloud."""
    for key, given in litellm.items():
        name = _REVISION.sub("", _GOVCLOUD.sub("us-gov.", key))
        priced = all(given.get(_PRICES[each]) for each in ("input", "output"))
        if given.get("mode") == "chat" and priced and _is_model_id(name):
            yield name, _price(given)


def _is_model_id(name: str) -> bool:
    model = without_geography(name)
    return model.partition(".")[0] in PROVIDERS and not {"/", "@"} & set(model)


def _price(given: Mapping[str, Any]) -> ListedPrice:
    prices = {
        ours: round(given[theirs] * 1e6, 6)
        for ours, theirs in _PRICES.items()
        if given.get(theirs) is not None
    }
    limits = [1000 * int(found[1]) for name in given if (found := _LONG.fullmatch(name))]
    return ListedPrice(
        **prices,
        prompt_limit=min(limits, default=None),
        max_output=given.get("max_output_tokens"),
    )


def _covers(own_name: str, name: str) -> bool:
    """Return whether our own entry has the price of a model; GovCloud has prices of its own."""
    if geography_of(name) == "us-gov":
        return own_name == name
    return is_same_model(without_geography(own_name), without_geography(name))


def _encode_group(group: PriceGroup) -> str:
    head = "".join(
        f"    {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n"
        for name, value in (("name", group.name), ("as_of", group.as_of), ("source", group.source))
    )
    models = ",\n".join(
        f"      {json.dumps(name)}: {json.dumps(msgspec.to_builtins(price))}"
        for name, price in group.models.items()
    )
    return f'  {{\n{head}    "models": {{\n{models}\n    }}\n  }}'


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table that the app is deployed with."""
    parser = argparse.ArgumentParser(prog="python -m scripts.prices", description=__doc__)
    parser.add_argument("file", type=Path, help="litellm's price file")
    parser.add_argument("--as-of", required=True, help="its date, such as 2026-11-01")
    parser.add_argument("--release", required=True, help='such as "litellm 1.110.2"')
    given = parser.parse_args(arguments)
    own = msgspec.json.decode(OWN_PRICES.read_bytes(), type=list[PriceGroup])
    litellm = json.loads(given.file.read_text())
    TABLE.write_text(encode_table(price_table(litellm, own, given.as_of, given.release)))


if __name__ == "__main__":
    main()
