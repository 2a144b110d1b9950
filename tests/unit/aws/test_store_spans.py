"""The store: a span of an object, such as a row of a job's output."""

import pytest
from botocore.exceptions import IncompleteReadError

from lambdas.aws.clients import s3_client
from lambdas.aws.store import Store
from lambdas.core.errors import MissingObjectError
from tests.unit.aws.test_store import ranges_asked_for
from tests.unit.aws.test_store_losses import Flaky

KEY = "runs/r/output.jsonl.out"


def test_a_span_is_read_alone_however_large_pieces_are(store: Store) -> None:
    store.write(KEY, bytes(range(100)))

    with ranges_asked_for() as asked:
        content = store.span(KEY, 30, 25)

    assert content == bytes(range(30, 55))
    assert asked == ["bytes=30-54"]


@pytest.mark.parametrize(("start", "expected"), [(8, b"89"), (10, b""), (50, b"")])
def test_a_span_ends_where_the_object_does(store: Store, start: int, expected: bytes) -> None:
    store.write(KEY, b"0123456789")

    assert store.span(KEY, start, 5) == expected


def test_a_span_of_what_is_gone_is_refused(store: Store) -> None:
    with pytest.raises(MissingObjectError, match="does not exist"):
        store.span(KEY, 0, 5)


def test_a_span_is_asked_for_again_where_the_connection_is_lost(store: Store) -> None:
    store.write(KEY, b"0123456789")
    loss = IncompleteReadError(actual_bytes=3, expected_bytes=10)
    flaky = Store(Flaky(s3_client(), loss), store.bucket)

    assert flaky.span(KEY, 2, 3) == b"234"
