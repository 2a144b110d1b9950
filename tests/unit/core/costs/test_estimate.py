"""The estimate: what a plan is likely to cost and at most, worked by hand, and its limit."""

import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from lambdas.core.costs.cost import Estimate
from lambdas.core.costs.estimate import cost_problem, estimate
from lambdas.core.costs.loads import Texts
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.families import FAMILIES
from lambdas.core.plan import Plan
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import Stopping
from tests.unit.core.samples import GREEDY, a_plan

COMMAND = next(each for each in FAMILIES if re.fullmatch(each.pattern, "cohere.command-text-v14"))
COHERE = ModelPrices(1.5, 2.0, 1.5, 2.0, "2024-03-01", "AWS blog")
NOVA = ModelPrices(0.06, 0.24, 0.03, 0.12, "2026-06-11", "pricing page")
WARM = Setting("T0.7", 0.7, 5)


def published_run(**changed: Any) -> Plan:
    """Return 7,473 questions of 44 characters in prompts of 2,944: 736 tokens, 84 in an answer."""
    whole: dict[str, Any] = {
        "model_id": "cohere.command-text-v14",
        "family": COMMAND.name,
        "invocation_type": "InvokeModel",
        "questions": 7473,
        "shards": (Shard("000", 0, 7473),),
        "prompt": Prompt(("x" * 2899, "y"), ("question",), 8, 2600),
        "max_tokens": 84,
    }
    return a_plan(**(whole | changed))


def expected(
    plan: Plan, prices: ModelPrices | None = COHERE, characters: int = 44, most: int = 22
) -> Estimate:
    return estimate(plan, Texts(characters * plan.questions, most * plan.questions, most), prices)


def test_the_published_run_costs_9_51_greedily() -> None:
    greedy = expected(published_run()).settings[0]

    assert (greedy.records, greedy.tokens_in, greedy.tokens_out) == (7473, 5_500_128, 627_732)
    assert greedy.cost_usd == pytest.approx(9.51, abs=0.005)


def test_five_generations_in_one_record_pay_for_the_prompt_once() -> None:
    warm = expected(published_run()).settings[1]

    # 5.500 M tokens at $1.50 are $8.250, 5 times 0.6277 M at $2.00 are $6.277. The published
    # $14.55 has 0.63 M tokens a path.
    assert (warm.records, warm.generations) == (7473, 37_365)
    assert warm.cost_usd == pytest.approx(8.2502 + 6.2773, abs=0.0002)
    assert warm.usd_per_path == pytest.approx(2.9055, abs=0.0001)


def test_where_a_record_brings_one_completion_each_path_costs_as_much_as_the_greedy_one() -> None:
    plan = published_run(model_id="x", family="nova", invocation_type="Converse")

    greedy, warm = expected(plan).settings

    assert warm.records == warm.generations == 37_365
    assert warm.usd_per_path == pytest.approx(greedy.cost_usd)
    assert warm.cost_usd == pytest.approx(5 * 9.5057, abs=0.001)


def test_the_most_it_may_cost_has_full_completions_and_all_tokens_a_prompt_may_have() -> None:
    plan = a_plan(
        questions=200,
        shards=(Shard("000", 0, 200),),
        settings=(GREEDY,),
        prompt=Prompt(("x" * 300, ""), ("question",)),
        max_tokens=1000,
    )

    found = expected(plan, NOVA, characters=60, most=35)

    # 200 × 360 / 4 and 200 × 150 tokens; at most 200 × (300 / 2 + 35 + 128) and 200 × 1,000.
    assert (found.tokens_in, found.tokens_out) == (18_000, 30_000)
    assert found.cost_usd == pytest.approx((18_000 * 0.03 + 30_000 * 0.12) / 1e6)
    assert found.ceiling_usd == pytest.approx((62_600 * 0.03 + 200_000 * 0.12) / 1e6)


def test_answers_are_never_expected_to_be_longer_than_max_tokens() -> None:
    assert expected(a_plan(max_tokens=20)).completion_tokens == 20
    assert expected(a_plan(max_tokens=4096)).completion_tokens == 150


def test_records_too_few_for_a_batch_job_are_reckoned_at_the_on_demand_price() -> None:
    plan = a_plan(questions=16, shards=(Shard("000", 0, 16),), max_tokens=100)

    greedy, warm = expected(plan, replace(NOVA, input=1.0, output=0.0)).settings

    assert (greedy.on_demand, greedy.records) == (16, 16)
    assert greedy.cost_usd == pytest.approx(greedy.tokens_in / 1e6)
    assert (warm.on_demand, warm.records) == (80, 80)


def test_several_waves_and_shards_are_all_reckoned() -> None:
    shards = (Shard("000", 0, 150), Shard("001", 150, 150))

    found = expected(a_plan(questions=300, shards=shards, waves=(2, 3)), NOVA)

    assert [(each.records, each.generations) for each in found.settings] == [
        (300, 300),
        (1500, 1500),
    ]


def test_text_outside_ascii_has_more_tokens_than_letters() -> None:
    latin = expected(a_plan(prompt=Prompt(("xxxx", ""), ("question",))), NOVA, 0)
    han = expected(a_plan(prompt=Prompt(("中中中中", ""), ("question",))), NOVA, 0)

    assert (latin.prompt_tokens, han.prompt_tokens) == (1, 6)


def test_a_prompt_of_digits_may_have_a_token_for_each() -> None:
    letters = expected(a_plan(prompt=Prompt(("x" * 90, ""), ("question",))), NOVA, 0, 0)
    digits = expected(a_plan(prompt=Prompt(("7" * 90, ""), ("question",))), NOVA, 0, 0)

    assert letters.ceiling_usd is not None
    assert digits.ceiling_usd is not None
    # 45 tokens more in each of 100 greedy and 500 sampled records.
    assert digits.ceiling_usd - letters.ceiling_usd == pytest.approx(600 * 45 * 0.03 / 1e6)


