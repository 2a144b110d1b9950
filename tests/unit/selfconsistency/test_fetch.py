from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.keys import FINALS, REPORT_FILES
from lambdas.contract.report import encode_report
from lambdas.contract.schema import FormatError
from selfconsistency.fetch import fetch
from selfconsistency.shell import ClientError
from tests.unit.core.report.samples import a_report

REPORT = a_report(questions=4, early_stop=True, variants=("repair",))


def put(account: Any, stack: Any, body: bytes) -> None:
    for name in REPORT_FILES:
        account.s3().put_object(Bucket=stack.bucket, Key=f"runs/r1/{name}", Body=body)


def test_a_run_s_files_are_copied(account: Any, stack: Any, tmp_path: Path) -> None:
    put(account, stack, encode_report(REPORT))

    report = fetch(account, stack, "r1", tmp_path / "new" / "folder")

    assert report == REPORT
    assert {file.name for file in (tmp_path / "new" / "folder").iterdir()} == set(REPORT_FILES)


def test_a_run_of_a_version_without_final_answers_is_copied(
    account: Any, stack: Any, tmp_path: Path
) -> None:
    put(account, stack, encode_report(REPORT))
    account.s3().delete_object(Bucket=stack.bucket, Key=f"runs/r1/{FINALS}")

    fetch(account, stack, "r1", tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == set(REPORT_FILES) - {FINALS}


@pytest.mark.parametrize(
    ("format_", "found"),
    [(b'"format":2', "has format 2, this version reads format 1"), (b'"was":1', "has no format")],
)
def test_a_report_of_another_format_is_refused(
    account: Any, stack: Any, tmp_path: Path, format_: bytes, found: str
) -> None:
    put(account, stack, encode_report(REPORT).replace(b'"format":1', format_, 1))

    with pytest.raises(FormatError, match=found):
        fetch(account, stack, "r1", tmp_path)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"format":1,', "Invalid JSON"),
        (b"[]", "should be an object"),
        (b'{"format":1}', "run_id: "),
    ],
)
def test_a_broken_report_is_refused(
    account: Any, stack: Any, tmp_path: Path, body: bytes, found: str
) -> None:
    put(account, stack, body)

    with pytest.raises(FormatError, match=f"report.json is broken: .*{found}"):
        fetch(account, stack, "r1", tmp_path)


def test_members_that_this_version_does_not_know_are_passed_over(
    account: Any, stack: Any, tmp_path: Path
) -> None:
    put(account, stack, encode_report(REPORT).replace(b'"format":1', b'"format":1,"new":{}', 1))

    assert fetch(account, stack, "r1", tmp_path) == REPORT


def test_a_run_without_a_report_is_told_with_its_status(
    account: Any, stack: Any, entries: Any, tmp_path: Path
) -> None:
    entries.put_item(
        Item={"run_id": "r1", "entry": "run", "started_at": "2026", "status": "failed"}
        | {"message": "no questions"}
    )

    with pytest.raises(ClientError, match=r"report.json: the run is failed \(no questions\)"):
        fetch(account, stack, "r1", tmp_path)


def test_a_run_that_is_none_is_refused(account: Any, stack: Any, tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="there is no run 'r9'"):
        fetch(account, stack, "r9", tmp_path)
