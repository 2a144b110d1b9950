"""Events from EventBridge and Step Functions: of uploads, and of executions that failed."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.keys import job_name
from lambdas.core.requests.start import read_start
from lambdas.core.run_failure import MAX_MESSAGE, failure_reason, read_failure
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
FAILURES = st.fixed_dictionaries(
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
    by = read.by.model_dump(exclude_unset=True)
    assert all(isinstance(value, str) for value in by.values())
    assert json.dumps(by).isascii()
    if read.upload_etag is not None:
        assert read.upload_etag.replace("-", "").isalnum()


@FUZZ
@given(FAILURES.map(lambda detail: {"detail": detail}) | ERRORS)
def test_a_failed_execution_has_a_reason(given: Any) -> None:
    if "detail" not in given:
        given = {"run_id": "r", "execution_arn": "arn", "error": given}

    reason = outcome(lambda: failure_reason(read_failure(given)), len(str(given)))

    assert reason is not None
    assert len(reason.message) <= MAX_MESSAGE
