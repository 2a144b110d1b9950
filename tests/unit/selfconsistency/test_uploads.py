from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError as AwsError
from botocore.stub import ANY, Stubber

from selfconsistency.shell import ClientError
from selfconsistency.uploads import is_there, put_new
from tests.unit.selfconsistency.clock import Clock

KEY = "uploads/a.run.json"
CONTENT = b'{"paths": 3}'


@pytest.fixture
def lost(session: Any) -> Iterator[list[int]]:
    """The answer to the first put is lost, so botocore sends again what S3 has carried out."""
    attempts: list[int] = []

    def once(**_: object) -> int | None:
        attempts.append(1)
        return 0 if len(attempts) == 1 else None

    session.events.register_first("needs-retry.s3.PutObject", once)
    yield attempts
    session.events.unregister("needs-retry.s3.PutObject", once)


def versions(account: Any, stack: Any) -> list[str]:
    listed = account.s3().list_object_versions(Bucket=stack.bucket)
    return [version["Key"] for version in listed["Versions"]]


@pytest.fixture
def bucket(account: Any, stack: Any) -> str:
    name: str = stack.bucket
    account.s3().put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_a_put_whose_answer_was_lost_leaves_one_version(
    lost: list[int], account: Any, stack: Any, bucket: str
) -> None:
    put_new(account.s3(), bucket, KEY, BytesIO(CONTENT))

    assert len(lost) == 2
    assert versions(account, stack) == [KEY]


def test_other_content_of_the_key_is_not_replaced(account: Any, stack: Any, bucket: str) -> None:
    account.s3().put_object(Bucket=bucket, Key=KEY, Body=b"other")

    with pytest.raises(ClientError, match=r"s3://the-bucket/uploads/a.run.json has other content"):
        put_new(account.s3(), bucket, KEY, BytesIO(CONTENT))

    assert versions(account, stack) == [KEY]


def test_content_that_came_in_parts_is_compared_by_its_bytes(account: Any, bucket: str) -> None:
    s3, place = account.s3(), {"Bucket": bucket, "Key": KEY}
    upload = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=CONTENT)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**upload, MultipartUpload=parts)

    assert is_there(s3, bucket, KEY, BytesIO(CONTENT))
    with pytest.raises(ClientError, match="rename the file, or delete the object"):
        is_there(s3, bucket, KEY, BytesIO(b"other"))


def test_a_key_without_an_object_has_no_content(account: Any, bucket: str) -> None:
    assert not is_there(account.s3(), bucket, KEY, BytesIO(CONTENT))


def test_a_put_waits_for_another_one_of_its_key(account: Any) -> None:
    s3, clock = account.s3(), Clock()
    asked = {"Bucket": "b", "Key": KEY, "Body": ANY, "IfNoneMatch": "*"}

    with Stubber(s3) as stubbed:
        stubbed.add_client_error("put_object", "ConditionalRequestConflict", expected_params=asked)
        stubbed.add_response("put_object", {}, asked)
        put_new(s3, "b", KEY, BytesIO(CONTENT), clock)

    assert clock.slept_s == [1]


def test_an_object_that_may_not_be_read_is_not_taken_for_the_same(account: Any) -> None:
    s3 = account.s3()

    with Stubber(s3) as stubbed:
        stubbed.add_client_error("put_object", "PreconditionFailed")
        stubbed.add_client_error("head_object", "403")
        with pytest.raises(AwsError, match="PreconditionFailed"):
            put_new(s3, "b", KEY, BytesIO(CONTENT))
