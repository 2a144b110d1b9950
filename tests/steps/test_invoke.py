"""Invoke: a job too small for batch inference; each record runs once, as in a batch job."""

import json

import pytest

from lambdas.core.job_clock import JobReceipt
from tests.unit.handlers.on_demand import (
    FOLDER,
    MODEL,
    OUTPUT,
    RECORDS,
    RIGHT,
    Serve,
    invoke,
    job_entry,
    job_of,
    jobs_of,
    right,
    rows,
    starting_with,
)
from tests.unit.handlers.world import World
from tests.unit.models import json_response, refused

pytestmark = pytest.mark.usefixtures("few", "waits_s")


def test_the_output_is_that_of_a_batch_job(world: World, serve: Serve) -> None:
    models = serve(right)
    job = job_of(world)

    assert invoke(world, job)["ended"]

    assert [(call.record_id, call.model_id) for call in models.calls] == [
        (each, MODEL) for each in RECORDS
    ]
    sent = world.rows(f"{FOLDER}/input.jsonl")
    output = json.loads(RIGHT.body)
    assert [call.body for call in models.calls] == [each["modelInput"] for each in sent]
    assert rows(world) == [each | {"modelOutput": output} for each in sent]
    assert json.loads(world.read(f"{OUTPUT}/manifest.json.out")) == {
        "totalRecordCount": 2,
        "processedRecordCount": 2,
        "successRecordCount": 2,
        "errorRecordCount": 0,
        "inputTokenCount": 18,
        "outputTokenCount": 4,
    }


def test_a_receipt_has_the_members_of_poll_s(world: World, serve: Serve) -> None:
    serve(right)

    receipt = invoke(world, job_of(world))

    assert (receipt["submitted"], receipt["ended"]) == (True, True)
    assert (receipt["job_arn"], receipt["status"]) == ("on-demand", "Completed")
    assert receipt.keys() == JobReceipt.__required_keys__


def test_collect_reads_the_output_like_any_job_s(world: World, serve: Serve) -> None:
    serve(right)

    collected = world.job(job_of(world))["collected"]

    assert collected == {"answered": 2, "unanswered": 0, "missing_paths": 0}
    found = job_entry(world)
    assert (found["status"], found["records_done"], found["on_demand"]) == ("Completed", 2, True)
    assert (found["tokens_in"], found["tokens_out"]) == (18, 4)
    assert (found["tokens_estimated"], found["disagreement"]) == (False, None)
    assert found["submitted_at"] <= found["ended_at"]
    assert world.entry("demo").get("active_jobs", set()) == set()


def test_stored_replies_are_tagged_to_expire_with_the_output(world: World, serve: Serve) -> None:
    serve(right)
    world.job(job_of(world))

    tagged = {
        key
        for key in world.keys(f"{FOLDER}/")
        if world.cloud.s3.get_object_tagging(Bucket=world.bucket, Key=key)["TagSet"]
    }

    assert tagged == {
        f"{FOLDER}/input.jsonl",
        f"{OUTPUT}/input.jsonl.out",
        f"{OUTPUT}/manifest.json.out",
        *(f"{OUTPUT}/replies/{each}.json" for each in RECORDS),
    }


def test_a_model_gets_the_record_s_own_body(world: World, serve: Serve) -> None:
    output = {"generations": [{"text": "The answer is 1.", "finish_reason": "COMPLETE"}] * 2}
    models = serve(lambda _: json_response(output, tokens_in="9", tokens_out="2"))
    job = job_of(world, model_id="cohere.command-text-v14", invocation_type=None)

    collected = world.job(job)["collected"]

    assert collected == {"answered": 2, "unanswered": 0, "missing_paths": 0}
    assert models.calls[0].operation == "invoke"
    sent = [each["modelInput"] for each in world.rows(f"{FOLDER}/input.jsonl")]
    assert [call.body for call in models.calls] == sent
    assert job_entry(world)["tokens_in"] == 9 * len(sent)


def test_a_job_refused_midway_keeps_its_replies_and_repeats_only_the_rest(
    world: World, serve: Serve
) -> None:
    models = serve(starting_with(RIGHT, refused("AccessDeniedException", 403)))
    job = job_of(world)
    assert invoke(world, job)["status"] == "Refused"
    assert [row["recordId"] for row in rows(world)] == RECORDS[:1]

    world.mark("demo", "failed")
    world.executions.redrives = 1

    assert invoke(world, job)["status"] == "Completed"

    assert [call.record_id for call in models.calls] == [RECORDS[0], RECORDS[1], RECORDS[1]]
    assert [row["recordId"] for row in rows(world)] == RECORDS


def test_a_complete_job_invokes_nothing(world: World, serve: Serve) -> None:
    models = serve(right)
    job = job_of(world)
    invoke(world, job)

    assert invoke(world, job)["ended"]

    assert len(models.calls) == len(RECORDS)


def test_the_next_invocation_continues_when_time_runs_out(world: World, serve: Serve) -> None:
    left_s = iter([900.0, 900.0, 600.0])
    world.left_s = lambda: next(left_s, 600.0)
    models = serve(right)
    job = job_of(world)

    first = invoke(world, job)

    assert (first["ended"], first["status"], len(models.calls)) == (False, "Invoking", 1)
    assert first["wait_s"] == 1, "it made progress, so the next one need not wait"
    assert job_entry(world)["records_done"] == 1

    world.left_s = lambda: 900.0
    second = invoke(world, job)

    assert (second["ended"], second["since"], len(models.calls)) == (True, first["since"], 2)


def test_time_waited_for_a_slot_does_not_count_as_time_invoked(world: World, serve: Serve) -> None:
    models = serve(right)
    first, second = jobs_of(world, temperatures=[0.5, 0.7], jobs_at_once=1)
    invoke(world, first)

    waiting = invoke(world, second)
    assert (waiting["ended"], waiting["status"], len(models.calls)) == (False, "waiting", 2)
    second["bedrock"]["waited_s"] += 48 * 3600
    assert invoke(world, second)["wait_s"] == 3600

    world.step("Collect", first)
    assert invoke(world, second)["ended"]
    assert len(models.calls) == 4


def test_jobs_too_small_for_batch_inference_run_on_demand_and_vote_alike(
    world: World,
) -> None:
    """16 questions: 16 greedy records, and 160 with ten paths."""
    texts = ["The answer is 1."] * 6 + ["The answer is 2."] * 4
    samples = {f"{n}?": {"greedy": ["The answer is 2."], "T0.7": texts} for n in range(16)}
    world.serve(samples)
    world.put("datasets/q.jsonl", *({"question": text, "answer": "1"} for text in samples))

    ten = {"temperatures": [0.7], "paths": 10, "paths_per_job": 10, "few_shot": "none"}
    world.run({"dataset": "datasets/q.jsonl", "model_id": MODEL} | ten)

    report = json.loads(world.read("runs/demo/report.json"))
    sampled, greedy = (world.entry("demo", f"job#01#j000{n}") for n in (1, 2))
    assert [(job["on_demand"], job["records_planned"]) for job in (greedy, sampled)] == [
        (True, 16),
        (False, 160),
    ]
    assert [setting["accuracy"] for setting in report["settings"]] == [0.0, 1.0]
    assert report["totals"]["generations"] == 176
    votes = [row["votes"] for row in world.rows("runs/demo/votes.jsonl")]
    assert votes == [{"2": 1}] * 16 + [{"1": 6, "2": 4}] * 16
    assert len(world.jobs_of_bedrock()) == 1
