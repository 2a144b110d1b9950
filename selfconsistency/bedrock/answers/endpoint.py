"""Sends requests to an HTTP endpoint: retries what may pass, and notices when it is over."""

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import BoundedSemaphore, Event, Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit

Read = TypeVar("Read")

AT_ONCE = 8
CONNECT_TIMEOUT_S = 5.0
PROBE_CONNECT_TIMEOUT_S, PROBE_READ_TIMEOUT_S = 1.5, 10.0
# A request that did not pass is repeated after each of these waits, then given up. An endpoint
# says for itself how long it limits its rate, or the waits grow.
WAITS_S = (0.5, 1.0, 2.0, 4.0)
RATE_WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
LONGEST_WAIT_S = 300.0
# So many requests that fail one after another are no accident any more.
FAILED_IN_A_ROW = 20
# A connection may be silent for as long as a model thinks, so there is no limit of time. Instead
# the system asks from time to time whether the other side is still there.
_KEEP_ALIVE = (
    *(("TCP_KEEPIDLE", 60), ("TCP_KEEPALIVE", 60)),
    *(("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)),
)
_OK, _TOO_MANY = 200, 429
_PASSING = frozenset({408, 425, _TOO_MANY, 500, 502, 503, 504, 529})
# No key, no credit, no such model or path: these do not depend on the question.
_FINAL = frozenset({401, 402, 404, 405, 410})
_REFUSED = frozenset({400, 413, 422})
_SHOWN = 160


class EndpointError(Exception):
    """A request failed for good; the message says why, in one line."""


class RefusedError(EndpointError):
    """The endpoint found fault with this request."""


class UnreadableError(Exception):
    """An answer has not the form that it should have."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request: a status, 0 if none came, and what is wrong with it, if anything.

    Attributes:
        status: of HTTP, 0 if there was no answer.
        content: of the answer.
        trouble: why it cannot be used, "" if it can.
        unreachable: no connection came about.
        timed_out: the connection stands, and nothing was said in time.
        retry_after_s: for how long the endpoint asks to wait.
    """

    status: int
    content: bytes = b""
    trouble: str = ""
    unreachable: bool = False
    timed_out: bool = False
    retry_after_s: float | None = None

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in (0, _OK) or self.status in _PASSING


class Endpoint:
    """One endpoint, for requests of any number of threads.

    Args:
        url: of the endpoint, with or without `/v1`.
        api_key: sent as bearer token unless it is "".
        at_once: most requests in flight, over all callers.
        pause: waits for so many seconds; for tests.

    Attributes:
        broken: why no request will succeed any more, `None` while all is well. A request that
            comes later is not sent.
    """

    def __init__(
        self,
        url: str,
        api_key: str = "",
        at_once: int = AT_ONCE,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self.has_key = bool(api_key)
        self.broken: str | None = None
        self._parts = urlsplit(self.url)
        self._headers = {"Content-Type": "application/json", "User-Agent": "self-consistency"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._tls = ssl.create_default_context() if self._parts.scheme == "https" else None
        self._slots = BoundedSemaphore(at_once)
        self._closing = Event()
        self._pause = pause or self._closing.wait
        self._lock = Lock()
        self._live: set[HTTPConnection] = set()
        self._succeeded = False
        self._failed_in_a_row = 0

    def close(self) -> None:
        """Break off what is in flight; nothing is sent any more."""
        with self._lock:
            self._closing.set()
            live = list(self._live)
        for connection in live:
            _shut(connection)

    def probe(self, path: str) -> Reply:
        """Return the answer to a GET request, which is repeated while the endpoint starts."""
        for wait_s in (*WAITS_S, None):
            reply = self._sent("GET", path, None, probing=True)
            is_gone = reply.unreachable or reply.timed_out
            if is_gone or reply.status == _OK or not reply.may_pass or wait_s is None:
                break
            self._pause(wait_s)
        return reply

    def post(self, path: str, body: bytes, read: Callable[[bytes], Read]) -> Read:
        """Send a request until it succeeds, and return the answer as `read` reads it.

        Raises:
            EndpointError: it did not succeed, or the endpoint is broken or closed.
            RefusedError: the endpoint does not take this request.
        """
        with self._slots:
            for number in range(len(RATE_WAITS_S) + 1):
                self._check_open()
                reply = self._sent("POST", path, body)
                if reply.status == _OK:
                    try:
                        return self._succeed(read(reply.content))
                    except UnreadableError as error:
                        reply = Reply(_OK, trouble=str(error))
                wait_s = _wait_s(reply, number)
                if wait_s is None:
                    break
                self._pause(wait_s)
        raise self._failure(path, reply)

    def _check_open(self) -> None:
        if self.broken or self._closing.is_set():
            raise EndpointError(self.broken or f"{self.url} is not asked any more: the run ends")

    def _succeed(self, read: Read) -> Read:
        with self._lock:
            self._succeeded, self._failed_in_a_row = True, 0
        return read

    def _failure(self, path: str, reply: Reply) -> EndpointError:
        """Return the error of a request that is given up, and notice what it says of others."""
        self._check_open()
        message = f"{self.url}{path}: {reply.trouble}"
        with self._lock:
            # What a model refuses may be one question's fault, unless it never took any.
            counts = reply.status not in (*_REFUSED, 403) or not self._succeeded
            self._failed_in_a_row += counts
            if self._is_final(reply):
                self.broken = self.broken or f"{message}{_way_out(reply)}"
            elif self._failed_in_a_row >= FAILED_IN_A_ROW:
                failed = f"the last {self._failed_in_a_row} requests failed, of late with"
                self.broken = self.broken or f"{failed} {message}"
        return (RefusedError if reply.status in _REFUSED else EndpointError)(message)

    def _is_final(self, reply: Reply) -> bool:
        if reply.status == 403:
            return not self._succeeded
        return reply.unreachable or reply.status in _FINAL or reply.status == _TOO_MANY

    def _sent(self, method: str, path: str, body: bytes | None, *, probing: bool = False) -> Reply:
        connection = self._connection(PROBE_CONNECT_TIMEOUT_S if probing else CONNECT_TIMEOUT_S)
        try:
            connection.connect()
        except OSError as error:
            return Reply(0, trouble=_reason(error), unreachable=True)
        try:
            with self._tracked(connection):
                _keep_alive(connection.sock, PROBE_READ_TIMEOUT_S if probing else None)
                connection.request(method, f"{self._parts.path}/v1{path}", body, self._headers)
                response = connection.getresponse()
                content = response.read()
        except (OSError, HTTPException) as error:
            trouble = f"the connection broke off ({_reason(error)})"
            return Reply(0, trouble=trouble, timed_out=isinstance(error, TimeoutError))
        finally:
            connection.close()
        after_s = retry_after_s(response.getheader("Retry-After"))
        trouble = "" if response.status == _OK else f"{response.status} {_told(content)}".strip()
        return Reply(response.status, content, trouble, retry_after_s=after_s)

    def _connection(self, timeout_s: float) -> HTTPConnection:
        # No proxy is asked for: the endpoint is on this machine more often than not.
        host, port = self._parts.hostname or "", self._parts.port
        if self._tls:
            return HTTPSConnection(host, port, timeout=timeout_s, context=self._tls)
        return HTTPConnection(host, port, timeout=timeout_s)

    @contextmanager
    def _tracked(self, connection: HTTPConnection) -> Iterator[None]:
        with self._lock:
            self._live.add(connection)
        try:
            if self._closing.is_set():
                raise ConnectionAbortedError("the run ends")
            yield
        finally:
            with self._lock:
                self._live.discard(connection)


def retry_after_s(header: str | None) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, `None` if it says none.

    >>> retry_after_s("7"), retry_after_s("soon")
    (7.0, None)
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _wait_s(reply: Reply, number: int) -> float | None:
    """Return how long to wait after a try, the first being 0; `None` if it was the last."""
    waits: Sequence[float] = RATE_WAITS_S if reply.status == _TOO_MANY else WAITS_S
    if not reply.may_pass or number >= len(waits):
        return None
    wait_s = max(waits[number], reply.retry_after_s or 0)
    return wait_s if wait_s <= LONGEST_WAIT_S else None


def _way_out(reply: Reply) -> str:
    if reply.status in (401, 403):
        return "; OPENAI_API_KEY has the key that is sent"
    if reply.retry_after_s is not None:
        return f"; it asks to wait for {reply.retry_after_s:,.0f} s"
    return ""


def _told(content: bytes) -> str:
    """Return the beginning of an error's body in one line."""
    return " ".join(content[:_SHOWN].decode(errors="replace").split())


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _keep_alive(connected: Any, timeout_s: float | None) -> None:
    """Have a silent connection looked after, by the options that the system has for it."""
    connected.settimeout(timeout_s)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _shut(connection: HTTPConnection) -> None:
    connected = connection.sock
    if connected is not None:
        try:
            connected.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
