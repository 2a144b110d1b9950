"""The app on this machine, without an AWS account."""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from lambdas.contract.answered_by import as_json
from local.background import Background, Standing
from local.faults.plan import NONE_CHOSEN, chosen_faults, presets
from local.run import STATE_FOLDER, LocalRun, log_folder, run_locally
from local.stack import LocalStack, LocalStackSettings
from selfconsistency.answers_from import answers_from
from selfconsistency.options import add_request_options, request_of
from selfconsistency.shell import complain, dataset_file, guarded, open_console, output_folder

_TERMINATED = 128 + signal.SIGTERM


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 where it failed, 130 when interrupted."""
    parsed = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)
    return guarded(
        lambda: _COMMANDS[parsed.command](parsed), "interrupted; everything has been stopped"
    )


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    text = "deploy to an emulated AWS, run a question set, fetch the results, stop everything"
    run = commands.add_parser("run", help=text, description=text, allow_abbrev=False)
    run.add_argument(
        "questions", type=dataset_file, metavar="QUESTIONS", help=".jsonl, .json, .csv or .tsv"
    )
    run.add_argument(
        "--out", type=output_folder, required=True, metavar="DIR", help="for the results"
    )
    _add_set_up(run, required=True)
    add_request_options(run)

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


def _add_set_up(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--answers-from",
        type=answers_from,
        required=required,
        default=answers_from("simulated"),
        metavar="SOURCE",
        help="recorded:FILE, simulated or openai:URL (OPENAI_MODEL and OPENAI_API_KEY may be set)",
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
    asked = LocalRun(
        questions=parsed.questions,
        answers=parsed.answers_from,
        out=parsed.out,
        request=request_of(parsed),
        context=dict(parsed.context),
        profiles=dict(parsed.profile),
        faults=parsed.faults,
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
        context={
            "answered_by": as_json(parsed.answers_from.answered_by()),
            **dict(parsed.context),
        },
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


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # An exception, so that everything started is stopped on the way out.
    raise SystemExit(_TERMINATED)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "up": _up,
    "serve": _serve,
    "down": _down,
    "status": _status,
}


if __name__ == "__main__":
    sys.exit(main())
