"""What EventBridge and Step Functions hand on: events of uploads, and of executions that ended."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.ending import MAX_MESSAGE, read_ending, reason_of
from lambdas.core.keys import job_name
from lambdas.core.requests.start import read_start
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, nested, noise

KEYS = st.sampled_from(["uploads/q.jsonl", "uploads/\ud800.csv", "uploads/\x00.run.json"])
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "key": KEYS | st.text(max_size=20).map("uploads/".__add__) | JSON,
        "version-id": JSON,
        "etag": JSON | st.just('a"\r\nX: y'),
        "sequencer": JSON,
        "size": JSON,
    },
)
DETAILS = st.fixed_dictionaries(
    {"object": OBJECTS | JSON},
    optional={"requester": JSON, "source-ip-address": JSON, "bucket": JSON},
)
UPLOADS = st.fixed_dictionaries({"detail-type": st.just("Object Created"), "detail": DETAILS})
TEXTS = st.text(max_size=60)
DEEP = nested(b"[", b"]").map(bytes.decode)
CAUSES = DEEP | noise().map(lambda content: content.decode("latin-1")) | JSON.map(json.dumps)
ENDINGS = st.fixed_dictionaries(
    {
        "executionArn": TEXTS,
        "name": TEXTS,
        "status": st.sampled_from(["FAILED", "ABORTED", "TIMED_OUT"]),
        "input": st.none() | (UPLOADS | JSON).map(json.dumps) | DEEP,
        "error": st.none() | TEXTS,
        "cause": st.none() | CAUSES,
    }
)
ERRORS = st.fixed_dictionaries({"Error": TEXTS, "Cause": CAUSES})


@FUZZ
@given(UPLOADS | JSON, st.text(min_size=1, max_size=80))
def test_any_input_of_an_execution_starts_something(start: Any, name: str) -> None:
    read = outcome(lambda: read_start(start, name), 2_000)

    assert read is not None
    assert job_name("bucket", read.run_id, 1, "j0001").isascii()
    assert all(isinstance(value, str) for value in read.by.attributes().values())
    assert json.dumps(read.by.attributes()).isascii()
    if read.upload_etag is not None:
        assert read.upload_etag.replace("-", "").isalnum()


@FUZZ
@given(ENDINGS.map(lambda detail: {"detail": detail}) | ERRORS)
def test_an_execution_that_ended_has_a_reason(given: Any) -> None:
    if "detail" not in given:
        given = {"run_id": "r", "execution_arn": "arn", "error": given}

    told = outcome(lambda: reason_of(read_ending(given)), len(str(given)))

    assert told is not None
    assert len(told.message) <= MAX_MESSAGE
