"""What people and other runs do to a run: stop its jobs, abort it, redrive it, upload it twice."""

import json
import secrets

import pytest
from botocore.exceptions import ClientError

from local.bedrock.settings import Faults
from local.faults.edge import EdgeFault, Kind
from local.faults.plan import NO_PLAN, FaultPlan
from local.twin import ON_DEMAND_AT_ONCE
from tests.faults.bench import REQUEST, Bench, Ended, awaited
from tests.faults.cases import ON_DEMAND, ONE_SETTING, WAVES
from tests.faults.conftest import questions

REFUSED = FaultPlan(bedrock=Faults(refuse_creates=[1]))


def intact(ended: Ended, status: str = "succeeded") -> bool:
    """Whether a run came out right: pytest shows what it is where not."""
    assert ended.audit.findings == ()
    assert ended.status == status, ended.message
    return True


@pytest.mark.quick
def test_rows_come_in_another_order(bench: Bench, sums: str) -> None:
    bench.suffer("rows out of order")

    [ended] = bench.settle(bench.start(sums))

    parts = [part for job in ended.audited.raw.jobs for part in job.parts]
    in_output = [[json.loads(row)["recordId"] for row in part.rows] for part in parts]
    assert all(rows != list(part.asked) for rows, part in zip(in_output, parts, strict=True))
    bench.count(len(parts))
    assert intact(ended)


def test_a_person_stops_a_job(bench: Bench, sums: str) -> None:
    bench.suffer("a person stops a job")
    bench.source.hold_after(50)
    run_id = bench.start(sums)
    assert bench.source.held.wait(30)

    bench.bedrock.stop_model_invocation_job(jobIdentifier=bench.live(run_id)[0].arn)
    bench.source.release()
    [ended] = bench.settle(run_id)

    bench.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_an_execution_is_aborted(bench: Bench, sums: str) -> None:
    bench.suffer("aborted by hand")
    run_id = begun(bench, sums)

    bench.abort(run_id)
    bench.source.release()
    [ended] = bench.settle(run_id)

    bench.count(1)
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
    bench: Bench, sums: str, fault: str, faults: Faults
) -> None:
    bench.suffer(f"{fault} while a run is aborted", FaultPlan(bedrock=faults))
    run_id = begun(bench, sums)

    bench.abort(run_id)
    awaited(lambda: sum(bench.twin.injected.values()) > 0, run_id)
    bench.source.release()
    [ended] = bench.settle(run_id)

    assert intact(ended, "failed")


@pytest.mark.quick
def test_an_aborted_execution_is_redriven(bench: Bench, sums: str) -> None:
    bench.suffer("aborted by hand, then redriven")
    run_id = begun(bench, sums)
    bench.abort(run_id)
    bench.source.release()
    bench.failed(run_id)

    bench.redrive(run_id)
    [ended] = bench.settle(run_id)

    bench.count(1)
    assert intact(ended)


def test_an_execution_aborted_on_demand_is_redriven(bench: Bench) -> None:
    bench.suffer("aborted while records are asked on demand, then redriven")
    run_id = begun(bench, questions(4), records=3, **ON_DEMAND)
    bench.abort(run_id)
    bench.source.release()
    bench.failed(run_id)

    bench.redrive(run_id)
    [ended] = bench.settle(run_id)

    bench.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_a_run_with_a_refused_job_is_redriven(bench: Bench, sums: str) -> None:
    bench.suffer("a create is refused, then redriven", REFUSED)
    run_id = bench.start(sums)
    assert bench.failed(run_id)["reason"] == "JobRefusedError"
    bench.suffer_no_more()

    bench.redrive(run_id)
    [ended] = bench.settle(run_id)

    assert intact(ended)


@pytest.mark.quick
def test_a_run_with_refused_records_is_redriven(bench: Bench, sums: str) -> None:
    denied = Faults(error_rows=0.1, error_code=403)
    bench.suffer("records are refused, then redriven", FaultPlan(bedrock=denied))
    run_id = bench.start(sums)
    failed = bench.failed(run_id)
    assert (failed["reason"], "subscribe to the model" in failed["message"]) == (
        "JobRefusedError",
        True,
    )
    bench.suffer_no_more()

    bench.redrive(run_id)
    [ended] = bench.settle(run_id)

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
    bench: Bench, sums: str, which: str, refused: list[int], asked: dict[str, object]
) -> None:
    bench.suffer(f"create refused for {which}", FaultPlan(bedrock=Faults(refuse_creates=refused)))

    [ended] = bench.settle(bench.start(sums, **asked))

    assert intact(ended, "failed")
    assert "redrive" in ended.message
    assert bench.injected["refuse_creates"] == 1


