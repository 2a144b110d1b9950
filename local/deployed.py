"""The commands on a stack that is deployed to the emulator: run, up, serve, down and status."""

import argparse
import signal
from collections.abc import Callable, Mapping

from local.background import Background, Standing
from local.run import STATE_FOLDER, LocalRun, log_folder, run_locally
from local.settings import read_settings
from local.stack import LocalStack, LocalStackSettings
from selfconsistency.options import request_of
from selfconsistency.shell import complain, open_console


def _run(parsed: argparse.Namespace) -> int:
    read_settings(dict(parsed.context))
    asked = LocalRun(
        questions=parsed.questions,
        answers=parsed.answers_from,
        out=parsed.out,
        request=request_of(parsed),
        context=dict(parsed.context),
        profiles=dict(parsed.profile),
        faults=parsed.faults,
        shows_memory=parsed.memory,
    )
    run_locally(asked, open_console())
    return 0


def _up(parsed: argparse.Namespace) -> int:
    arguments = ["--answers-from", str(parsed.answers_from)]
    arguments += ["--key", str(parsed.key.resolve())] if parsed.key else []
    arguments += [part for name, value in parsed.context for part in ("-c", f"{name}={value}")]
    arguments += ["--faults", str(parsed.faults)] if parsed.faults else []
    arguments += [part for pair in parsed.profile for part in ("--profile", "=".join(pair))]
    _show(Background(STATE_FOLDER).start(arguments))
    return 0


def _serve(parsed: argparse.Namespace) -> int:
    source = parsed.answers_from.source(parsed.key, seed=0)
    settings = LocalStackSettings(
        source=source,
        context=dict(parsed.context),
        profiles=dict(parsed.profile),
        faults=parsed.faults.plan,
    )
    background, answers = Background(STATE_FOLDER), str(parsed.answers_from)
    with (
        log_folder() as logs,
        LocalStack(settings, logs, print) as local_stack,
        background.kept(local_stack, answers),
    ):
        signal.pause()
    return 0


def _down(_: argparse.Namespace) -> int:
    print("stopped" if Background(STATE_FOLDER).stop() else "nothing was running")
    return 0


def _status(_: argparse.Namespace) -> int:
    standing = Background(STATE_FOLDER).standing()
    if standing is None:
        return complain("nothing is running: `python -m local up` starts it")
    _show(standing)
    return 0


def _show(standing: Standing) -> None:
    print(f"# stack {standing.stack}, answers from {standing.answers}, kept by {standing.pid}")
    print("\n".join(standing.exports()))


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "up": _up,
    "serve": _serve,
    "down": _down,
    "status": _status,
}
