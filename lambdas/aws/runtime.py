"""Models asked on demand, one record a call."""

import base64
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from lambdas.aws.clients import runtime_client
from lambdas.contract import InvocationType
from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import Failure, Reply, failure_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

_JSON = "application/json"
_TOKENS = ("x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count")

# Nothing was sent.
_UNSENT = (ConnectTimeoutError, EndpointConnectionError)
# It was sent, and what became of it is not known: asked again, it may be paid for twice.
_LOST = (BotoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError)


@dataclass(frozen=True, slots=True)
class Call:
    """A record as one call.

    Attributes:
        model_id: of a model or profile, or its ARN.
        form: how Bedrock is to read the body.
        body: the record's `modelInput`, as a batch job would have it.
        labels: request metadata, by which an account finds the call in its invocation log.
    """

    model_id: str
    form: InvocationType
    body: bytes
    labels: dict[str, str]


class Runtime:
    """The models of one account and Region."""

    def __init__(self, client: "BedrockRuntimeClient") -> None:
        self._client = client

    def ask(self, call: Call) -> Reply | Failure:
        """Ask a model once.

        Raises:
            JobRefusedError: refused for a reason that is not the record's.
        """
        try:
            return self._answer(call)
        except ParamValidationError as error:
            return Failure("final", 400, str(error))
        except _UNSENT as error:
            return Failure("wait", 503, str(error))
        except _LOST as error:
            lost = f"the answer was lost, and not asked for again, for it may be billed: {error}"
            return Failure("final", 504, lost)
        except ClientError as error:
            return _failure(call.model_id, error)

    def reconnect(self) -> None:
        """Let go of connections: those of a function that was frozen may be dead, unnoticed."""
        self._client.close()

    def _answer(self, call: Call) -> Reply | Failure:
        read = self._conversed if call.form == "Converse" else self._invoked
        content, tokens_in, tokens_out = read(call)
        try:
            return Reply(msgspec.json.format(content, indent=-1), tokens_in, tokens_out)
        except msgspec.DecodeError as error:
            return Failure("final", 502, f"the answer is no JSON: {error}")

    def _invoked(self, call: Call) -> tuple[bytes, int | None, int | None]:
        answer = self._client.invoke_model(
            modelId=call.model_id,
            body=call.body,
            contentType=_JSON,
            accept=_JSON,
            requestMetadata=json.dumps(call.labels),
        )
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        tokens_in, tokens_out = (_count(headers.get(name)) for name in _TOKENS)
        return answer["body"].read(), tokens_in, tokens_out

    def _conversed(self, call: Call) -> tuple[bytes, int | None, int | None]:
        answer: Any = self._client.converse(
            modelId=call.model_id, requestMetadata=call.labels, **json.loads(call.body)
        )
        usage = answer.get("usage") or {}
        output = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        content = json.dumps(output, default=_base64).encode()
        return content, usage.get("inputTokens"), usage.get("outputTokens")


@cache
def runtime() -> Runtime:
    """Return the models of this Region."""
    return Runtime(runtime_client())


def _failure(model_id: str, error: ClientError) -> Failure:
    told = error.response["Error"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    failure = failure_of(told.get("Code", ""), status, told.get("Message", ""))
    if failure.kind == "refused":
        raise JobRefusedError(
            f"model {model_id!r} is refused on demand: {error}; choose one that this account may"
            " ask in this Region, or a set large enough for batch jobs"
        ) from error
    return failure


def _count(header: str | None) -> int | None:
    return int(header) if header and header.isdecimal() else None


def _base64(value: bytes) -> str:
    """Return bytes, such as reasoning withheld, as they stood in the answer before it was read."""
    return base64.b64encode(value).decode()
