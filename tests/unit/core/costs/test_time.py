"""How long batch jobs are expected to take, worked by hand from the stated model."""

from dataclasses import replace

from lambdas.contract.answered_by import SIMULATED, AnsweredBy
from lambdas.contract.costs import SecondsRange, TimeEstimate
from lambdas.contract.schema import Setting, Shard, Stopping
from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.costs.time import time_estimate, time_remark
from tests.unit.core.samples import GREEDY, a_plan

DEMO = a_plan(
    settings=(GREEDY, *(Setting(f"T{each}", each, 30) for each in (0.5, 0.7, 1.0))),
    shards=(Shard("000", 0, 120),),
    questions=120,
    waves=(30,),
)


def test_a_round_takes_as_long_as_its_largest_job() -> None:
    """18 jobs of 600 records and one of 120: seven rounds of three, six of them of 600."""
    found = time_estimate(DEMO)

    assert found == TimeEstimate(
        jobs=19,
        rounds=7,
        jobs_at_once=3,
        # 7 × 10 + 6 × 0.6 + 0.12 minutes, and 7 × 15 + 6 × 6 + 1.2.
        range=SecondsRange(4423, 8532),
        more_at_once=6,
        # Four rounds, three of them of 600 records.
        range_of_more=SecondsRange(2515, 4752),
    )


def test_packed_jobs_take_two_rounds() -> None:
    found = time_estimate(replace(DEMO, paths_per_job=30))

    # Two rounds: of 3,600 records and of 120.
    assert found is not None
    assert (found.jobs, found.rounds) == (4, 2)
    assert found.range == SecondsRange(1423, 4032)


def test_sized_waves_are_counted_with_all_that_they_may_request() -> None:
    mix = Setting("mix", None, 30, (0.5, 0.7, 1.0))
    plan = replace(
        DEMO,
        settings=(GREEDY, mix),
        waves=(4, 26),
        paths_per_job=30,
        stopping=Stopping("worth", 0.001),
    )

    found = time_estimate(plan)

    # 120 and 480 records in the first round, at most 3,120 in each of the two that may follow.
    assert found is not None
    assert (found.jobs, found.rounds, found.more_at_once, found.at_most) == (4, 3, None, True)
    assert time_remark(found).startswith("at most 4 jobs in 3 rounds of 3 at once: about ")


def test_records_on_demand_are_no_jobs() -> None:
    assert time_estimate(a_plan(shards=(Shard("000", 0, 3),), questions=3)) is None


def test_no_time_is_made_up_for_a_rehearsal() -> None:
    size = DatasetSize(1_000, 1_000, 10)
    rehearsed = replace(DEMO, answered_by=(AnsweredBy(SIMULATED, SIMULATED),))

    assert estimate(DEMO, size, None).time is not None
    assert estimate(rehearsed, size, None).time is None
