"""What all command lines share: errors, exit statuses, safe printing, file arguments."""

import argparse
import os
import re
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError
from rich.console import Console

from lambdas.contract.schema import FormatError
from selfconsistency.aws_errors import explained

FAILED, INTERRUPTED = 1, 130
_LOG_WIDTH = 140
# Of an error of several problems.
_MAX_LINES, _COLUMNS = 25, 80
# Control characters of ASCII and of ISO 6429, and marks that turn the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class ClientError(Exception):
    """The command cannot go on; the message says why and what to do, in one line."""


def printable(text: str) -> str:
    r"""Return a text with control characters escaped, so that a terminal does not obey them.

    Line ends and tabs stay. Models, users and services could otherwise rewrite the screen, or set
    the window's title or the clipboard.

    >>> printable("\x1b[2J gone, \u202etxet"), printable("kept:\té\n")
    ('\\x1b[2J gone, \\u202etxet', 'kept:\té\n')
    """
    return _CONTROLS.sub(lambda found: _escaped(ord(found[0])), text)


def print_line(console: Console, line: str) -> None:
    """Print a line without markup, control characters escaped."""
    console.print(printable(line), highlight=False, markup=False, soft_wrap=True)


def phase_teller(console: Console) -> Callable[[str], None]:
    """Return what prints a phase of a command behind the seconds since now."""
    began = time.monotonic()

    def tell(phase: str) -> None:
        print_line(console, f"[{time.monotonic() - began:5.1f} s] {phase}")

    return tell


def open_console() -> Console:
    """Return a console on standard output; without a terminal it is wide enough for all tables."""
    return Console(width=None if sys.stdout.isatty() else _LOG_WIDTH)


def complain(message: str, status: int = FAILED) -> int:
    """Print an error on standard error and return the exit status: one line, or one a problem."""
    problems = [part.strip() for part in message.splitlines() if part.strip()]
    if len(problems) < 2:
        print(f"error: {printable(one_line(message))}", file=sys.stderr)
    else:
        print("\n".join(problem_lines(problems)), file=sys.stderr)
    return status


def problem_lines(problems: Sequence[str]) -> list[str]:
    """Return problems as at most 25 lines of 80 columns, and what to do to see the rest.

    >>> problem_lines(["paths is 0, must be more", "limit is 0, must be more"])
    ['error: paths is 0, must be more', 'error: limit is 0, must be more']
    """
    lines: list[str] = []
    for number, problem in enumerate(problems):
        wrapped = textwrap.wrap(
            printable(problem), _COLUMNS, initial_indent="error: ", subsequent_indent="  "
        )
        if len(lines) + len(wrapped) > _MAX_LINES - (number < len(problems) - 1):
            return [*lines, f"error: and {len(problems) - number} more; the run's record has all"]
        lines += wrapped
    return lines


def one_line(message: str) -> str:
    r"""Return a message's lines as one.

    >>> one_line("no questions\n\n  no answers\n")
    'no questions; no answers'
    """
    return "; ".join(part.strip() for part in message.splitlines() if part.strip())


def guarded(command: Callable[[], int], interrupted: str) -> int:
    """Run a command and return its exit status: 1 on failure, 130 when interrupted; print why."""
    try:
        return command()
    except (ClientError, FormatError) as error:
        return complain(str(error))
    except (AwsError, BotoCoreError) as error:
        return complain(explained(error))
    except OSError as error:
        return complain(f"{error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return complain(interrupted, INTERRUPTED)


def confirmed(question: str) -> bool:
    """Return the answer to a question, which is asked on a terminal only; elsewhere it is yes."""
    if not sys.stdin.isatty():
        return True
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def dataset_file(text: str) -> Path:
    """Return the path of a dataset that exists."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return path


class CommandParser(argparse.ArgumentParser):
    """A parser that answers a wrong command in one line, with the option that may be meant."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """Return the arguments; exit if one is unknown, in a command's own parser already."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._hint(unknown)}")
        return parsed, unknown

    def error(self, message: str) -> NoReturn:
        """Exit with what is wrong, without the usage, which would fill the screen."""
        self.exit(2, f"error: {one_line(printable(message))}; see {self.prog} --help\n")

    def _hint(self, unknown: Sequence[str]) -> str:
        """Return which option may be meant; the dashes would make any two words alike."""
        known = [option[2:] for option in self._option_string_actions if option.startswith("--")]
        words = (word[2:].split("=")[0] for word in unknown if word.startswith("--"))
        meant = (get_close_matches(word, known, n=1) for word in words if word not in known)
        return next((f"; is --{match[0]} meant?" for match in meant if match), "")


def output_folder(text: str) -> Path:
    """Return the path of a folder that can be written, or made."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty, must name a folder")
    path = Path(text)
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{there} is a file, must be a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{there} is not writable, choose another folder")
    return path


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
