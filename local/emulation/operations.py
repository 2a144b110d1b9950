"""What a request asks for, by the name that the service's API gives the operation."""

from collections.abc import Mapping

_Query = Mapping[str, object]

_WITH_KEY = {
    "GET": (("uploadId", "ListParts"), ("tagging", "GetObjectTagging"), ("", "GetObject")),
    "HEAD": (("", "HeadObject"),),
    "PUT": (("partNumber", "UploadPart"), ("tagging", "PutObjectTagging"), ("", "PutObject")),
    "POST": (("uploads", "CreateMultipartUpload"), ("uploadId", "CompleteMultipartUpload")),
    "DELETE": (("uploadId", "AbortMultipartUpload"), ("", "DeleteObject")),
}
_OF_BUCKET = {
    "GET": (
        ("list-type", "ListObjectsV2"),
        ("uploads", "ListMultipartUploads"),
        ("versions", "ListObjectVersions"),
        ("location", "GetBucketLocation"),
        ("", "ListObjects"),
    ),
    "HEAD": (("", "HeadBucket"),),
    "POST": (("delete", "DeleteObjects"),),
}


def s3_operation(method: str, path: str, headers: Mapping[str, str], query: _Query) -> str:
    """Return the operation of a request of S3 with the bucket in its path; "" for a rare one.

    >>> s3_operation("PUT", "/bucket/runs/1", {}, {})
    'PutObject'
    >>> s3_operation("PUT", "/bucket/runs/1", {"x-amz-copy-source": "bucket/runs/0"}, {})
    'CopyObject'
    >>> s3_operation("GET", "/bucket", {}, {"list-type": ["2"]})
    'ListObjectsV2'
    """
    key = path.strip("/").partition("/")[2]
    operations = (_WITH_KEY if key else _OF_BUCKET).get(method, ())
    found = next((name for marker, name in operations if not marker or marker in query), "")
    if found == "PutObject" and "x-amz-copy-source" in headers:
        return "CopyObject"
    return found


def target_operation(headers: Mapping[str, str]) -> str:
    """Return the operation that a request of a JSON protocol names in its header.

    >>> target_operation({"x-amz-target": "DynamoDB_20120810.BatchWriteItem"})
    'BatchWriteItem'
    """
    return headers.get("x-amz-target", "").rpartition(".")[2]
