"""Bring a finished run's files to a folder."""

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.errors import ClientError
from client.runs import Run, read_run
from client.stack import Stack
from lambdas.contract import RUNS

REPORT = "report.json"
FILES = (REPORT, "report.html", "votes.jsonl", "accuracy.csv")
ABSENT = frozenset({"404", "403", "NoSuchKey"})


def fetch(connection: Connection, stack: Stack, run_id: str, folder: Path) -> dict[str, Any]:
    """Copy the run's report and votes into `folder`, made if need be; return the report.

    Raises:
        ClientError: the run has not left them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        _copy(connection, stack, run_id, folder / name)
    report: dict[str, Any] = json.loads((folder / REPORT).read_bytes())
    return report


def _copy(connection: Connection, stack: Stack, run_id: str, file: Path) -> None:
    key = f"{RUNS}{run_id}/{file.name}"
    try:
        connection.s3().download_file(stack.bucket, key, str(file))
    except AwsError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        state = _state(read_run(connection, stack, run_id))
        raise ClientError(f"no s3://{stack.bucket}/{key}: {state}") from error


def _state(run: Run) -> str:
    if not run.started_at:
        return f"there is no run {run.run_id!r}, see `python -m client list`"
    reason = f" ({run.message})" if run.message else ""
    return f"the run is {run.status}{reason}"
