"""Child processes of the local stack: a clean environment, a log, an end."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
_LAST_BREATH_S = 1.0


def kept_environment() -> dict[str, str]:
    """Return the few variables of this process that a child may inherit."""
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}


def environment_without_aws() -> dict[str, str]:
    """Return this process's environment less what AWS tools read: proxies and pip's stay in."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def tail(log_file: Path, lines: int = 5) -> str:
    """Return a log's last lines as one line, or say that it is empty."""
    text = log_file.read_text("utf-8", errors="replace") if log_file.exists() else ""
    last = [line.strip() for line in text.splitlines() if line.strip()][-lines:]
    return " | ".join(last) or f"nothing in {log_file}"


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """End a child that leads a process group, and all others in the group, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        child.stdin.close()
    # The others are not ours to wait for; one that is never reaped must not hold us up.
    deadline = time.monotonic() + _LAST_BREATH_S
    while _has_members(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
