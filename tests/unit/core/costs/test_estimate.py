"""The estimate: expected cost and upper bound, worked by hand, savings, and the cost limit."""

import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from lambdas.contract.costs import Estimate, ModelPrices, SettingEstimate
from lambdas.contract.schema import Plan, Prompt, Setting, Shard, Stopping
from lambdas.core.costs.estimate import (
    cost_limit_error,
    estimate,
    estimate_remarks,
    exemplar_savings,
)
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.models.registry import FAMILIES
from lambdas.core.prices import GIVEN_IN_REQUEST, prices_of
from tests.unit.core.samples import GREEDY, a_plan

COMMAND = next(each for each in FAMILIES if re.fullmatch(each.pattern, "cohere.command-text-v14"))
COHERE = ModelPrices(1.5, 2.0, 1.5, 2.0, "2024-03-01", "AWS blog")
NOVA = ModelPrices(0.06, 0.24, 0.03, 0.12, "2026-06-11", "pricing page")
WARM = Setting("T0.7", 0.7, 5)
GIVEN = ModelPrices(2.0, 8.0, 1.0, 4.0, "", GIVEN_IN_REQUEST)


def published_run(**changed: Any) -> Plan:
    """Return 7,473 questions of 44 characters in prompts of 2,944: 736 tokens, 84 per answer."""
    published: dict[str, Any] = {
        "model_id": "cohere.command-text-v14",
        "family": COMMAND.name,
        "invocation_type": "InvokeModel",
        "questions": 7473,
        "shards": (Shard("000", 0, 7473),),
        "prompt": Prompt(("x" * 2899, "y"), ("question",), 8, 2600),
        "max_tokens": 84,
    }
    return a_plan(**(published | changed))


def estimated(
    plan: Plan, prices: ModelPrices | None = COHERE, characters: int = 44, bound: int = 22
) -> Estimate:
    size = DatasetSize(characters * plan.questions, bound * plan.questions, bound)
    return estimate(plan, size, prices)


def test_the_published_run_costs_9_51_greedily() -> None:
    greedy = estimated(published_run()).settings[0]

    assert (greedy.records, greedy.tokens_in, greedy.tokens_out) == (7473, 5_500_128, 627_732)
    assert greedy.cost_usd == pytest.approx(9.51, abs=0.005)


def test_five_generations_in_one_record_pay_for_the_prompt_once() -> None:
    warm = estimated(published_run()).settings[1]

    # 5.500 M tokens at $1.50 are $8.250, 5 times 0.6277 M at $2.00 are $6.277. The published
    # $14.55 has 0.63 M tokens a path.
    assert (warm.records, warm.generations) == (7473, 37_365)
    assert warm.cost_usd == pytest.approx(8.2502 + 6.2773, abs=0.0002)
    assert warm.usd_per_path == pytest.approx(2.9055, abs=0.0001)


def test_with_one_completion_per_record_each_path_costs_as_much_as_the_greedy_one() -> None:
    plan = published_run(model_id="x", family="nova", invocation_type="Converse")

    greedy, warm = estimated(plan).settings

    assert warm.records == warm.generations == 37_365
    assert warm.usd_per_path == pytest.approx(greedy.cost_usd)
    assert warm.cost_usd == pytest.approx(5 * 9.5057, abs=0.001)


def test_the_upper_bound_has_full_completions_and_the_bound_of_the_prompt_s_tokens() -> None:
    plan = a_plan(
        questions=200,
        shards=(Shard("000", 0, 200),),
        settings=(GREEDY,),
        prompt=Prompt(("x" * 300, ""), ("question",)),
        max_tokens=1000,
    )

    found = estimated(plan, NOVA, characters=60, bound=35)

    # 200 × 360 / 4 and 200 × 150 tokens; upper bound 200 × (300 / 2 + 35 + 128) and 200 × 1,000.
    assert (found.tokens_in, found.tokens_out) == (18_000, 30_000)
    assert found.cost_usd == pytest.approx((18_000 * 0.03 + 30_000 * 0.12) / 1e6)
    assert found.ceiling_usd == pytest.approx((62_600 * 0.03 + 200_000 * 0.12) / 1e6)


