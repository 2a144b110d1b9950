"""How long a run's batch jobs take, from a stated model: nothing of it is measured in advance."""

from collections.abc import Iterable, Iterator, Sequence

from lambdas.contract import MAX_JOBS_AT_ONCE
from lambdas.contract.costs import SecondsRange, TimeEstimate
from lambdas.contract.schema import Plan
from lambdas.core.sampling.scheduling import full_run_jobs
from lambdas.core.text import count_of

# A batch job of 100 records took 10 to 15 minutes, so that is what a job takes however small.
START_MINUTES = SecondsRange(10, 15)
# Assumed, for Bedrock promises none: the most and the fewest records of a job a minute.
RECORDS_A_MINUTE = (1_000, 100)
_MINUTE_S, _HOUR_S = 60, 3_600


def time_estimate(plan: Plan) -> TimeEstimate | None:
    """Return how long a plan's batch jobs are expected to take; `None` if it has none.

    Every question is taken to get all its paths, as in the estimate of cost. Questions that leave
    early make later waves smaller, so the lower end counts the first wave, and of each later wave
    one job.
    """
    waves = _records_by_wave(plan)
    if not any(waves):
        return None
    at_once, jobs = plan.jobs_at_once, list(map(len, waves))
    most = min(max(jobs), 2 * at_once, MAX_JOBS_AT_ONCE)
    more = most if rounds(jobs, most) < rounds(jobs, at_once) else None
    return TimeEstimate(
        jobs=sum(jobs),
        rounds=rounds(jobs, at_once),
        jobs_at_once=at_once,
        range=_range(waves, at_once, stops_early=plan.stops_early),
        more_at_once=more,
        range_of_more=_range(waves, more, stops_early=plan.stops_early) if more else None,
        at_most=plan.stops_early,
    )


def time_remark(found: TimeEstimate) -> str:
    """Return the expected time in a sentence.

    >>> one = TimeEstimate(19, 7, 3, SecondsRange(4_500, 7_200), 6, SecondsRange(2_700, 4_500))
    >>> time_remark(one)[:86]
    '19 jobs in 7 rounds of 3 at once: about 1.2 to 2 hours; with 6 at once: about 45 to 75'
    """
    jobs, turns = count_of(found.jobs, "job"), count_of(found.rounds, "round")
    most = "at most " if found.at_most else ""
    parts = [
        f"{most}{jobs} in {turns} of {found.jobs_at_once} at once: about {spoken(found.range)}"
    ]
    if found.more_at_once is not None and found.range_of_more is not None:
        parts.append(f"with {found.more_at_once} at once: about {spoken(found.range_of_more)}")
    parts.append(
        f"assumed: {START_MINUTES.low} to {START_MINUTES.high} minutes to start a job, then"
        f" {RECORDS_A_MINUTE[1]:,} to {RECORDS_A_MINUTE[0]:,} records a minute"
    )
    return "; ".join(parts)


def spoken(found: SecondsRange) -> str:
    """Return a range of time in minutes, or in hours where it reaches two.

    >>> spoken(SecondsRange(600, 1_500)), spoken(SecondsRange(5_400, 9_000))
    ('10 to 25 minutes', '1.5 to 2.5 hours')
    """
    unit, name = (_HOUR_S, "hours") if found.high >= 2 * _HOUR_S else (_MINUTE_S, "minutes")
    low, high = (f"{seconds / unit:.1f}".removesuffix(".0") for seconds in (found.low, found.high))
    return f"{low} to {high} {name}" if low != high else f"{low} {name}"


def _records_by_wave(plan: Plan) -> list[list[int]]:
    """Return the records of each batch job, wave by wave."""
    waves: list[list[int]] = [[] for _ in plan.waves]
    for job in full_run_jobs(plan):
        if not job.on_demand:
            waves[job.wave - 1].append(sum(each.records for each in job.slices))
    # The plan has the sized waves as one, which has all that they may request together.
    return waves + waves[-1:] * (plan.last_wave - len(plan.waves))


def rounds(jobs_by_wave: Iterable[int], at_once: int) -> int:
    """Return the rounds of at most so many jobs side by side; a wave begins with a new one.

    >>> rounds([7, 1], at_once=3)
    4
    """
    return sum(-(-jobs // at_once) for jobs in jobs_by_wave)


def _range(waves: Sequence[Sequence[int]], at_once: int, *, stops_early: bool) -> SecondsRange:
    least = [waves[0], *([min(jobs)] for jobs in waves[1:] if jobs)] if stops_early else waves
    fast, slow = RECORDS_A_MINUTE
    low = sum(START_MINUTES.low + most / fast for most in _largest(least, at_once))
    high = sum(START_MINUTES.high + most / slow for most in _largest(waves, at_once))
    return SecondsRange(round(low * _MINUTE_S), round(high * _MINUTE_S))


def _largest(waves: Sequence[Sequence[int]], at_once: int) -> Iterator[int]:
    """Yield the records of the largest job of each round."""
    for jobs in waves:
        yield from sorted(jobs, reverse=True)[::at_once]
