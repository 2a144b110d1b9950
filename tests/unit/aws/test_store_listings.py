"""Listings of the store: all keys, though S3 tells a page of them at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.aws.clients import s3_client
from lambdas.aws.store import Store

FOLDER = "runs/r/waves/01/j0001/parts/"
KEYS_A_PAGE = 2


@pytest.fixture
def pages(store: Store) -> Iterator[list[Any]]:
    """Have pages of two keys, as S3's are of a thousand; what was asked for each is noted."""
    asked: list[Any] = []

    def shorten(params: dict[str, Any], **_: Any) -> None:
        params["MaxKeys"] = KEYS_A_PAGE
        asked.append(params.get("ContinuationToken"))

    events = s3_client().meta.events
    events.register("before-parameter-build.s3.ListObjectsV2", shorten)
    yield asked
    events.unregister("before-parameter-build.s3.ListObjectsV2", shorten)


def test_more_keys_than_a_page_has_are_all_listed(store: Store, pages: list[Any]) -> None:
    wanted = [f"{FOLDER}q{number:07d}s00.json" for number in range(5)]
    for key in [*wanted, "runs/r/waves/01/j0002/input.jsonl"]:
        store.write(key, b"{}")

    assert store.keys(FOLDER) == wanted
    assert len(pages) == 3
    assert None not in pages[1:]


def test_nothing_is_listed_where_nothing_lies(store: Store) -> None:
    assert store.keys("runs/r/none/") == []
