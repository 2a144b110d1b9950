"""Bring what a run that failed had voted on, where it left no report."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.fetch import ABSENT
from client.runs import Run
from client.stack import Stack
from lambdas.contract import RUNS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VOTES = "votes.jsonl"


def fetch_votes(connection: Connection, stack: Stack, run: Run, folder: Path) -> int | None:
    """Write `votes.jsonl` of the last wave that voted in each of its lanes; return the wave.

    The lanes come in the order that a report's own votes have: setting by setting, each shard by
    shard. `folder` is made if need be. `None` where there is no such wave, and nothing is written.
    """
    s3 = connection.s3()
    for wave in range(run.wave, 0, -1):
        keys = _votes_keys(s3, stack.bucket, f"{RUNS}{run.run_id}/waves/{wave:02d}/")
        if keys and all(_is_there(s3, stack.bucket, key) for key in keys):
            _write(s3, stack.bucket, keys, folder)
            return wave
    return None


def _votes_keys(s3: "S3Client", bucket: str, wave_folder: str) -> Sequence[str]:
    """Return the keys of the votes of a wave's lanes; none where the wave has no lanes."""
    lanes_key = f"{wave_folder}lanes.jsonl"
    if not _is_there(s3, bucket, lanes_key):
        return ()
    lines = s3.get_object(Bucket=bucket, Key=lanes_key)["Body"].read().splitlines()
    return [f"{wave_folder}votes/{json.loads(line)['lane']}.jsonl" for line in lines]


def _is_there(s3: "S3Client", bucket: str, key: str) -> bool:
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