def test_the_expected_completion_is_never_longer_than_max_tokens() -> None:
    assert estimated(a_plan(max_tokens=20)).completion_tokens == 20
    assert estimated(a_plan(max_tokens=4096)).completion_tokens == 150


def test_records_too_few_for_a_batch_job_cost_the_on_demand_price() -> None:
    plan = a_plan(questions=16, shards=(Shard("000", 0, 16),), max_tokens=100)

    greedy, warm = estimated(plan, replace(NOVA, input=1.0, output=0.0)).settings

    assert (greedy.on_demand, greedy.records) == (16, 16)
    assert greedy.cost_usd == pytest.approx(greedy.tokens_in / 1e6)
    assert (warm.on_demand, warm.records) == (80, 80)


def test_all_waves_and_shards_count() -> None:
    shards = (Shard("000", 0, 150), Shard("001", 150, 150))

    found = estimated(a_plan(questions=300, shards=shards, waves=(2, 3)), NOVA)

    assert [(each.records, each.generations) for each in found.settings] == [
        (300, 300),
        (1500, 1500),
    ]


def test_text_outside_ascii_has_more_tokens_than_characters() -> None:
    latin = estimated(a_plan(prompt=Prompt(("xxxx", ""), ("question",))), NOVA, 0)
    han = estimated(a_plan(prompt=Prompt(("中中中中", ""), ("question",))), NOVA, 0)

    assert (latin.prompt_tokens, han.prompt_tokens) == (1, 6)


def test_each_digit_of_a_prompt_may_be_a_token() -> None:
    letters = estimated(a_plan(prompt=Prompt(("x" * 90, ""), ("question",))), NOVA, 0, 0)
    digits = estimated(a_plan(prompt=Prompt(("7" * 90, ""), ("question",))), NOVA, 0, 0)

    assert letters.ceiling_usd is not None
    assert digits.ceiling_usd is not None
    # 45 more tokens in each of 100 greedy and 500 sampled records.
    assert digits.ceiling_usd - letters.ceiling_usd == pytest.approx(600 * 45 * 0.03 / 1e6)


def test_choices_that_are_twice_in_the_template_count_twice() -> None:
    twice = Prompt(("", "", "", ""), ("question", "choices", "choices"))

    plan = a_plan(prompt=twice)
    size = DatasetSize(44 * plan.questions, 0, 0, choices_characters=24 * plan.questions)

    # 20 characters of the question, and twice 24 of its choices.
    assert estimate(plan, size, NOVA).prompt_tokens == 17


def test_a_question_that_is_twice_in_the_template_counts_twice() -> None:
    twice = Prompt(("", " once more: ", ""), ("question", "question"))

    assert estimated(a_plan(prompt=twice), NOVA, characters=44).prompt_tokens == 25


def test_without_prices_there_are_tokens_but_no_cost() -> None:
    found = estimated(published_run(), None)

    assert found.tokens_in == 2 * 5_500_128
    assert (found.cost_usd, found.ceiling_usd, found.settings[0].usd_per_path) == (None,) * 3
    assert [saving.usd for saving in found.savings] == [None, None]


def test_an_estimate_survives_in_the_plan_s_file() -> None:
    plan = published_run()
    plan = replace(plan, estimate=estimated(plan))

    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_no_limit_or_one_above_the_upper_bound_is_no_error() -> None:
    found = estimated(published_run())

    # 2 × 7,473 × (1,450 + 1 + 22 + 128) tokens in at $1.50, 6 × 627,732 out at $2.00.
    assert found.ceiling_usd == pytest.approx(43.4256, abs=0.0001)
    assert cost_limit_error(found, None) is None
    assert cost_limit_error(found, 43.43) is None


