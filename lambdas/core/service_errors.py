"""What an error of the service means: of a call on demand, or of a row of a batch job's output."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# HTTP statuses of the errors that have a name (service models of bedrock-runtime, botocore 1.43,
# and AWS's common errors). A full quota passes with time, whatever its status of 400 says.
STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "AccessDeniedException": 403,
        "ExpiredTokenException": 403,
        "InternalServerException": 500,
        "ModelErrorException": 424,
        "ModelNotReadyException": 429,
        "ModelStreamErrorException": 424,
        "ModelTimeoutException": 408,
        "ResourceNotFoundException": 404,
        "ServiceQuotaExceededException": 429,
        "ServiceUnavailableException": 503,
        "ThrottlingException": 429,
        "TooManyRequestsException": 429,
        "UnrecognizedClientException": 403,
        "ValidationException": 400,
    }
)
# What helps where the account may not use the model.
ACCESS_WAY_OUT = "subscribe to the model or get access to it in Bedrock's model catalog"
# Of the account or the model, which every other record meets as well. 404: no such model, or one
# at the end of its life.
_REFUSED = frozenset({401, 403, 404})
_INVALID = 400
# Parts of a ValidationException's message that concern the model, not the record.
_MODEL_REFUSALS = ("model identifier is invalid", "on-demand throughput", "support the model")
# Not the record's fault: timeouts, dependencies, too many requests.
_PASSING = frozenset({408, 424, 429})


def is_refusal(status: int | None, message: str) -> bool:
    """Return whether the account may not use the model, or not in this way.

    >>> is_refusal(403, "You don't have access"), is_refusal(400, "max_tokens is too large")
    (True, False)
    """
    about_model = status == _INVALID and any(words in message for words in _MODEL_REFUSALS)
    return status in _REFUSED or about_model


def is_passing(status: int | None) -> bool:
    """Return whether the record may succeed when it is tried again.

    >>> is_passing(429), is_passing(503), is_passing(400)
    (True, True, False)
    """
    return status is not None and (status in _PASSING or 500 <= status < 600)
