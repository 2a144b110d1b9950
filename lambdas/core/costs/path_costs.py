"""What a run of fewer or more paths would have cost, laid out as it would have been."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lambdas.core.costs.prices import ModelPrices
from lambdas.core.jobs import Job
from lambdas.core.plan import Plan
from lambdas.core.settings import Setting
from lambdas.core.waves.layout import full_jobs

# Any name but that of greedy, which has one path.
_ALONE = "alone"


@dataclass(frozen=True, slots=True)
class PathCost:
    """What so many paths of every question cost, in USD."""

    paths: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class MeanTokens:
    """Tokens of a prompt, per record asked for, and of a completion, per completion asked for."""

    read: float
    written: float


def mean_tokens(jobs: Sequence[Mapping[str, Any]]) -> MeanTokens | None:
    """Return the mean tokens of jobs whose tokens were counted, `None` where there are none.

    Args:
        jobs: their records; of one shared with other settings, a setting's part.

    What failed is in the count of what was asked for: it would fail as often again.
    """
    counted = [job for job in jobs if "tokens_in" in job]
    records = sum(job["records_planned"] for job in counted)
    completions = sum(job.get("paths_planned", 0) for job in counted)
    if not records or not completions:
        return None
    return MeanTokens(
        sum(job["tokens_in"] for job in counted) / records,
        sum(job["tokens_out"] for job in counted) / completions,
    )


class PathCosts:
    """What runs of one setting cost, by the paths of every question.

    All paths are in one wave, and no question leaves early. The cost is not k times that of one
    path: a record that brings several has its prompt paid for once, and a set too small for a
    batch job runs on demand, or has its prompt paid for more often.

    Args:
        plan: of the run.
        prices: of the model, `None` where they are not known.
    """

    def __init__(self, plan: Plan, prices: ModelPrices | None) -> None:
        self._plan = plan
        self._prices = prices
        # Settings of as many paths are laid out alike.
        self._layouts: dict[int, _Layout] = {}

    def costs(self, paths: Iterable[int], tokens: MeanTokens | None) -> tuple[PathCost, ...] | None:
        """Return what so many paths cost.

        Args:
            paths: how many, each at least 1. One that a model had in batch jobs alone could not
                be run with is left out.
            tokens: of a record and of a completion, `None` where they were not counted.

        Returns:
            `None` without prices or tokens.
        """
        prices = self._prices
        if prices is None or tokens is None:
            return None
        layouts = ((each, self._layout(each)) for each in paths)
        return tuple(
            PathCost(each, layout.usd(tokens, prices))
            for each, layout in layouts
            if not (self._plan.batch_only and layout.on_demand.records)
        )

    def _layout(self, paths: int) -> "_Layout":
        if paths not in self._layouts:
            setting = Setting(_ALONE, 1.0, paths)
            plan = replace(self._plan, settings=(setting,), waves=(paths,), budget=None)
            self._layouts[paths] = _layout_of(full_jobs(plan))
        return self._layouts[paths]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Records, and the completions of all of them."""

    records: int
    completions: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a run asks for, in batch jobs and on demand."""

    batch: _Asked
    on_demand: _Asked

    def usd(self, tokens: MeanTokens, prices: ModelPrices) -> float:
        return sum(
            prices.usd(
                asked.records * tokens.read, asked.completions * tokens.written, on_demand=on_demand
            )
            for asked, on_demand in ((self.batch, False), (self.on_demand, True))
        )


def _layout_of(jobs: Iterable[Job]) -> _Layout:
    laid_out = list(jobs)
    return _Layout(
        _asked([job for job in laid_out if not job.on_demand]),
        _asked([job for job in laid_out if job.on_demand]),
    )


def _asked(jobs: Sequence[Job]) -> _Asked:
    return _Asked(sum(job.records for job in jobs), sum(job.completions for job in jobs))
