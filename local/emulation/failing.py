"""How S3, DynamoDB and Lambda say that they are busy or broken."""

import json
from random import Random
from typing import Any, Final, NoReturn

# Status, headers and body, as ministack's services give them.
Answer = tuple[int, dict[str, str], bytes]

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
_LAMBDA: Final = {
    "throttle": ("Lambda.TooManyRequestsException", "Rate Exceeded."),
    "error": ("Lambda.ServiceException", "The AWS Lambda service encountered an internal error."),
    "time_out_before": ("Sandbox.Timedout", "Task timed out before the function began"),
    "time_out_after": ("Sandbox.Timedout", "Task timed out after the function had run"),
}


def s3_answer(kind: str) -> Answer:
    """Return S3's answer to a call that it does not serve; `kind` is a fault's.

    >>> s3_answer("throttle")[0]
    503
    """
    status, code, message = _S3.get(kind, _S3["error"])
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return status, {"Content-Type": "application/xml"}, text.encode()


def dynamodb_answer(kind: str) -> Answer:
    """Return DynamoDB's answer to a call that it does not serve; `kind` is a fault's.

    >>> dynamodb_answer("throttle")[0]
    400
    """
    status, code, message = _DYNAMODB.get(kind, _DYNAMODB["error"])
    told = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(told).encode()


def fail_invocation(kind: str) -> NoReturn:
    """End a state's call of a function as Step Functions reports it; `kind` is a fault's.

    Raises:
        _ExecutionError: always; ministack's own, on which Retry and Catch work.
    """
    from ministack.services.stepfunctions import _ExecutionError  # noqa: PLC0415 (its process only)

    error, message = _LAMBDA[kind]
    raise _ExecutionError(error, json.dumps({"errorType": error, "errorMessage": message}))


def held_back(requests: dict[str, list[Any]], lots: Random) -> dict[str, list[Any]]:
    """Take some of a batch's writes, at least one and never all, out of `requests`; return them.

    Args:
        requests: table → writes, two or more in all. A table left without any is taken out too.
        lots: draws them.
    """
    places = [(table, place) for table, writes in requests.items() for place in range(len(writes))]
    drawn = set(lots.sample(places, lots.randrange(1, len(places))))
    held = {
        table: [write for place, write in enumerate(writes) if (table, place) in drawn]
        for table, writes in requests.items()
    }
    for table, writes in list(requests.items()):
        left = [write for place, write in enumerate(writes) if (table, place) not in drawn]
        requests.pop(table) if not left else requests.update({table: left})
    return {table: writes for table, writes in held.items() if writes}
