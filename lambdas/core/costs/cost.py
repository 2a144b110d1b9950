"""What a run is expected to cost: the figures of an estimate, and sums of amounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from lambdas.core.costs.prices import ModelPrices

# Sums of floats differ by less than this share of them.
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class SettingEstimate:
    """What a setting is expected to cost.

    Attributes:
        setting: its name.
        paths: of each question.
        records: of all its jobs; the prompt is billed once for each.
        generations: completions of all its records.
        on_demand: records that run on demand, at its price.
        tokens_in: of all prompts, as is likely.
        tokens_out: of all completions, as is likely.
        cost_usd: of these tokens, `None` without prices.
        ceiling_usd: what the setting may cost at most, `None` without prices.
        usd_per_path: what one path of every question costs, as is likely.
    """

    setting: str
    paths: int
    records: int
    generations: int
    on_demand: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    ceiling_usd: float | None
    usd_per_path: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What a run with so many exemplars, of those it has, would save; USD as is likely."""

    exemplars: int
    tokens_in: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is expected to cost before anything of it is submitted.

    Attributes:
        prices: by which it is reckoned, `None` where they are not known.
        settings: of the run, in the plan's order.
        prompt_tokens: of one record, a question of mean length in it.
        exemplars: in the prompt.
        exemplar_tokens: of one record.
        completion_tokens: of one completion, as is likely.
        max_tokens: of one completion, at most.
        tokens_in: of all prompts, as is likely.
        tokens_out: of all completions, as is likely.
        cost_usd: of these tokens, `None` without prices.
        ceiling_usd: what the run may cost at most, `None` without prices.
        record_ceiling_usd: what one record may cost at most, on demand if that is dearer.
        savings: what fewer exemplars would save.
        remarks: the above in sentences.
    """

    prices: ModelPrices | None
    settings: tuple[SettingEstimate, ...]
    prompt_tokens: int
    exemplars: int
    exemplar_tokens: int
    completion_tokens: int
    max_tokens: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    ceiling_usd: float | None
    record_ceiling_usd: float | None = None
    savings: tuple[Saving, ...] = ()
    remarks: tuple[str, ...] = ()


def sum_known(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of amounts, `None` where one of them is not known: it is no 0.

    >>> sum_known([1.5, 2.0]), sum_known([1.5, None])
    (3.5, None)
    """
    total = 0.0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def is_within(amount: float, limit: float) -> bool:
    """Return whether an amount keeps to a limit, but for the noise of a sum of floats.

    >>> is_within(0.1 + 0.2, 0.3), is_within(0.31, 0.3)
    (True, False)
    """
    return amount <= limit * (1 + _NOISE)
