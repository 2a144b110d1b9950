from typing import Any

import pytest

from selfconsistency.follow import Pace
from selfconsistency.redrive import Redriven, redrive
from selfconsistency.shell import ClientError
from tests.unit.selfconsistency.clock import Clock

PACE = Pace(every_s=1, grace_s=2)
FAILED = {"run_id": "r1", "entry": "run", "status": "failed", "execution_arn": "arn:e"}


def test_a_failed_run_is_redriven_by_its_own_execution(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED | {"redrives": 1})
    account.executions.standing["arn:e"] = {"status": "FAILED", "redriveCount": 1}

    done = redrive(account, stack, "r1", PACE, Clock())

    assert done == Redriven(2)
    assert account.executions.redriven == ["arn:e"]


def test_a_run_without_an_entry_is_redriven_by_its_name(account: Any, stack: Any) -> None:
    arn = stack.execution_arn("r1")
    account.executions.standing[arn] = {"status": "ABORTED"}

    redrive(account, stack, "r1", PACE, Clock())

    assert account.executions.redriven == [arn]


def test_an_execution_about_to_end_is_waited_for(account: Any, stack: Any, entries: Any) -> None:
    entries.put_item(Item=FAILED)
    standing = account.executions.standing
    standing["arn:e"] = {"status": "RUNNING"}
    clock = Clock(lambda: standing.update({"arn:e": {"status": "FAILED"}}))

    done = redrive(account, stack, "r1", PACE, clock)

    assert (done, clock.slept_s) == (Redriven(1), [1])


def test_an_execution_that_does_not_end_is_told(account: Any, stack: Any, entries: Any) -> None:
    entries.put_item(Item=FAILED)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}

    with pytest.raises(ClientError, match=r"still RUNNING, must have ended: .* try again"):
        redrive(account, stack, "r1", PACE, Clock())

    assert account.executions.redriven == []


def test_a_run_that_died_without_a_word_is_redriven_after_a_while(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED | {"status": "running"})
    account.executions.standing["arn:e"] = {"status": "TIMED_OUT"}
    clock = Clock()

    redrive(account, stack, "r1", PACE, clock)

    assert account.executions.redriven == ["arn:e"]
    assert clock.slept_s == [1, 1]


def test_a_run_that_is_redriven_already_is_not_redriven_twice(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED)
    account.executions.standing["arn:e"] = {"status": "RUNNING", "redriveCount": 1}

    assert redrive(account, stack, "r1", PACE, Clock()) == Redriven(1, before=True)
    assert account.executions.redriven == []


@pytest.mark.parametrize(
    ("status", "execution"),
    [("planning", "RUNNING"), ("running", "RUNNING"), ("succeeded", "SUCCEEDED")],
)
def test_a_run_that_has_not_failed_is_not_redriven(
    account: Any, stack: Any, entries: Any, status: str, execution: str
) -> None:
    entries.put_item(Item=FAILED | {"status": status})
    account.executions.standing["arn:e"] = {"status": execution}

    with pytest.raises(ClientError, match=f"'r1' has the status {status}; only failed runs"):
        redrive(account, stack, "r1", PACE, Clock())


def test_a_run_that_nobody_knows_is_refused(account: Any, stack: Any) -> None:
    with pytest.raises(ClientError, match="no run 'r9' in stack 'Ours'"):
        redrive(account, stack, "r9", PACE, Clock())


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        ("ExecutionNotRedrivable", r"says 'too old'; it takes executions .* 14 days ago"),
        ("ExecutionDoesNotExist", "keeps one for 90 days; start a new run"),
    ],
)
def test_what_step_functions_refuses_is_told_with_the_way_out(
    account: Any, stack: Any, entries: Any, refusal: str, told: str
) -> None:
    entries.put_item(Item=FAILED)
    account.executions.standing["arn:e"] = {"status": "FAILED"}
    account.executions.refusal = refusal

    with pytest.raises(ClientError, match=told):
        redrive(account, stack, "r1", PACE, Clock())


def test_an_execution_that_is_gone_is_told_with_the_way_out(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED)

    with pytest.raises(ClientError, match="its execution is gone, Step Functions keeps one for 90"):
        redrive(account, stack, "r1", PACE, Clock())
