"""An OpenAI-compatible endpoint on a free loopback port, behaving as a test likes."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

# Instead of an answer: the connection is closed before one, or in the middle of one.
DROPPED, HALF = object(), object()


class Loopback:
    """What the endpoint answers, and what it was asked.

    A reply is a body, a status and a body, or these and headers; a body is JSON unless it is bytes.
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self.reply: Callable[[dict[str, Any]], Any] = lambda body: chat(body.get("n", 1))
        self.models: Any = {"data": [{"id": "tiny"}, {"id": "large:latest"}]}
        self._under_way = 0
        self._lock = Lock()

    def replies(self, *given: Any) -> None:
        """Give these replies in turn, and the last of them from then on."""
        left = list(given)
        self.reply = lambda body: left.pop(0) if len(left) > 1 else left[0]

    def complete(self, body: dict[str, Any], headers: dict[str, str]) -> Any:
        with self._lock:
            self.asked.append(body)
            self.headers.append(headers)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            return self.reply(body)
        finally:
            with self._lock:
                self._under_way -= 1


def chat(count: int = 1, **choice: Any) -> dict[str, Any]:
    """A well-formed answer with so many choices."""
    return {
        "choices": [
            {"message": {"content": f"text {n}"}, "finish_reason": "stop"} | choice
            for n in range(count)
        ],
        "usage": {"completion_tokens": 5},
    }


@contextmanager
def serving(port: int = 0) -> Iterator[Loopback]:
    """Serve an endpoint until the body ends; requests that are held then are left behind."""
    endpoint = Loopback()
    server = _Server(("127.0.0.1", port), _handler(endpoint))
    server.daemon_threads, server.block_on_close = True, False
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that are killed leave their answers behind."""


def _handler(endpoint: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(endpoint.models if self.path == "/v1/models" else (404, "no such page"))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(endpoint.complete(body, dict(self.headers)))

        def _answer(self, reply: Any) -> None:
            if reply is DROPPED:
                return
            status, body, headers = _parts(reply)
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply is HALF else body)

    return Handler


def _parts(reply: Any) -> tuple[int, bytes, dict[str, str]]:
    whole: Sequence[Any] = reply if isinstance(reply, tuple) else (200, reply)
    if reply is HALF:
        whole = (200, chat())
    status, body, headers = (*whole, {})[:3]
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers
