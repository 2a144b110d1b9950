"""Uploaded requests: JSON in UTF-8, or why they are none, without quoting them."""

import gzip
import json

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.requests.uploaded import read_request

KEY = "uploads/a.run.json"
REQUEST = {"dataset": "q.jsonl"}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_request_is_json_in_utf_8(mark: bytes) -> None:
    assert read_request(mark + json.dumps(REQUEST, indent=1).encode(), KEY) == REQUEST


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is no JSON: Expecting value at line 1, column 1", id="empty"),
        pytest.param(
            b'{"dataset":\n "secret" "secret"}',
            "is no JSON: Expecting ',' delimiter at line 2, column 11",
            id="no JSON",
        ),
        pytest.param(b'{"\xff": 1}', "is no JSON: byte 2 is 0xff, must be UTF-8 text", id="bytes"),
        pytest.param(b"[" * 100_000, "is no JSON: nested too deep", id="too deep"),
        pytest.param(
            b"9" * 5_000, "is no JSON: a number of more than 4,300 digits", id="a long number"
        ),
        pytest.param(gzip.compress(b"{}"), "is gzip, must be text", id="gzip"),
        pytest.param(json.dumps(REQUEST).encode("utf-16"), "is UTF-16, must be UTF-8", id="UTF-16"),
    ],
)
def test_what_is_none_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_request(content, KEY)

    assert str(refused.value).startswith(f"{KEY} {problem}")
    assert "secret" not in str(refused.value)
