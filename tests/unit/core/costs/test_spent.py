"""What jobs cost: their tokens at the price of batch inference, or of on demand."""

from lambdas.core.costs.prices import ModelPrices
from lambdas.core.costs.spent import Spent, job_cost_usd, on_demand_records, spent_on
from tests.unit.core.samples import a_record

PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "", "given")
# 1,000 tokens in and 200 out: $0.0018 in batch, twice that on demand.
BATCH, ON_DEMAND = a_record(), a_record(on_demand=True, records_planned=16)


def test_a_job_without_a_word_on_it_ran_in_batch() -> None:
    assert job_cost_usd(BATCH, PRICES) == 0.0018
    assert job_cost_usd(ON_DEMAND, PRICES) == 0.0036


def test_the_cost_of_jobs_is_summed() -> None:
    assert spent_on([BATCH, ON_DEMAND], PRICES) == Spent(0.0054, estimated=False)


def test_without_prices_the_cost_is_unknown_and_not_0() -> None:
    assert job_cost_usd(BATCH, None) is None
    assert spent_on([BATCH], None) == Spent(None, estimated=False)


def test_estimated_tokens_make_an_estimated_cost() -> None:
    assert spent_on([BATCH, a_record(tokens_estimated=True)], PRICES).estimated


def test_a_job_whose_tokens_were_never_counted_has_no_cost_of_its_own() -> None:
    lost = {name: value for name, value in BATCH.items() if not name.startswith("tokens")}

    assert job_cost_usd(lost, PRICES) is None
    assert spent_on([BATCH, lost], PRICES).cost_usd == 0.0018


def test_records_on_demand_are_counted() -> None:
    assert on_demand_records([BATCH, ON_DEMAND]) == 16
