from collections.abc import Iterator
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


def test_looks_become_rarer_the_longer_a_run_is_followed(
    account: Any, stack: Any, entries: Any
) -> None:
    entries.put_item(Item=FAILED | {"status": "running"})
    account.executions.standing["arn:e"] = {"status": "RUNNING"}
    clock = Clock(*[lambda: None] * 16, lambda: entries.put_item(Item=FAILED))

    list(follow(account, stack, "r1", Pace(every_s=90), clock))

    # Unchanged for three minutes, then half of the time so far, up to 20 times the first pace.
    assert clock.slept_s[:6] == [90, 90, 90, 135, 202.5, 303.75]
    assert clock.slept_s == sorted(clock.slept_s)
    assert clock.slept_s[-4:] == [1800] * 4


def test_looks_are_three_seconds_apart_at_first_and_a_minute_after_an_hour() -> None:
    pace = Pace()

    assert [pace.after(followed_s) for followed_s in (0, 180, 1800, 3600, 86400)] == [
        *(3, 3, 30, 60, 60)
    ]


def test_an_execution_that_ended_is_looked_at_often_however_old_the_run_is(
    account: Any, stack: Any, entries: Any
) -> None:
    def die() -> None:
        account.executions.standing["arn:e"] = {"status": "TIMED_OUT"}

    entries.put_item(Item=FAILED | {"status": "running"})
    account.executions.standing["arn:e"] = {"status": "RUNNING"}
    clock = Clock(*[lambda: None] * 4, die)

    runs = list(follow(account, stack, "r1", Pace(every_s=90, grace_s=180), clock))

    assert runs[-1].status == "failed"
    assert clock.slept_s == [90, 90, 90, 135, 202.5, 90, 90]


@pytest.fixture
def queries(session: Any) -> Iterator[list[dict[str, Any]]]:
    """The queries that DynamoDB is asked, as they come; before an account's first client."""
    asked: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(dict(params))

    session.events.register("provide-client-params.dynamodb.Query", note)
    yield asked
    session.events.unregister("provide-client-params.dynamodb.Query", note)


def job(number: int, *, collected: bool) -> dict[str, Any]:
    name = f"j{number:04d}"
    known = {"run_id": "r1", "entry": f"job#01#{name}", "wave": 1, "job": name}
    return known | {"collected": collected}


def test_collected_jobs_are_read_once_and_none_consistently_until_the_end(
    queries: list[dict[str, Any]], account: Any, stack: Any, entries: Any
) -> None:
    def go_on() -> None:
        entries.put_item(Item=job(3, collected=True))

    def end() -> None:
        entries.put_item(Item=job(2, collected=True))
        entries.put_item(Item=FAILED | {"status": "succeeded"})

    for entry in (FAILED | {"status": "running"}, job(1, collected=True), job(2, collected=False)):
        entries.put_item(Item=entry)
    account.executions.standing["arn:e"] = {"status": "RUNNING"}

    runs = list(follow(account, stack, "r1", PACE, Clock(go_on, end)))

    assert [[(job.job, job.collected) for job in run.jobs] for run in runs] == [
        [("j0001", True), ("j0002", False)],
        [("j0001", True), ("j0002", False), ("j0003", True)],
        [("j0001", True), ("j0002", True), ("j0003", True)],
    ]
    of_jobs = queries[1::2]
    assert [query["ConsistentRead"] for query in of_jobs] == [False, False, True]
    assert [read_from(query) for query in of_jobs] == ["job#", "job#01#j0001 ", "job#01#j0001 "]


def read_from(query: dict[str, Any]) -> str:
    """The name behind which a query reads entries, or with which they begin."""
    _, names = query["KeyConditionExpression"].get_expression()["values"]
    _, first, *_ = names.get_expression()["values"]
    return str(first)
