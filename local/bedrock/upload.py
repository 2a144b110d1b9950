"""Writes an object to S3 part by part, as its bytes come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.bedrock.settings import MIB

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# S3 takes parts from 5 MiB, but for the last.
PART = 8 * MIB


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
