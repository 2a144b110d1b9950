"""Check datasets and estimate costs on this machine; start, follow and fetch runs on AWS."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

import boto3
import msgspec

from lambdas.contract.entries import DatasetFindings
from selfconsistency.check import check, show_check
from selfconsistency.commands import Commands
from selfconsistency.connection import DEFAULT_NAME, Connection, Stack, find_stack
from selfconsistency.estimate import estimate_run, show_estimate
from selfconsistency.follow import Pace
from selfconsistency.options import add_request_options, request_of
from selfconsistency.runs import Run
from selfconsistency.shell import (
    CommandParser,
    complain,
    dataset_file,
    guarded,
    open_console,
    output_folder,
)

_QUESTIONS = ".jsonl, .json, .csv or .tsv"
# Plan would refuse the same request again, and a run that was stopped stays so.
_NOT_REDRIVABLE = frozenset({"RequestError", "UnreadableAnswersError"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 where it failed, 130 when interrupted."""
    parsed = parser().parse_args(arguments)
    if parsed.command == "check":
        return guarded(lambda: _check(parsed), "interrupted")
    if parsed.command == "estimate":
        return guarded(lambda: _estimate(parsed), "interrupted")

    def command() -> int:
        connection = Connection(boto3.Session())
        commands = Commands(connection, find_stack(connection, parsed.stack), open_console())
        return _COMMANDS[parsed.command](commands, parsed)

    return guarded(command, "interrupted; the run continues, see `selfconsistency list`")


def parser() -> argparse.ArgumentParser:
    """Return the client's command line."""
    made = CommandParser(prog="selfconsistency", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    _add_check(commands)
    _add_estimate(commands)

    run = _add(commands, "run", "upload a dataset and start a run of it")
    run.add_argument("questions", type=dataset_file, metavar="QUESTIONS", help=_QUESTIONS)
    _add_by(run)
    run.add_argument(
        "--detach", action="store_true", help="print the run's id and do not follow it"
    )
    add_request_options(run)

    follow = _add(commands, "follow", "show a run's progress until it ends")
    follow.add_argument("run_id", metavar="RUN")

    redrive = _add(commands, "redrive", "resume a failed run")
    redrive.add_argument("run_id", metavar="RUN")
    redrive.add_argument("--detach", action="store_true", help="do not follow the run")

    fetch = _add(commands, "fetch", "copy a run's report and votes into a folder")
    fetch.add_argument("run_id", metavar="RUN")
    fetch.add_argument("--out", type=output_folder, required=True, metavar="DIR")

    show = _add(commands, "show", "show who started a run, with what, its jobs and its objects")
    show.add_argument("run_id", metavar="RUN")

    listing = _add(commands, "list", "show the latest runs")
    listing.add_argument("--most", type=int, default=20, metavar="N", help="how many (20)")
    return made


def resume_hint(run: Run, stack_name: str) -> str:
    """Return how to resume a failed run; "" where a redrive would not help."""
    if not run.questions or run.reason in _NOT_REDRIVABLE:
        return ""
    of_stack = "" if stack_name == DEFAULT_NAME else f" --stack {stack_name}"
    return f"resume with: selfconsistency redrive {run.run_id}{of_stack}\n"


def _add_check(commands: "argparse._SubParsersAction[CommandParser]") -> None:
    text = "show how a dataset is read, as a run would read it, without AWS"
    command = commands.add_parser("check", help=text, description=text, allow_abbrev=False)
    command.add_argument("questions", type=dataset_file, metavar="QUESTIONS", help=_QUESTIONS)
    command.add_argument(
        "--answers",
        type=dataset_file,
        metavar="FILE",
        help="recorded completions: show what is read out of each",
    )
    command.add_argument(
        "--most", type=int, default=20, metavar="N", help="completions to show (20); 0 for all"
    )
    command.add_argument("--json", action="store_true", help="print everything as JSON")
    add_request_options(command)


def _check(parsed: argparse.Namespace) -> int:
    checked = check(parsed.questions, request_of(parsed), parsed.answers)
    if parsed.json:
        print(msgspec.json.encode(checked, enc_hook=DatasetFindings.model_dump).decode())
    else:
        show_check(checked, open_console(), parsed.most)
    return 1 if checked.problems else 0


def _add_estimate(commands: "argparse._SubParsersAction[CommandParser]") -> None:
    command = _add(commands, "estimate", "show what a run would cost, without starting it")
    command.add_argument("questions", type=dataset_file, metavar="QUESTIONS", help=_QUESTIONS)
    _add_by(command)
    command.add_argument("--json", action="store_true", help="print everything as JSON")
    add_request_options(command)


def _estimate(parsed: argparse.Namespace) -> int:
    def find() -> Stack:
        return find_stack(Connection(boto3.Session()), parsed.stack)

    estimated = estimate_run(parsed.questions, request_of(parsed), parsed.by, find)
    if parsed.json:
        print(msgspec.json.encode(estimated).decode())
    else:
        show_estimate(estimated, open_console())
    return 1 if estimated.problems else 0


def _add_by(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--by",
        choices=("start", "upload"),
        default="start",
        help="start the state machine, or upload the request and let the event start it",
    )


def _add(
    commands: "argparse._SubParsersAction[CommandParser]", name: str, text: str
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
    print(resume_hint(run, stack_name), end="", file=sys.stderr)
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
