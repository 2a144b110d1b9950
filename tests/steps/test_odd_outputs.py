"""Outputs as others write them: refused records, odd error rows and members, missing files."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.ledger import LedgerEntry
from selfconsistency.bedrock.settings import NO_FAULTS, Faults, Quotas
from tests.unit.handlers.world import World

COUNT, PATHS = 20, 5
SAMPLES = {
    f"{n}?": {name: [f"The answer is {n}."] * 20 for name in ("greedy", "T0.5", "T0.7")}
    for n in range(COUNT)
}
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "greedy": False,
    "paths": PATHS,
    "few_shot": "none",
}
DENIED = Faults(error_rows=0.1, error_code=403)


RUN_ENTRY = {"run_id": "demo", "entry": "run"}


def served(world: World, faults: Faults, **settings: Any) -> BedrockEmulator:
    bedrock_emulator = world.serve(SAMPLES, faults=faults, **settings)
    world.put("datasets/q.jsonl", *({"question": q, "answer": q[:-1]} for q in SAMPLES))
    return bedrock_emulator


def redriven(world: World, request: Any = REQUEST) -> Any:
    """Redrive the run's execution, and return the receipt that it ends with."""
    world.executions.redrives += 1
    return world.continue_from(world.reopen(request))


def fix(bedrock_emulator: BedrockEmulator) -> None:
    bedrock_emulator.use(replace(NO_FAULTS, lose_events=True))


def refused_ids(entries: list[LedgerEntry]) -> list[str]:
    return sorted(entry.record_id for entry in entries if entry.failed)


def votes(world: World) -> list[tuple[str, dict[str, int]]]:
    rows = world.rows("runs/demo/votes.jsonl")
    return [(row["question_id"], row["votes"]) for row in rows]


EVERY_PATH = [(f"q{n}", {str(n): PATHS}) for n in range(COUNT)]


def report(world: World) -> Any:
    return json.loads(world.read("runs/demo/report.json"))


def test_a_job_with_refused_records_is_refused_and_its_answers_are_kept(world: World) -> None:
    bedrock_emulator = served(world, DENIED)

    receipt = world.run(REQUEST)

    refused = len(refused_ids(bedrock_emulator.ledger))
    assert 0 < refused < 30
    assert (receipt["complete"], receipt["reason"]) == (False, "JobRefusedError")
    assert f"{refused} of 100 records: 403: You don't have access to" in receipt["message"]
    assert "1 job of 1 refused, the report covers what came back" in receipt["message"]
    assert "subscribe to the model or get access to it" in receipt["message"]
    assert "redrive the execution" in receipt["message"]
    assert world.entry("demo")["refused"] == {"01-j0001"}
    assert "active_jobs" not in world.entry("demo")
    entry = world.entry("demo", "job#01#j0001")
    assert (entry["status"], entry["refused"], entry["collected"]) == ("Refused", refused, True)
    assert (entry["answered"], entry["missing_paths"]) == (100 - refused, refused)
    assert sum(sum(each.values()) for _, each in votes(world)) == 100 - refused
    assert report(world)["settings"][0]["unanswered"] == 0
    assert len(world.jobs_of_bedrock()) == 1


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_redrive_asks_for_the_refused_records_alone(world: World, attempts: int) -> None:
    bedrock_emulator = served(world, DENIED)
    request = REQUEST | {"attempts": attempts}
    world.run(request)
    refused = refused_ids(bedrock_emulator.ledger)
    fix(bedrock_emulator)
    bedrock_emulator.clear_ledger()

    receipt = redriven(world, request)

    assert receipt["complete"]
    assert sorted(entry.record_id for entry in bedrock_emulator.ledger) == refused
    assert votes(world) == EVERY_PATH
    run = world.entry("demo")
    assert (run["status"], run["redrives"]) == ("succeeded", 1)
    assert not {"reason", "refused", "active_jobs"} & run.keys()
    assert not [each for each in report(world)["warnings"] if "not retried" in each]


