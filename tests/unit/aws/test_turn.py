"""A turn: every record asked for as often as is right, none begun without time for it."""

from collections.abc import Callable
from threading import Event
from typing import Any

import msgspec
import pytest

from lambdas.aws.turn import Turn
from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import Failure, Kind, Record, Reply

ANSWER = Reply(b"{}")
BUSY = Failure("wait", 429, "busy")
Ask = Callable[[Record], Reply | Failure]


@pytest.fixture(autouse=True)
def waits_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Time passes in no time; the waits are noted."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def records(count: int) -> Any:
    return iter([Record(f"q{number:07d}s00", msgspec.Raw(b"{}")) for number in range(count)])


class Kept:
    """What a turn kept, by record."""

    def __init__(self) -> None:
        self.ends: dict[str, Reply | Failure] = {}

    def __call__(self, record: Record, end: Reply | Failure) -> None:
        assert record.record_id not in self.ends
        self.ends[record.record_id] = end


def turn(ask: Ask, **changed: Any) -> tuple[Turn, Kept]:
    kept = Kept()
    usual: dict[str, Any] = {"left_s": lambda: 60.0, "look": lambda so_far: None}
    return Turn(ask, kept, **(usual | changed)), kept


def in_turn(*ends: Reply | Failure) -> tuple[Ask, list[str]]:
    """Return what ends one call after the other so, and the records that were asked for."""
    left, asked = list(ends), []

    def ask(record: Record) -> Reply | Failure:
        asked.append(record.record_id)
        return left.pop(0)

    return ask, asked


@pytest.mark.parametrize("at_once", [1, 4, 50])
def test_every_record_is_asked_for_once_and_kept(at_once: int) -> None:
    asked: list[str] = []

    def ask(record: Record) -> Reply:
        asked.append(record.record_id)
        return ANSWER

    working, kept = turn(ask)

    assert working.run(records(20), at_once)
    assert sorted(asked) == sorted(kept.ends)
    assert (working.kept, len(asked)) == (20, 20)


def test_no_more_calls_are_under_way_than_are_allowed() -> None:
    under_way, most = [], []

    def ask(record: Record) -> Reply:
        under_way.append(record)
        most.append(len(under_way))
        Event().wait(0.002)
        under_way.pop()
        return ANSWER

    working, _ = turn(ask)
    working.run(records(12), 3)

    assert 1 < max(most) <= 3


def test_a_busy_model_is_asked_until_it_answers(waits_s: list[float]) -> None:
    ask, asked = in_turn(*[BUSY] * 12, ANSWER)
    working, kept = turn(ask)

    assert working.run(records(1), 1)
    assert len(asked) == 13
    assert [*kept.ends.values()] == [ANSWER]
    assert len(waits_s) == 12
    assert max(waits_s) <= 20


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        pytest.param("again", 3, id="not billed: two further tries"),
        pytest.param("final", 1, id="in vain, or billed perhaps: none"),
    ],
)
def test_a_failure_ends_a_record_after_the_tries_it_is_worth(kind: Kind, calls: int) -> None:
    failure = Failure(kind, 500, "why")
    ask, asked = in_turn(*[failure] * 9)
    working, kept = turn(ask)

    assert working.run(records(1), 1)
    assert len(asked) == calls
    assert [*kept.ends.values()] == [failure]


def test_a_service_that_is_out_of_reach_for_minutes_ends_the_job(waits_s: list[float]) -> None:
    ask, asked = in_turn(*[Failure("unreached", 503, "no https://bedrock")] * 99)
    working, kept = turn(ask)

    with pytest.raises(JobRefusedError, match=r"^no https://bedrock; choose a Region"):
        working.run(records(1), 1)

    assert (len(asked), kept.ends) == (12, {})
    assert sum(waits_s) <= 151


def test_a_service_that_comes_within_reach_is_asked(waits_s: list[float]) -> None:
    ask, _ = in_turn(*[Failure("unreached", 503, "no name")] * 11, ANSWER)
    working, kept = turn(ask)

    assert working.run(records(1), 1)
    assert [*kept.ends.values()] == [ANSWER]


def test_waiting_does_not_count_as_a_failure() -> None:
    again = Failure("again", 500, "why")
    ask, _ = in_turn(again, BUSY, again, BUSY, ANSWER)
    working, kept = turn(ask)

    assert working.run(records(1), 1)
    assert [*kept.ends.values()] == [ANSWER]


def test_no_call_begins_without_time_for_it() -> None:
    left = [5.0, 3.0, 0.0, 0.0]
    ask, asked = in_turn(ANSWER, ANSWER, ANSWER)
    working, kept = turn(ask, left_s=lambda: left.pop(0))

    assert not working.run(records(3), 1)
    assert asked == [*kept.ends] == ["q0000000s00", "q0000001s00"]


def test_a_record_whose_back_off_would_take_all_time_is_left_for_the_next_turn() -> None:
    left = iter([5.0, 0.0, 0.0])
    ask, _ = in_turn(BUSY)
    working, kept = turn(ask, left_s=lambda: next(left))

    assert not working.run(records(1), 1)
    assert (kept.ends, working.kept, working.dropped) == ({}, 0, 1)


def test_a_run_that_has_ended_stops_a_turn_and_what_is_under_way_is_kept() -> None:
    looked = Event()

    def ask(record: Record) -> Reply:
        looked.wait(5)
        return ANSWER

    def look(so_far: int) -> None:
        looked.set()
        raise LookupError("ended")

    working, kept = turn(ask, look=look, look_every_s=0.01)

    with pytest.raises(LookupError, match="ended"):
        working.run(records(10_000), 2)
    assert 2 <= len(kept.ends) < 1_000


def test_what_a_call_raises_ends_the_turn() -> None:
    def ask(record: Record) -> Reply:
        raise PermissionError("no access")

    working, kept = turn(ask)

    with pytest.raises(PermissionError):
        working.run(records(1_000), 4)
    assert kept.ends == {}
