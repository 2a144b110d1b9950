"""What a service answers when it refuses, serves in part, or is late."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any, Final, NamedTuple, Self

_S3: Final = {
    "throttle": (503, "SlowDown", "Please reduce your request rate."),
    "error": (500, "InternalError", "We encountered an internal error. Please try again."),
}
_DYNAMODB: Final = {
    "throttle": (
        400,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.",
    ),
    "error": (500, "InternalServerError", "The request processing has failed."),
}


class Answer(NamedTuple):
    """What a service answers."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    @classmethod
    def of(cls, status: int, content_type: str, body: bytes) -> Self:
        """Return an answer with the headers that it needs."""
        length = (b"content-length", str(len(body)).encode())
        return cls(status, [(b"content-type", content_type.encode()), length], body)

    @property
    def is_denial(self) -> bool:
        """Whether it refuses the caller, by its keys or by its role's policies."""
        return self.status in {401, 403} or (self.status == 400 and b"AccessDenied" in self.body)

    def with_content(self, content: Any) -> Self:
        """Return the answer with other JSON in its body."""
        body = json.dumps(content).encode()
        kept = [pair for pair in self.headers if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        return self._replace(headers=[*kept, length], body=body)


def s3_answer(kind: str) -> Answer:
    """Return S3's answer to a call that it does not serve; `kind` is a fault's.

    >>> s3_answer("throttle").status
    503
    """
    status, code, message = _S3[kind]
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer.of(status, "application/xml", text.encode())


def dynamodb_answer(kind: str) -> Answer:
    """Return DynamoDB's answer to a call that it does not serve; `kind` is a fault's.

    >>> dynamodb_answer("throttle").status
    400
    """
    status, code, message = _DYNAMODB[kind]
    content = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return Answer.of(status, "application/x-amz-json-1.0", json.dumps(content).encode())


def stale_description(answer: Answer) -> Answer:
    """Return what DescribeExecution would have answered just before an execution's last redrive.

    It is eventually consistent:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.

    >>> stale_description(Answer(200, [], b'{"status": "RUNNING", "redriveCount": 1}')).body
    b'{"status": "FAILED", "redriveCount": 0}'
    """
    content = json.loads(answer.body)
    before = max(content.get("redriveCount", 0) - 1, 0)
    return answer.with_content(content | {"status": "FAILED", "redriveCount": before})


def held_back(requests: dict[str, list[Any]], lots: Random) -> dict[str, list[Any]]:
    """Take some of a batch's writes, at least one and never all, out of `requests`; return them.

    Args:
        requests: table → writes, two or more in all. A table left without any is taken out too.
        lots: draws them.
    """
    places = [(table, place) for table, writes in requests.items() for place in range(len(writes))]
    held: dict[str, list[Any]] = {}
    for table, place in sorted(lots.sample(places, lots.randrange(1, len(places))), reverse=True):
        held.setdefault(table, []).insert(0, requests[table].pop(place))
        if not requests[table]:
            del requests[table]
    return held