def test_a_limit_below_the_upper_bound_is_refused_with_both_figures() -> None:
    error = cost_limit_error(estimated(published_run()), 25) or ""

    assert error.startswith("max_cost_usd is 25, must be at least 43.43, the upper bound")
    assert "(expected $24.03)" in error
    assert error.endswith("raise it, or lower paths, max_tokens, limit or the number of exemplars")


@pytest.mark.parametrize("questions", [1, 5, 7, 99])
def test_the_limit_named_in_the_error_is_accepted(questions: int) -> None:
    plan = a_plan(questions=questions, shards=(Shard("000", 0, questions),))
    found = estimated(plan, NOVA)
    error = cost_limit_error(found, 1e-9)
    assert error is not None

    named = float(error.split("at least ")[1].split(",")[0])

    assert cost_limit_error(found, named) is None
    assert named <= 1.1 * (found.ceiling_usd or 0)


def test_a_limit_without_prices_is_refused_with_the_way_out() -> None:
    error = cost_limit_error(estimated(published_run(), None), 5.5)

    assert error is not None
    assert error.startswith("max_cost_usd is 5.5, but the model's prices are not known")
    assert '"prices": {"input": …, "output": …}' in error


EARLY = {"waves": (2, 3), "stopping": Stopping("certain"), "max_tokens": 100}


def test_with_early_stopping_the_estimate_counts_all_paths_and_says_so() -> None:
    full = estimated(a_plan(waves=(2, 3), max_tokens=100), NOVA)
    early = estimated(a_plan(**EARLY), NOVA)

    assert early.cost_usd == full.cost_usd
    assert "counts all paths of every question" in early.remarks[-1]
    assert early.remarks[:-2] == full.remarks[:-1]


def test_the_upper_bound_includes_on_demand_leftovers_of_later_waves() -> None:
    prices = ModelPrices(0.0, 1.0, 0.0, 0.5, "", "")

    found = estimated(a_plan(**EARLY), prices)

    # 600 completions of 100 tokens in batch, 99 of the second wave on demand.
    assert found.ceiling_usd == pytest.approx((600 * 100 * 0.5 + 99 * 100 * 1.0) / 1e6)


def test_the_upper_bound_includes_such_leftovers_per_two_hundred_partitions_if_jobs_are_large() -> (
    None
):
    prices = ModelPrices(0.0, 1.0, 0.0, 0.5, "", "")
    shards = tuple(Shard(f"{n:03d}", 1_000 * n, 1_000) for n in range(101))
    large = {"shards": shards, "questions": 101_000, "min_records": 1_000}

    found = estimated(a_plan(**EARLY, **large), prices)

    # 606,000 completions in batch; of 202 partitions' second wave, twice 999 records on demand.
    assert found.ceiling_usd == pytest.approx((606_000 * 100 * 0.5 + 2 * 999 * 100) / 1e6)


def test_a_budget_counts_as_the_paths_it_has() -> None:
    """250 paths of 100 questions: two for all, all others later, whatever the rounding."""
    found = estimated(a_plan(waves=(2, 3), budget=2.5, settings=(WARM,)), NOVA)

    assert [(each.records, each.generations) for each in found.settings] == [(250, 250)]


def test_the_upper_bound_of_a_record_has_its_token_bound_at_the_higher_price() -> None:
    plan = a_plan(prompt=Prompt(("7" * 72, ""), ("question",)), max_tokens=100)

    found = estimate(plan, DatasetSize(0, 0, 50), ModelPrices(2.0, 4.0, 1.0, 2.0, "", ""))

    # 72 tokens of the frame, the longest question's 50 and 128 of a template; 100 out.
    assert found.record_ceiling_usd == pytest.approx((250 * 2.0 + 100 * 4.0) / 1e6)


def test_the_upper_bound_of_a_record_has_all_its_completions() -> None:
    plan = published_run(max_tokens=10)

    found = estimate(plan, DatasetSize(0, 0, 0), ModelPrices(0.0, 1.0, 0.0, 1.0, "", ""))

    assert found.record_ceiling_usd == pytest.approx(5 * 10 / 1e6)


