"""Put objects into the bucket without replacing any, however often a put is sent."""

import hashlib
import time
from collections.abc import Callable
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError as AwsError

from selfconsistency.fetch import ABSENT
from selfconsistency.shell import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What S3 answers a conditional put if the key has an object, and while another put is under way.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_THERE, _UNDER_WAY = "PreconditionFailed", "ConditionalRequestConflict"
_PAUSES_S = (1, 2, 4)

Content = BufferedReader | BytesIO


def put_new(
    s3: "S3Client",
    bucket: str,
    key: str,
    content: Content,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Put an object; that it is there already with the same content is as good.

    botocore sends a put again whose answer was lost. Without `IfNoneMatch` that would make a second
    version, and of an upload that starts a run a second run.

    Raises:
        ClientError: the key has other content.
    """
    for pause_s in (*_PAUSES_S, None):
        content.seek(0)
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=content, IfNoneMatch="*")
            return
        except AwsError as error:
            code = error.response["Error"]["Code"]
            if code == _THERE and is_there(s3, bucket, key, content):
                return
            if code != _UNDER_WAY or pause_s is None:
                raise
            sleep(pause_s)


def is_there(s3: "S3Client", bucket: str, key: str, content: Content) -> bool:
    """Return whether an object with this content is there.

    Raises:
        ClientError: the object has other content.
    """
    try:
        there = s3.head_object(Bucket=bucket, Key=key)
    except AwsError as error:
        # Without the right to list the bucket, S3 answers 403 for an absent object.
        if error.response["Error"]["Code"] not in ABSENT:
            raise
        return False
    # An ETag is no MD5 of what came in parts, or is encrypted with a key of one's own.
    if there["ETag"].strip('"') == _digest(content, "md5"):
        return True
    stored = s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(2**20)
    digest = hashlib.sha256()
    for chunk in stored:
        digest.update(chunk)
    if digest.hexdigest() != _digest(content, "sha256"):
        raise ClientError(
            f"s3://{bucket}/{key} has other content than the file: rename the file, or delete the"
            " object"
        )
    return True


def _digest(content: Content, name: str) -> str:
    content.seek(0)
    return hashlib.file_digest(
        content, lambda: hashlib.new(name, usedforsecurity=False)
    ).hexdigest()
