"""Check datasets and estimate costs on this machine; run, follow, stop, redrive, fetch on AWS."""

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec
from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from lambdas.contract.entries import DatasetFindings
from selfconsistency.aws_errors import explained
from selfconsistency.check import check, show_check
from selfconsistency.commands import Commands
from selfconsistency.connection import DEFAULT_NAME, Connection, Stack, find_stack, open_session
from selfconsistency.estimate import estimate_run, show_estimate
from selfconsistency.follow import Pace
from selfconsistency.options import add_request_options, request_of
from selfconsistency.runs import Run
from selfconsistency.shell import (
    INTERRUPTED,
    ClientError,
    CommandParser,
    complain,
    confirmed,
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
    return guarded(
        lambda: _on_aws(parsed),
        "interrupted; what was started continues, see `selfconsistency list`",
    )


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

    stop = _add(commands, "stop", "stop a run and its live jobs; what came back stays")
    stop.add_argument("run_id", metavar="RUN")
    stop.add_argument(
        "--yes", action="store_true", help="do not ask first; without a terminal nobody is asked"
    )

    redrive = _add(commands, "redrive", "resume a failed or stopped run")
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


def until_end(
    commands: Commands, parsed: argparse.Namespace, run_id: str, redrives: int = 0
) -> int:
    """Follow a run and return the exit status; an interrupted run continues, and says so."""
    options = chosen_options(parsed)
    try:
        run = commands.follow(run_id, Pace(), redrives)
    except KeyboardInterrupt:
        return complain(leave_hint(run_id, options), INTERRUPTED)
    if run.status != "failed":
        return 0
    status = complain(run.message)
    print(resume_hint(run, options), end="", file=sys.stderr)
    return status


def resume_hint(run: Run, options: str) -> str:
    """Return how to resume a failed run with the same options; "" if a redrive would not help."""
    if not run.questions or run.reason in _NOT_REDRIVABLE:
        return ""
    return f"resume with: selfconsistency redrive {run.run_id}{options}\n"


def leave_hint(run_id: str, options: str) -> str:
    """Return what becomes of a run that is followed no longer, with the same options."""
    return (
        f"interrupted; run {run_id} continues: `selfconsistency follow {run_id}{options}` follows"
        f" it again, `selfconsistency stop {run_id}{options}` stops it"
    )


def chosen_options(parsed: argparse.Namespace) -> str:
    """Return stack, Region and profile as they were given, for another command line."""
    given = {"--region": parsed.region, "--profile": parsed.profile}
    if parsed.stack != DEFAULT_NAME:
        given = {"--stack": parsed.stack, **given}
    return "".join(f" {name} {shlex.quote(value)}" for name, value in given.items() if value)


def _on_aws(parsed: argparse.Namespace) -> int:
    connection = Connection(open_session(parsed.region, parsed.profile))
    try:
        commands = Commands(connection, find_stack(connection, parsed.stack), open_console())
        return _COMMANDS[parsed.command](commands, parsed)
    except (AwsError, BotoCoreError) as error:
        raise ClientError(explained(error, connection.place)) from error


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
        return find_stack(Connection(open_session(parsed.region, parsed.profile)), parsed.stack)

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
    account = command.add_argument_group("account")
    account.add_argument("--stack", default=DEFAULT_NAME, help=f"the stack ({DEFAULT_NAME})")
    account.add_argument(
        "--region", help="its Region (AWS_REGION, else AWS_DEFAULT_REGION, else the profile's)"
    )
    account.add_argument(
        "--profile", help="the profile with the credentials (AWS_PROFILE, else the default one)"
    )
    return command


def _run(commands: Commands, parsed: argparse.Namespace) -> int:
    run_id = commands.run(parsed.questions, request_of(parsed), parsed.by)
    return 0 if parsed.detach else until_end(commands, parsed, run_id)


def _follow(commands: Commands, parsed: argparse.Namespace) -> int:
    return until_end(commands, parsed, parsed.run_id)


def _redrive(commands: Commands, parsed: argparse.Namespace) -> int:
    redrives = commands.redrive(parsed.run_id, Pace())
    return 0 if parsed.detach else until_end(commands, parsed, parsed.run_id, redrives)


def _stop(commands: Commands, parsed: argparse.Namespace) -> int:
    def agrees() -> bool:
        return parsed.yes or confirmed(f"stop run {parsed.run_id}?")

    return 0 if commands.stop(parsed.run_id, Pace(), agrees, chosen_options(parsed)) else 1


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
    "stop": _stop,
    "redrive": _redrive,
    "fetch": _fetch,
    "show": _show,
    "list": _list,
}


if __name__ == "__main__":
    sys.exit(main())
