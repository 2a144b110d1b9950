"""Entries: updated under conditions, and written many at a time to a table that may be busy."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.aws.dynamodb import Entries
from lambdas.contract.schema import FORMAT, FormatError
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import VoteRecord
from lambdas.core.errors import TableBusyError
from tests.unit.aws.records import RUN, entry

TABLE = "runs"
Names = list[str]
Answer = Callable[..., None]


@pytest.fixture(scope="module")
def resource() -> Any:
    region = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    # One try: the client's own retries are botocore's matter.
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
    """Expect a call that writes some entries, and leave some of them unwritten."""

    def expect(sent: Names, left: Names = []) -> None:  # noqa: B006
        response = {"UnprocessedItems": {TABLE: [response_item(name) for name in left]}}
        expected = {"RequestItems": {TABLE: [request_item(name) for name in sent]}}
        stub.add_response("batch_write_item", response if left else {}, expected)

    return expect


@pytest.fixture
def waits_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def request_item(name: str) -> Any:
    """A request as boto3's resource takes it."""
    keys = {"run_id": "r", "entry": name, "format": FORMAT}
    return {"PutRequest": {"Item": keys | {"paths": 5, "mean": 1, "sd": 0}}}


def response_item(name: str) -> Any:
    """The same as DynamoDB returns it."""
    numbers = {"format": FORMAT, "paths": 5, "mean": 1, "sd": 0}
    typed = {each: {"N": str(number)} for each, number in numbers.items()}
    return {"PutRequest": {"Item": {"run_id": {"S": "r"}, "entry": {"S": name}, **typed}}}


def rows(names: Names) -> list[tuple[str, CurvePoint]]:
    return [(name, CurvePoint(paths=5, mean=1, sd=0)) for name in names]


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


def test_only_unwritten_entries_are_sent_again(
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
def test_a_throttled_call_is_repeated(
    entries: Entries, stub: Stubber, answer: Answer, waits_s: list[float], code: str
) -> None:
    throttled(stub, code)
    answer(["a"])

    assert entries.put_all("r", rows(["a"])) == 1
    assert len(waits_s) == 1


def test_pauses_double_up_to_a_limit_with_jitter(
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


def test_a_table_that_takes_nothing_ends_the_step_with_its_name(
    entries: Entries, stub: Stubber, answer: Answer, waits_s: list[float]
) -> None:
    answer(["a", "b"], left=["a", "b"])
    for _ in range(15):
        throttled(stub)

    with pytest.raises(TableBusyError, match=r"table runs .* 2 entries in 16 tries.*redrive"):
        entries.put_all("r", rows(["a", "b"]))
    # At their longest; with the client's own retries, well within a function's 15 minutes.
    assert sum(waits_s) < 0.1 * (2**8 - 1) + 7 * 20


def test_a_table_that_takes_a_few_entries_each_time_is_enough(
    entries: Entries, answer: Answer, waits_s: list[float]
) -> None:
    names = [f"answer#{number:02d}" for number in range(25)]
    for first in range(25):
        answer(names[first:], left=names[first + 1 :])

    assert entries.put_all("r", rows(names)) == 25


def test_other_errors_are_not_retried(
    entries: Entries, stub: Stubber, waits_s: list[float]
) -> None:
    throttled(stub, "AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDenied"):
        entries.put_all("r", rows(["a"]))
    assert waits_s == []


class BusyTable:
    """A table that takes so many writes a second, in a time that passes by pauses and calls."""

    name = TABLE

    def __init__(self, writes_per_s: float, *, call_s: float = 0.01) -> None:
        self.meta = self
        self.client = self
        self.seconds, self.written, self.calls = 0.0, 0, 0
        self._rate, self._call_s = writes_per_s, call_s
        self._left = writes_per_s

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


def test_a_busy_table_is_written_at_the_rate_that_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 10,000 entries of 3 kB, which count as three writes each, by one of five functions that
    # share the 1,000 writes a second of a partition.
    table: Any = BusyTable(1_000 / 5 / 3)
    monkeypatch.setattr("time.sleep", table.pause)
    names = [f"answer#{number:05d}" for number in range(10_000)]

    assert Entries(table).put_all("r", rows(names)) == table.written == 10_000
    # 150 s would be the least.
    assert 149 < table.seconds < 300
    assert table.calls < 4 * 400


def test_written_entries_have_exact_floats_and_the_format(stored: Any) -> None:
    points = [(f"accuracy#T0.7#{n:03d}", CurvePoint(n, n / 7, 0.5)) for n in range(60)]

    assert Entries(stored).put_all(RUN, points) == 60

    written = entry(stored, "accuracy#T0.7#059")
    assert (float(written["mean"]), written["format"]) == (59 / 7, FORMAT)


def test_a_vote_is_written_whole(stored: Any) -> None:
    vote = VoteRecord("q1", "T0.7", "7", None, None, 3, 2, {"7": 2, "8": 1}, 0, False, 1)

    Entries(stored).put_all(RUN, [("answer#T0.7#q0000001", vote)])

    assert entry(stored, "answer#T0.7#q0000001") == {
        "run_id": RUN,
        "entry": "answer#T0.7#q0000001",
        "format": FORMAT,
        "question_id": "q1",
        "setting": "T0.7",
        "answer": "7",
        "gold": None,
        "correct": None,
        "paths": 3,
        "support": 2,
        "votes": {"7": 2, "8": 1},
        "unanswered": 0,
        "tied": False,
        "wave": 1,
    }


def test_nothing_to_write_is_no_call(stored: Any) -> None:
    assert Entries(stored).put_all(RUN, []) == 0


def test_an_update_under_a_condition_returns_the_entry_either_way(stored: Any) -> None:
    entries = Entries(stored)
    condition, values = "attribute_not_exists(#wave) OR #wave < :wave", {"wave": 2}

    first = entries.update(RUN, "run", values, condition=condition)
    second = entries.update(RUN, "run", values, condition=condition)

    assert (first.done, second.done) == (True, False)
    assert first.attributes == second.attributes == entry(stored)
    assert first.attributes["format"] == FORMAT


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param({}, f"has no format, must have format {FORMAT}", id="no format"),
        pytest.param(
            {"format": 2}, f"has format 2, this version reads format {FORMAT}", id="newer"
        ),
    ],
)
def test_an_entry_of_another_format_is_never_changed(
    stored: Any, written: dict[str, Any], message: str
) -> None:
    before = {"run_id": RUN, "entry": "run", "status": "running", **written}
    stored.put_item(Item=before)

    with pytest.raises(FormatError, match=f"entry run of run {RUN} {message}"):
        Entries(stored).update(RUN, "run", {"wave": 2})
    assert entry(stored) == before
