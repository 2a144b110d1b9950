from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from lambdas.contract.keys import REPORT_FILES
from lambdas.contract.report import encode_report
from lambdas.contract.schema import Partition
from selfconsistency.commands import Commands
from selfconsistency.shell import ClientError
from tests.unit.core.report.samples import a_report

FAILED = {"run_id": "r1", "entry": "run", "listed": "run", "started_at": "2026"} | {
    "status": "failed",
    "message": "1 job of 2 refused:\n no access",
}
REPORT = encode_report(a_report(settings=("T0.7",), questions=2))

PARTITION = Partition("r1", "arn:x", 1, "T0.7-000", "T0.7", "000")


def fetched(account: Any, stack: Any, folder: Path) -> list[str]:
    """Fetch run r1 and return the lines printed."""
    console = Console(width=140)
    with console.capture() as printed:
        Commands(account, stack, console).fetch("r1", folder)
    return printed.get().splitlines()


@pytest.fixture
def report(account: Any, stack: Any) -> None:
    for name in REPORT_FILES:
        account.s3().put_object(Bucket=stack.bucket, Key=f"runs/r1/{name}", Body=REPORT)


@pytest.mark.usefixtures("report")
def test_a_stack_may_stop_before_anything_is_printed(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    entries.put_item(Item=FAILED | {"status": "succeeded", "report_key": "runs/r1/report.json"})
    printed = StringIO()
    seen: list[tuple[str, set[str]]] = []

    def copied() -> None:
        account.s3().delete_object(Bucket=stack.bucket, Key="runs/r1/report.json")
        seen.append((printed.getvalue(), {file.name for file in tmp_path.iterdir()}))

    Commands(account, stack, Console(file=printed)).fetch("r1", tmp_path, copied=copied)

    assert seen == [("", set(REPORT_FILES))]
    assert f"wrote {tmp_path}" in printed.getvalue().replace("\n", "")


@pytest.mark.usefixtures("report")
def test_the_report_of_a_run_that_lacks_jobs_comes_below_a_warning(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    entries.put_item(Item=FAILED | {"report_key": "runs/r1/report.json"})

    lines = fetched(account, stack, tmp_path)

    assert lines[0] == "warning: 1 job of 2 refused:; no access"
    assert lines[1].startswith("answered by us.amazon.nova-lite-v1:0 (Amazon Bedrock)")
    assert lines[2].startswith("final vote: 100.00 % ± ")
    assert "Accuracy of the vote on 2 questions" in lines
    assert lines[-1] == f"wrote {tmp_path}"


@pytest.mark.usefixtures("report")
def test_the_report_of_a_resumed_run_comes_below_a_warning(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    known = {"status": "running", "redrives": 1, "report_key": "runs/r1/report.json"}
    entries.put_item(Item=FAILED | known)

    lines = fetched(account, stack, tmp_path)

    assert lines[0] == "warning: the run is running, redriven 1×; the report is older"


def test_votes_alone_of_a_failed_run_are_told_to_be_partial(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    entries.put_item(Item=FAILED | {"wave": 1})
    wave = "runs/r1/waves/01"
    for name, body in (
        ("partitions.jsonl", msgspec.json.encode(PARTITION)),
        ("votes/T0.7-000.jsonl", b"{}"),
    ):
        account.s3().put_object(Bucket=stack.bucket, Key=f"{wave}/{name}", Body=body)

    lines = fetched(account, stack, tmp_path)

    assert lines == [
        "warning: 1 job of 2 refused:; no access",
        "partial: votes of wave 1, no report",
        f"wrote {tmp_path / 'votes.jsonl'}",
    ]


def test_a_failed_run_that_left_nothing_is_told_with_its_reason(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    entries.put_item(Item=FAILED | {"wave": 1})

    with pytest.raises(ClientError, match="the run is failed"):
        fetched(account, stack, tmp_path)
