"""A local stack that stays up in the background, and how to find and stop it."""

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from local.assembly import ROOT
from local.errors import LocalError
from local.stack import LocalStack
from local.subprocesses import tail
from selfconsistency.bedrock.emulator import bedrock_environment

_START_TIMEOUT_S = 300.0
_STOP_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A local stack in the background: who keeps it, what is deployed, how to reach it."""

    pid: int
    stack: str
    bedrock_url: str
    answers: str
    environment: Mapping[str, str]

    def exports(self) -> list[str]:
        """Return the shell lines with which AWS tools and `selfconsistency` reach it."""
        return [f"export {key}={shlex.quote(text)}" for key, text in self.environment.items()]


class Background:
    """The background stack of one state folder: at most one.

    The process that keeps the local stack holds a lock on a file there. The system releases it
    when that process ends, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state_file = folder / "stack.json"
        self._log_file = folder / "stack.log"

    def standing(self) -> Standing | None:
        """Return the local stack that is up, `None` if none is."""
        if not self._state_file.exists():
            return None
        with self._lock_file() as lock:
            if _take(lock):
                return None
        return Standing(**json.loads(self._state_file.read_bytes()))

    def start(self, arguments: Sequence[str]) -> Standing:
        """Start `python -m local serve` with these arguments and wait until it is ready.

        Raises:
            LocalError: one is up already, or it did not come up.
        """
        if self.standing():
            raise LocalError("the local stack is up already: `python -m local status` shows it")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with self._log_file.open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "local", "serve", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )
        return self._awaited(child)

    def stop(self) -> bool:
        """Stop the local stack that is up and wait until it is down; return whether one was up.

        Raises:
            LocalError: it did not end in time.
        """
        standing = self.standing()
        if standing is None:
            return False
        os.kill(standing.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while _alive(standing.pid):
            if time.monotonic() > deadline:
                raise LocalError(f"process {standing.pid} does not end: `kill -9 {standing.pid}`")
            time.sleep(0.1)
        return True

    @contextmanager
    def kept(self, local_stack: LocalStack, answers: str) -> Iterator[None]:
        """Let others find a local stack for as long as the body runs."""
        standing = Standing(
            pid=os.getpid(),
            stack=local_stack.stack.name,
            bedrock_url=local_stack.bedrock_url,
            answers=answers,
            environment=local_stack.emulator.environment()
            | bedrock_environment(local_stack.bedrock_url),
        )
        with self._lock_file() as lock:
            if not _take(lock):
                raise LocalError("another local stack has come up meanwhile")
            self._state_file.touch(mode=0o600)
            self._state_file.write_text(json.dumps(asdict(standing)), "utf-8")
            try:
                yield
            finally:
                self._state_file.unlink(missing_ok=True)

    def _awaited(self, child: "subprocess.Popen[bytes]") -> Standing:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while child.poll() is None and time.monotonic() < deadline:
            standing = self.standing()
            if standing:
                return standing
            time.sleep(0.2)
        child.terminate()
        raise LocalError(f"the local stack did not come up: {tail(self._log_file, 1)}")

    def _lock_file(self) -> IO[bytes]:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return (self._folder / "stack.lock").open("ab")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _take(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
