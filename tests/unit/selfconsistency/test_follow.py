from typing import Any

import pytest

from selfconsistency.follow import Pace, follow
from selfconsistency.shell import ClientError
from tests.unit.selfconsistency.clock import Clock

PACE = Pace(every_s=1, grace_s=2)


def test_a_run_is_followed_until_it_ends(account: Any, stack: Any, entries: Any) -> None:
    def put(status: str) -> None:
        entries.put_item(Item={"run_id": "r1", "entry": "run", "status": status})

    account.executions.standing[stack.execution_arn("r1")] = {"status": "RUNNING"}
    clock = Clock(lambda: put("running"), lambda: put("succeeded"))

    statuses = [run.status for run in follow(account, stack, "r1", PACE, clock)]

    assert statuses == ["starting", "running", "succeeded"]
    assert clock.slept_s == [1, 1]


def test_an_execution_that_died_without_a_word_ends_the_run(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(
        Item={"run_id": "r1", "entry": "run", "status": "running", "execution_arn": "arn:e"}
    )
    account.executions.standing["arn:e"] = {"status": "TIMED_OUT", "cause": "too long"}

    runs = list(follow(account, stack, "r1", PACE, Clock()))

    assert [run.status for run in runs] == ["running", "running", "failed"]
    assert "TIMED_OUT" in runs[-1].message
    assert "too long" in runs[-1].message


def test_a_clean_up_within_the_grace_has_the_last_word(
    account: Any, stack: Any, entries: Any
) -> None:
    account.executions.standing[stack.execution_arn("r1")] = {"status": "ABORTED"}
    ended = {"run_id": "r1", "entry": "run", "status": "failed", "message": "stopped by a person"}

    runs = list(follow(account, stack, "r1", PACE, Clock(lambda: entries.put_item(Item=ended))))

    assert runs[-1].message == "stopped by a person"


def test_a_run_that_nobody_knows_is_refused(account: Any, stack: Any) -> None:
    with pytest.raises(ClientError, match="no run 'r9' in stack 'Ours'"):
        list(follow(account, stack, "r9", PACE, Clock()))


FAILED = {"run_id": "r1", "entry": "run", "status": "failed", "execution_arn": "arn:e"}


def test_the_failure_of_before_a_redrive_is_not_taken_for_the_end(
    account: Any, stack: Any, entries: Any
) -> None:
    def put(status: str) -> None:
        entries.put_item(Item=FAILED | {"status": status, "redrives": 1})

    entries.put_item(Item=FAILED | {"message": "refused"})
    account.executions.standing["arn:e"] = {"status": "RUNNING", "redriveCount": 1}
    clock = Clock(lambda: put("running"), lambda: put("succeeded"))

    runs = list(follow(account, stack, "r1", PACE, clock))

    assert [run.status for run in runs] == ["reopening", "running", "succeeded"]
    assert runs[0].message == ""


def test_a_redriven_run_that_fails_again_has_ended(account: Any, stack: Any, entries: Any) -> None:
    def fail_again() -> None:
        entries.put_item(Item=FAILED | {"message": "refused again", "redrives": 1})

    entries.put_item(Item=FAILED | {"message": "refused"})
    account.executions.standing["arn:e"] = {"status": "RUNNING", "redriveCount": 1}

    runs = list(follow(account, stack, "r1", PACE, Clock(fail_again), redrives=1))

    assert [run.message for run in runs] == ["", "refused again"]


def test_a_description_that_lags_behind_a_redrive_is_waited_for(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED)
    account.executions.standing["arn:e"] = {"status": "FAILED"}

    runs = list(follow(account, stack, "r1", PACE, Clock(), redrives=1))

    assert [run.status for run in runs] == ["reopening", "reopening", "failed"]


def test_a_failed_run_that_nobody_redrove_has_ended_while_its_execution_ends(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED | {"redrives": 2})
    account.executions.standing["arn:e"] = {"status": "RUNNING", "redriveCount": 2}

    runs = list(follow(account, stack, "r1", PACE, Clock()))

    assert [run.status for run in runs] == ["failed"]
