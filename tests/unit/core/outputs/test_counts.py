"""A job's counts and tokens: stated or estimated, compared with the manifest, apportioned."""

from dataclasses import fields

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import OutputFigures
from lambdas.core.outputs.counts import (
    Manifest,
    OutputCounts,
    Tokens,
    apportion,
    disagreement,
    output_entry,
    tokens_of,
)
from tests.unit.core.samples import a_job, a_slice

GREEDY_SLICE = a_slice(setting="greedy", partition="greedy-000", records=2, completions=2)
SHARED = a_job(GREEDY_SLICE, a_slice())
# Of the greedy slice both records came back; of the other's four, one is an error row.
GREEDY = OutputCounts(rows=2, succeeded=2, answered=2, tokens_in=20, tokens_out=10)
WARM = OutputCounts(
    rows=4, succeeded=3, errors=1, answered=8, unanswered=2, tokens_in=60, tokens_out=90
)
STATED = OutputCounts(succeeded=2, tokens_in=70, tokens_out=30)
# 70 tokens as usual, 600 out of the cache and 100 into it.
CACHED = OutputCounts(
    succeeded=2, tokens_in=770, tokens_out=30, cache_read_tokens=600, cache_write_tokens=100
)
UNSTATED = OutputCounts(succeeded=2, unstated=2, characters_out=100)
# Of four records, one does not state its tokens, and another one did not come back.
PARTLY = OutputCounts(succeeded=3, unstated=1, characters_out=100, tokens_in=70, tokens_out=30)

# Of four records, one cannot be read, and another one's row is no row at all.
UNREADABLE = OutputCounts(succeeded=2, unreadable=1, malformed=1, tokens_in=70, tokens_out=30)
LOST = OutputCounts(succeeded=2, errors=1, maybe_billed=1, tokens_in=70, tokens_out=30)


@pytest.mark.parametrize(
    ("counts", "manifest", "tokens"),
    [
        pytest.param(STATED, Manifest(2, 0, 71, 31), Tokens(71, 31, False), id="of the manifest"),
        pytest.param(STATED, None, Tokens(70, 30, False), id="of the rows"),
        pytest.param(STATED, Manifest(2, 0), Tokens(70, 30, False), id="a manifest without tokens"),
        pytest.param(
            STATED,
            Manifest(2, 0, 71, 31, 900, 30),
            Tokens(1001, 31, False, 900, 30),
            id="the manifest counts the cache apart",
        ),
        pytest.param(
            STATED, Manifest(2, 0, 0, 31, 900), Tokens(900, 31, False, 900), id="all in the cache"
        ),
        pytest.param(
            CACHED,
            Manifest(2, 0, 71, 31),
            Tokens(771, 31, False, 600, 100),
            id="the cache in the rows alone",
        ),
        pytest.param(
            CACHED, None, Tokens(770, 30, False, 600, 100), id="of the rows, with the cache"
        ),
        pytest.param(UNSTATED, None, Tokens(100, 25, True), id="half of the input estimated"),
        pytest.param(PARTLY, None, Tokens(120, 55, True), id="a quarter estimated, the rest read"),
        pytest.param(OutputCounts(), None, Tokens(0, 0, False), id="no output"),
        pytest.param(UNREADABLE, None, Tokens(170, 30, True), id="unreadable rows are billed"),
        pytest.param(
            UNREADABLE,
            Manifest(2, 0, 71, 31),
            Tokens(71, 31, False),
            id="unreadable rows in the manifest",
        ),
        pytest.param(LOST, Manifest(2, 1, 71, 31), Tokens(121, 31, True), id="a lost reply"),
        pytest.param(LOST, None, Tokens(120, 30, True), id="a lost reply without a manifest"),
        pytest.param(
            OutputCounts(malformed=9),
            None,
            Tokens(200, 0, True),
            id="no more than there are records",
        ),
        pytest.param(
            STATED, Manifest(2, 0, 10**44, 31), Tokens(70, 30, False), id="more than can be"
        ),
        pytest.param(STATED, Manifest(2, 0, -71, 31), Tokens(70, 30, False), id="less than none"),
        pytest.param(
            STATED,
            Manifest(2, 0, 4 * 10**8, 31),
            Tokens(4 * 10**8, 31, False),
            id="as many as four records can have",
        ),
        pytest.param(
            STATED, Manifest(2, 0, 4 * 10**8 + 1, 31), Tokens(70, 30, False), id="one token more"
        ),
    ],
)
def test_tokens_of(counts: OutputCounts, manifest: Manifest | None, tokens: Tokens) -> None:
    assert tokens_of(counts, manifest, input_bytes=800, records=4) == tokens


