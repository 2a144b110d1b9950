"""Start, follow and fetch runs: `python -m client --help`."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

import boto3

from client.commands import Commands
from client.connection import Connection
from client.follow import Pace
from client.options import add_request_options, request_of
from client.runs import Run
from client.shell import complain, guarded, open_console, question_set, results_folder
from client.stack import DEFAULT_NAME, find_stack

# What Plan refuses a request with: asked again, it would refuse it again.
_NOT_BY_REDRIVE = "RequestError"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 where it failed, 130 when interrupted."""
    parsed = parser().parse_args(arguments)

    def command() -> int:
        connection = Connection(boto3.Session())
        commands = Commands(connection, find_stack(connection, parsed.stack), open_console())
        return _COMMANDS[parsed.command](commands, parsed)

    return guarded(command, "interrupted; the run goes on, see `python -m client list`")


def parser() -> argparse.ArgumentParser:
    """Return the client's command line."""
    made = argparse.ArgumentParser(prog="python -m client", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = _add(commands, "run", "upload a question set and start a run of it")
    run.add_argument("questions", type=question_set, metavar="QUESTIONS", help=".jsonl or .csv")
    run.add_argument(
        "--by",
        choices=("start", "upload"),
        default="start",
        help="start the state machine, or upload the request and let the event start it",
    )
    run.add_argument("--detach", action="store_true", help="print the run's id and leave")
    add_request_options(run)

    follow = _add(commands, "follow", "show a run's progress until it ends")
    follow.add_argument("run_id", metavar="RUN")

    redrive = _add(commands, "redrive", "have a failed run go on from where it broke off")
    redrive.add_argument("run_id", metavar="RUN")
    redrive.add_argument("--detach", action="store_true", help="do not follow it")

    fetch = _add(commands, "fetch", "copy a run's report and votes into a folder")
    fetch.add_argument("run_id", metavar="RUN")
    fetch.add_argument("--out", type=results_folder, required=True, metavar="DIR")

    show = _add(commands, "show", "show who started a run, with what, its jobs and its objects")
    show.add_argument("run_id", metavar="RUN")

    listing = _add(commands, "list", "show the latest runs")
    listing.add_argument("--most", type=int, default=20, metavar="N", help="how many (20)")
    return made


def way_on(run: Run, stack_name: str) -> str:
    """Return the line that says how a failed run goes on, "" where it had not been planned."""
    if not run.questions or run.reason == _NOT_BY_REDRIVE:
        return ""
    of_stack = "" if stack_name == DEFAULT_NAME else f" --stack {stack_name}"
    return f"go on with: python -m client redrive {run.run_id}{of_stack}\n"


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    command.add_argument("--stack", default=DEFAULT_NAME, help=f"the stack ({DEFAULT_NAME})")
    return command


def _run(commands: Commands, parsed: argparse.Namespace) -> int:
    run_id = commands.run(parsed.questions, request_of(parsed), parsed.by)
    return 0 if parsed.detach else _until_end(commands, run_id, parsed.stack)


def _follow(commands: Commands, parsed: argparse.Namespace) -> int:
    return _until_end(commands, parsed.run_id, parsed.stack)


def _redrive(commands: Commands, parsed: argparse.Namespace) -> int:
    redrives = commands.redrive(parsed.run_id, Pace())
    return 0 if parsed.detach else _until_end(commands, parsed.run_id, parsed.stack, redrives)


def _until_end(commands: Commands, run_id: str, stack_name: str, redrives: int = 0) -> int:
    run = commands.follow(run_id, Pace(), redrives)
    if run.status != "failed":
        return 0
    status = complain(run.message)
    print(way_on(run, stack_name), end="", file=sys.stderr)
    return status


def _fetch(commands: Commands, parsed: argparse.Namespace) -> int:
    commands.fetch(parsed.run_id, parsed.out)
    return 0


def _show(commands: Commands, parsed: argparse.Namespace) -> int:
    commands.show(parsed.run_id)
    return 0


def _list(commands: Commands, parsed: argparse.Namespace) -> int:
    commands.list(parsed.most)
    return 0


_COMMANDS: Mapping[str, Callable[[Commands, argparse.Namespace], int]] = {
    "run": _run,
    "follow": _follow,
    "redrive": _redrive,
    "fetch": _fetch,
    "show": _show,
    "list": _list,
}


if __name__ == "__main__":
    sys.exit(main())
