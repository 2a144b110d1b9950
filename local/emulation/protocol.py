"""How the emulator's process is set up, awaited and spoken to, in messages of a line of JSON."""

import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

from local.emulation.iam_audit import Call
from local.errors import EmulatorError
from local.faults.edge import EdgeFault
from local.subprocesses import kept_environment

_HEALTH: Final = "/_ministack/health"
_LOOK_EVERY_S: Final = 0.05


class UseVariables(msgspec.Struct, frozen=True, tag=True):
    """Functions that start from now on inherit these environment variables."""

    variables: Mapping[str, str]


class UseFaults(msgspec.Struct, frozen=True, tag=True):
    """These are the faults from now on, drawn by this seed."""

    faults: Sequence[EdgeFault]
    seed: int


class AskInjected(msgspec.Struct, frozen=True, tag=True):
    """How often has each fault hit?"""


class AskCalls(msgspec.Struct, frozen=True, tag=True):
    """What were the stack's roles allowed to do?"""


Message = UseVariables | UseFaults | AskInjected | AskCalls


class Answer(msgspec.Struct, frozen=True):
    """What is answered, after it was done; each member to the question that asks for it."""

    injected: Mapping[str, int] = {}
    calls: Sequence[Call] = ()


def ask(message: Message, pipe: IO[bytes], answers: IO[bytes]) -> Answer:
    """Send a message down the control pipe and wait for its answer.

    Raises:
        EmulatorError: the process has ended.
    """
    try:
        pipe.write(msgspec.json.encode(message) + b"\n")
        pipe.flush()
        line = answers.readline()
    except OSError as error:
        raise EmulatorError("the emulator has ended: its log says why") from error
    if not line:
        raise EmulatorError("the emulator has ended: its log says why")
    return msgspec.json.decode(line, type=Answer)


def surroundings(
    folder: Path, url: str, wait_scale: float, account: dict[str, str]
) -> dict[str, str]:
    """Return the environment of an emulator's process.

    Args:
        folder: all files of the run are to lie there.
        url: where it is to answer, with the port.
        wait_scale: by what waiting times are multiplied.
        account: the variables of AWS tools that reach it; its functions inherit all of this, so
            that nothing of the starter's own set-up belongs here.
    """
    return {
        **kept_environment(),
        **account,
        "AUTH": "true",
        "USE_SSL": "1",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "GATEWAY_PORT": url.rpartition(":")[2],
        "MINISTACK_REGION": account["AWS_REGION"],
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder}/no-docker",
        "SFN_WAIT_SCALE": str(wait_scale),
        "TMPDIR": str(folder),
        "S3_DATA_DIR": f"{folder}/s3",
        "STATE_DIR": f"{folder}/state",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def answers_in_time(url: str, ca_file: Path, lives: Callable[[], bool], timeout_s: float) -> bool:
    """Wait until an emulator answers, and tell whether it does.

    Args:
        url: where it is to answer.
        ca_file: the authority that its certificate is from.
        lives: whether its process is still there; without it, waiting ends.
        timeout_s: the longest wait.
    """
    deadline = time.monotonic() + timeout_s
    trust = ssl.create_default_context(cafile=str(ca_file))
    while lives() and time.monotonic() < deadline:
        if _answers(url + _HEALTH, trust):
            return True
        time.sleep(_LOOK_EVERY_S)
    return False


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
