"""An OpenAI-compatible endpoint on loopback, for tests of runs that ask one."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@contextmanager
def endpoint(answer: Callable[[str], str | None]) -> Iterator[str]:
    """Serve a model that answers prompts so, and refuses those without an answer; give its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(200, {"data": [{"id": "tiny"}]})

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = answer(asked["messages"][-1]["content"])
            if text is None:
                self.reply(400, {"error": {"message": "not this one"}})
                return
            message = {"role": "assistant", "content": text}
            self.reply(200, {"choices": [{"message": message, "finish_reason": "stop"}]})

        def reply(self, status: int, content: Any) -> None:
            body = json.dumps(content).encode()
            # The command that asked may have been interrupted.
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