def test_too_few_refused_records_for_a_batch_job_run_on_demand(world: World) -> None:
    world.set("MIN_RECORDS", "50")
    bedrock_emulator = served(world, DENIED, quotas=Quotas(min_records=50))
    world.run(REQUEST)
    refused = refused_ids(bedrock_emulator.ledger)
    fix(bedrock_emulator)
    bedrock_emulator.clear_ledger()

    assert redriven(world)["complete"]

    assert sorted(entry.record_id for entry in bedrock_emulator.ledger) == refused
    assert {entry.source for entry in bedrock_emulator.ledger} == {"on-demand"}
    assert votes(world) == EVERY_PATH


def test_a_run_whose_limit_leaves_out_refused_records_is_incomplete(world: World) -> None:
    """Too few for a batch job, they might cost more on demand than a limit at the upper bound."""
    world.set("MIN_RECORDS", "50")
    bedrock_emulator = served(world, DENIED, quotas=Quotas(min_records=50))
    priced = REQUEST | {"prices": {"input": 1.0, "output": 1.0}}
    world.run(priced, "unlimited")
    limit = float(world.entry("unlimited")["estimate"]["ceiling_usd"])
    request = priced | {"max_cost_usd": limit}
    bedrock_emulator.clear_ledger()
    world.run(request)
    refused = len(refused_ids(bedrock_emulator.ledger))
    fix(bedrock_emulator)
    bedrock_emulator.clear_ledger()

    receipt = redriven(world, request)

    assert not bedrock_emulator.ledger
    assert (receipt["complete"], receipt["reason"]) == (False, "JobRefusedError")
    assert receipt["message"] == (
        f"{refused} refused records not asked again, the report covers what came back: they might"
        f" have exceeded max_cost_usd ({limit:g}); start a new run with a higher max_cost_usd"
    )
    run = world.entry("demo")
    assert (run["status"], run["message"]) == ("failed", receipt["message"])


def test_redrives_before_the_fix_use_up_no_attempt(world: World) -> None:
    bedrock_emulator = served(world, replace(DENIED, error_rows=1))
    receipt = world.failed_run(REQUEST)
    assert receipt["reason"] == "JobRefusedError"
    assert "nothing was sampled" in receipt["message"]

    for _ in range(2):
        world.executions.redrives += 1
        state = world.reopen(REQUEST)
        for job in world.rows(state["jobs_key"]):
            world.job(job)
        for partition in world.rows(state["partitions_key"]):
            world.step("Vote", partition)
        state = world.step("PlanWave", state)
        assert state["jobs"] == 1
        [job] = world.rows(state["jobs_key"])
        world.job(job)
        [partition] = world.rows(state["partitions_key"])
        world.step("Vote", partition)
        assert world.step("PlanWave", state)["jobs"] == 0
        world.abort(REQUEST, ValueError("refused"))
    fix(bedrock_emulator)
    receipt = redriven(world)

    assert receipt["complete"]
    assert votes(world) == EVERY_PATH
    answered = Counter(entry.record_id for entry in bedrock_emulator.ledger if not entry.failed)
    assert set(answered.values()) == {1}
    assert len(answered) == COUNT * PATHS


def test_refused_records_cost_no_more_than_the_limit_allows_for(world: World) -> None:
    prices = {"prices": {"input": 1.0, "output": 1.0}}
    bedrock_emulator = served(world, replace(DENIED, error_rows=0.9))
    world.run(REQUEST | prices)
    ceiling = float(world.entry("demo")["estimate"]["ceiling_usd"])
    bedrock_emulator.clear_ledger()
    request = REQUEST | prices | {"max_cost_usd": ceiling * 1.001}

    world.run(request, "limited")
    fix(bedrock_emulator)
    world.executions.redrives += 1
    receipt = world.continue_from(world.reopen(request, "limited"))

    assert receipt["complete"]
    rows = world.rows("runs/limited/votes.jsonl")
    assert [row["votes"] for row in rows] == [each for _, each in EVERY_PATH]


