"""The audit trail: the run's entry says who started it with what, however the run ends."""

from hashlib import md5
from typing import Any

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.requests.start import read_start
from tests.unit.handlers.world import World, upload

QUESTION = b'{"question": "one?", "answer": "1"}'
EXEMPLAR = b'{"question": "1 + 1?", "rationale": "It is 2.", "answer": "2"}'
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": []}


def content(key: str, body: bytes) -> dict[str, Any]:
    return {"key": key, "size_bytes": len(body), "etag": md5(body).hexdigest()}


@pytest.fixture
def ready(world: World) -> World:
    world.put("datasets/q.jsonl", QUESTION)
    world.put("datasets/e.jsonl", EXEMPLAR)
    return world


def test_a_run_names_its_execution_and_the_contents_it_read(ready: World) -> None:
    ready.plan(REQUEST | {"few_shot": "datasets/e.jsonl"})

    entry = ready.entry("demo")
    assert entry["started_by"] == {"kind": "execution", "execution_name": "demo"}
    assert entry["inputs"] == {
        "dataset": content("datasets/q.jsonl", QUESTION),
        "few_shot": content("datasets/e.jsonl", EXEMPLAR),
    }
    assert entry["questions"] == 1
    assert entry["objects"] == {
        "request.json": "runs/demo/request.json",
        "plan.json": "runs/demo/plan.json",
        "questions/": "runs/demo/questions/",
    }


def test_a_run_by_an_uploaded_request_names_the_upload_and_its_uploader(ready: World) -> None:
    request = b'{"dataset": "datasets/q.jsonl", "temperatures": []}'
    ready.put("uploads/a.run.json", request)
    event = upload("uploads/a.run.json", content=request)
    event["detail"] |= {"requester": "123456789012", "source-ip-address": "192.0.2.1"}

    ready.plan(event, "0d3f")

    entry = ready.entry(read_start(event, "0d3f").run_id)
    assert entry["started_by"] == {
        "kind": "upload",
        "requester": "123456789012",
        "source_ip": "192.0.2.1",
        "key": "uploads/a.run.json",
        "version_id": "v1",
        "etag": md5(request).hexdigest(),
        "execution_name": "0d3f",
    }
    assert entry["inputs"]["request"] == content("uploads/a.run.json", request)
    assert entry["inputs"]["dataset"]["key"] == "datasets/q.jsonl"


def test_a_refused_run_names_them_as_well(ready: World) -> None:
    with pytest.raises(RequestError):
        ready.plan(REQUEST | {"paths": 0})

    entry = ready.entry("demo")
    assert entry["started_by"]["execution_name"] == "demo"
    assert entry["inputs"] == {"dataset": content("datasets/q.jsonl", QUESTION)}
    assert "objects" not in entry
