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
from lambdas.core.on_demand import Failure, Kind, Reply, failure_of, plain_text
from lambdas.core.outputs.tokens import stated

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

_JSON = "application/json"
# Of a count in a header; more of them are no count, and no number worth reading.
_DIGITS = 20
_TOKENS = ("x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count")


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


@dataclass(frozen=True, slots=True)
class _End:
    """What it means that a call raises one of these errors; `words` are formatted with it."""

    errors: tuple[type[Exception], ...]
    kind: Kind
    code: int
    words: str = "{}"


# The first that fits, for some errors are others' kinds.
_ENDS = (
    _End((ParamValidationError,), "final", 400),
    _End((EndpointConnectionError,), "unreached", 503),
    _End((ConnectTimeoutError,), "wait", 503),
    # It was sent, and what became of it is not known: asked again, it may be paid for twice.
    _End(
        (BotoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError),
        "final",
        504,
        "the answer was lost, and not asked for again, for it may be billed: {}",
    ),
    # What botocore and this module stumble over in an answer that has not the form it should have:
    # botocore's parsers look into it unchecked.
    _End(
        (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
        "final",
        502,
        # The error's own words may quote the answer.
        "the answer cannot be read: {0.__class__.__name__}",
    ),
)
_UNANSWERED = tuple(error for end in _ENDS for error in end.errors)


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
        except ClientError as error:
            return _failure(call.model_id, error)
        except _UNANSWERED as error:
            return next(
                Failure(end.kind, end.code, end.words.format(error))
                for end in _ENDS
                if isinstance(error, end.errors)
            )

    def reconnect(self) -> None:
        """Let go of connections: those of a function that was frozen may be dead, unnoticed."""
        self._client.close()

    def _answer(self, call: Call) -> Reply:
        answered = self._conversed(call) if call.form == "Converse" else self._invoked(call)
        # An object, in UTF-8 throughout: what Raw passes over is not looked into.
        msgspec.json.decode(answered.body.decode(), type=dict[str, msgspec.Raw])
        body = msgspec.json.format(answered.body, indent=-1)
        return Reply(body, answered.tokens_in, answered.tokens_out)

    def _invoked(self, call: Call) -> Reply:
        answer = self._client.invoke_model(
            modelId=call.model_id,
            body=call.body,
            contentType=_JSON,
            accept=_JSON,
            requestMetadata=json.dumps(call.labels),
        )
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        tokens_in, tokens_out = (_count(headers.get(name)) for name in _TOKENS)
        return Reply(answer["body"].read(), tokens_in, tokens_out)

    def _conversed(self, call: Call) -> Reply:
        answer: Any = self._client.converse(
            modelId=call.model_id, requestMetadata=call.labels, **json.loads(call.body)
        )
        usage = answer.get("usage") or {}
        output = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        # Half a character, as of an answer cut off within one, has no UTF-8.
        text = json.dumps(output, default=_base64, ensure_ascii=False)
        tokens_in, tokens_out = usage.get("inputTokens"), usage.get("outputTokens")
        return Reply(text.encode(errors="replace"), stated(tokens_in), stated(tokens_out))


@cache
def runtime() -> Runtime:
    """Return the models of this Region."""
    return Runtime(runtime_client())


def _failure(model_id: str, error: ClientError) -> Failure:
    told = error.response["Error"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    failure = failure_of(str(told.get("Code", "")), status, str(told.get("Message", "")))
    if failure.kind == "refused":
        words = plain_text(str(error))
        raise JobRefusedError(
            f"model {model_id!r} is refused on demand: {words}; choose one that this account may"
            " ask in this Region, or a set large enough for batch jobs"
        ) from error
    return failure


def _count(header: str | None) -> int | None:
    return stated(int(header[:_DIGITS])) if header and header.isdecimal() else None


def _base64(value: bytes) -> str:
    """Return bytes, such as reasoning withheld, as they stood in the answer before it was read."""
    return base64.b64encode(value).decode()
