"""What S3 says of an object: which content it is, or why it cannot be read."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

_ABSENT = frozenset({"NoSuchKey", "404"})
_FORBIDDEN = frozenset({"AccessDenied", "AllAccessDisabled", "403"})


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it is now.

    Attributes:
        key: in the bucket.
        size_bytes: of its content.
        etag: of its content, without quotes; "" for an empty object.
        version_id: `None` in a bucket without versions, and for an empty object.
    """

    key: str
    size_bytes: int
    etag: str = ""
    version_id: str | None = None

    def attributes(self) -> dict[str, Any]:
        """Return what the run's record says of it."""
        known = {"key": self.key, "size_bytes": self.size_bytes, "etag": self.etag}
        return known | ({"version_id": self.version_id} if self.version_id else {})


def unreadable(bucket: str, key: str, error: ClientError) -> str:
    """Return why an object cannot be read, and the way out."""
    code, location = error.response["Error"]["Code"], f"s3://{bucket}/{key}"
    if code in _ABSENT:
        return f"{location} does not exist; check the key, or upload it first"
    if code == "PreconditionFailed":
        return f"{location} was replaced before it was read; run what it is now"
    if code == "InvalidObjectState":
        return f"{location} is archived; restore it, or upload it again"
    # Without s3:ListBucket, S3 says "access denied" of what does not exist as well.
    check = "check the key, and who may use the key that it is encrypted with"
    if code in _FORBIDDEN:
        return f"{location} does not exist, or may not be read: {check} ({error})"
    return f"{location} cannot be read: {error}"
