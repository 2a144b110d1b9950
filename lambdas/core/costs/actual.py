"""Actual costs: what jobs cost by their tokens, and what runs of fewer or more paths would."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lambdas.contract.costs import ModelPrices
from lambdas.contract.jobs import Job, JobFigures
from lambdas.contract.schema import Plan, Setting
from lambdas.contract.statistics import PathCost
from lambdas.core.sampling.scheduling import full_run_jobs

# Any name but that of greedy, which has one path.
_ALONE = "alone"
# To a billionth of a dollar: far below the price of one token, and without a float's noise.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class TotalCost:
    """Cost of several jobs: USD, `None` without prices; `estimated` if some tokens are."""

    cost_usd: float | None
    estimated: bool


def total_cost(jobs: Sequence[JobFigures], prices: ModelPrices | None) -> TotalCost:
    """Return what jobs cost together; a job whose tokens were never counted costs nothing."""
    estimated = any(job.tokens_estimated for job in jobs)
    if prices is None:
        return TotalCost(None, estimated)
    costs = (job_cost_usd(job, prices) for job in jobs)
    return TotalCost(round(sum(cost for cost in costs if cost is not None), _DIGITS), estimated)


def job_cost_usd(job: JobFigures, prices: ModelPrices | None) -> float | None:
    """Return what a job cost; `None` without prices, or if its tokens were never counted."""
    if prices is None or job.tokens_in is None:
        return None
    cost = prices.usd(
        job.tokens_in,
        job.tokens_out or 0,
        on_demand=job.on_demand,
        cache_read=job.cache_read_tokens,
        cache_write=job.cache_write_tokens,
    )
    return round(cost, _DIGITS)


def on_demand_records(jobs: Sequence[JobFigures]) -> int:
    """Return how many records of these jobs ran on demand."""
    return sum(job.records_planned for job in jobs if job.on_demand)


@dataclass(frozen=True, slots=True)
class MeanTokens:
    """Mean tokens: of a prompt per requested record, of a completion per requested completion."""

    prompt: float
    completion: float


def mean_tokens(jobs: Sequence[JobFigures]) -> MeanTokens | None:
    """Return the mean tokens of jobs whose tokens were counted, `None` without such jobs.

    Args:
        jobs: of one setting; of a job shared with other settings, its slice.

    Failed records and completions stay in the divisor: as many would fail again.
    """
    counted = [job for job in jobs if job.tokens_in is not None]
    records = sum(job.records_planned for job in counted)
    completions = sum(job.paths_planned for job in counted)
    if not records or not completions:
        return None
    return MeanTokens(
        sum(job.tokens_in or 0 for job in counted) / records,
        sum(job.tokens_out or 0 for job in counted) / completions,
    )


class PathCosts:
    """Costs of runs of one setting, by the paths of every question.

    Such a run has all paths in one wave and does not stop early. Its cost is not k times that of
    one path: a record with several paths pays for its prompt once, and a dataset too small for a
    batch job runs on demand, or pays for its prompts more often.

    Args:
        plan: of the run.
        prices: of the model, `None` if unknown.
    """

    def __init__(self, plan: Plan, prices: ModelPrices | None) -> None:
        self._plan = plan
        self._prices = prices
        # Settings with as many paths have the same jobs.
        self._volumes: dict[int, _Volumes] = {}

    def costs(self, paths: Iterable[int], tokens: MeanTokens | None) -> tuple[PathCost, ...] | None:
        """Return what each number of paths costs.

        Args:
            paths: numbers of paths, each at least 1. A number is left out if it would need an
                on-demand job and the model runs in batch jobs only.
            tokens: of a prompt and of a completion, `None` if they were not counted.

        Returns:
            `None` without prices or tokens.
        """
        prices = self._prices
        if prices is None or tokens is None:
            return None
        volumes = ((count, self._volumes_of(count)) for count in paths)
        return tuple(
            PathCost(count, each.cost_usd(tokens, prices))
            for count, each in volumes
            if not (self._plan.batch_only and each.on_demand.records)
        )

    def _volumes_of(self, paths: int) -> "_Volumes":
        if paths not in self._volumes:
            setting = Setting(_ALONE, 1.0, paths)
            plan = replace(self._plan, settings=(setting,), waves=(paths,), budget=None)
            self._volumes[paths] = _Volumes.of(full_run_jobs(plan))
        return self._volumes[paths]


@dataclass(frozen=True, slots=True)
class _Volume:
    """Requested records, and the completions of all of them."""

    records: int
    completions: int

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> "_Volume":
        return cls(sum(job.records for job in jobs), sum(job.completions for job in jobs))


@dataclass(frozen=True, slots=True)
class _Volumes:
    """What a run requests in batch jobs, and on demand."""

    batch: _Volume
    on_demand: _Volume

    @classmethod
    def of(cls, jobs: Iterable[Job]) -> "_Volumes":
        planned = list(jobs)
        return cls(
            _Volume.of([job for job in planned if not job.on_demand]),
            _Volume.of([job for job in planned if job.on_demand]),
        )

    def cost_usd(self, tokens: MeanTokens, prices: ModelPrices) -> float:
        volumes = ((self.batch, False), (self.on_demand, True))
        return sum(
            prices.usd(
                volume.records * tokens.prompt,
                volume.completions * tokens.completion,
                on_demand=on_demand,
            )
            for volume, on_demand in volumes
        )
