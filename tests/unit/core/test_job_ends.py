"""A job is over when it has ended and left its output, or has had its time."""

import pytest

from lambdas.core.job_ends import Look, Verdict, is_written, verdict
from tests.unit.core.samples import a_job, a_part

HOUR = 3600
FOLDER = "runs/r/waves/01/j0001/output/abc/"


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        pytest.param(Look("InProgress", 5, 9.0, 0, False), "live", id="it runs"),
        pytest.param(Look("", 0, 9.0, 0, False), "live", id="Bedrock does not say now"),
        pytest.param(Look("NewWord", 0, 9.0, 0, False), "live", id="a status not known yet"),
        pytest.param(Look("Completed", 5, 9.0, 0, True), "ended", id="all is there"),
        pytest.param(Look("Completed", 5, 9.0, 0, False), "unwritten", id="rows come late"),
        pytest.param(Look("Completed", 5, 9.0, HOUR, False), "ended", id="an hour is enough"),
        pytest.param(Look("Failed", 0, 9.0, 0, False), "ended", id="it failed before a record"),
        pytest.param(Look("Expired", 0, 9.0, 0, False), "ended", id="it never began"),
        pytest.param(Look("Stopped", 3, 9.0, 0, False), "unwritten", id="stopped midway"),
        pytest.param(Look("Validating", 0, 180 * HOUR, 0, False), "live", id="in its grace"),
        pytest.param(Look("Validating", 0, 180 * HOUR + 1, 0, False), "overdue", id="stuck"),
        pytest.param(Look("Stopping", 0, 190 * HOUR, HOUR, False), "left", id="it does not stop"),
        pytest.param(Look("Unknown", 0, 9.0, 0, False), "live", id="created a moment ago"),
        pytest.param(Look("Unknown", 0, HOUR + 1, 0, False), "ended", id="Bedrock forgot it"),
    ],
)
def test_verdict(look: Look, expected: Verdict) -> None:
    assert verdict(look, timeout_h=168) == expected


@pytest.mark.parametrize(
    ("names", "parts", "written"),
    [
        pytest.param(["input.jsonl.out", "manifest.json.out"], 1, True, id="rows and manifest"),
        pytest.param(["input.jsonl.out"], 1, False, id="no manifest"),
        pytest.param(["manifest.json.out"], 1, False, id="no rows"),
        pytest.param(
            ["000.jsonl.out", "001.jsonl.out", "manifest.json.out"], 2, True, id="of both parts"
        ),
        pytest.param(["000.jsonl.out", "manifest.json.out"], 2, False, id="of one part"),
    ],
)
def test_is_written(names: list[str], parts: int, written: bool) -> None:
    job = a_job(*(a_part() for _ in range(parts)))

    assert is_written(job, [FOLDER + name for name in names]) is written
