from local.bedrock.settings import Quotas
from local.twin import quotas_of


def test_the_stand_in_has_the_quotas_that_the_stack_counts_on() -> None:
    quotas = quotas_of({"jobs_at_once": "5", "min_records": "10", "on_demand_at_once": "2"})

    assert (quotas.jobs_at_once, quotas.min_records) == (5, 10)
    assert quotas.invokes_at_once == 10
    assert quotas.max_records == Quotas().max_records
