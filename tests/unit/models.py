"""Bedrock's models at the edge: a server that answers each call as a test tells it to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

TOKENS_IN = "x-amzn-bedrock-input-token-count"
TOKENS_OUT = "x-amzn-bedrock-output-token-count"


@dataclass(frozen=True)
class Asked:
    """A call: `operation` is `invoke` or `converse`, `number` its place among all, from 0."""

    number: int
    model_id: str
    operation: str
    body: Any
    labels: Mapping[str, str]

    @property
    def record_id(self) -> str:
        return self.labels["record_id"]


@dataclass(frozen=True)
class Told:
    """What a call is told: a status with a body, or nothing, the connection being closed."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


Answering = Callable[[Asked], Told]


def told(body: Any, **headers: str) -> Told:
    """Return an answer: JSON, with tokens in its headers if they are given."""
    names = {"tokens_in": TOKENS_IN, "tokens_out": TOKENS_OUT}
    return Told(json.dumps(body).encode(), headers={names[key]: headers[key] for key in headers})


def refused(name: str, status: int, message: str = "why") -> Told:
    """Return an error as Bedrock writes it."""
    body = json.dumps({"message": message}).encode()
    return Told(body, status, {"x-amzn-ErrorType": name})


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing: a caller who no longer waits is what some tests are about."""


class Models:
    """The models of bedrock-runtime on a port of this machine; `asked` are the calls so far."""

    def __init__(self, port: int, answering: Answering) -> None:
        self.answering = answering
        self.asked: list[Asked] = []
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", port), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def tell(self, path: str, labels: str | None, content: bytes) -> Told:
        """Note a call and return what it is told."""
        _, _, model_id, operation = map(unquote, path.split("/"))
        body = json.loads(content)
        named = body.pop("requestMetadata", None) or json.loads(labels or "{}")
        with self._lock:
            asked = Asked(len(self.asked), model_id, operation, body, named)
            self.asked.append(asked)
        return self.answering(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        models = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                labels = self.headers["X-Amzn-Bedrock-Request-Metadata"]
                told = models.tell(self.path, labels, content)
                if told.lost:
                    return
                self.send_response(told.status)
                sent = {"Content-Type": "application/json", "Content-Length": str(len(told.body))}
                for name, value in (sent | dict(told.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told.body)

            def log_message(self, *_: Any) -> None: ...

        return Handler