def a_setting(records: int, generations: int, on_demand: int = 0) -> SettingEstimate:
    return SettingEstimate("T0.7", 5, records, generations, on_demand, 0, 0, None, None, None)


def test_half_and_none_of_the_exemplars() -> None:
    found = exemplar_savings([a_setting(1000, 5000)], 8, 600, GIVEN)

    # 1,000 records × 600 tokens at $1 per million, and half of them.
    assert [(saving.exemplars, saving.tokens_in) for saving in found] == [
        (4, 300_000),
        (0, 600_000),
    ]
    assert [saving.usd for saving in found] == pytest.approx([0.3, 0.6])


def test_on_demand_records_save_the_on_demand_price() -> None:
    *_, none = exemplar_savings([a_setting(1000, 1000, on_demand=400)], 2, 500, GIVEN)

    assert none.usd == pytest.approx(400 * 500 * 2e-6 + 600 * 500 * 1e-6)


@pytest.mark.parametrize(("exemplars", "fewer"), [(0, []), (1, [0]), (3, [1, 0])])
def test_savings_are_for_different_numbers_of_exemplars(exemplars: int, fewer: list[int]) -> None:
    found = exemplar_savings([a_setting(10, 10)], exemplars, 100, GIVEN)

    assert [saving.exemplars for saving in found] == fewer


def test_remarks_give_prompt_paths_and_savings() -> None:
    prompt, paths, half, none, *_ = estimate_remarks(estimated(published_run()), COHERE)

    assert "736 tokens, 650 of them in 8 exemplars" in prompt
    assert paths == "T0.7: each record has 5 paths for one prompt: $2.91 per path, $14.53 in total"
    # 14,946 records × 325 tokens at $1.50 per million.
    assert half == "using 4 exemplars would save about $7.29 (4,857,450 prompt tokens)"
    assert none == "using no exemplars would save about $14.57 (9,714,900 prompt tokens)"


def test_remarks_without_prices_give_tokens() -> None:
    one = published_run(model_id="x", family="nova", invocation_type="Converse")

    _, paths, half, *_ = estimate_remarks(estimated(one, None), None)

    assert paths == "T0.7: each record has one path, so every path pays for the prompt"
    assert half.endswith(" would save about 14,572,350 prompt tokens")


def test_remarks_give_region_and_date_of_the_built_in_prices() -> None:
    listed = prices_of("amazon.nova-lite-v1:0")

    *_, remark = estimate_remarks(estimated(a_plan(), listed), listed)

    assert "us-east-1 as of 2026-11-01" in remark


def test_a_remark_says_that_no_price_of_batch_inference_is_published() -> None:
    listed = prices_of("deepseek.v3-v1:0")

    *_, remark, _ = estimate_remarks(estimated(a_plan(), listed), listed)

    assert remark.startswith("no price of batch inference is published for this model")


@pytest.mark.parametrize("prices", [None, GIVEN])
def test_remarks_have_no_region_for_other_prices(prices: ModelPrices | None) -> None:
    found = estimate_remarks(estimated(a_plan(), prices), prices)

    assert not any("us-east-1" in remark for remark in found)


@pytest.mark.parametrize(
    ("stopping", "said"),
    [
        pytest.param(Stopping("level", 0.95), ["22% to 92%"], id="measured"),
        pytest.param(Stopping("worth", 0.001), ["23% to 41%"], id="the default"),
        pytest.param(Stopping("level", 0.8), [], id="not measured"),
        pytest.param(Stopping("never"), [], id="all paths"),
    ],
)
def test_what_recorded_datasets_needed_is_said_of_the_rules_it_is_known_of(
    stopping: Stopping, said: list[str]
) -> None:
    remarks = estimated(a_plan(waves=(2, 3), stopping=stopping), NOVA).remarks

    found = [remark for remark in remarks if "recorded datasets" in remark]
    assert [text for text in said if text in found[0]] == said if said else found == []
