"""The store where the connection to S3 is lost."""

from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from lambdas.aws.clients import s3_client
from lambdas.aws.store import Store

KEY = "runs/r/file.jsonl"


class Flaky:
    """An S3 client whose connection is lost, some times while asking, some while reading."""

    def __init__(self, client: Any, *losses: Exception) -> None:
        self._client = client
        self._losses = list(losses)

    def get_object(self, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get_object(**asked)
        if not self._losses:
            return found
        loss = self._losses.pop(0)
        if isinstance(loss, ConnectionClosedError):
            raise loss
        return found | {"Body": Broken(loss)}


class Broken(BytesIO):
    """A body that ends in an error."""

    def __init__(self, loss: Exception) -> None:
        super().__init__()
        self._loss = loss

    def read(self, *_: Any) -> bytes:
        raise self._loss


LOSSES = (
    ConnectionClosedError(endpoint_url="s3"),
    IncompleteReadError(actual_bytes=3, expected_bytes=10),
    ReadTimeoutError(endpoint_url="s3"),
    ResponseStreamingError(error="reset"),
)


def test_a_lost_connection_costs_one_piece(store: Store) -> None:
    store.write(KEY, b"x" * 25)
    flaky = Store(Flaky(s3_client(), *LOSSES[:3]), store.bucket, piece_bytes=10)

    assert flaky.read(KEY) == b"x" * 25


def test_a_connection_lost_again_and_again_is_an_error(store: Store) -> None:
    store.write(KEY, b"x" * 25)
    flaky = Store(Flaky(s3_client(), *LOSSES), store.bucket, piece_bytes=10)

    with pytest.raises(ResponseStreamingError):
        flaky.read(KEY)
