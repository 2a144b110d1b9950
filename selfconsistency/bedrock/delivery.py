"""Puts a job's output where the job said: rows and manifest, at once or late."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from selfconsistency.bedrock.input_reader import split_uri
from selfconsistency.bedrock.jobs import Job
from selfconsistency.bedrock.settings import MIB

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

logger = logging.getLogger(__name__)
# S3 takes parts from 5 MiB, but for the last.
PART = 8 * MIB


def output_key(job: Job, name: str) -> str:
    """Return the key of one of the job's output files."""
    folder = split_uri(job.output_uri)[1]
    return "/".join(part for part in (folder, job.id, f"{name}.out") if part)


class Delivery:
    """The output of one job; what is to be late is kept until the job has ended."""

    def __init__(self, s3: S3Client, job: Job) -> None:
        self._s3 = s3
        self._job = job
        self._bucket = split_uri(job.output_uri)[0]
        self._late_rows: list[Upload] = []
        self._late_manifest: bytes | None = None

    def begin(self, name: str) -> Upload:
        """Return where the rows of one input file are to be written."""
        return Upload(self._s3, self._bucket, output_key(self._job, name))

    def finish(self, upload: Upload) -> None:
        """Make rows that are written appear, unless they are to be late."""
        if self._is_late("rows"):
            self._late_rows.append(upload)
        else:
            upload.finish()

    def write_manifest(self) -> None:
        """Write the counts that go with the rows, unless they are to be late or missing."""
        if self._job.injection.faults.no_manifest:
            self._job.injection.note("no_manifest")
        elif self._is_late("manifest"):
            self._late_manifest = self._manifest()
        else:
            self._put_manifest(self._manifest())

    def finish_late(self) -> None:
        """Make what is late appear when it is time; the job has ended, and output may get lost."""
        if not self._late_rows and self._late_manifest is None:
            return
        self._job.injection.note("late_output_s")
        self._job.freed.wait(self._job.injection.faults.late_output_s)
        try:
            self._appear()
        except (BotoCoreError, ClientError):
            logger.exception("late output of %s is lost", self._job.arn)

    def _is_late(self, what: Literal["rows", "manifest"]) -> bool:
        faults = self._job.injection.faults
        return faults.late_output_s > 0 and faults.late in (what, "both")

    def _appear(self) -> None:
        if self._job.abandoned:
            return
        for upload in self._late_rows:
            upload.finish()
        if self._late_manifest is not None:
            self._put_manifest(self._late_manifest)

    def _put_manifest(self, content: bytes) -> None:
        key = output_key(self._job, "manifest.json")
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    def _manifest(self) -> bytes:
        counts = self._job.counts
        manifest = {
            "totalRecordCount": counts.total,
            "processedRecordCount": counts.done,
            "successRecordCount": counts.succeeded,
            "errorRecordCount": counts.errors,
            "inputTokenCount": counts.tokens_in,
            "outputTokenCount": counts.tokens_out,
        }
        if self._job.injection.faults.wrong_manifest:
            self._job.injection.note("wrong_manifest")
            manifest = {name: 2 * count + 1 for name, count in manifest.items()}
        return msgspec.json.encode(manifest)


class Upload:
    """A multipart upload; holds no more than a part in memory."""

    def __init__(self, s3: S3Client, bucket: str, key: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = key
        self._id = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        self._parts: list[CompletedPartTypeDef] = []
        self._buffer = bytearray()

    def write(self, content: bytes) -> None:
        """Add to the object."""
        self._buffer += content
        if len(self._buffer) >= PART:
            self._send()

    def finish(self) -> None:
        """Make the object appear, empty if nothing was written."""
        if self._buffer or not self._parts:
            self._send()
        self._s3.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._id,
            MultipartUpload={"Parts": self._parts},
        )

    def abort(self) -> None:
        """Give the parts up."""
        self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)

    def _send(self) -> None:
        number = len(self._parts) + 1
        sent = self._s3.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._id,
            PartNumber=number,
            Body=bytes(self._buffer),
        )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})
        self._buffer.clear()
