"""What an estimate says in sentences: where the cost comes from, and what would save some."""

from collections.abc import Iterator, Sequence

from lambdas.contract import usd
from lambdas.core.costs.cost import Saving, SettingEstimate
from lambdas.core.costs.prices import GIVEN, TABLE_REGION, ModelPrices
from lambdas.core.wording import count_of


def savings_of(
    settings: Sequence[SettingEstimate],
    exemplars: int,
    exemplar_tokens: float,
    prices: ModelPrices | None,
) -> tuple[Saving, ...]:
    """Return what half of the exemplars and none of them would save, as is likely.

    Args:
        settings: of the run, with their records.
        exemplars: in the prompt.
        exemplar_tokens: of all of them, in one record.
        prices: of the model, `None` where they are not known.
    """
    fewer = sorted({exemplars // 2, 0}, reverse=True) if exemplars else []
    records = sum(each.records for each in settings)
    on_demand = sum(each.on_demand for each in settings)
    savings = []
    for kept in fewer:
        tokens = exemplar_tokens * (exemplars - kept) / exemplars
        saved = None
        if prices is not None:
            saved = prices.usd(tokens * on_demand, 0, on_demand=True)
            saved += prices.usd(tokens * (records - on_demand), 0, on_demand=False)
        savings.append(Saving(kept, round(tokens * records), saved))
    return tuple(savings)


def estimate_remarks(
    settings: Sequence[SettingEstimate],
    savings: Sequence[Saving],
    prices: ModelPrices | None,
    *,
    exemplars: int,
    prompt_tokens: int,
    exemplar_tokens: int,
) -> tuple[str, ...]:
    """Return what a reader should know of an estimate: paths, prompt, fewer exemplars, prices."""
    prompt = f"each record's prompt is about {prompt_tokens:,} tokens"
    if exemplars:
        prompt += f", {exemplar_tokens:,} of them in {count_of(exemplars, 'exemplar')}"
    return (
        f"{prompt}; it is billed once per record",
        *_of_paths(settings),
        *(_of_saving(saving) for saving in savings),
        *_of_prices(prices),
    )


def _of_paths(settings: Sequence[SettingEstimate]) -> Iterator[str]:
    for each in settings:
        if each.paths == 1:
            continue
        shared = "brings one path and has the prompt anew"
        if each.generations > each.records:
            shared = f"brings {each.generations / each.records:.3g} paths for one prompt"
        cost = ""
        if each.cost_usd is not None:
            cost = f": {usd(each.usd_per_path)} a path, {usd(each.cost_usd)} in all"
        yield f"{each.setting}: a record {shared}{cost}"


def _of_saving(saving: Saving) -> str:
    kept = count_of(saving.exemplars, "exemplar") if saving.exemplars else "no exemplars"
    tokens = f"{saving.tokens_in:,} prompt tokens"
    amount = tokens if saving.usd is None else f"{usd(saving.usd)} ({tokens})"
    return f"with {kept} it would be about {amount} less"


def _of_prices(prices: ModelPrices | None) -> Iterator[str]:
    if prices is not None and prices.source != GIVEN:
        yield (
            f"prices are those of {TABLE_REGION} as of {prices.as_of}; Bedrock bills those of the"
            " Region the run is in, which may be higher"
        )
