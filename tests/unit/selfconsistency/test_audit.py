from typing import Any

import pytest
from rich.console import Console

from selfconsistency.audit import audit_tables, dataset_lines, object_rows, read_audit, run_rows
from selfconsistency.connection import Stack
from selfconsistency.shell import ClientError
from tests.unit.selfconsistency.conftest import Account

RUN = {
    "format": 1,
    "run_id": "r",
    "entry": "run",
    "status": "succeeded",
    "execution_arn": "arn:aws:states:us-east-1:000000000000:execution:Workflow:r",
    "started_by": {"kind": "upload", "requester": "000000000000", "source_ip": "192.0.2.1"},
    "request": {"dataset": "uploads/q.jsonl", "paths": 5},
    "inputs": {
        "dataset": {"key": "uploads/q.jsonl", "size_bytes": 7, "etag": "e", "version_id": "v"}
    },
    "objects": {"plan.json": "runs/r/plan.json"},
    "dataset": {
        "questions": 9,
        "labelled": 7,
        "task": "exact",
        "yes_no": True,
        "decimal_mark": None,
        "asked": ["passage", "question"],
        "options": [],
        "answers": ["answer"],
        "unused": ["url"],
        "golds": ["yes", "no"],
        "unscored_lines": [3, 5],
        "warnings": ['members that are not used: "url" (9)'],
    },
}
JOB = {
    "format": 1,
    "wave": 1,
    "job": "j0001",
    "run_id": "r",
    "entry": "job#01#j0001",
    "setting": "T0.7",
    "status": "Completed",
    "job_arn": "arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/abc",
    "input_keys": ["runs/r/waves/01/j0001/input.jsonl"],
    "output_keys": ["runs/r/waves/01/j0001/output/abc/input.jsonl.out"],
}
WAVE = {"format": 1, "run_id": "r", "entry": "wave#01", "wave": 1, "jobs": 1, "records": 2}
WAVE |= {"generations": 10, "settings": []}


@pytest.fixture
def run(entries: Any) -> None:
    for entry in (RUN, JOB, WAVE, {"run_id": "r", "entry": "answer#T0.7#q0000000"}):
        entries.put_item(Item=entry)


def test_a_trail_is_the_runs_entries_without_its_answers(
    account: Account, stack: Stack, run: None
) -> None:
    found = read_audit(account, stack, "r")

    assert found.run.started_by.requester == "000000000000"
    assert [job.job for job in found.jobs] == ["j0001"]
    assert [wave.wave for wave in found.waves] == [1]


def test_a_run_that_is_not_there_is_told(account: Account, stack: Stack) -> None:
    with pytest.raises(ClientError, match="there is no run 'r'"):
        read_audit(account, stack, "r")


def test_a_trail_names_who_started_the_run_its_jobs_and_its_objects(
    account: Account, stack: Stack, run: None
) -> None:
    found = read_audit(account, stack, "r")
    console = Console(width=240)

    with console.capture() as captured:
        console.print(audit_tables(found))

    assert ("started by: source_ip", "192.0.2.1") in run_rows(found.run)
    assert [row[:2] for row in object_rows(found)] == [
        ("read: dataset", "uploads/q.jsonl"),
        ("written: plan.json", "runs/r/plan.json"),
        ("job 01/j0001: input", "runs/r/waves/01/j0001/input.jsonl"),
        ("job 01/j0001: output", "runs/r/waves/01/j0001/output/abc/input.jsonl.out"),
    ]
    assert "model-invocation-job/abc" in captured.get()
    assert dataset_lines(found.run) == [
        "task exact, answers are yes or no: 9 questions, 7 with a right answer",
        "in the prompt: passage, question",
        "right answer: answer",
        "first right answers: yes · no",
        'warning: members that are not used: "url" (9)',
    ]


def test_a_run_refused_at_once_has_a_trail_as_well(
    account: Account, stack: Stack, entries: Any
) -> None:
    entries.put_item(
        Item={"format": 1, "run_id": "r", "entry": "run", "status": "failed", "message": "why"}
    )
    console = Console(width=100)

    with console.capture() as captured:
        console.print(audit_tables(read_audit(account, stack, "r")))

    assert "why" in captured.get()
