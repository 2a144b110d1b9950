"""Copy a run's files into a folder: all of a finished run, the last votes of a failed one."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError as AwsError

from lambdas.contract.keys import (
    FINALS,
    REPORT,
    REPORT_FILES,
    VOTES,
    partitions_key,
    run_key,
    votes_key,
)
from lambdas.contract.report import Report, decode_report
from lambdas.contract.schema import Partition
from selfconsistency.connection import Connection, Stack
from selfconsistency.runs import Run, read_run
from selfconsistency.shell import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ABSENT = frozenset({"404", "403", "NoSuchKey"})


def fetch(connection: Connection, stack: Stack, run_id: str, folder: Path) -> Report:
    """Copy the run's report and votes into `folder`, made if need be; return the report.

    Raises:
        ClientError: the run has not left them.
        FormatError: another version of the app wrote the report.
    """
    copy_files(connection, stack, run_id, folder)
    return read_report(folder)


def copy_files(connection: Connection, stack: Stack, run_id: str, folder: Path) -> None:
    """Copy the run's report and votes into `folder`, made if need be.

    Runs of versions that gave no final answers have no `final.jsonl`.

    Raises:
        ClientError: the run has not left them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in REPORT_FILES:
        _copy(connection, stack, run_id, folder / name)


def read_report(folder: Path) -> Report:
    """Return the report among the files of a run that were copied into `folder`.

    Raises:
        FormatError: another version of the app wrote it.
    """
    return decode_report((folder / REPORT).read_bytes(), str(folder / REPORT))


def fetch_votes(connection: Connection, stack: Stack, run: Run, folder: Path) -> int | None:
    """Write `votes.jsonl` of the last wave that voted in all its partitions; return the wave.

    Votes stand in the order of a report's: setting by setting, each shard by shard. `folder` is
    made if need be. Without such a wave nothing is written, and `None` returned.
    """
    s3 = connection.s3()
    for wave in range(run.wave, 0, -1):
        keys = _votes_keys(s3, stack.bucket, run.run_id, wave)
        if keys and all(_exists(s3, stack.bucket, key) for key in keys):
            _write(s3, stack.bucket, keys, folder)
            return wave
    return None


def _copy(connection: Connection, stack: Stack, run_id: str, file: Path) -> None:
    key = run_key(run_id, file.name)
    try:
        connection.s3().download_file(stack.bucket, key, str(file))
    except AwsError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        # The report, which is copied first, is there.
        if file.name == FINALS:
            return
        state = _state(read_run(connection, stack, run_id))
        raise ClientError(f"no s3://{stack.bucket}/{key}: {state}") from error


def _state(run: Run) -> str:
    if not run.started_at:
        return f"there is no run {run.run_id!r}, see `selfconsistency list`"
    reason = f" ({run.message})" if run.message else ""
    return f"the run is {run.status}{reason}"


def _votes_keys(s3: "S3Client", bucket: str, run_id: str, wave: int) -> Sequence[str]:
    """Return the keys of the votes of a wave's partitions; none where they are not planned."""
    key = partitions_key(run_id, wave)
    if not _exists(s3, bucket, key):
        return ()
    lines = s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines()
    partitions = [msgspec.json.decode(line, type=Partition) for line in lines]
    return [votes_key(run_id, wave, each.partition) for each in partitions]


def _exists(s3: "S3Client", bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except AwsError as error:
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        return False
    return True


def _write(s3: "S3Client", bucket: str, keys: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{VOTES}.part"
    # Not `download_fileobj`, which writes each object from the file's beginning.
    with part.open("wb") as file:
        for key in keys:
            shutil.copyfileobj(s3.get_object(Bucket=bucket, Key=key)["Body"], file)
    part.replace(folder / VOTES)
