"""Answers the steps' calls of Bedrock in this process, with the emulator's own application."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from flask import Flask
from werkzeug.test import Client

from lambdas.aws.clients import bedrock_client, look_up_client, runtime_client

_EVENT = "before-send"


@contextmanager
def answered_by(application: Flask) -> Iterator[None]:
    """Answer every call of Bedrock inside, instead of sending it.

    Without a connection there is no time limit of one: a local model may take as long as it needs.
    """
    answer = _Answer(application)
    clients: list[Any] = [bedrock_client(), look_up_client(), runtime_client()]
    for client in clients:
        client.meta.events.register_first(_EVENT, answer)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister(_EVENT, answer)


class _Answer:
    """What botocore calls with each request before it sends it."""

    def __init__(self, application: Flask) -> None:
        self._client = Client(application)

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        place, connection = urlsplit(request.url), _Connection()
        response = self._client.open(
            path=place.path,
            query_string=place.query,
            method=request.method,
            headers=list(request.headers.items()),
            data=request.body,
            environ_overrides={"werkzeug.socket": connection},
        )
        if connection.is_closed:
            raise ConnectionClosedError(endpoint_url=request.url)
        headers: Any = dict(response.headers)
        return AWSResponse(request.url, response.status_code, headers, _Body(response.data))


class _Connection:
    """Stands for the connection of a request, which the application may close."""

    def __init__(self) -> None:
        self.is_closed = False

    def shutdown(self, _how: int) -> None:
        self.is_closed = True


class _Body(BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
