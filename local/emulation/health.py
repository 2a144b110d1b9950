"""Whether an emulator answers yet, asked from outside."""

import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Final

_HEALTH: Final = "/_ministack/health"
_LOOK_EVERY_S: Final = 0.05


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
