"""Error rows: whose paths may be asked for again, and which may be paid for all the same."""

from typing import Any

import msgspec
import pytest

from lambdas.core.answers import read_arithmetic
from lambdas.core.families import form_named
from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.outputs.output import OutputReader
from tests.unit.core.samples import WANTED, rows

# Of the records of 3 and 2 paths of question 10, and those of 11.
RECORDS = ("q0000010s00", "q0000010s03", "q0000011s00", "q0000011s03")


def error_row(record_id: str, code: int | None) -> dict[str, Any]:
    return {"error": {"errorCode": code, "errorMessage": "why"}, "recordId": record_id}


def a_reader(*, on_demand: bool = False) -> OutputReader:
    form = form_named("cohere-command", "InvokeModel")
    return OutputReader(WANTED, 0, form, first=10, read_answer=read_arithmetic, on_demand=on_demand)


def read(reader: OutputReader, *codes: int | None) -> list[Answers]:
    found = rows(*(error_row(*each) for each in zip(RECORDS, codes, strict=False)))
    return [msgspec.json.decode(line, type=Answers) for line in reader.answers(found)]


@pytest.mark.parametrize(("on_demand", "billed"), [(True, 2), (False, 0)])
def test_a_lost_answer_may_be_billed_on_demand_and_not_in_a_batch_job(
    on_demand: bool, billed: int
) -> None:
    reader = a_reader(on_demand=on_demand)

    found = read(reader, 502, 504, 400, None)

    assert all(set(each.a) <= {None} for each in found)
    assert (reader.receipts.errors, reader.receipts.maybe_billed) == (4, billed)
    assert (reader.receipts.unanswered, reader.receipts.missing_paths) == (10, 0)


@pytest.mark.parametrize("code", [408, 424, 429, 500, 502, 503, 504, 599])
def test_paths_that_the_service_failed_for_may_come_again(code: int) -> None:
    (found,) = read(a_reader(), code)

    assert (found.a, found.e) == ([], 3)


@pytest.mark.parametrize("code", [None, 0, 200, 400, 401, 403, 404, 422, 600])
def test_a_record_that_is_at_fault_itself_is_asked_for_no_more(code: int | None) -> None:
    (found,) = read(a_reader(), code)

    assert (found.a, found.e) == ([None] * 3, 0)


def test_on_demand_a_lost_answer_may_come_again_as_a_lost_row_may() -> None:
    found = read(a_reader(on_demand=True), 502, 504, 503, 429)

    assert [(each.s, each.e) for each in found] == [(0, 3), (3, 2), (0, 3), (3, 2)]


def test_a_row_with_neither_output_nor_error_is_asked_for_no_more() -> None:
    (line,) = a_reader().answers(rows({"recordId": "q0000010s03"}))

    assert msgspec.json.decode(line, type=Answers) == Answers(10, 3, [None, None])