def test_a_redrive_of_an_aborted_execution_forgets_no_refusal(world: World) -> None:
    bedrock_emulator = served(world, DENIED)
    state = world.step("PlanWave", world.plan(REQUEST))
    [job] = world.rows(state["jobs_key"])
    world.job(job)
    [partition] = world.rows(state["partitions_key"])
    world.step("Vote", partition)
    world.abort(REQUEST, ValueError("aborted"))
    fix(bedrock_emulator)
    world.executions.redrives += 1

    state = world.step("PlanWave", state)

    assert state["jobs"] == 0
    assert world.entry("demo")["refused"] == {"01-j0001"}


def test_a_collect_that_a_redrive_repeats_without_a_slot_marks_the_refusal(world: World) -> None:
    """The run's failure took the slots; a late copy, after the next redrive, marks nothing."""
    bedrock_emulator = served(world, DENIED)
    [job] = world.rows(world.step("PlanWave", world.plan(REQUEST))["jobs_key"])
    job["input"] = world.step("Build", job)
    job["bedrock"] = world.step("Submit", job)
    while not job["bedrock"]["ended"]:
        job["bedrock"] = world.step("Poll", job)
    world.table.update_item(Key=RUN_ENTRY, UpdateExpression="REMOVE active_jobs")

    world.step("Collect", job)

    assert world.entry("demo")["refused"] == {"01-j0001"}
    fix(bedrock_emulator)
    world.mark("demo", "failed")
    redriven(world)
    world.step("Collect", job)
    assert "refused" not in world.entry("demo")


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(error_code="429"), id="a text"),
        pytest.param(Faults(error_code=429.0), id="a float"),
        pytest.param(Faults(error_code="ThrottlingException"), id="a name"),
        pytest.param(Faults(error_code=503, error_forms=["object_message"]), id="an object"),
        pytest.param(Faults(error_code=400, error_forms=["retryable"]), id="retryable"),
        pytest.param(
            Faults(error_code=500, error_forms=["empty_output", "null_output"]), id="an output"
        ),
    ],
)
def test_an_error_row_in_any_form_is_counted_and_asked_for_again(
    world: World, faults: Faults
) -> None:
    bedrock_emulator = served(world, replace(faults, error_rows=0.2))
    state = world.step("PlanWave", world.plan(REQUEST))
    [job] = world.rows(state["jobs_key"])
    world.job(job)
    failed = refused_ids(bedrock_emulator.ledger)
    fix(bedrock_emulator)
    bedrock_emulator.clear_ledger()
    [partition] = world.rows(state["partitions_key"])
    world.step("Vote", partition)

    receipt = world.continue_from(world.step("PlanWave", state))

    assert receipt["complete"]
    assert world.entry("demo", "job#01#j0001")["errors"] == len(failed) > 0
    assert sorted(entry.record_id for entry in bedrock_emulator.ledger) == failed
    assert votes(world) == EVERY_PATH


def test_an_error_row_that_is_not_retryable_is_not_asked_for_again(world: World) -> None:
    bedrock_emulator = served(world, Faults(error_rows=0.2, error_code=500, error_forms=["final"]))

    assert world.run(REQUEST)["complete"]

    assert len(bedrock_emulator.ledger) == COUNT * PATHS
    failed = len(refused_ids(bedrock_emulator.ledger))
    assert report(world)["settings"][0]["unanswered"] == failed > 0


