"""The HTTP face of both APIs, in the wire form of the service models."""

import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from selfconsistency.bedrock.errors import (
    ApiError,
    InternalServerError,
    UnknownOperationError,
    ValidationError,
)
from selfconsistency.bedrock.iam import Gate
from selfconsistency.bedrock.operations import Operations
from selfconsistency.bedrock.runtime import AnswerLostError, Runtime

logger = logging.getLogger(__name__)


def create_api(operations: Operations, runtime: Runtime, gate: Gate) -> Flask:
    """Return the WSGI application."""
    api = Flask(__name__)

    def caller() -> str:
        return gate.access_key_id(request.headers.get("Authorization"))

    _add_jobs(api, operations, caller)
    _add_models(api, operations, caller)
    _add_runtime(api, runtime, caller)
    api.register_error_handler(Exception, _failed)
    return api


def _add_jobs(api: Flask, operations: Operations, caller: Callable[[], str]) -> None:

    @api.post("/model-invocation-job")
    def create() -> Response:
        return _json(operations.create(_body(request.get_data()), caller()))

    @api.get("/model-invocation-job/<path:identifier>")
    def get(identifier: str) -> Response:
        return _json(operations.get({"jobIdentifier": identifier}, caller()))

    @api.get("/model-invocation-jobs")
    def page() -> Response:
        return _json(operations.page(request.args.to_dict(), caller()))

    @api.post("/model-invocation-job/<path:identifier>/stop")
    def stop(identifier: str) -> Response:
        return _json(operations.stop({"jobIdentifier": identifier}, caller()))


def _add_models(api: Flask, operations: Operations, caller: Callable[[], str]) -> None:

    @api.get("/foundation-models/<path:identifier>")
    def model(identifier: str) -> Response:
        return _json(operations.model({"modelIdentifier": identifier}, caller()))

    @api.get("/foundation-model-availability/<path:identifier>")
    def availability(identifier: str) -> Response:
        return _json(operations.availability({"modelId": identifier}, caller()))

    @api.get("/inference-profiles/<path:identifier>")
    def profile(identifier: str) -> Response:
        return _json(operations.profile({"inferenceProfileIdentifier": identifier}, caller()))


def _add_runtime(api: Flask, runtime: Runtime, caller: Callable[[], str]) -> None:
    @api.post("/model/<path:model_id>/invoke")
    def invoke(model_id: str) -> Response:
        began, body = time.monotonic(), request.get_data()
        metadata = request.headers.get("X-Amzn-Bedrock-Request-Metadata")
        output = runtime.invoke(model_id, body, metadata, caller())
        answer = _json(output.body)
        answer.headers["X-Amzn-Bedrock-Input-Token-Count"] = str(output.tokens_in)
        answer.headers["X-Amzn-Bedrock-Output-Token-Count"] = str(output.tokens_out)
        latency_ms = int((time.monotonic() - began) * 1000)
        answer.headers["X-Amzn-Bedrock-Invocation-Latency"] = str(latency_ms)
        return answer

    @api.post("/model/<path:model_id>/converse")
    def converse(model_id: str) -> Response:
        return _json(runtime.converse(model_id, _body(request.get_data()), caller()).body)


def _body(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValidationError(f"The request body is not a JSON object: {error}") from error


def _failed(error: Exception) -> Response:
    if isinstance(error, AnswerLostError):
        # The server's own socket of this request: closed, the client reads nothing.
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response(status=500)
    if isinstance(error, HTTPException):
        error = UnknownOperationError(f"{request.method} {request.path} is not emulated here")
    elif not isinstance(error, ApiError):
        logger.exception("%s %s failed", request.method, request.path, exc_info=error)
        error = InternalServerError(f"Internal error of the Bedrock emulator: {error}")
    response = _json({"message": str(error)}, error.status)
    response.headers["x-amzn-ErrorType"] = error.code
    return response


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, content_type="application/json")
