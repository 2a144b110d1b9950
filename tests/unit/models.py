"""The models of bedrock-runtime: a server that answers each call as a test wants."""

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
class ModelCall:
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
class Response:
    """A response; with `lost` there is none, and the connection is closed."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


Respond = Callable[[ModelCall], Response]


def json_response(body: Any, **headers: str) -> Response:
    """Return a response: JSON, with tokens in its headers if they are given."""
    names = {"tokens_in": TOKENS_IN, "tokens_out": TOKENS_OUT}
    named = {names[key]: value for key, value in headers.items()}
    return Response(json.dumps(body).encode(), headers=named)


def refused(name: str, status: int, message: str = "why") -> Response:
    """Return an error as Bedrock writes it."""
    body = json.dumps({"message": message}).encode()
    return Response(body, status, {"x-amzn-ErrorType": name})


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Print nothing: some tests have callers that no longer wait."""


class Models:
    """The models of bedrock-runtime on a port of this machine; `calls` are those so far."""

    def __init__(self, port: int, respond: Respond) -> None:
        self.respond_to = respond
        self.calls: list[ModelCall] = []
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

    def respond(self, path: str, labels: str | None, content: bytes) -> Response:
        """Note a call and return its response."""
        _, _, model_id, operation = map(unquote, path.split("/"))
        body = json.loads(content)
        named = body.pop("requestMetadata", None) or json.loads(labels or "{}")
        with self._lock:
            call = ModelCall(len(self.calls), model_id, operation, body, named)
            self.calls.append(call)
        return self.respond_to(call)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        models = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                labels = self.headers["X-Amzn-Bedrock-Request-Metadata"]
                self._send(models.respond(self.path, labels, content))

            def do_GET(self) -> None:
                """List the batch jobs, of which there are none."""
                self._send(json_response({"invocationJobSummaries": []}))

            def _send(self, response: Response) -> None:
                if response.lost:
                    return
                self.send_response(response.status)
                sent = {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(response.body)),
                }
                for name, value in (sent | dict(response.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, *_: Any) -> None: ...

        return Handler
