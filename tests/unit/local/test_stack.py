from local.stack import quotas_of
from selfconsistency.bedrock.settings import Quotas


def test_the_bedrock_emulator_has_the_quotas_that_the_stack_counts_on() -> None:
    quotas = quotas_of({"jobs_at_once": "5", "min_records": "10", "on_demand_at_once": "2"})

    assert (quotas.jobs_at_once, quotas.min_records) == (5, 10)
    assert quotas.invokes_at_once == 10
    assert quotas.max_records == Quotas().max_records
