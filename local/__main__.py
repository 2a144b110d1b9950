"""The app on this machine, without an AWS account."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from types import FrameType
from typing import NoReturn

from local.errors import LocalError
from local.faults.plan import NONE_CHOSEN, chosen_faults, presets
from local.model.demo import run_demo
from local.settings import step_variables
from selfconsistency.answers_from import answers_from
from selfconsistency.bedrock.answers.endpoint import AT_ONCE
from selfconsistency.one_process.run import OneProcessRun, run_in_one_process
from selfconsistency.options import add_request_options, request_of
from selfconsistency.shell import (
    FAILED,
    dataset_file,
    guarded,
    open_console,
    output_folder,
)

_TERMINATED = 128 + signal.SIGTERM


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 where it failed, 130 when interrupted."""
    parsed = parser().parse_args(arguments)
    if "at_once" in parsed:
        parsed.answers_from = replace(parsed.answers_from, at_once=parsed.at_once)
    command = {"run": _run, "model": _run_model}.get(parsed.command, _on_emulator)
    signal.signal(signal.SIGTERM, _leave)
    return guarded(lambda: command(parsed), _interrupted(parsed))


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    text = "run a question set in this process, or on a stack deployed to an emulated AWS"
    run = commands.add_parser("run", help=text, description=text, allow_abbrev=False)
    run.add_argument(
        "questions", type=dataset_file, metavar="QUESTIONS", help=".jsonl, .json, .csv or .tsv"
    )
    run.add_argument(
        "--out", type=output_folder, required=True, metavar="DIR", help="for the results"
    )
    run.add_argument(
        "--deployed",
        action="store_true",
        help="deploy the real stack to an emulator of AWS, and run it there",
    )
    run.add_argument("--memory", action="store_true", help="print how much memory was needed")
    _add_set_up(run, required=True)
    add_request_options(run)

    text = "run one-step problems against the small model of `make demo-model`"
    model = commands.add_parser("model", help=text, description=text, allow_abbrev=False)
    model.add_argument(
        "--out", type=output_folder, required=True, metavar="DIR", help="for the results"
    )

    text = "leave emulator, stack and Bedrock emulator running in the background"
    up = commands.add_parser("up", help=text, description=text, allow_abbrev=False)
    serve = commands.add_parser(
        "serve", help="run emulator, stack and Bedrock emulator in the foreground"
    )
    for command in (up, serve):
        command.add_argument(
            "--key",
            type=dataset_file,
            metavar="QUESTIONS",
            help="a question set whose answers the simulation knows",
        )
        _add_set_up(command, required=False)
    commands.add_parser("down", help="stop what runs in the background")
    commands.add_parser("status", help="show what runs in the background and how to reach it")
    return made


def _interrupted(parsed: argparse.Namespace) -> str:
    """Return what to say after Ctrl-C."""
    keeps = parsed.command == "model" or (
        parsed.command == "run" and not parsed.deployed and parsed.answers_from.kind == "openai"
    )
    if keeps:
        return f"interrupted; the same command continues with the answers kept in {parsed.out}"
    return "interrupted; everything has been stopped"


def _add_set_up(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--answers-from",
        type=answers_from,
        required=required,
        default=answers_from("simulated"),
        metavar="SOURCE",
        help="recorded:FILE, recorded:MODEL=FILE, simulated or openai:URL (OPENAI_MODEL and "
        "OPENAI_API_KEY may be set)",
    )
    command.add_argument(
        "--at-once",
        type=_positive,
        default=AT_ONCE,
        metavar="N",
        help=f"requests in flight at an endpoint, over all jobs; {AT_ONCE} unless given",
    )
    _add_account(command)
    command.add_argument(
        "--faults",
        type=chosen_faults,
        default=NONE_CHOSEN,
        metavar="NAME|FILE",
        help=f"what is to go wrong: a fault plan's JSON file, or one of {', '.join(presets())}",
    )


def _add_account(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-c",
        "--context",
        type=_context_value,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the stack, as for `cdk deploy`; may be repeated",
    )
    command.add_argument(
        "--profile",
        type=_profile,
        action="append",
        default=[],
        metavar="ARN=MODEL",
        help="an application inference profile of the account, and its model; may be repeated",
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _profile(text: str) -> tuple[str, str]:
    arn, separator, model_id = text.partition("=")
    if not separator or ":application-inference-profile/" not in arn:
        raise argparse.ArgumentTypeError(f"{text!r} is not PROFILE_ARN=MODEL_ID")
    return arn, model_id


def _context_value(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _run(parsed: argparse.Namespace) -> int:
    if parsed.deployed:
        return _on_emulator(parsed)
    context, plan = dict(parsed.context), parsed.faults.plan
    if plan.edge:
        raise LocalError(f"faults {parsed.faults.name} are not of Bedrock alone: add --deployed")
    asked = OneProcessRun(
        questions=parsed.questions,
        answers=parsed.answers_from,
        out=parsed.out,
        request=request_of(parsed),
        variables=step_variables(context),
        profiles=dict(parsed.profile),
        faults=plan.bedrock,
        seed=plan.seed,
        faults_line=parsed.faults.told() if parsed.faults else "",
        shows_memory=parsed.memory,
    )
    run_in_one_process(asked, open_console())
    return 0


def _run_model(parsed: argparse.Namespace) -> int:
    run_demo(parsed.out, open_console())
    return 0


def _on_emulator(parsed: argparse.Namespace) -> int:
    # Imported here, because a run in this process needs neither Node nor the emulator.
    from local.deployed import COMMANDS  # noqa: PLC0415

    return COMMANDS[parsed.command](parsed)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # An exception, so that everything started is stopped on the way out.
    raise SystemExit(_TERMINATED)


def _leave_at_once(status: int) -> NoReturn:
    """End this process, with threads that wait for an answer: all that is to stay is written."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    try:
        _leave_at_once(main())
    except SystemExit as leaving:
        _leave_at_once(leaving.code if isinstance(leaving.code, int) else FAILED)
