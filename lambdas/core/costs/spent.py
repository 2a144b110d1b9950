"""What a run really cost: the tokens of its jobs, at the prices of its plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambdas.core.costs.prices import ModelPrices

# To a billionth of a dollar: far below the price of one token, and without a float's noise.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Spent:
    """What jobs cost: USD, `None` without prices; `estimated` where some tokens are."""

    cost_usd: float | None
    estimated: bool


def job_cost_usd(job: Mapping[str, Any], prices: ModelPrices | None) -> float | None:
    """Return what a job cost, `None` without prices or where its tokens were never counted.

    Args:
        job: its record; without `on_demand` it was a batch job.
        prices: of the model, `None` where they are not known.
    """
    if prices is None or "tokens_in" not in job:
        return None
    on_demand = bool(job.get("on_demand", False))
    return round(prices.usd(job["tokens_in"], job["tokens_out"], on_demand=on_demand), _DIGITS)


def spent_on(jobs: Sequence[Mapping[str, Any]], prices: ModelPrices | None) -> Spent:
    """Return what jobs cost together; one whose tokens were never counted brought nothing."""
    estimated = any(job.get("tokens_estimated", False) for job in jobs)
    if prices is None:
        return Spent(None, estimated)
    costs = (job_cost_usd(job, prices) for job in jobs)
    return Spent(round(sum(cost for cost in costs if cost is not None), _DIGITS), estimated)


def on_demand_records(jobs: Sequence[Mapping[str, Any]]) -> int:
    """Return how many records of these jobs ran on demand."""
    return sum(job["records_planned"] for job in jobs if job.get("on_demand", False))
