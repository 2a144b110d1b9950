"""The jobs of the next wave, as far as there is hope and money for them."""

from collections.abc import Sequence
from dataclasses import replace

from lambdas.core.costs.cost import is_within
from lambdas.core.jobs import Job
from lambdas.core.plan import Plan
from lambdas.core.waves.layout import jobs_of
from lambdas.core.waves.need import LaneNeed


def next_jobs(
    plan: Plan, wave: int, needs: Sequence[LaneNeed], earlier: Sequence[Job]
) -> list[Job]:
    """Return the jobs of a wave; none where nothing more is to be sampled.

    Args:
        plan: of the run.
        wave: counted from 1.
        needs: of all lanes, after the wave before.
        earlier: the jobs of all waves before.
    """
    jobs = _granted(plan, wave, needs, earlier)
    if not plan.batch_only:
        return jobs
    in_batch = [job for job in jobs if not job.on_demand]
    if in_batch or wave > len(plan.waves):
        return in_batch
    # Too few for a batch job: all the paths that these questions may still get may be enough.
    at_once = replace(plan, waves=(*plan.waves[: wave - 1], sum(plan.waves[wave - 1 :])))
    jobs = _granted(at_once, wave, needs, earlier)
    return [job for job in jobs if not job.on_demand]


def _granted(plan: Plan, wave: int, needs: Sequence[LaneNeed], earlier: Sequence[Job]) -> list[Job]:
    jobs = jobs_of(plan, wave, needs)
    if _within_limit(plan, [*earlier, *jobs]):
        return jobs
    return jobs_of(plan, wave, needs, ask_again=False)


def _within_limit(plan: Plan, jobs: Sequence[Job]) -> bool:
    """Return whether what is asked for again cannot take the run past its limit of cost.

    The ceiling has every path once, and a lost one may be billed. So what is asked for again is
    reckoned at the most that its records may cost, on top of all.
    """
    again = sum(part.records for job in jobs for part in job.parts if part.again is not None)
    estimate = plan.estimate
    if plan.max_cost_usd is None or not again:
        return True
    if estimate is None or estimate.ceiling_usd is None or estimate.record_ceiling_usd is None:
        return False
    most = estimate.ceiling_usd + again * estimate.record_ceiling_usd
    return is_within(most, plan.max_cost_usd)
