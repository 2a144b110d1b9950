"""What the command lines of client and twin share: exit statuses, complaints, file arguments."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

FAILED, INTERRUPTED = 1, 130
_LOG_WIDTH = 140


def open_console() -> Console:
    """Return standard output; where it is no terminal, wide enough for tables to stay whole."""
    return Console(width=None if sys.stdout.isatty() else _LOG_WIDTH)


def complain(message: str, status: int = FAILED) -> int:
    """Print why, on one line of standard error, and return the exit status."""
    line = "; ".join(part.strip() for part in message.splitlines() if part.strip())
    print(f"error: {line}", file=sys.stderr)
    return status


def question_set(text: str) -> Path:
    """Read the path of a question set, which has to be there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return path
