"""The HTTP face of the operations, in the wire form of the service model."""

import logging
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from local.bedrock.callers import Gate
from local.bedrock.errors import (
    ApiError,
    InternalServerError,
    UnknownOperationError,
    ValidationError,
)
from local.bedrock.operations import Operations

logger = logging.getLogger(__name__)


def create_api(operations: Operations, gate: Gate) -> Flask:
    """Return the WSGI application."""
    api = Flask(__name__)

    def caller() -> str:
        return gate.access_key_id(request.headers.get("Authorization"))

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

    api.register_error_handler(Exception, _failed)
    return api


def _body(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValidationError(f"The request body is not a JSON object: {error}") from error


def _failed(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        error = UnknownOperationError(f"{request.method} {request.path} is not emulated here")
    elif not isinstance(error, ApiError):
        logger.exception("%s %s failed", request.method, request.path, exc_info=error)
        error = InternalServerError(f"Internal error of the stand-in: {error}")
    response = _json({"message": str(error)}, error.status)
    response.headers["x-amzn-ErrorType"] = error.code
    return response


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, content_type="application/json")
