"""The parts of a job on demand: found again, and put together in the input's order."""

import json
from typing import Any

import pytest

from lambdas.aws.clients import s3_client
from lambdas.aws.parts import Parts
from lambdas.aws.store import Store
from lambdas.core.on_demand import Failure, Reply
from tests.unit.core.samples import a_job

JOB = a_job(job="j0002", on_demand=True)
FOLDER = f"runs/{JOB.run_id}/waves/{JOB.wave:02d}/j0002/"
COUNT = 150


@pytest.fixture
def store(aws: Any) -> Store:
    """A store with a job's input, whose lines hold what only splits at line feeds leave whole."""
    made = Store(s3_client(), aws.new_bucket())
    lines = [
        json.dumps({"recordId": f"q{number:07d}s00", "modelInput": {"prompt": "\u2028"}})
        for number in range(COUNT)
    ]
    made.write(f"{FOLDER}input.jsonl", "\n".join(lines).encode() + b"\n")
    return made


def answer(text: str) -> Reply:
    return Reply(json.dumps({"text": text}, ensure_ascii=False).encode(), 3, 1)


def test_what_is_kept_is_missing_no_more(store: Store) -> None:
    parts = Parts(store, JOB)
    first, second, *_ = parts.missing()
    parts.keep(second, answer("2"))

    again = Parts(store, JOB)

    assert (parts.kept, again.kept) == (0, 1)
    assert [record.record_id for record in again.missing()][:2] == [first.record_id, "q0000002s00"]
    assert not again.merged


def test_the_output_is_in_the_input_s_order_however_calls_overtook_one_another(
    store: Store,
) -> None:
    parts = Parts(store, JOB)
    for record in reversed(list(parts.missing())):
        failed = record.record_id.endswith("7s00")
        parts.keep(record, Failure("final", 400, "bad") if failed else answer("a\u2028b\u0085"))

    parts.merge()

    content = store.read(f"{FOLDER}output/on-demand/input.jsonl.out")
    rows = [json.loads(line) for line in content.split(b"\n")[:-1]]
    assert [row["recordId"] for row in rows] == [f"q{number:07d}s00" for number in range(COUNT)]
    assert rows[1]["modelOutput"] == {"text": "a\u2028b\u0085"}
    manifest = json.loads(store.read(f"{FOLDER}output/on-demand/manifest.json.out"))
    assert (manifest["successRecordCount"], manifest["errorRecordCount"]) == (135, 15)
    assert (manifest["inputTokenCount"], manifest["outputTokenCount"]) == (405, 135)
    done = Parts(store, JOB)
    assert (done.merged, done.kept) == (True, COUNT)
