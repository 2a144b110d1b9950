"""The auditor itself: it shares nothing with the app, and it finds what is planted."""

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.auditor import Audited, BatchJob, audit
from tests.faults.harness import Harness
from tests.faults.raw import RawRun

FOLDER = Path(__file__).parent
INDEPENDENT = ("raw", "attribution", "independent_vote", "auditor")
MAY_IMPORT = {"__future__", "ast", "collections", "dataclasses", "decimal", "functools", "json"}
MAY_IMPORT |= {"re", "typing"}


@pytest.mark.parametrize("module", INDEPENDENT)
def test_the_auditor_imports_nothing_of_the_app(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))

    names = {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    own = {f"tests.faults.{name}" for name in INDEPENDENT}
    assert {name for name in names - own if name.split(".")[0] not in MAY_IMPORT} == set()


def test_a_run_without_faults_stands_up_to_the_audit(harness: Harness, sums: str) -> None:
    [ended] = harness.settle(harness.start(sums))

    assert (ended.status, ended.execution, ended.audit.findings) == ("succeeded", "SUCCEEDED", ())
    assert len(ended.audited.votes) == 2 * 40
    assert len(ended.audited.counted.came) == 2 * 40 * 4


Plant = Callable[[Audited], Audited]


def another_vote(audited: Audited) -> Audited:
    lines = audited.raw.lines_of("votes.jsonl")
    lines[3]["votes"] = {"1000": 4}
    return with_objects(audited, {"votes.jsonl": jsonl(lines)})


def no_vote(audited: Audited) -> Audited:
    return with_objects(audited, {"votes.jsonl": jsonl(audited.raw.lines_of("votes.jsonl")[1:])})


def another_answer(audited: Audited) -> Audited:
    name = "answer#T0.7#q0000003"
    return with_entry(audited, name, {**audited.raw.entries[name], "answer": "1000"})


def another_sum(audited: Audited) -> Audited:
    report = audited.raw.json_of("report.json")
    report["totals"]["generations"] += 1
    return with_objects(audited, {"report.json": json.dumps(report).encode()})


def worked_on_again(audited: Audited) -> Audited:
    return replace(audited, ledger=[*audited.ledger, audited.ledger[0]])


def asked_three_times(audited: Audited) -> Audited:
    lost = replace(audited.ledger[0], delivered=False)
    return replace(audited, ledger=[lost, lost, *audited.ledger])


def row_gone(audited: Audited) -> Audited:
    [key] = [key for key in audited.raw.keys if "01/j0001/output/" in key and "jsonl" in key]
    rows = audited.raw.bytes_of(key).split(b"\n")
    return with_objects(audited, {key: b"\n".join(rows[1:])})


def other_tokens(audited: Audited) -> Audited:
    job = audited.raw.entries["job#01#j0001"]
    return with_entry(audited, "job#01#j0001", {**job, "tokens_out": job["tokens_out"] + 1})


def never_collected(audited: Audited) -> Audited:
    job = {**audited.raw.entries["job#01#j0001"], "collected": False}
    return with_entry(audited, "job#01#j0001", job)


def still_live(audited: Audited) -> Audited:
    first, *others = audited.listed
    return replace(audited, listed=[replace(first, status="InProgress"), *others])


def place_held(audited: Audited) -> Audited:
    return with_entry(audited, "run", {**audited.run, "active_jobs": ["01-j0001"]})


def job_unknown(audited: Audited) -> Audited:
    return replace(audited, listed=[*audited.listed, BatchJob("arn:of:another", "Completed")])


def without_reason(audited: Audited) -> Audited:
    run = {**audited.run, "status": "failed", "reason": "Error", "message": "Traceback …"}
    return with_entry(audited, "run", run)


def report_gone(audited: Audited) -> Audited:
    kept = [key for key in audited.raw.keys if key != "report.json"]
    return with_objects(audited, {}, kept)


@pytest.mark.parametrize(
    ("plant", "checks"),
    [
        pytest.param(another_vote, {"votes are those of the paths", "the table has the votes"}),
        pytest.param(no_vote, {"votes are those of the paths", "the table has the votes"}),
        pytest.param(another_answer, {"the table has the votes"}),
        pytest.param(another_sum, {"the report's sums"}),
        pytest.param(worked_on_again, {"paid twice", "tokens are those billed"}),
        pytest.param(asked_three_times, {"asked too often"}),
        pytest.param(row_gone, {"votes are those of the paths", "the report's sums", "lost"}),
        pytest.param(other_tokens, {"the report's sums", "tokens are those billed"}),
        pytest.param(never_collected, {"all jobs collected"}),
        pytest.param(still_live, {"no job is live"}),
        pytest.param(place_held, {"no place is held"}),
        pytest.param(job_unknown, {"every job is noted"}),
        pytest.param(without_reason, {"a reason"}),
        pytest.param(report_gone, {"partial results"}),
    ],
)
def test_the_auditor_finds_what_is_planted(sound: Audited, plant: Plant, checks: set[str]) -> None:
    found = audit(plant(sound)).findings

    assert {finding.check for finding in found} == checks


@pytest.fixture(scope="module")
def _kept() -> list[Audited]:
    return []


@pytest.fixture
def sound(harness: Harness, sums: str, _kept: list[Audited]) -> Audited:
    """A run without faults, made once."""
    if not _kept:
        [ended] = harness.settle(harness.start(sums))
        _kept.append(ended.audited)
    return _kept[0]


def jsonl(lines: Sequence[object]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def with_objects(
    audited: Audited, objects: Mapping[str, bytes], keys: Sequence[str] | None = None
) -> Audited:
    """Return the same run with other objects, or with fewer keys."""
    raw = replace(audited.raw, _read={**audited.raw._read, **objects})
    return replace(audited, raw=_with(raw, keys or audited.raw.keys, audited.raw.entries))


def with_entry(audited: Audited, name: str, entry: Mapping[str, object]) -> Audited:
    """Return the same run with another entry in the table."""
    raw = replace(audited.raw)
    return replace(audited, raw=_with(raw, audited.raw.keys, {**audited.raw.entries, name: entry}))


def _with(raw: RawRun, keys: Sequence[str], entries: Mapping[str, object]) -> RawRun:
    raw.__dict__.update(keys=list(keys), entries=dict(entries))
    return raw
