"""Starts of a run: a request, an uploaded dataset, an uploaded request; and its prompt."""

import json
from typing import Any

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.requests.start import read_start
from tests.unit.handlers.world import STARTED_AT, World, execution, upload

SAMPLES = {"one?": {"greedy": ["The answer is 1."]}}
QUESTION = {"question": "one?", "answer": "1"}
GREEDY = {"dataset": "datasets/q.jsonl", "temperatures": []}


def run_id(key: str) -> str:
    return read_start(upload(key), "x").run_id


@pytest.fixture
def served(world: World) -> World:
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", QUESTION)
    return world


def test_an_uploaded_dataset_runs_with_the_defaults(served: World) -> None:
    served.put("uploads/set.jsonl", QUESTION)

    planned = served.plan(upload("uploads/set.jsonl"))

    assert planned == {
        "run_id": run_id("uploads/set.jsonl"),
        "duplicate": False,
        "pilot": False,
        "next_wave": 1,
    }
    entry = served.entry(planned["run_id"])
    assert entry["settings"] == ["greedy", "mix"]
    # At most: after the first four paths of a mix, their answers decide.
    assert entry["paths_planned"] == 31
    assert entry["request"]["mix"] is True
    assert float(entry["request"]["early_stop"]["worth"]) == 0.001
    assert entry["request"]["dataset"] == "uploads/set.jsonl"
    # The world is a rehearsal that was not told who answers.
    assert entry["model_id"] == ""
    assert entry["answered_by"] == [{"model": "unknown", "source": "unknown"}]


def test_the_same_upload_delivered_twice_is_one_run(served: World) -> None:
    served.put("uploads/a.run.json", GREEDY)
    first = served.run(upload("uploads/a.run.json"), "first")
    entry = served.entry(first["run_id"])

    again = served.run(upload("uploads/a.run.json"), "again")

    assert again == {"run_id": first["run_id"], "duplicate": True, "pilot": False, "next_wave": 1}
    assert served.entry(first["run_id"]) == entry
    assert len(served.jobs_of_bedrock()) == 1


CONTENT = json.dumps(QUESTION).encode()
SENT_AGAIN = "2026-11-22T06:00:02Z"


def sent(world: World, version: str, at: str, content: bytes = CONTENT) -> Any:
    """Upload a dataset and return what Plan makes of its event."""
    world.put("uploads/q.jsonl", content)
    return world.plan(upload("uploads/q.jsonl", version, content, at), f"execution-{version}")


def test_an_upload_sent_again_because_its_answer_was_lost_is_one_run(served: World) -> None:
    first = sent(served, "v1", STARTED_AT)

    again = sent(served, "v2", SENT_AGAIN)

    assert again == first | {"duplicate": True}
    assert len(served.keys("runs/")) == len(served.keys(f"runs/{first['run_id']}/"))
    # A second delivery of either version.
    assert sent(served, "v1", STARTED_AT) == first
    assert sent(served, "v2", SENT_AGAIN) == again


@pytest.mark.parametrize(
    ("at", "duplicate"),
    [
        pytest.param("2026-11-22T05:45:00Z", False, id="15 minutes before"),
        pytest.param("2026-11-22T05:45:01Z", True, id="delivered in another order"),
        pytest.param("2026-11-22T06:14:59Z", True, id="within 15 minutes"),
        pytest.param("2026-11-22T06:15:00Z", False, id="15 minutes after"),
    ],
)
def test_the_same_content_is_one_run_for_15_minutes(
    served: World, at: str, duplicate: bool
) -> None:
    sent(served, "v1", "2026-11-22T06:00:00Z")

    assert sent(served, "v2", at)["duplicate"] is duplicate


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-22T06:00:00", None])
def test_without_a_time_in_the_event_that_of_the_execution_counts(served: World, at: Any) -> None:
    sent(served, "v1", STARTED_AT)

    assert sent(served, "v2", at)["duplicate"]


def test_corrected_content_is_another_run(served: World) -> None:
    first = sent(served, "v1", STARTED_AT)

    corrected = sent(served, "v2", SENT_AGAIN, json.dumps(QUESTION | {"answer": "2"}).encode())

    assert not corrected["duplicate"]
    assert corrected["run_id"] != first["run_id"]


def test_content_whose_run_was_refused_may_be_uploaded_again(served: World) -> None:
    request = json.dumps(GREEDY | {"dataset": "datasets/late.jsonl"}).encode()
    key = served.put("uploads/a.run.json", request)
    served.failed_run(upload(key, "v1", request), "first")
    served.put("datasets/late.jsonl", QUESTION)

    again = served.plan(upload(key, "v2", request, SENT_AGAIN), "second")
    third = served.plan(upload(key, "v3", request, SENT_AGAIN), "third")

    assert not again["duplicate"]
    assert served.entry(again["run_id"])["status"] == "running"
    assert (third["duplicate"], third["run_id"]) == (True, again["run_id"])


