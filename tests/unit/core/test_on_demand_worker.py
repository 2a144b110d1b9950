"""The worker: each record is invoked as often as is right, none without time for it."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import msgspec
import pytest

from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import Failure, FailureKind, Record, Reply
from lambdas.core.on_demand_worker import OnDemandWorker

REPLY = Reply(b"{}")
BUSY = Failure("wait", 429, "busy")
Invoke = Callable[[Record], Reply | Failure]


@pytest.fixture(autouse=True)
def waits_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleeping takes no time; the waits are noted."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def records(count: int) -> Any:
    return iter([Record(f"q{number:07d}s00", msgspec.Raw(b"{}")) for number in range(count)])


class Stored:
    """What a worker stored, by record."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Reply | Failure] = {}

    def __call__(self, record: Record, outcome: Reply | Failure) -> None:
        assert record.record_id not in self.outcomes
        self.outcomes[record.record_id] = outcome


def a_worker(invoke: Invoke, **changed: Any) -> tuple[OnDemandWorker, Stored]:
    stored = Stored()
    usual: dict[str, Any] = {"left_s": lambda: 60.0, "look": lambda stored_so_far: None}
    return OnDemandWorker(invoke, stored, **(usual | changed)), stored


def one_by_one(*outcomes: Reply | Failure) -> tuple[Invoke, list[str]]:
    """Return a model whose calls end so, one after the other, and the records it was given."""
    left, invoked = list(outcomes), []

    def invoke(record: Record) -> Reply | Failure:
        invoked.append(record.record_id)
        return left.pop(0)

    return invoke, invoked


@pytest.mark.parametrize("at_once", [1, 4, 50])
def test_every_record_is_invoked_once_and_stored(at_once: int) -> None:
    invoked: list[str] = []

    def invoke(record: Record) -> Reply:
        invoked.append(record.record_id)
        return REPLY

    worker, stored = a_worker(invoke)

    assert worker.run(records(20), at_once)
    assert sorted(invoked) == sorted(stored.outcomes)
    assert (worker.stored, len(invoked)) == (20, 20)


def test_no_more_calls_are_open_than_are_allowed() -> None:
    open_calls, most = [], []
    three = Barrier(3, timeout=60)

    def invoke(record: Record) -> Reply:
        open_calls.append(record)
        most.append(len(open_calls))
        three.wait()
        open_calls.pop()
        return REPLY

    worker, _ = a_worker(invoke)
    worker.run(records(12), 3)

    assert max(most) == 3


def test_a_busy_model_is_invoked_until_it_replies(waits_s: list[float]) -> None:
    invoke, invoked = one_by_one(*[BUSY] * 12, REPLY)
    worker, stored = a_worker(invoke)

    assert worker.run(records(1), 1)
    assert len(invoked) == 13
    assert [*stored.outcomes.values()] == [REPLY]
    assert len(waits_s) == 12
    assert max(waits_s) <= 20


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        pytest.param("retry", 3, id="not billed: two further tries"),
        pytest.param("final", 1, id="in vain, or may be billed: none"),
    ],
)
def test_a_failure_ends_a_record_after_its_tries(kind: FailureKind, calls: int) -> None:
    failure = Failure(kind, 500, "why")
    invoke, invoked = one_by_one(*[failure] * 9)
    worker, stored = a_worker(invoke)

    assert worker.run(records(1), 1)
    assert len(invoked) == calls
    assert [*stored.outcomes.values()] == [failure]


def test_a_service_that_cannot_be_reached_for_minutes_ends_the_job(waits_s: list[float]) -> None:
    invoke, invoked = one_by_one(*[Failure("unreachable", 503, "no https://bedrock")] * 99)
    worker, stored = a_worker(invoke)

    with pytest.raises(JobRefusedError, match=r"^no https://bedrock; choose a Region"):
        worker.run(records(1), 1)

    assert (len(invoked), stored.outcomes) == (12, {})
    assert sum(waits_s) <= 151


def test_a_service_that_can_be_reached_again_is_invoked(waits_s: list[float]) -> None:
    invoke, _ = one_by_one(*[Failure("unreachable", 503, "no name")] * 11, REPLY)
    worker, stored = a_worker(invoke)

    assert worker.run(records(1), 1)
    assert [*stored.outcomes.values()] == [REPLY]


def test_waiting_does_not_count_as_a_failure() -> None:
    again = Failure("retry", 500, "why")
    invoke, _ = one_by_one(again, BUSY, again, BUSY, REPLY)
    worker, stored = a_worker(invoke)

    assert worker.run(records(1), 1)
    assert [*stored.outcomes.values()] == [REPLY]


def test_no_call_begins_without_time_for_it() -> None:
    left = [5.0, 3.0, 0.0, 0.0]
    invoke, invoked = one_by_one(REPLY, REPLY, REPLY)
    worker, stored = a_worker(invoke, left_s=lambda: left.pop(0))

    assert not worker.run(records(3), 1)
    assert invoked == [*stored.outcomes] == ["q0000000s00", "q0000001s00"]


def test_a_record_whose_back_off_takes_all_time_is_left_to_the_next_invocation() -> None:
    left = iter([5.0, 0.0, 0.0])
    invoke, _ = one_by_one(BUSY)
    worker, stored = a_worker(invoke, left_s=lambda: next(left))

    assert not worker.run(records(1), 1)
    assert (stored.outcomes, worker.stored, worker.dropped) == ({}, 0, 1)


def test_a_look_that_raises_ends_the_work_and_open_calls_are_stored() -> None:
    open_calls = Barrier(3, timeout=60)

    def invoke(record: Record) -> Reply:
        open_calls.wait()
        worker._stopped.wait(60)
        return REPLY

    def look(stored_so_far: int) -> None:
        open_calls.wait()
        raise LookupError("ended")

    worker, stored = a_worker(invoke, look=look, look_every_s=0.01)

    with pytest.raises(LookupError, match="ended"):
        worker.run(records(10_000), 2)
    assert len(stored.outcomes) == 2


def test_a_call_that_raises_ends_the_work() -> None:
    def invoke(record: Record) -> Reply:
        raise PermissionError("no access")

    worker, stored = a_worker(invoke)

    with pytest.raises(PermissionError):
        worker.run(records(1_000), 4)
    assert stored.outcomes == {}
