"""Requests, as bytes of an upload and as the input of an execution."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.run_request import request_keys
from lambdas.core.errors import RequestError
from lambdas.core.requests.request import check_request, read_unchecked
from lambdas.core.requests.start import read_request
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, json_bytes, nested, noise, wrong

KEYS = st.sampled_from([*request_keys()])
LOCATIONS = st.sampled_from(
    [
        *("q.jsonl", "s3://stack/q.jsonl", "s3://other/q.jsonl", "s3://stack/", "..", "/q", "a/"),
        *("../q", "runs/r/votes.jsonl", "https://h/q", "arn:aws:s3:::stack/q", "q\x1b[2J", "é"),
        *("none", "builtin", "x" * 2000, "s3://stack/runs/r/q", "uploads/./q", "\ud800", " "),
    ]
)
LONG = st.integers(1, 90).map(lambda times: "long" * 10 * times)
REQUESTS = st.dictionaries(KEYS | st.text(max_size=200) | LONG, JSON | LOCATIONS, max_size=8)
GOOD = [
    b'{"dataset": "q.jsonl", "paths": 5, "temperatures": [0.7], "waves": [2, 3], "seed": 1}',
    b'{"dataset": "s3://stack/q.jsonl", "task": "exact", "pattern": "Label: (\\\\w+)", "limit": 3}',
    b'{"dataset": "q.csv", "model_id": "cohere.command-text-v14", "max_tokens": 64,'
    b' "prices": {"input": 1, "output": 2}, "early_stop": {"certified": 0.05}, "budget": 3}',
    b'{"dataset": "q.jsonl", "few_shot": "e.jsonl", "template": "{exemplars} {question}",'
    b' "variants": ["confidence"], "max_cost_usd": 1.5, "early_stop": 0.95}',
]
PATTERNS = st.sampled_from(
    ["(a+)+$", "(?:" * 500, "[" * 999, "(x){1000}{1000}", "\\w{1,1000}" * 20]
)
PATTERN_REQUESTS = st.builds(
    lambda pattern, template: {"dataset": "q", "pattern": pattern, "template": template},
    PATTERNS | st.text(max_size=40),
    st.none() | st.text(alphabet="{}question x", max_size=40) | st.just("{" * 99_999),
)


def check(given: Any) -> None:
    unchecked = read_unchecked(given, "stack")
    for key in (unchecked.dataset_key, unchecked.few_shot_key):
        assert key is None or not key.startswith(("s3://", "runs/", "/"))
    check_request(
        given,
        bucket="stack",
        default_model="us.amazon.nova-lite-v1:0",
        most_jobs_at_once=3,
        model_behind=lambda _: None,
    )


@FUZZ
@given(
    noise()
    | wrong(GOOD)
    | (REQUESTS | JSON).map(json_bytes)
    | nested(b"[", b"]")
    | nested(b'{"prices":', b"}").map(b'{"dataset": "q", "prices": %b}'.__mod__)
)
def test_an_uploaded_request_is_checked_or_refused(content: bytes) -> None:
    outcome(lambda: check(read_request(content, "uploads/a.run.json")), len(content), RequestError)


@FUZZ
@given(REQUESTS | PATTERN_REQUESTS | JSON)
def test_the_input_of_an_execution_is_checked_or_refused(given: Any) -> None:
    outcome(lambda: check(given), 2_000, RequestError)
