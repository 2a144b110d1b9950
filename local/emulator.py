"""An AWS of this machine: ministack in a child process, on loopback, for one run."""

import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Self

import boto3

from client.connection import Connection
from local.bedrock.stand_in import bedrock_environment
from local.certificate import issue_certificate
from local.children import kept_environment, kill_group, tail
from local.errors import EmulatorError

REGION = "us-east-1"
_HEALTH = "/_ministack/health"
_START_TIMEOUT_S = 60.0


class Emulator:
    """One emulator with an account of its own, its files and its certificate in a private folder.

    The port is taken when the object is made, so nobody else can get it before `start`.

    Args:
        wait_scale: by what the workflow's Wait states and retry intervals are multiplied.
        log_file: where the emulator's log goes; in the private folder if None.
    """

    def __init__(
        self,
        *,
        wait_scale: float = 0.01,
        log_file: Path | None = None,
    ) -> None:
        self._wait_scale = wait_scale
        self._folder = tempfile.TemporaryDirectory(prefix="local-twin-", ignore_cleanup_errors=True)
        root = Path(self._folder.name)
        self.log_file = log_file or root / "emulator.log"
        self._certificate = issue_certificate(root)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._secret_key = secrets.token_hex(20)
        self._child: subprocess.Popen[bytes] | None = None

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
        if self._child is None or self._child.stdin is None:
            raise EmulatorError("the emulator is not running: call start() first")
        for name, value in bedrock_environment(url).items():
            self._child.stdin.write(f"{name}={value}\n".encode())
        self._child.stdin.flush()

    def stop(self) -> None:
        """End the child and all that it started; nothing of it is worth a farewell."""
        child, self._child = self._child, None
        if child is not None:
            kill_group(child)
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
        sts = self.connection().session.client(
            "sts", endpoint_url=self.url, verify=str(self.ca_file)
        )
        return sts.get_caller_identity()["Account"]

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

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        socket_fd = self._socket.fileno()
        script = Path(__file__).with_name("emulated.py")
        shown = self._certificate
        files = [str(socket_fd), str(shown.chain_file), str(shown.key_file)]
        return subprocess.Popen(
            [sys.executable, "-P", str(script), *files],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self._child_environment(),
            cwd=self._folder.name,
            pass_fds=(socket_fd,),
            start_new_session=True,
        )

    def _child_environment(self) -> dict[str, str]:
        # The functions inherit all of this: nothing of the starter's own AWS set-up belongs here.
        folder = self._folder.name
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
            "TMPDIR": folder,
            "S3_DATA_DIR": f"{folder}/s3",
            "STATE_DIR": f"{folder}/state",
            "AWS_EC2_METADATA_DISABLED": "true",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }

    def _wait_until_healthy(self) -> None:
        child, deadline = self._child, time.monotonic() + _START_TIMEOUT_S
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        while child is not None and child.poll() is None and time.monotonic() < deadline:
            if _answers(self.url + _HEALTH, trust):
                return
            time.sleep(0.05)
        raise EmulatorError(f"the emulator did not start on {self.url}: {tail(self.log_file)}")


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
