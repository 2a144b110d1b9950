"""Runs the one-step problems of `examples/` against a small model served on this machine."""

import os
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from local.errors import LocalError
from local.settings import step_variables
from local.subprocesses import kept_environment, kill_group, tail
from selfconsistency.answers_from import AnswersFrom
from selfconsistency.one_process.run import OneProcessRun, run_in_one_process

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-model" / "bin" / "python"
QUESTIONS = ROOT / "examples" / "one_step_problems.jsonl"
REQUEST: Mapping[str, Any] = {
    "few_shot": str(ROOT / "examples" / "one_step_exemplars.jsonl"),
    "temperatures": [0.7],
    "paths": 5,
    "max_tokens": 64,
}
AT_ONCE = 4
_START_TIMEOUT_S = 120.0


class Served(msgspec.Struct, frozen=True):
    """The line in which a server says that it is ready.

    Attributes:
        url: where it listens; another one each time.
        server: its name and version.
    """

    url: str
    server: str


def run_demo(out: Path, console: Console, server: Sequence[str] = ()) -> None:
    """Run the problems and leave the outputs in a folder.

    Args:
        out: the folder; answers kept there from before are not asked for again.
        console: for progress and tables.
        server: the command that serves a model; () for the installed one.

    Raises:
        LocalError: the model is not installed, or its server did not start.
        RunFailedError: the run did not succeed.
    """
    # They are meant for another endpoint.
    for name in ("OPENAI_MODEL", "OPENAI_API_KEY"):
        os.environ.pop(name, None)
    out.mkdir(parents=True, exist_ok=True)
    with model_server(server or installed_server(), out / "model.log") as served:
        answers = AnswersFrom("openai", served.url, at_once=AT_ONCE, name=served.server)
        run_in_one_process(
            OneProcessRun(
                questions=QUESTIONS,
                answers=answers,
                out=out,
                request=REQUEST,
                variables=step_variables({}),
            ),
            console,
        )


@contextmanager
def model_server(command: Sequence[str], log_file: Path) -> Iterator[Served]:
    """Start a server, wait until it is ready, and stop it however the body ends.

    The server ends by itself when its standard input does: it does not outlive this process,
    even if that is killed.

    Raises:
        LocalError: it did not get ready.
    """
    with log_file.open("wb") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=kept_environment(),
            start_new_session=True,
        )
    with child:
        try:
            yield _awaited(child, log_file)
        finally:
            kill_group(child)


def installed_server() -> Sequence[str]:
    """Return the command that serves the installed model.

    Raises:
        LocalError: there is none.
    """
    if not PYTHON.exists():
        raise LocalError("no model is installed: `make demo-model` installs and runs it")
    return [str(PYTHON), str(Path(__file__).with_name("server.py")), str(AT_ONCE)]


def _awaited(child: "subprocess.Popen[bytes]", log_file: Path) -> Served:
    said = child.stdout
    ready = select.select([said], [], [], _START_TIMEOUT_S)[0] if said else []
    line = said.readline() if said and ready else b""
    try:
        return msgspec.json.decode(line, type=Served)
    except msgspec.DecodeError as error:
        raise LocalError(f"the model's server did not start: {tail(log_file, 1)}") from error