def test_a_refused_upload_that_is_redriven_runs_though_its_content_has_another_run(
    served: World,
) -> None:
    request = json.dumps(GREEDY | {"dataset": "datasets/late.jsonl"}).encode()
    key = served.put("uploads/a.run.json", request)
    start = upload(key, "v1", request)
    served.failed_run(start, "first")
    served.put("datasets/late.jsonl", QUESTION)
    served.plan(upload(key, "v2", request, SENT_AGAIN), "second")

    served.executions.redrives = 1
    served.reopen(start, "first")

    assert not served.plan(start, "first")["duplicate"]


def test_a_name_that_a_run_has_already_is_refused(served: World) -> None:
    served.run(GREEDY)
    entry = served.entry("demo")
    again = execution(GREEDY, "demo") | {"started_at": "2027-03-01T06:00:00.000Z"}

    with pytest.raises(RequestError, match="run demo exists already; start under another name"):
        served.step("Plan", again)

    assert served.entry("demo") == entry
    assert len(served.jobs_of_bedrock()) == 1


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        pytest.param("uploads/q.jsonl", QUESTION, QUESTION | {"answer": "2"}, id="questions"),
        pytest.param("uploads/a.run.json", GREEDY, GREEDY | {"limit": 1}, id="a request"),
    ],
)
def test_an_upload_replaced_before_it_is_read_fails_and_the_newer_one_runs(
    served: World, key: str, first: Any, second: Any
) -> None:
    old, new = (json.dumps(each).encode() for each in (first, second))
    served.put(key, new)

    refused = served.failed_run(upload(key, "v1", old), "old")
    planned = served.plan(upload(key, "v2", new), "new")

    assert refused["message"].startswith(
        f"s3://{served.bucket}/{key} was replaced before it was read; start a run"
    )
    assert served.entry(refused["run_id"])["status"] == "failed"
    assert served.entry(planned["run_id"])["status"] == "running"


def test_an_uploaded_request_is_carried_out(served: World) -> None:
    served.put("uploads/a.run.json", json.dumps(GREEDY, indent=2).encode())

    planned = served.plan(upload("uploads/a.run.json"))

    assert served.entry(planned["run_id"])["settings"] == ["greedy"]
    assert served.entry(planned["run_id"])["request"]["dataset"] == "datasets/q.jsonl"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"{oops", "uploads/a.run.json is no JSON: ", id="no JSON"),
        pytest.param(b"", "uploads/a.run.json is no JSON: ", id="empty"),
        pytest.param(b'{"a": "\xff"}', "uploads/a.run.json is no JSON: ", id="not UTF-8"),
        pytest.param(b"[1]", "the request is [1], must be a JSON object", id="a list"),
    ],
)
def test_an_uploaded_request_that_cannot_be_read_is_a_failed_run(
    served: World, content: bytes, problem: str
) -> None:
    served.put("uploads/a.run.json", content)

    failure = served.failed_run(upload("uploads/a.run.json"))

    assert failure["message"].startswith(problem)
    entry = served.entry(run_id("uploads/a.run.json"))
    assert (entry["status"], entry["message"]) == ("failed", failure["message"])
    assert served.jobs_of_bedrock() == []


def test_a_template_is_stored_with_the_run_and_not_in_the_table(served: World) -> None:
    template = "{question}" + "é" * 90_000

    planned = served.plan(GREEDY | {"template": template})

    entry = served.entry(planned["run_id"])
    assert "template" not in entry["request"]
    assert entry["request"]["dataset"] == "datasets/q.jsonl"
    (request,) = served.rows("runs/demo/request.json")
    assert request["template"] == template


def prompt(world: World, **request: Any) -> str:
    state = world.step("PlanWave", world.plan(GREEDY | request))
    world.step("Build", world.rows(state["jobs_key"])[0])
    (row,) = world.rows("runs/demo/waves/01/j0001/input.jsonl")
    text: str = row["modelInput"]["messages"][0]["content"][0]["text"]
    return text


def test_a_prompt_without_exemplars(served: World) -> None:
    found = prompt(served, few_shot="none")

    assert found.count("Q: ") == 1
    assert found.endswith("\n\nQ: one?\nA:")


def test_a_prompt_with_the_built_in_exemplars(served: World) -> None:
    assert prompt(served).count("Q: ") == 9


@pytest.mark.parametrize("location", ["exemplars/own.jsonl", "s3://{bucket}/exemplars/own.jsonl"])
def test_a_prompt_with_the_users_own_exemplars(served: World, location: str) -> None:
    exemplar = {"question": "1 + 1?", "rationale": "It is 2.", "answer": "2"}
    served.put("exemplars/own.jsonl", exemplar)

    found = prompt(served, few_shot=location.format(bucket=served.bucket))

    assert found.endswith("\n\nQ: 1 + 1?\nA: It is 2. The answer is 2.\n\nQ: one?\nA:")


def test_own_exemplars_with_a_problem_are_refused(served: World) -> None:
    served.put("exemplars/own.jsonl", {"question": "1 + 1?"}, b"oops")

    failure = served.failed_run(GREEDY | {"few_shot": "exemplars/own.jsonl"})

    assert failure["message"] == (
        "exemplars/own.jsonl line 1: rationale is null, must be a text\n"
        "exemplars/own.jsonl line 1: answer is null, must be the right answer\n"
        "exemplars/own.jsonl line 2: is no JSON (Expecting value at column 1), must be one object"
        " a line"
    )
    assert served.jobs_of_bedrock() == []
