"""Tokens as Bedrock counted them, or estimated and marked so; counts held against the rows."""

import msgspec
import pytest

from lambdas.core.outputs.receipts import Receipts
from lambdas.core.outputs.tokens import Manifest, Tokens, disagreement, tokens_of

STATED = Receipts(succeeded=2, tokens_in=70, tokens_out=30)
UNSTATED = Receipts(succeeded=2, unstated=2, characters_out=100)
# Of four records, one does not state its tokens, and another one did not come back.
PARTLY = Receipts(succeeded=3, unstated=1, characters_out=100, tokens_in=70, tokens_out=30)

# Of four records, one cannot be read, and another one's row is no row at all.
UNREADABLE = Receipts(succeeded=2, unreadable=1, malformed=1, tokens_in=70, tokens_out=30)
LOST = Receipts(succeeded=2, errors=1, maybe_billed=1, tokens_in=70, tokens_out=30)


@pytest.mark.parametrize(
    ("receipts", "manifest", "tokens"),
    [
        pytest.param(STATED, Manifest(2, 0, 71, 31), Tokens(71, 31, False), id="of the manifest"),
        pytest.param(STATED, None, Tokens(70, 30, False), id="of the rows"),
        pytest.param(STATED, Manifest(2, 0), Tokens(70, 30, False), id="a manifest without tokens"),
        pytest.param(UNSTATED, None, Tokens(100, 25, True), id="half of the input estimated"),
        pytest.param(PARTLY, None, Tokens(120, 55, True), id="a quarter estimated, the rest read"),
        pytest.param(Receipts(), None, Tokens(0, 0, False), id="nothing came"),
        pytest.param(
            UNREADABLE, None, Tokens(170, 30, True), id="what cannot be read was paid for"
        ),
        pytest.param(UNREADABLE, Manifest(2, 0, 71, 31), Tokens(71, 31, False), id="and counted"),
        pytest.param(LOST, Manifest(2, 1, 71, 31), Tokens(121, 31, True), id="a lost answer"),
        pytest.param(LOST, None, Tokens(120, 30, True), id="a lost answer without a manifest"),
        pytest.param(
            Receipts(malformed=9), None, Tokens(200, 0, True), id="no more than there are records"
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
def test_tokens_of(receipts: Receipts, manifest: Manifest | None, tokens: Tokens) -> None:
    assert tokens_of(receipts, manifest, input_bytes=800, records=4) == tokens


def test_a_manifest_is_read_under_the_services_names() -> None:
    written = {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 2,
        "errorRecordCount": 1,
        "inputTokenCount": 12,
        "outputTokenCount": 13,
        "cacheReadInputTokenCount": 0,
    }

    assert msgspec.json.decode(msgspec.json.encode(written), type=Manifest) == Manifest(
        2, 1, 12, 13
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
def test_counts_of_the_manifest_are_compared_with_the_rows_read(
    manifest: Manifest | None, text: str | None
) -> None:
    assert disagreement(Receipts(succeeded=2, errors=1), manifest) == text