@pytest.mark.parametrize(
    "model",
    [
        {},
        {"model_id": "us.anthropic.claude-3-haiku-20240307-v1:0", "invocation_type": "InvokeModel"},
        {"model_id": "us.meta.llama3-3-70b-instruct-v1:0", "invocation_type": "InvokeModel"},
        {"model_id": "openai.gpt-oss-20b-1:0", "invocation_type": "InvokeModel"},
    ],
    ids=["converse", "claude", "llama", "openai"],
)
def test_no_member_beside_a_text_costs_its_vote(world: World, model: dict[str, str]) -> None:
    kinds = ["float_counts", "text_counts", "usage_list", "numeric_stop"]
    bedrock_emulator = served(world, Faults(odd_members=kinds))  # type: ignore[arg-type]

    receipt = world.run(REQUEST | model)

    assert receipt["complete"]
    assert votes(world) == EVERY_PATH
    [job] = report(world)["jobs"]
    assert (job["unreadable"], job["answered"]) == (0, COUNT * PATHS)
    assert job["odd_stops"] > 0
    assert job["tokens_in"] == sum(entry.tokens_in for entry in bedrock_emulator.ledger)
    assert len(bedrock_emulator.ledger) == COUNT * PATHS


# Two settings of 20 records each share a job, a file for each in a folder.
SHARED = REQUEST | {"temperatures": [0.5, 0.7], "paths": 1}
FOLDER: dict[str, Any] = {"quotas": Quotas(min_records=30)}


def polled(world: World) -> tuple[Any, list[int]]:
    """Run the first job of a wave until Poll finds it ended; return it and the waits."""
    state = world.step("PlanWave", world.plan(SHARED))
    [job] = world.rows(state["jobs_key"])
    job["input"] = world.step("Build", job)
    job["bedrock"] = world.step("Submit", job)
    waits = []
    while not job["bedrock"]["ended"]:
        job["bedrock"] = world.step("Poll", job)
        if job["bedrock"]["over_s"]:
            waits.append(job["bedrock"]["wait_s"])
    return job, waits


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(partial_jobs=[1], partial_share=0.5), id="partly completed"),
        pytest.param(Faults(stop_jobs=[1], salvage_share=0.25), id="stopped"),
        pytest.param(Faults(expire_jobs=[1], salvage_share=0.25), id="expired"),
        pytest.param(Faults(partial_jobs=[1], partial_share=0.01), id="nothing was read"),
    ],
)
def test_a_file_of_which_nothing_was_read_is_not_waited_for(world: World, faults: Faults) -> None:
    world.set("MIN_RECORDS", "30")
    bedrock_emulator = served(world, replace(faults, no_unread_files=True), **FOLDER)

    job, waits = polled(world)
    collected = world.step("Collect", job)

    assert waits == []
    assert collected["answered"] == len(bedrock_emulator.ledger)
    assert collected["missing_paths"] == 2 * COUNT - len(bedrock_emulator.ledger)
    assert bedrock_emulator.injected["no_unread_files"] >= 1


def test_rows_that_come_late_are_waited_for_though_a_file_will_never_come(world: World) -> None:
    world.set("MIN_RECORDS", "30")
    late = Faults(
        partial_jobs=[1],
        partial_share=0.25,
        no_unread_files=True,
        late_output_s=600,
        late="rows",
    )
    bedrock_emulator = served(world, late, **FOLDER)
    state = world.step("PlanWave", world.plan(SHARED))
    [job] = world.rows(state["jobs_key"])
    job["input"] = world.step("Build", job)
    job["bedrock"] = world.step("Submit", job)
    while not job["bedrock"]["over_s"]:
        job["bedrock"] = world.step("Poll", job)
        assert not job["bedrock"]["ended"]

    assert not world.step("Poll", job)["ended"]
    bedrock_emulator.free()
    world.finish(job)

    assert job["collected"]["answered"] == len(bedrock_emulator.ledger) == 10


def test_a_whole_run_loses_nothing_of_jobs_without_some_files(world: World) -> None:
    world.set("MIN_RECORDS", "30")
    faults = Faults(partial_jobs=[1], partial_share=0.5, no_unread_files=True)
    bedrock_emulator = served(world, faults, **FOLDER)

    assert world.run(SHARED)["complete"]

    assert Counter(row["paths"] for row in world.rows("runs/demo/votes.jsonl")) == {1: 2 * COUNT}
    assert sum(not entry.failed for entry in bedrock_emulator.ledger) == 2 * COUNT
