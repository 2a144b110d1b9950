"""What people and other runs do to a run: stop its jobs, abort it, redrive it, upload it twice."""

import json
import secrets

import pytest
from botocore.exceptions import ClientError

from local.faults.edge import EdgeFault, Kind
from local.faults.plan import NO_PLAN, FaultPlan
from local.stack import ON_DEMAND_AT_ONCE
from selfconsistency.bedrock.settings import Faults
from tests.faults.cases import ON_DEMAND, ONE_SETTING, WAVES
from tests.faults.conftest import questions
from tests.faults.harness import REQUEST, Ended, Harness, awaited

REFUSED = FaultPlan(bedrock=Faults(refuse_creates=[1]))


def intact(ended: Ended, status: str = "succeeded") -> bool:
    """Whether a run came out right: pytest shows what it is where not."""
    assert ended.audit.findings == ()
    assert ended.status == status, ended.message
    return True


@pytest.mark.quick
def test_rows_come_in_another_order(harness: Harness, sums: str) -> None:
    harness.suffer("rows out of order")

    [ended] = harness.settle(harness.start(sums))

    parts = [part for job in ended.audited.raw.jobs for part in job.parts]
    in_output = [[json.loads(row)["recordId"] for row in part.rows] for part in parts]
    assert all(rows != list(part.asked) for rows, part in zip(in_output, parts, strict=True))
    harness.count(len(parts))
    assert intact(ended)


def test_a_person_stops_a_job(harness: Harness, sums: str) -> None:
    harness.suffer("a person stops a job")
    harness.source.hold_after(50)
    run_id = harness.start(sums)
    assert harness.source.held.wait(30)

    harness.bedrock.stop_model_invocation_job(jobIdentifier=harness.live(run_id)[0].arn)
    harness.source.release()
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_an_execution_is_aborted(harness: Harness, sums: str) -> None:
    harness.suffer("aborted by hand")
    run_id = begun(harness, sums)

    harness.abort(run_id)
    harness.source.release()
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended, "failed")
    assert "aborted" in ended.message


@pytest.mark.parametrize(
    ("fault", "faults"),
    [
        pytest.param("list throttled", Faults(throttle_lists=8), id="list throttled"),
        pytest.param("list fails", Faults(fail_lists=8), id="list fails"),
        pytest.param("stop throttled", Faults(throttle_stops=8), id="stop throttled"),
        pytest.param("stop fails", Faults(fail_stops=8), id="stop fails"),
    ],
)
def test_an_execution_is_aborted_while_calls_fail(
    harness: Harness, sums: str, fault: str, faults: Faults
) -> None:
    harness.suffer(f"{fault} while a run is aborted", FaultPlan(bedrock=faults))
    run_id = begun(harness, sums)

    harness.abort(run_id)
    awaited(lambda: sum(harness.local_stack.injected.values()) > 0, run_id)
    harness.source.release()
    [ended] = harness.settle(run_id)

    assert intact(ended, "failed")


@pytest.mark.quick
def test_an_aborted_execution_is_redriven(harness: Harness, sums: str) -> None:
    harness.suffer("aborted by hand, then redriven")
    run_id = begun(harness, sums)
    harness.abort(run_id)
    harness.source.release()
    harness.failed(run_id)

    harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended)


def test_an_execution_aborted_on_demand_is_redriven(harness: Harness) -> None:
    harness.suffer("aborted while records are asked on demand, then redriven")
    run_id = begun(harness, questions(4), records=3, **ON_DEMAND)
    harness.abort(run_id)
    harness.source.release()
    harness.failed(run_id)

    harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_a_run_with_a_refused_job_is_redriven(harness: Harness, sums: str) -> None:
    harness.suffer("a create is refused, then redriven", REFUSED)
    run_id = harness.start(sums)
    assert harness.failed(run_id)["reason"] == "JobRefusedError"
    harness.suffer_no_more()

    harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    assert intact(ended)


@pytest.mark.quick
def test_a_run_with_refused_records_is_redriven(harness: Harness, sums: str) -> None:
    denied = Faults(error_rows=0.1, error_code=403)
    harness.suffer("records are refused, then redriven", FaultPlan(bedrock=denied))
    run_id = harness.start(sums)
    failed = harness.failed(run_id)
    assert (failed["reason"], "subscribe to the model" in failed["message"]) == (
        "JobRefusedError",
        True,
    )
    harness.suffer_no_more()

    harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    assert intact(ended)
    assert ended.audit.paid_twice == 0