def test_choices_that_stand_twice_in_the_template_are_counted_twice() -> None:
    twice = Prompt(("", "", "", ""), ("question", "choices", "choices"))

    assert expected(a_plan(prompt=twice), NOVA, characters=44).prompt_tokens == 22


def test_a_question_that_stands_twice_in_the_template_is_counted_twice() -> None:
    twice = Prompt(("", " once more: ", ""), ("question", "question"))

    assert expected(a_plan(prompt=twice), NOVA, characters=44).prompt_tokens == 25


def test_without_prices_tokens_are_told_and_no_cost() -> None:
    found = expected(published_run(), None)

    assert found.tokens_in == 2 * 5_500_128
    assert (found.cost_usd, found.ceiling_usd, found.settings[0].usd_per_path) == (None,) * 3
    assert [saving.usd for saving in found.savings] == [None, None]


def test_an_estimate_survives_in_the_plan_s_file() -> None:
    plan = published_run()
    plan = replace(plan, estimate=expected(plan))

    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_no_limit_or_one_that_holds_is_no_problem() -> None:
    found = expected(published_run())

    # 2 × 7,473 × (1,450 + 1 + 22 + 128) tokens in at $1.50, 6 × 627,732 out at $2.00.
    assert found.ceiling_usd == pytest.approx(43.4256, abs=0.0001)
    assert cost_problem(found, None) is None
    assert cost_problem(found, 43.43) is None


def test_a_limit_below_what_the_run_may_cost_is_refused_with_the_figures() -> None:
    assert cost_problem(expected(published_run()), 25) == (
        "max_cost_usd is 25, must be at least 43.43, what the run may cost at most ($24.03 is"
        " likely): raise it, or lower paths, max_tokens, limit or the number of exemplars"
    )


@pytest.mark.parametrize("questions", [1, 5, 7, 99])
def test_the_limit_that_a_refusal_names_is_accepted(questions: int) -> None:
    plan = a_plan(questions=questions, shards=(Shard("000", 0, questions),))
    found = expected(plan, NOVA)
    refusal = cost_problem(found, 1e-9)
    assert refusal is not None

    named = float(refusal.split("at least ")[1].split(",")[0])

    assert cost_problem(found, named) is None
    assert named <= 1.1 * (found.ceiling_usd or 0)


def test_a_limit_without_prices_is_refused_with_the_way_out() -> None:
    problem = cost_problem(expected(published_run(), None), 5.5)

    assert problem is not None
    assert problem.startswith("max_cost_usd is 5.5, but the model's prices are not known")
    assert '"prices": {"input": …, "output": …}' in problem


EARLY = {"waves": (2, 3), "stopping": Stopping("certain"), "max_tokens": 100}


def test_early_stopping_is_reckoned_with_all_paths_and_said_so() -> None:
    full, early = (
        expected(a_plan(waves=(2, 3), max_tokens=100), NOVA),
        expected(a_plan(**EARLY), NOVA),
    )

    assert early.cost_usd == full.cost_usd
    assert early.remarks[-1] == (
        "every question is reckoned with all its paths; those that settle early cost less"
    )


def test_the_ceiling_has_room_for_what_is_left_of_a_later_wave_and_runs_on_demand() -> None:
    prices = ModelPrices(0.0, 1.0, 0.0, 0.5, "", "")

    found = expected(a_plan(**EARLY), prices)

    # 600 completions of 100 tokens in batch, 99 of the second wave on demand.
    assert found.ceiling_usd == pytest.approx((600 * 100 * 0.5 + 99 * 100 * 1.0) / 1e6)


def test_the_ceiling_has_that_room_for_each_two_hundred_lanes_where_jobs_must_be_large() -> None:
    prices = ModelPrices(0.0, 1.0, 0.0, 0.5, "", "")
    shards = tuple(Shard(f"{n:03d}", 1_000 * n, 1_000) for n in range(101))
    large = {"shards": shards, "questions": 101_000, "min_records": 1_000}

    found = expected(a_plan(**EARLY, **large), prices)

    # 606,000 completions in batch; of 202 lanes' second wave, twice 999 records on demand.
    assert found.ceiling_usd == pytest.approx((606_000 * 100 * 0.5 + 2 * 999 * 100) / 1e6)


def test_a_budget_is_reckoned_as_the_paths_it_has() -> None:
    """250 paths of 100 questions: two for all, and all the rest later, whatever rounding leaves."""
    found = expected(a_plan(waves=(2, 3), budget=2.5, settings=(WARM,)), NOVA)

    assert [(each.records, each.generations) for each in found.settings] == [(250, 250)]


def test_a_record_costs_at_most_its_most_tokens_at_the_dearer_price() -> None:
    plan = a_plan(prompt=Prompt(("7" * 72, ""), ("question",)), max_tokens=100)

    found = estimate(plan, Texts(0, 0, 50), ModelPrices(2.0, 4.0, 1.0, 2.0, "", ""))

    # 72 tokens around the longest question's 50 and 128 of a template; 100 written.
    assert found.record_ceiling_usd == pytest.approx((250 * 2.0 + 100 * 4.0) / 1e6)


def test_a_record_of_several_completions_may_cost_all_of_them() -> None:
    plan = published_run(max_tokens=10)

    found = estimate(plan, Texts(0, 0, 0), ModelPrices(0.0, 1.0, 0.0, 1.0, "", ""))

    assert found.record_ceiling_usd == pytest.approx(5 * 10 / 1e6)
