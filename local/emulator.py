"""An AWS of this machine: ministack in a child process, on loopback, for one run."""

import os
import secrets
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Self

import boto3
import msgspec
import trustme

from local.emulation.protocol import (
    AskCalls,
    AskInjected,
    Call,
    Message,
    Reply,
    UseFaults,
    UseVariables,
)
from local.emulation.state_runner import SCALE_LIMITS
from local.errors import EmulatorError
from local.faults.edge import EdgeFault
from local.subprocesses import kept_environment, kill_group, tail
from selfconsistency.bedrock.emulator import bedrock_environment
from selfconsistency.connection import Connection

REGION = "us-east-1"
# Its own virtual environment: ministack pins the botocore that it needs.
PYTHON = Path(__file__).resolve().parents[1] / ".venv-emulator" / "bin" / "python"
_START_TIMEOUT_S = 60.0
_HEALTH = "/_ministack/health"
_LOOK_EVERY_S = 0.05


class Emulator:
    """One emulator with an account of its own, its files and its certificate in a private folder.

    The port is taken when the object is made, so nobody else can get it before `start`.

    Args:
        wait_scale: by what the workflow's Wait states and retry intervals are multiplied.
        scale_limits: whether the time limits of a job and of an execution are scaled likewise.
        log_file: where the emulator's log goes; in the private folder if None.
        python: the interpreter of the emulator's own virtual environment.

    Raises:
        EmulatorError: it is not installed.
    """

    def __init__(
        self,
        *,
        wait_scale: float = 0.01,
        scale_limits: bool = False,
        log_file: Path | None = None,
        python: Path = PYTHON,
    ) -> None:
        if not python.exists():
            raise EmulatorError(f"{python} is missing: `make setup` installs the emulator")
        self._python = python
        self._wait_scale = wait_scale
        self._scale_limits = scale_limits
        self._folder = tempfile.TemporaryDirectory(
            prefix="selfconsistency-", ignore_cleanup_errors=True
        )
        root = Path(self._folder.name)
        self.log_file = log_file or root / "emulator.log"
        self._certificate = issue_certificate(root)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._secret_key = secrets.token_hex(20)
        self._child: subprocess.Popen[bytes] | None = None
        self._replies: IO[bytes] | None = None
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
        """Kill the child and all that it started, without a graceful shutdown."""
        child, self._child = self._child, None
        replies, self._replies = self._replies, None
        if child is not None:
            kill_group(child)
        if replies is not None:
            replies.close()
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

    def _ask(self, message: Message) -> Reply:
        child, replies = self._child, self._replies
        if child is None or child.stdin is None or replies is None:
            raise EmulatorError("the emulator is not running: call start() first")
        with self._asking:
            return ask(message, child.stdin, replies)

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        socket_fd = self._socket.fileno()
        script = Path(__file__).with_name("emulator_process.py")
        shown = self._certificate
        replies_fd, written_fd = os.pipe()
        self._replies = os.fdopen(replies_fd, "rb")
        given = [str(socket_fd), str(shown.chain_file), str(shown.key_file), str(written_fd)]
        try:
            return subprocess.Popen(
                [str(self._python), "-P", str(script), *given],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._process_environment(),
                cwd=self._folder.name,
                pass_fds=(socket_fd, written_fd),
                start_new_session=True,
            )
        finally:
            os.close(written_fd)

    def _process_environment(self) -> dict[str, str]:
        """Return the child's variables: functions inherit them, so none of our own set-up is in."""
        folder = self.folder
        return {
            **kept_environment(),
            **self.environment(),
            "AUTH": "true",
            "USE_SSL": "1",
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "GATEWAY_PORT": self.url.rpartition(":")[2],
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{folder}/no-docker",
            "SFN_WAIT_SCALE": str(self._wait_scale),
            SCALE_LIMITS: str(int(self._scale_limits)),
            "TMPDIR": str(folder),
            "S3_DATA_DIR": f"{folder}/s3",
            "STATE_DIR": f"{folder}/state",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _wait_until_healthy(self) -> None:
        """Wait until the child answers.

        Raises:
            EmulatorError: it ended, or did not answer in time.
        """
        child, trust = self._child, ssl.create_default_context(cafile=str(self.ca_file))
        deadline = time.monotonic() + _START_TIMEOUT_S
        while child is not None and child.poll() is None and time.monotonic() < deadline:
            if _answers(self.url + _HEALTH, trust):
                return
            time.sleep(_LOOK_EVERY_S)
        raise EmulatorError(f"the emulator did not start on {self.url}: {tail(self.log_file)}")


def ask(message: Message, pipe: IO[bytes], replies: IO[bytes]) -> Reply:
    """Send a message down the control pipe and wait for the reply.

    Raises:
        EmulatorError: the process has ended.
    """
    try:
        pipe.write(msgspec.json.encode(message) + b"\n")
        pipe.flush()
        line = replies.readline()
    except OSError as error:
        raise EmulatorError("the emulator has ended: its log says why") from error
    if not line:
        raise EmulatorError("the emulator has ended: its log says why")
    return msgspec.json.decode(line, type=Reply)


def _answers(url: str, trust: ssl.SSLContext) -> bool:
    try:
        # No proxy of this machine's environment may stand before loopback.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )
        with opener.open(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


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
