"""Error rows: why a record has no output, and whether to ask for it again."""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.models.base import UNDECODABLE, whole_number
from lambdas.core.service_errors import ACCESS_WAY_OUT, STATUSES, is_passing, is_refusal

_NOTHING = "neither output nor error"
_ENCODING_ERRORS = (*UNDECODABLE, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class RecordError:
    """Why a record has no output.

    Attributes:
        status: as an HTTP status, `None` if the row states none that is known.
        message: code and message, as the row has them.
        passing: whether the record may succeed when it is tried again.
        refused: whether the account may not use the model: no record succeeds until it may.
    """

    status: int | None
    message: str
    passing: bool
    refused: bool


def read_error(found: object) -> RecordError:
    """Return what an error row says.

    Args:
        found: its `error`, any JSON. Bedrock writes a number as `errorCode` and a text as
            `errorMessage`; others write a name such as `ThrottlingException`, or an object. Where
            `retryable` is given it decides, else what the code means.

    >>> read_error({"errorCode": "429", "errorMessage": "Too many requests"}).passing
    True
    >>> read_error({"errorCode": 500, "errorMessage": "no", "retryable": False}).passing
    False
    """
    error = found if isinstance(found, dict) else {"errorMessage": found}
    status, text = _status(error.get("errorCode")), _text(error.get("errorMessage"))
    message = ": ".join(part for part in (_text(error.get("errorCode")), text) if part)
    refused = is_refusal(status, message)
    return RecordError(
        status=status,
        message=message or _NOTHING,
        passing=not refused and _is_passing(status, error),
        refused=refused,
    )


def refusal_message(model_id: str, refused: int, records: int, message: str) -> str:
    """Return what the user of a job must know of which Bedrock refused records.

    Args:
        model_id: of the job.
        refused: records that were refused.
        records: of the job.
        message: of the first refused record.
    """
    return (
        f"model {model_id!r} refused {refused:,} of {records:,} records: {message};"
        f" {ACCESS_WAY_OUT}"
    )


def _is_passing(status: int | None, error: dict[str, Any]) -> bool:
    retryable = error.get("retryable")
    if isinstance(retryable, bool):
        return retryable
    # The job's time was over before it was the record's turn.
    return error.get("expired") is True or is_passing(status)


def _status(code: object) -> int | None:
    if isinstance(code, str):
        # As in the header of a response: "com.amazon.coral#ThrottlingException:http://…".
        name = code.rpartition("#")[2].partition(":")[0]
        return STATUSES.get(name, whole_number(code))
    return whole_number(code)


def _text(found: object) -> str:
    if found is None or isinstance(found, str):
        return found or ""
    try:
        return msgspec.json.encode(found).decode()
    except _ENCODING_ERRORS:
        return "an error that cannot be shown"
