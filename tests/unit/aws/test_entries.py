"""Entries written many at a time: what a busy table leaves is sent again, after a pause."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.entries import Entries
from lambdas.core.errors import TableBusyError

TABLE = "runs"
Names = list[str]
Answer = Callable[..., None]


@pytest.fixture(scope="module")
def resource() -> Any:
    region = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    # One try: the client's own tries are botocore's matter.
    once = Config(retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.resource("dynamodb", config=once, **region).Table(TABLE)


@pytest.fixture
def stub(resource: Any) -> Iterator[Stubber]:
    with Stubber(resource.meta.client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def entries(resource: Any) -> Entries:
    return Entries(resource)


@pytest.fixture
def answer(stub: Stubber) -> Answer:
    """Take a call that writes some entries, and leave some of them unwritten."""

    def expect(sent: Names, left: Names = []) -> None:  # noqa: B006
        told = {"UnprocessedItems": {TABLE: [put(name) for name in left]} if left else {}}
        asked = {"RequestItems": {TABLE: [given(name) for name in sent]}}
        stub.add_response("batch_write_item", told, asked)

    return expect


@pytest.fixture
def waits_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def given(name: str) -> Any:
    """A request as boto3's resource is given it."""
    return {"PutRequest": {"Item": {"run_id": "r", "entry": name, "paths": 5}}}


def put(name: str) -> Any:
    """The same as DynamoDB tells it."""
    attributes = {"run_id": {"S": "r"}, "entry": {"S": name}, "paths": {"N": "5"}}
    return {"PutRequest": {"Item": attributes}}


def rows(names: Names) -> list[tuple[str, dict[str, int]]]:
    return [(name, {"paths": 5}) for name in names]


def throttled(stub: Stubber, code: str = "ProvisionedThroughputExceededException") -> None:
    stub.add_client_error("batch_write_item", code)


def test_entries_are_written_in_calls_of_25(
    entries: Entries, answer: Answer, waits_s: list[float]
) -> None:
    names = [f"answer#{number:02d}" for number in range(60)]
    for first in (0, 25, 50):
        answer(names[first : first + 25])

    assert entries.put_all("r", rows(names)) == 60
    assert waits_s == []


def test_what_is_left_unwritten_is_sent_again_and_nothing_else(
    entries: Entries, answer: Answer, waits_s: list[float]
) -> None:
    answer(["a", "b", "c"], left=["b", "c"])
    answer(["b", "c"], left=["c"])
    answer(["c"])

    assert entries.put_all("r", rows(["a", "b", "c"])) == 3
    assert len(waits_s) == 2


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"],
)
def test_a_call_that_is_throttled_as_a_whole_is_made_again(
    entries: Entries, stub: Stubber, answer: Answer, waits_s: list[float], code: str
) -> None:
    throttled(stub, code)
    answer(["a"])

    assert entries.put_all("r", rows(["a"])) == 1
    assert len(waits_s) == 1


def test_pauses_double_up_to_a_limit_and_are_less_by_chance(
    entries: Entries, answer: Answer, stub: Stubber, waits_s: list[float]
) -> None:
    for _ in range(12):
        throttled(stub)
    answer(["a"])

    entries.put_all("r", rows(["a"]))

    longest_s = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20, 20, 20]
    assert all(0 <= wait < most for wait, most in zip(waits_s, longest_s, strict=True))
    assert len({wait / most for wait, most in zip(waits_s, longest_s, strict=True)}) > 1


def test_each_batch_begins_with_short_pauses_again(
    entries: Entries, answer: Answer, stub: Stubber, waits_s: list[float]
) -> None:
    names = [f"answer#{number:02d}" for number in range(26)]
    for _ in range(9):
        throttled(stub)
    answer(names[:25])
    throttled(stub)
    answer(names[25:])

    entries.put_all("r", rows(names))

    assert waits_s[-1] < 0.1


def test_a_table_that_takes_nothing_is_given_up_with_its_name(
    entries: Entries, stub: Stubber, answer: Answer, waits_s: list[float]
) -> None:
    answer(["a", "b"], left=["a", "b"])
    for _ in range(15):
        throttled(stub)

    with pytest.raises(TableBusyError, match="table runs took none of 2 entries in 16 tries"):
        entries.put_all("r", rows(["a", "b"]))
    # At their longest; with the client's own tries, well within a function's 15 minutes.
    assert sum(waits_s) < 0.1 * (2**8 - 1) + 7 * 20


def test_a_table_that_takes_a_few_entries_each_time_is_not_given_up(
    entries: Entries, answer: Answer, waits_s: list[float]
) -> None:
    names = [f"answer#{number:02d}" for number in range(25)]
    for first in range(25):
        answer(names[first:], left=names[first + 1 :])

    assert entries.put_all("r", rows(names)) == 25


def test_other_refusals_are_not_tried_again(
    entries: Entries, stub: Stubber, waits_s: list[float]
) -> None:
    throttled(stub, "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        entries.put_all("r", rows(["a"]))
    assert waits_s == []


class BusyTable:
    """A table that takes so many writes a second, in a time that passes by pauses and calls."""

    name = TABLE

    def __init__(self, writes_a_second: float, *, call_s: float = 0.01) -> None:
        self.meta = self
        self.client = self
        self.seconds, self.written, self.calls = 0.0, 0, 0
        self._rate, self._call_s = writes_a_second, call_s
        self._left = writes_a_second

    def pause(self, seconds: float) -> None:
        self.seconds += seconds
        self._left = min(self._left + seconds * self._rate, self._rate)

    def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803 (as boto3 names it)
        self.calls += 1
        self.pause(self._call_s)
        taken = min(int(self._left), len(RequestItems[TABLE]))
        self._left -= taken
        self.written += taken
        left = RequestItems[TABLE][taken:]
        return {"UnprocessedItems": {TABLE: left} if left else {}}


def test_a_lane_is_written_at_the_rate_that_is_left_to_it_of_a_busy_partition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 10,000 entries of 3 kB, which count as three writes each, by one of five functions that
    # share the 1,000 writes a second of a partition.
    table: Any = BusyTable(1_000 / 5 / 3)
    monkeypatch.setattr("time.sleep", table.pause)
    entries = ((f"answer#{number:05d}", {}) for number in range(10_000))

    assert Entries(table).put_all("r", entries) == table.written == 10_000
    # 150 s would be the least.
    assert 149 < table.seconds < 300
    assert table.calls < 4 * 400
