from pathlib import Path
from typing import Any

import pytest

from client.errors import ClientError
from client.fetch import FILES, fetch


def test_a_run_s_files_are_copied(account: Any, stack: Any, tmp_path: Path) -> None:
    for name in FILES:
        account.s3().put_object(Bucket=stack.bucket, Key=f"runs/r1/{name}", Body=b'{"run_id": 1}')

    report = fetch(account, stack, "r1", tmp_path / "new" / "folder")

    assert report == {"run_id": 1}
    assert sorted(file.name for file in (tmp_path / "new" / "folder").iterdir()) == sorted(FILES)


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
