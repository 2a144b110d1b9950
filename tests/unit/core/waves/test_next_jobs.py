"""The next wave, as far as there is hope and money for it."""

from typing import Any

import pytest

from lambdas.core.costs.estimate import estimate
from lambdas.core.costs.loads import Texts
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.plan import Plan
from lambdas.core.waves.layout import first_needs, jobs_of
from lambdas.core.waves.need import Certainty, LostFrom
from lambdas.core.waves.next_jobs import next_jobs
from tests.unit.core.samples import WARM, a_job, a_need, a_part, a_plan

# No token is read for money, and each written costs a millionth of a dollar, on demand as well:
# a record of at most 100 tokens a ten-thousandth, and 100 questions of 5 paths five cents.
PRICES = ModelPrices(0.0, 1.0, 0.0, 1.0, "2026-06-30", "a page")
CUSTOM = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/abcdef123456"
LOST = a_need(open=(), lost=(LostFrom(0, 200, 200),), lost_questions=90)


def a_priced_plan(max_cost_usd: float | None, prices: ModelPrices | None = PRICES) -> Plan:
    whole: dict[str, Any] = {
        "settings": (WARM,),
        "waves": (2, 3),
        "max_tokens": 100,
        "max_cost_usd": max_cost_usd,
    }
    return a_plan(**whole, estimate=estimate(a_plan(**whole), Texts(0, 0, 0), prices))


def test_without_a_limit_lost_paths_are_asked_for_again() -> None:
    assert [job.records for job in next_jobs(a_priced_plan(None), 2, [LOST], [])] == [200]


@pytest.mark.parametrize(
    ("max_cost_usd", "records"),
    [
        pytest.param(0.07, [200], id="all and 200 records twice"),
        pytest.param(0.0699, [], id="a little less"),
    ],
)
def test_a_limit_has_room_for_what_is_asked_for_again_or_it_is_not(
    max_cost_usd: float, records: list[int]
) -> None:
    plan = a_priced_plan(max_cost_usd)

    assert [job.records for job in next_jobs(plan, 2, [LOST], [])] == records


def test_what_was_asked_for_again_before_counts_towards_the_limit() -> None:
    earlier = [a_job(a_part(again=(0, 1), generations=(), records=50))]

    assert next_jobs(a_priced_plan(0.07), 2, [LOST], earlier) == []
    assert len(next_jobs(a_priced_plan(0.075), 2, [LOST], earlier)) == 1


def test_new_paths_are_within_the_limit_from_the_start() -> None:
    need = a_need(open=(Certainty(0.5, 100),), lost=LOST.lost, lost_questions=90)

    (job,) = next_jobs(a_priced_plan(0.05), 2, [need], [])

    assert [(part.again, part.records) for part in job.parts] == [(None, 300)]


def test_without_prices_nothing_is_asked_for_again_under_a_limit() -> None:
    assert next_jobs(a_priced_plan(0.07, None), 2, [LOST], []) == []


def test_what_would_run_on_demand_is_left_where_a_model_is_had_in_batch_jobs_alone() -> None:
    plan = a_plan(settings=(WARM,), waves=(2, 3), model_id=CUSTOM)
    many = a_need(open=(Certainty(0.5, 100),))
    few = a_need(open=(Certainty(0.5, 10),), finished=90)

    assert [job.records for job in next_jobs(plan, 2, [many], [])] == [300]
    assert next_jobs(plan, 2, [few], []) == []


def test_there_all_paths_still_to_come_are_asked_for_at_once_if_that_is_enough() -> None:
    """Of 40 paths 22 were asked for; 6 or 18 more of six questions are 36 or 108 records."""
    plan = a_plan(model_id=CUSTOM, settings=(WARM,), waves=(22, 6, 12))

    (job,) = next_jobs(plan, 2, [a_need(open=(Certainty(0.5, 6),), lost=())], [])

    assert (job.records, job.on_demand, job.parts[0].generations) == (108, False, (1,) * 18)
    assert next_jobs(plan, 2, [a_need(open=(Certainty(0.5, 5),), lost=())], []) == []


def test_the_first_wave_is_the_layout_s() -> None:
    plan = a_plan()

    assert next_jobs(plan, 1, first_needs(plan), []) == jobs_of(plan, 1, first_needs(plan))
