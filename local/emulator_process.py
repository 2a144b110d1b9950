"""Serve ministack from the file of this name, run as a script by `local.emulator`.

It runs in the emulator's own virtual environment, and imports no more of this project than
`local.emulation` and `local.faults.edge`, which need msgspec alone.

Arguments: the number of an inherited listening socket, a certificate file, its key file, the
number of an inherited pipe for replies.
Standard input is the control pipe: each line on it is a message of `local.emulation.protocol`,
answered when it is done. When it closes, whoever started this script has gone, however it went,
and the whole process group (the functions' processes are in it) goes too, with its files.
"""

import asyncio
import hashlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
import zipfile
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypercorn.config import Config

    from local.emulation.control import Control

_Asgi = Callable[..., Awaitable[Any]]
_unpacking = threading.Lock()


class LinkedZip(zipfile.ZipFile):
    """A zip file that is unpacked once; from then on the folder asked for is a link.

    ministack unpacks code and layer for each new process of a function, 1,800 files under the
    interpreter's lock, and all have to be deleted in the end. On AWS functions cannot write
    there either, so that they may as well share them.
    """

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Have all members below a folder."""
        empty = path is not None and Path(path).is_dir() and not any(Path(path).iterdir())
        if not empty or members is not None or pwd is not None:
            super().extractall(path, members, pwd)
            return
        with _unpacking:
            once = _folder_of(self._digest())
            if not any(once.iterdir()):
                super().extractall(once)
        Path(path).rmdir()
        Path(path).symlink_to(once)

    def _digest(self) -> str:
        content = [(member.filename, member.CRC, member.file_size) for member in self.infolist()]
        return hashlib.sha256(repr(content).encode()).hexdigest()


def main(socket_fd: str, cert_file: str, key_file: str, replies_fd: str) -> None:
    """Serve until the pipe is closed."""
    # A script is not started with the repository on its path, and functions, which inherit the
    # environment, must not find it there.
    sys.path.append(str(Path(__file__).parents[1]))
    from hypercorn.asyncio import serve  # noqa: PLC0415 (in the emulator's environment alone)

    from local.emulation.control import Control  # noqa: PLC0415 (found from here on)

    control = Control()
    threading.Thread(target=_follow_pipe, args=(control, replies_fd), daemon=True).start()
    _raise_file_limit()
    application = control.around(_application())
    asyncio.run(serve(application, _settings(socket_fd, cert_file, key_file)))


@cache
def _folder_of(_digest: str) -> Path:
    return Path(tempfile.mkdtemp(prefix="unpacked-"))


def _follow_pipe(control: "Control", replies_fd: str) -> None:
    try:
        with os.fdopen(int(replies_fd), "wb") as replies:
            control.follow(sys.stdin.buffer, replies)
    finally:
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
        os.killpg(os.getpgid(0), signal.SIGKILL)


def _raise_file_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _application() -> _Asgi:
    zipfile.ZipFile = LinkedZip  # type: ignore[misc]
    # Functions run on an interpreter without packages: all that they import is in their layer.
    sys.executable = str(Path(sys.prefix, "functions", "bin", "python"))
    # ministack.main would also listen on port 443 where it may.
    from ministack.app import app  # noqa: PLC0415 (reads the environment when imported)

    application: _Asgi = app
    return application


def _settings(socket_fd: str, cert_file: str, key_file: str) -> "Config":
    from hypercorn.config import Config  # noqa: PLC0415 (in the emulator's environment alone)

    settings = Config()
    settings.bind = [f"fd://{socket_fd}"]
    settings.certfile, settings.keyfile = cert_file, key_file
    settings.keep_alive_timeout = 75
    settings.accesslog = None
    return settings


if __name__ == "__main__":
    main(*sys.argv[1:])
