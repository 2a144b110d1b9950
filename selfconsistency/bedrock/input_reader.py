"""Reads a job's input from S3, once, onto this machine's disk, and checks it on the way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from selfconsistency.bedrock.errors import JobFailedError
from selfconsistency.bedrock.settings import MIB, Quotas

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = MIB
SUFFIX = ".jsonl"


class Record(msgspec.Struct, rename="camel"):
    """A line of an input file; its body stays as it was written."""

    model_input: msgspec.Raw
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class InputObject:
    """One `.jsonl` object; `name` is its key below the folder that the job names."""

    bucket: str
    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Spooled:
    """An input object on disk, with its number of records."""

    source: InputObject
    file: IO[bytes]
    records: int

    def read(self) -> Iterator[Record]:
        """Yield the records, in order; one without an id is given one."""
        self.file.seek(0)
        lines = (line for line in self.file if line.strip())
        for number, line in enumerate(lines, start=1):
            record = DECODER.decode(line)
            record.record_id = record.record_id or f"GEN{number:08d}"
            yield record


DECODER = msgspec.json.Decoder(Record)


def split_uri(uri: str) -> tuple[str, str]:
    """Return bucket and key of an `s3://` URI, the key without slashes around it."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key.strip("/")


def input_objects(s3: S3Client, uri: str, quotas: Quotas) -> list[InputObject]:
    """Return the object that the URI names, or all `.jsonl` objects in the folder.

    Raises:
        JobFailedError: there is none, or there is too much of it.
    """
    bucket, key = split_uri(uri)
    try:
        found = list(_found(s3, bucket, key))
    except ClientError as error:
        raise JobFailedError(f"Cannot read the input {uri}: {error}") from error
    if not found:
        raise JobFailedError(f"There is no {SUFFIX} object at the input {uri}.")
    for each in found:
        _check_size(each.size, quotas.max_file_mib, f"input file s3://{bucket}/{each.key}")
    _check_size(sum(each.size for each in found), quotas.max_job_mib, "job")
    return found


def spool(s3: S3Client, source: InputObject) -> Spooled:
    """Copy an object to a temporary file, which goes when it is closed.

    Lines are split on the line feed alone.

    Raises:
        JobFailedError: a line is not a record.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        body = s3.get_object(Bucket=source.bucket, Key=source.key)["Body"]
        for chunk in body.iter_chunks(CHUNK):
            file.write(chunk)
        return Spooled(source, file, _checked_records(file, source))
    except BaseException:
        file.close()
        raise


def check_record_count(spooled: list[Spooled], quotas: Quotas) -> int:
    """Return the number of records of a job.

    Raises:
        JobFailedError: there are too few, or too many.
    """
    total = sum(each.records for each in spooled)
    if total < quotas.min_records:
        raise JobFailedError(
            f"The job has {total} records, fewer than the minimum of {quotas.min_records}."
        )
    if total > quotas.max_records:
        raise JobFailedError(
            f"The job has {total} records, more than the maximum of {quotas.max_records}."
        )
    return total


def _found(s3: S3Client, bucket: str, key: str) -> Iterator[InputObject]:
    if key.endswith(SUFFIX):
        size = s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
        yield InputObject(bucket, key, key.rpartition("/")[2], size)
        return
    folder = f"{key}/" if key else ""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
    for each in (listed for page in pages for listed in page.get("Contents", ())):
        if each["Key"].endswith(SUFFIX):
            name = each["Key"].removeprefix(folder)
            yield InputObject(bucket, each["Key"], name, each["Size"])


def _checked_records(file: IO[bytes], source: InputObject) -> int:
    file.seek(0)
    records = 0
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise JobFailedError(
                f"s3://{source.bucket}/{source.key} line {number} is not a record: {error}"
            ) from error
        records += 1
    return records


def _check_size(size: int, most_mib: float, what: str) -> None:
    if size > most_mib * MIB:
        raise JobFailedError(f"The {what} has {size / MIB:.1f} MiB, more than {most_mib} MiB.")