@pytest.mark.parametrize(
    ("which", "refused", "asked"),
    [
        pytest.param("one of two jobs", [1], {}, id="one of two jobs"),
        pytest.param("a job of a later wave", [3], WAVES, id="a job of a later wave"),
        pytest.param("the only job", [1], ONE_SETTING, id="the only job"),
    ],
)
def test_a_create_is_refused(
    harness: Harness, sums: str, which: str, refused: list[int], asked: dict[str, object]
) -> None:
    harness.suffer(f"create refused for {which}", FaultPlan(bedrock=Faults(refuse_creates=refused)))

    [ended] = harness.settle(harness.start(sums, **asked))

    assert intact(ended, "failed")
    assert "redrive" in ended.message
    assert harness.injected["refuse_creates"] == 1


def test_a_run_is_redriven_twice(harness: Harness, sums: str) -> None:
    harness.suffer("refused, redriven, refused, redriven", REFUSED)
    run_id = harness.start(sums)
    harness.failed(run_id)
    harness.suffer_no_more()
    harness.local_stack.use_faults(REFUSED)
    harness.redrive(run_id)
    harness.failed(run_id)
    harness.suffer_no_more()

    harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    assert intact(ended)
    assert harness.injected["refuse_creates"] == 2


@pytest.mark.quick
def test_ten_redrives_at_once_all_continue_though_answers_are_late(
    harness: Harness, sums: str
) -> None:
    late = EdgeFault("", "states", "DescribeExecution", "stale", first=10)
    harness.suffer("redriven ten times at once, with late answers", FaultPlan(edge=(late,)))
    run_id = begun(harness, sums)

    for _ in range(10):
        harness.abort(run_id)
        harness.redrive(run_id)
    harness.source.release()
    [ended] = harness.settle(run_id)

    harness.count(10)
    assert intact(ended)
    assert ended.audited.run["redrives"] == 10


def test_a_run_that_has_succeeded_is_not_redriven(harness: Harness, sums: str) -> None:
    harness.suffer("redriven after success", NO_PLAN)
    run_id = harness.start(sums)
    assert harness.execution(run_id) == "SUCCEEDED"

    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        harness.redrive(run_id)
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_two_runs_share_one_quota(harness: Harness, sums: str) -> None:
    harness.suffer("two runs at once against one quota")
    cut = {"paths_per_job": 2}

    run_ids = [harness.start(sums, **cut) for _ in range(2)]
    ended = harness.settle(*run_ids)

    harness.count(sum(job.arn != "" for run_id in run_ids for job in harness.batch_jobs(run_id)))
    assert [intact(each) for each in ended] == [True, True]
    assert [len(each.audited.raw.jobs) for each in ended] == [4, 4]


def test_an_upload_event_comes_twice(harness: Harness, sums: str) -> None:
    harness.suffer("the same upload event twice")
    stem = f"twice-{secrets.token_hex(3)}"
    key = f"uploads/{stem}.run.json"
    body = json.dumps({"dataset": harness.upload(sums), **REQUEST}).encode()
    harness.s3.put_object(Bucket=harness.local_stack.stack.bucket, Key=key, Body=body)
    awaited(lambda: bool(harness.started(stem)), key)
    [run_id] = harness.started(stem)

    again = harness.start_again(key)
    awaited(lambda: harness.status(again) != "RUNNING", again)
    [ended] = harness.settle(run_id)

    harness.count(1)
    assert intact(ended)
    assert (harness.status(again), harness.started(stem)) == ("SUCCEEDED", [run_id])


@pytest.mark.parametrize("kind", ["die_before", "die_after"])
def test_a_function_dies_while_it_asks_on_demand(harness: Harness, kind: Kind) -> None:
    fault = EdgeFault("Invoke", "s3", "PutObject", kind, first=1, skip=1)
    harness.suffer(f"Invoke dies {kind[4:]} it keeps an answer", FaultPlan(edge=(fault,)))
    run_id = harness.start(questions(4), **ON_DEMAND)
    awaited(lambda: sum(harness.local_stack.injected.values()) > 0, run_id)

    harness.expire_leases(run_id)
    [ended] = harness.settle(run_id)

    # What it was asking for is billed and not asked for again: its paths have no answer.
    assert intact(ended)
    assert ended.audited.run["totals"]["generations"] >= 1
    errors = [each["errors"] for name, each in ended.audited.raw.entries.items() if "job#" in name]
    assert 1 <= sum(errors) <= ON_DEMAND_AT_ONCE


def begun(harness: Harness, content: str, records: int = 50, **request: object) -> str:
    """Start a run, and return its id when so many records are answered and no more will be."""
    harness.source.hold_after(records)
    run_id = harness.start(content, **request)
    assert harness.source.held.wait(30)
    return run_id