def test_a_manifest_is_read_by_bedrock_s_names() -> None:
    written = {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 2,
        "errorRecordCount": 1,
        "inputTokenCount": 12,
        "outputTokenCount": 13,
        "cacheReadInputTokenCount": 5,
        "cacheWriteInputTokenCount": 7,
    }

    assert msgspec.json.decode(msgspec.json.encode(written), type=Manifest) == Manifest(
        2, 1, 12, 13, 5, 7, processed=3
    )


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        pytest.param(Manifest(2, 1), None, id="agrees"),
        pytest.param(None, None, id="no manifest"),
        pytest.param(Manifest(), None, id="states nothing"),
        pytest.param(Manifest(10**44, -1), None, id="states what cannot be"),
        pytest.param(
            Manifest(5, 1), "its manifest says 5 records succeeded, 2 rows read", id="lost rows"
        ),
        pytest.param(
            Manifest(3, 0),
            "its manifest says 3 records succeeded, 2 rows read; 0 records failed, 1 rows read",
            id="both",
        ),
    ],
)
def test_the_manifest_is_compared_with_the_rows_read(
    manifest: Manifest | None, text: str | None
) -> None:
    assert disagreement(OutputCounts(succeeded=2, errors=1), manifest) == text


def test_counts_of_slices_are_added_up_and_messages_kept_once() -> None:
    first = OutputCounts(rows=2, cut_off=1, error_messages=["a", "b"])
    second = OutputCounts(rows=3, cut_off=2, error_messages=["b", "c", "d"], unread="so")

    total = output_entry(SHARED, [first, second], None, 600)

    assert (total.rows, total.cut_off, total.unread) == (5, 3, "so")
    assert total.error_messages == ("a", "b", "c")


def test_a_job_has_the_counts_of_its_slices_together() -> None:
    total = output_entry(SHARED, [GREEDY, WARM], None, 600)

    assert (total.succeeded, total.errors, total.answered) == (5, 1, 10)
    assert (total.tokens_in, total.tokens_out) == (80, 100)
    assert total.tokens_estimated is False
    assert total.disagreement is None


def test_each_slice_has_its_setting_and_its_own_counts() -> None:
    greedy, warm = output_entry(SHARED, [GREEDY, WARM], None, 600).slices

    assert (greedy.setting, greedy.records_planned, greedy.paths_planned) == ("greedy", 2, 2)
    assert (warm.setting, warm.records_planned, warm.paths_planned) == ("T0.7", 4, 10)
    assert (greedy.answered, warm.answered, warm.unanswered) == (2, 8, 2)
    assert (greedy.tokens_in, warm.tokens_in) == (20, 60)


def test_a_job_of_one_slice_lists_no_slices() -> None:
    assert "slices" not in output_entry(a_job(), [WARM], None, 600).model_fields_set


def test_tokens_that_bedrock_counts_for_the_job_are_apportioned_to_its_slices() -> None:
    """100 and 60 tokens, where rows state 20 + 60 and 10 + 90."""
    total = output_entry(SHARED, [GREEDY, WARM], Manifest(5, 1, 100, 60), 600)

    assert (total.tokens_in, total.tokens_out) == (100, 60)
    assert [each.tokens_in for each in total.slices] == [25, 75]
    assert [each.tokens_out for each in total.slices] == [6, 54]


def test_the_manifest_is_compared_with_the_rows_of_all_slices() -> None:
    total = output_entry(SHARED, [GREEDY, WARM], Manifest(6, 0, 1, 1), 600)

    assert total.disagreement == (
        "its manifest says 6 records succeeded, 5 rows read; 0 records failed, 1 rows read"
    )


def test_unstated_tokens_are_estimated_from_each_slice_s_share_of_the_input() -> None:
    """600 bytes for six records: 100 bytes, 25 tokens each."""
    unstated = [OutputCounts(succeeded=2, unstated=2), OutputCounts(succeeded=4, unstated=4)]

    total = output_entry(SHARED, unstated, None, 600)

    assert [each.tokens_in for each in total.slices] == [50, 100]
    assert total.tokens_in == 150
    assert all(each.tokens_estimated for each in total.slices)


def test_no_slice_is_estimated_if_the_manifest_states_all_tokens() -> None:
    unstated = [OutputCounts(succeeded=2, unstated=2), OutputCounts(succeeded=4, unstated=4)]

    total = output_entry(SHARED, unstated, Manifest(6, 0, 100, 60), 600)

    assert not any(each.tokens_estimated for each in (total, *total.slices))


@pytest.mark.parametrize(("slices", "with_texts"), [(20, True), (21, False)])
def test_slices_of_a_job_of_many_store_no_texts(slices: int, with_texts: bool) -> None:
    job = a_job(*[a_slice()] * slices)
    counts = [OutputCounts(errors=1, error_messages=["why"], unread="so")] * slices

    total = output_entry(job, counts, None, 600)

    stored = total.to_attributes()["slices"][0]
    assert ("error_messages" in stored, "unread" in stored) == (with_texts, with_texts)
    assert (total.error_messages, total.unread) == (("why",), "so")


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_shares_add_up_and_are_off_by_less_than_one(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)

    assert sum(shares) == total
    whole = sum(weights)
    even = [total / len(weights)] * len(weights)
    fair = [total * weight / whole for weight in weights] if whole else even
    assert all(abs(share - each) < 1 for share, each in zip(shares, fair, strict=True))


def test_every_count_has_its_member_in_the_job_s_entry() -> None:
    assert {each.name for each in fields(OutputCounts)} <= set(OutputFigures.model_fields)
