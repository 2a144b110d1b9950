"""Table entries: numbers exact in both directions, partial writes, other formats refused."""

from decimal import Decimal

import pytest

from lambdas.contract.entries import InputObject, JobEntry, RunEntry, from_dynamodb, to_dynamodb
from lambdas.contract.jobs import SliceFigures
from lambdas.contract.schema import FORMAT, FormatError


def test_floats_are_written_to_their_last_digit_in_members_as_well() -> None:
    value = {"mean": 0.1, "points": [(0.5, 1)], "gold": None, "tied": True, "text": "0.1"}

    assert to_dynamodb(value) == {
        "mean": Decimal("0.1"),
        "points": [[Decimal("0.5"), 1]],
        "gold": None,
        "tied": True,
        "text": "0.1",
    }


def test_whole_numbers_are_read_as_int() -> None:
    item = {"mean": Decimal("0.1"), "counts": [Decimal("3"), Decimal("1E+2")], "gold": None}

    found = from_dynamodb(item)

    assert found == {"mean": 0.1, "counts": [3, 100], "gold": None}
    assert [type(count) for count in found["counts"]] == [int, int]


def test_only_members_that_are_set_are_written_in_members_as_well() -> None:
    inputs = {"dataset": InputObject(key="q.jsonl", size_bytes=3)}
    assert RunEntry(status="running", inputs=inputs).to_attributes() == {
        "status": "running",
        "inputs": {"dataset": {"key": "q.jsonl", "size_bytes": 3}},
    }

    job = JobEntry(message="", slices=(SliceFigures(setting="greedy", rows=2),))
    assert job.to_attributes() == {
        "message": "",
        "slices": ({"setting": "greedy", "rows": 2},),
    }


def test_an_entry_is_read_with_defaults_for_what_it_lacks_and_without_the_unknown() -> None:
    item = {"run_id": "r", "entry": "run", "format": Decimal(FORMAT), "wave": Decimal(2), "new": 1}

    found = RunEntry.of(item, "run r")

    assert (found.run_id, found.wave, found.redrives, found.open_questions) == ("r", 2, 0, None)


def test_no_item_is_an_empty_entry() -> None:
    assert RunEntry.of({}, "run r") == RunEntry()


@pytest.mark.parametrize(
    ("item", "message"),
    [
        pytest.param({"run_id": "r"}, f"run r has no format, must have format {FORMAT}", id="none"),
        pytest.param({"format": Decimal(2)}, "run r has format 2", id="newer"),
    ],
)
def test_an_item_of_another_format_is_refused(item: dict[str, object], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        RunEntry.of(item, "run r")
