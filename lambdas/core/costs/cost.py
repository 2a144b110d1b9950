"""What a run is expected to cost: the figures of an estimate, and dollars as texts show them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from lambdas.core.costs.prices import ModelPrices

UNKNOWN = "unknown"


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


def usd(amount: float | None) -> str:
    """Return an amount as texts show it: cents, or two digits of less than a dollar.

    >>> usd(1234.5), usd(0.17), usd(0.00042), usd(0), usd(None)
    ('$1,234.50', '$0.17', '$0.00042', '$0', 'unknown')
    """
    if amount is None:
        return UNKNOWN
    if amount == 0:
        return "$0"
    return f"${amount:,.{_decimals(amount)}f}"


def usd_at_least(amount: float) -> str:
    """Return an amount without the sign, rounded up as `usd` rounds: a limit that suffices.

    >>> usd_at_least(0.4201), usd_at_least(9.5057)
    ('0.43', '9.51')
    """
    decimals = _decimals(amount)
    # A cent and the noise of a float, as 0.07000000000000001, is a cent.
    raised = math.ceil(round(amount * 10**decimals, 9)) / 10**decimals
    return f"{raised:.{decimals}f}"


def _decimals(amount: float) -> int:
    """Return the decimals that show two digits of an amount, two of a dollar or more."""
    return 2 if amount == 0 or amount >= 1 else 1 - math.floor(math.log10(amount))
