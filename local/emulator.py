"""An AWS of this machine: ministack in a child process, on loopback, for one run."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Self

import boto3
import trustme

from local.emulation.iam_audit import Call
from local.emulation.protocol import (
    Answer,
    AskCalls,
    AskInjected,
    Message,
    UseFaults,
    UseVariables,
    answers_in_time,
    ask,
    surroundings,
)
from local.errors import EmulatorError
from local.faults.edge import EdgeFault
from local.subprocesses import kill_group, tail
from selfconsistency.bedrock.emulator import bedrock_environment
from selfconsistency.connection import Connection

REGION = "us-east-1"
_START_TIMEOUT_S = 60.0


class Emulator:
    """One emulator with an account of its own, its files and its certificate in a private folder.

    The port is taken when the object is made, so nobody else can get it before `start`.

    Args:
        wait_scale: by what the workflow's Wait states and retry intervals are multiplied.
        log_file: where the emulator's log goes; in the private folder if None.
    """

    def __init__(self, *, wait_scale: float = 0.01, log_file: Path | None = None) -> None:
        self._wait_scale = wait_scale
        self._folder = tempfile.TemporaryDirectory(
            prefix="selfconsistency-", ignore_cleanup_errors=True
        )
        root = Path(self._folder.name)
        self.log_file = log_file or root / "emulator.log"
        self._certificate = issue_certificate(root)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._secret_key = secrets.token_hex(20)
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: IO[bytes] | None = None
        self._asking = Lock()

    @property
    def url(self) -> str:
        """Where the emulator answers, for every service."""
        return f"https://localhost:{self._socket.getsockname()[1]}"

    @property
    def folder(self) -> Path:
        """A folder of this run alone, gone when the emulator is."""
        return Path(self._folder.name)

    @property
    def ca_file(self) -> Path:
        """The authority to trust when talking to `url`."""
        return self._certificate.ca_file

    @property
    def pid(self) -> int:
        """The child's process id, which is its process group's too."""
        if self._child is None:
            raise EmulatorError("the emulator is not running: call start() first")
        return self._child.pid

    def start(self) -> Self:
        """Start the child and wait until it answers.

        Raises:
            EmulatorError: it ended or did not answer in time; the message has its last words.
        """
        with self.log_file.open("wb") as log:
            self._child = self._spawn(log)
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def use_bedrock(self, url: str) -> None:
        """Have functions that start from now on find Bedrock at `url`."""
        self._ask(UseVariables(bedrock_environment(url)))

    def use_faults(self, faults: Sequence[EdgeFault], seed: int) -> None:
        """Replace all faults: calls from now on are hit by these, counted and drawn anew."""
        self._ask(UseFaults(faults, seed))

    def injected(self) -> Mapping[str, int]:
        """Return how often each fault has hit since `use_faults`.

        By "KIND FUNCTION SERVICE ACTION" of the fault; an empty function or action reads `any`.
        """
        return self._ask(AskInjected()).injected

    def calls(self) -> Sequence[Call]:
        """Return what roles of functions, state machines and rules were allowed to do, each once.

        Only what the emulator serves: calls of Bedrock go to its own emulator.
        """
        return self._ask(AskCalls()).calls

    def stop(self) -> None:
        """End the child and all that it started; nothing of it is worth a farewell."""
        child, self._child = self._child, None
        answers, self._answers = self._answers, None
        if child is not None:
            kill_group(child)
        if answers is not None:
            answers.close()
        self._socket.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def connection(self) -> Connection:
        """Return a way in with the rights of the account's root user."""
        session = boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key=self._secret_key,
            region_name=REGION,
        )
        return Connection(session, endpoint_url=self.url, ca_file=str(self.ca_file))

    def account_id(self) -> str:
        """Return the account that the emulator makes up, by asking it."""
        return self.connection().sts().get_caller_identity()["Account"]

    def environment(self) -> dict[str, str]:
        """Return the variables that point AWS tools at this emulator, as its root user."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.ca_file),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": self._secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }

    def _ask(self, message: Message) -> Answer:
        child, answers = self._child, self._answers
        if child is None or child.stdin is None or answers is None:
            raise EmulatorError("the emulator is not running: call start() first")
        with self._asking:
            return ask(message, child.stdin, answers)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        socket_fd = self._socket.fileno()
        script = Path(__file__).with_name("emulator_process.py")
        shown = self._certificate
        answers_fd, told_fd = os.pipe()
        self._answers = os.fdopen(answers_fd, "rb")
        given = [str(socket_fd), str(shown.chain_file), str(shown.key_file), str(told_fd)]
        try:
            return subprocess.Popen(
                [sys.executable, "-P", str(script), *given],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=surroundings(self.folder, self.url, self._wait_scale, self.environment()),
                cwd=self._folder.name,
                pass_fds=(socket_fd, told_fd),
                start_new_session=True,
            )
        finally:
            os.close(told_fd)

    def _wait_until_healthy(self) -> None:
        child = self._child

        def lives() -> bool:
            return child is not None and child.poll() is None

        if not answers_in_time(self.url, self.ca_file, lives, _START_TIMEOUT_S):
            raise EmulatorError(f"the emulator did not start on {self.url}: {tail(self.log_file)}")


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: who signed it, the chain that a server shows, and its private key."""

    ca_file: Path
    chain_file: Path
    key_file: Path


def issue_certificate(folder: Path) -> Certificate:
    """Write an authority, a certificate for localhost and its key into `folder`."""
    authority = trustme.CA(organization_name="local stack, one run")
    server = authority.issue_cert("localhost", "127.0.0.1", common_name="localhost")
    issued = Certificate(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(str(issued.ca_file))
    server.private_key_pem.write_to_path(str(issued.key_file))
    for number, pem in enumerate(server.cert_chain_pems):
        pem.write_to_path(str(issued.chain_file), append=number > 0)
    return issued
