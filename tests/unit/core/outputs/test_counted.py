"""A job's counts, and those of each setting that shares it: parts that add up to the whole."""

from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.outputs.counted import counts_of, shared_out, shares_of
from lambdas.core.outputs.receipts import Receipts, summed
from lambdas.core.outputs.tokens import Manifest
from tests.unit.core.samples import a_job, a_part, a_record

GREEDY_PART = a_part(setting="greedy", lane="greedy-000", records=2, completions=2)
SHARED = a_job(GREEDY_PART, a_part())
# Of the greedy part both records came; of the other's four, one is an error row.
GREEDY = Receipts(rows=2, succeeded=2, answered=2, tokens_in=20, tokens_out=10)
WARM = Receipts(
    rows=4, succeeded=3, errors=1, answered=8, unanswered=2, tokens_in=60, tokens_out=90
)


def test_counts_of_several_parts_are_added_up_and_messages_kept_once() -> None:
    first = Receipts(rows=2, cut_off=1, messages=["a", "b"])
    second = Receipts(rows=3, cut_off=2, messages=["b", "c", "d"], unread="so")

    total = summed([first, second])

    assert (total.rows, total.cut_off, total.unread) == (5, 3, "so")
    assert total.messages == ["a", "b", "c"]


def test_a_job_s_counts_are_those_of_its_parts_together() -> None:
    counted = counts_of(SHARED, [GREEDY, WARM], None, 600)

    total = counted.total
    assert (total["succeeded"], total["errors"], total["answered"]) == (5, 1, 10)
    assert (total["tokens_in"], total["tokens_out"]) == (80, 100)
    assert total["tokens_estimated"] is False
    assert total["disagreement"] is None


def test_each_part_has_its_setting_and_its_own_counts() -> None:
    greedy, warm = counts_of(SHARED, [GREEDY, WARM], None, 600).parts

    assert (greedy["setting"], greedy["records_planned"], greedy["paths_planned"]) == (
        "greedy",
        2,
        2,
    )
    assert (warm["setting"], warm["records_planned"], warm["paths_planned"]) == ("T0.7", 4, 10)
    assert (greedy["answered"], warm["answered"], warm["unanswered"]) == (2, 8, 2)
    assert (greedy["tokens_in"], warm["tokens_in"]) == (20, 60)


def test_what_bedrock_counted_for_the_whole_job_is_told_apart_by_what_parts_seem_to_have() -> None:
    """100 and 60 tokens, where rows state 20 + 60 and 10 + 90."""
    counted = counts_of(SHARED, [GREEDY, WARM], Manifest(5, 1, 100, 60), 600)

    assert (counted.total["tokens_in"], counted.total["tokens_out"]) == (100, 60)
    assert [part["tokens_in"] for part in counted.parts] == [25, 75]
    assert [part["tokens_out"] for part in counted.parts] == [6, 54]


def test_a_manifest_is_held_against_the_rows_of_all_parts() -> None:
    counted = counts_of(SHARED, [GREEDY, WARM], Manifest(6, 0, 1, 1), 600)

    assert counted.total["disagreement"] == (
        "its manifest says 6 records succeeded, 5 rows read; 0 records failed, 1 rows read"
    )


def test_tokens_that_nobody_states_are_estimated_from_each_part_s_share_of_the_input() -> None:
    """600 bytes for six records: 100 bytes, 25 tokens each."""
    silent = [Receipts(succeeded=2, unstated=2), Receipts(succeeded=4, unstated=4)]

    counted = counts_of(SHARED, silent, None, 600)

    assert [part["tokens_in"] for part in counted.parts] == [50, 100]
    assert counted.total["tokens_in"] == 150
    assert all(part["tokens_estimated"] for part in counted.parts)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_shares_add_up_and_are_off_by_less_than_one(total: int, weights: list[int]) -> None:
    shares = shared_out(total, weights)

    assert sum(shares) == total
    whole = sum(weights)
    even = [total / len(weights)] * len(weights)
    fair = [total * weight / whole for weight in weights] if whole else even
    assert all(abs(share - each) < 1 for share, each in zip(shares, fair, strict=True))


def test_a_job_of_one_setting_is_that_setting_s_as_it_is() -> None:
    record = a_record()

    assert shares_of(record) == [record]


def test_a_part_s_counts_stand_for_those_of_the_job() -> None:
    parts = [{"setting": "greedy", "answered": 2}, {"setting": "T0.7", "answered": 8}]

    greedy, warm = shares_of(a_record(answered=10, status="Completed", parts=parts))

    assert (greedy["answered"], warm["answered"]) == (2, 8)
    assert (greedy["setting"], warm["setting"], warm["status"]) == ("greedy", "T0.7", "Completed")
    assert "parts" not in greedy
