from typing import Any

import pytest
from rich.console import Console

from selfconsistency.commands import Commands
from selfconsistency.follow import Pace
from selfconsistency.shell import ClientError
from selfconsistency.stop import look_before_stop, stop
from tests.unit.selfconsistency.clock import Clock

PACE = Pace(every_s=1, grace_s=2)
RUNNING = {"run_id": "r1", "entry": "run", "status": "running", "execution_arn": "arn:e"}
FAILED = RUNNING | {"status": "failed"}
CAUSE = "stopped by arn:aws:sts::123456789012:user/moto with `selfconsistency stop`"


def stopped(account: Any, stack: Any, clock: Clock) -> bool:
    return stop(account, stack, look_before_stop(account, stack, "r1"), PACE, clock)


def printed(account: Any, stack: Any, *, agrees: bool = True) -> tuple[bool, list[str]]:
    """Stop run r1 and return whether it has ended, with the lines printed."""
    console = Console(width=500)
    with console.capture() as shown:
        ended = Commands(account, stack, console).stop("r1", PACE, lambda: agrees, " --stack Ours")
    return ended, shown.get().splitlines()


def test_a_run_is_stopped_by_its_execution_and_is_over_once_it_is_marked_failed(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUNNING)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}
    clock = Clock(lambda: entries.put_item(Item=FAILED))

    assert stopped(account, stack, clock)
    assert account.executions.stopped == {"arn:e": CAUSE}
    assert clock.slept_s == [1]


def test_a_run_without_an_entry_yet_is_stopped_by_its_name(
    account: Any, stack: Any, entries: Any
) -> None:
    arn = stack.execution_arn("r1")
    account.executions.standing[arn] = {"status": "RUNNING"}

    assert stopped(account, stack, Clock(lambda: entries.put_item(Item=FAILED)))
    assert [*account.executions.stopped] == [arn]


def test_a_run_that_nobody_marks_failed_is_told_as_possibly_billed(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUNNING)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}

    with pytest.raises(ClientError, match=r"not mark .* within 2 s, so its jobs may be live and b"):
        stopped(account, stack, Clock())


def test_a_run_that_succeeds_before_the_stop_is_not_said_to_be_stopped(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUNNING)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}
    account.executions.on_stop = lambda: entries.put_item(Item=RUNNING | {"status": "succeeded"})

    ended, lines = printed(account, stack)

    assert (ended, lines[-1]) == (True, "run r1 ended before it was stopped")


def test_a_failed_run_whose_redrive_is_not_described_yet_is_stopped_all_the_same(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED)
    account.executions.standing["arn:e"] = {"status": "FAILED"}

    assert not stopped(account, stack, Clock())
    assert [*account.executions.stopped] == ["arn:e"]


@pytest.mark.parametrize(
    ("entry", "execution", "status"),
    [
        (FAILED, "ABORTED", "failed"),
        (RUNNING | {"status": "succeeded"}, "SUCCEEDED", "succeeded"),
        (RUNNING, "TIMED_OUT", "running, its execution TIMED_OUT"),
    ],
)
def test_a_run_that_has_ended_is_told_so_and_nobody_is_asked(
    account: Any, stack: Any, entries: Any, *, entry: dict[str, str], execution: str, status: str
) -> None:
    entries.put_item(Item=entry)
    account.executions.standing["arn:e"] = {"status": execution}
    account.executions.refusal = "ValidationException"

    assert printed(account, stack, agrees=False) == (
        True,
        [f"run r1 has ended ({status}): there is nothing to stop"],
    )


def test_what_a_stop_means_is_told_before_and_how_to_resume_after_it(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUNNING)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}
    account.executions.on_stop = lambda: entries.put_item(Item=FAILED)

    ended, lines = printed(account, stack)

    assert ended
    assert lines[0] == "run r1 is running: jobs 0 of 0 · records 0 of 0 · generations 0"
    assert "bills what they have answered by then" in lines[1]
    assert lines[3] == "resume within 14 days with: selfconsistency redrive r1 --stack Ours"


def test_a_run_that_is_not_to_be_stopped_after_all_continues(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=RUNNING)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}

    ended, lines = printed(account, stack, agrees=False)

    assert (ended, lines[-1]) == (False, "run r1 continues")
    assert account.executions.stopped == {}


def test_a_run_that_nobody_knows_is_refused(account: Any, stack: Any) -> None:
    with pytest.raises(ClientError, match="no run 'r9' in stack 'Ours'"):
        look_before_stop(account, stack, "r9")
