"""What the command lines of client and twin share: exit statuses, complaints, file arguments."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.exceptions import ClientError as AwsError
from rich.console import Console

from client.errors import ClientError
from client.printable import printable

FAILED, INTERRUPTED = 1, 130
_LOG_WIDTH = 140


def open_console() -> Console:
    """Return standard output; where it is no terminal, wide enough for tables to stay whole."""
    return Console(width=None if sys.stdout.isatty() else _LOG_WIDTH)


def complain(message: str, status: int = FAILED) -> int:
    """Print why, on one line of standard error, and return the exit status."""
    print(f"error: {printable(one_line(message))}", file=sys.stderr)
    return status


def one_line(message: str) -> str:
    r"""Return a message's lines as one.

    >>> one_line("no questions\n\n  no answers\n")
    'no questions; no answers'
    """
    return "; ".join(part.strip() for part in message.splitlines() if part.strip())


def guarded(command: Callable[[], int], interrupted: str) -> int:
    """Return a command's exit status; 1 where it failed, 130 when interrupted, each explained."""
    try:
        return command()
    except ClientError as error:
        return complain(str(error))
    except NoCredentialsError:
        return complain("no AWS credentials: name a profile in AWS_PROFILE, or run `aws configure`")
    except (AwsError, BotoCoreError) as error:
        return complain(f"AWS: {error}")
    except OSError as error:
        return complain(f"{error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return complain(interrupted, INTERRUPTED)


def question_set(text: str) -> Path:
    """Read the path of a question set, which has to be there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return path


def results_folder(text: str) -> Path:
    """Read the path of a folder for results: one to write in, or one that can be made."""
    path = Path(text)
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{there} is a file, must be a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"{there} may not be written, choose another folder")
    return path