def test_a_run_is_redriven_twice(bench: Bench, sums: str) -> None:
    bench.suffer("refused, redriven, refused, redriven", REFUSED)
    run_id = bench.start(sums)
    bench.failed(run_id)
    bench.suffer_no_more()
    bench.twin.use_faults(REFUSED)
    bench.redrive(run_id)
    bench.failed(run_id)
    bench.suffer_no_more()

    bench.redrive(run_id)
    [ended] = bench.settle(run_id)

    assert intact(ended)
    assert bench.injected["refuse_creates"] == 2


@pytest.mark.quick
def test_ten_redrives_at_once_all_go_on_though_answers_are_late(bench: Bench, sums: str) -> None:
    late = EdgeFault("", "states", "DescribeExecution", "stale", first=10)
    bench.suffer("redriven ten times at once, with late answers", FaultPlan(edge=(late,)))
    run_id = begun(bench, sums)

    for _ in range(10):
        bench.abort(run_id)
        bench.redrive(run_id)
    bench.source.release()
    [ended] = bench.settle(run_id)

    bench.count(10)
    assert intact(ended)
    assert ended.audited.run["redrives"] == 10


def test_a_run_that_has_succeeded_is_not_redriven(bench: Bench, sums: str) -> None:
    bench.suffer("redriven after success", NO_PLAN)
    run_id = bench.start(sums)
    assert bench.execution(run_id) == "SUCCEEDED"

    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        bench.redrive(run_id)
    [ended] = bench.settle(run_id)

    bench.count(1)
    assert intact(ended)


@pytest.mark.quick
def test_two_runs_share_one_quota(bench: Bench, sums: str) -> None:
    bench.suffer("two runs at once against one quota")
    cut = {"paths_per_job": 2}

    run_ids = [bench.start(sums, **cut) for _ in range(2)]
    ended = bench.settle(*run_ids)

    bench.count(sum(job.arn != "" for run_id in run_ids for job in bench.batch_jobs(run_id)))
    assert [intact(each) for each in ended] == [True, True]
    assert [len(each.audited.raw.jobs) for each in ended] == [4, 4]


def test_an_upload_event_comes_twice(bench: Bench, sums: str) -> None:
    bench.suffer("the same upload event twice")
    stem = f"twice-{secrets.token_hex(3)}"
    key = f"uploads/{stem}.run.json"
    body = json.dumps({"dataset": bench.upload(sums), **REQUEST}).encode()
    bench.s3.put_object(Bucket=bench.twin.stack.bucket, Key=key, Body=body)
    awaited(lambda: bool(bench.started(stem)), key)
    [run_id] = bench.started(stem)

    again = bench.start_again(key)
    awaited(lambda: bench.status(again) != "RUNNING", again)
    [ended] = bench.settle(run_id)

    bench.count(1)
    assert intact(ended)
    assert (bench.status(again), bench.started(stem)) == ("SUCCEEDED", [run_id])


@pytest.mark.parametrize("kind", ["die_before", "die_after"])
def test_a_function_dies_while_it_asks_on_demand(bench: Bench, kind: Kind) -> None:
    fault = EdgeFault("Invoke", "s3", "PutObject", kind, first=1, skip=1)
    bench.suffer(f"Invoke dies {kind[4:]} it keeps an answer", FaultPlan(edge=(fault,)))
    run_id = bench.start(questions(4), **ON_DEMAND)
    awaited(lambda: sum(bench.twin.injected.values()) > 0, run_id)

    bench.let_turns_pass(run_id)
    [ended] = bench.settle(run_id)

    # What it was asking for is billed and not asked for again: its paths have no answer.
    assert intact(ended)
    assert ended.audited.run["totals"]["generations"] >= 1
    errors = [each["errors"] for name, each in ended.audited.raw.entries.items() if "job#" in name]
    assert 1 <= sum(errors) <= ON_DEMAND_AT_ONCE


def begun(bench: Bench, content: str, records: int = 50, **request: object) -> str:
    """Start a run, and return its id when so many records are answered and no more will be."""
    bench.source.hold_after(records)
    run_id = bench.start(content, **request)
    assert bench.source.held.wait(30)
    return run_id
