"""Rows without an answer that may be paid for all the same."""

from typing import Any

import msgspec
import pytest

from lambdas.core.answers import read_arithmetic
from lambdas.core.families import form_named
from lambdas.core.output import OutputReader
from lambdas.core.sizing import Shard
from tests.unit.core.samples import a_job, rows


def error_row(record_id: str, code: int | None) -> dict[str, Any]:
    return {"error": {"errorCode": code, "errorMessage": "why"}, "recordId": record_id}


@pytest.mark.parametrize(("on_demand", "billed"), [(True, 2), (False, 0)])
def test_a_lost_answer_may_be_billed_on_demand_and_not_in_a_batch_job(
    on_demand: bool, billed: int
) -> None:
    codes = {"q0000010s00": 502, "q0000010s03": 504, "q0000011s00": 400, "q0000011s03": None}
    form = form_named("cohere-command", "InvokeModel")
    reader = OutputReader(a_job(on_demand=on_demand), Shard("000", 10, 2), form, read_arithmetic)

    found = list(reader.answers(rows(*(error_row(each, code) for each, code in codes.items()))))

    assert [msgspec.json.decode(line)["a"][0] for line in found] == [None] * 4
    assert (reader.receipts.errors, reader.receipts.maybe_billed) == (4, billed)
