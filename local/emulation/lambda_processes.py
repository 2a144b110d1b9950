"""Functions as a state machine calls them: time-outs, deaths, and names of errors as on AWS."""

import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from local.emulation.ministack_patches import (
    CALL_FUNCTION,
    RUN_FUNCTION,
    Function,
    stepfunctions,
)
from local.faults.book import FaultBook

_STEP = re.compile(r"Steps([A-Za-z]+?)[0-9A-F]{8}")
_LAMBDA: Final = {
    "throttle": ("Lambda.TooManyRequestsException", "Rate Exceeded."),
    "error": ("Lambda.ServiceException", "The AWS Lambda service encountered an internal error."),
    "time_out_before": ("Sandbox.Timedout", "Task timed out before the function began"),
    "time_out_after": ("Sandbox.Timedout", "Task timed out after the function had run"),
}
# What ministack calls any exception of a function.
_RAISED = "Runtime.HandlerError"
# What ministack and the kernel say of a process that has gone.
_DIED = re.compile(r"Worker process died|.*Broken pipe.*")


def step_of(function_name: str) -> str:
    """Return the step that a function is of, or the function's whole name if it is of none.

    >>> step_of("SelfConsistency-StepsPlanWave0A1B2C3D-x1Yz")
    'PlanWave'
    >>> step_of("echo")
    'echo'
    """
    found = _STEP.search(function_name)
    return found[1] if found else function_name


def fail_invocation(kind: str) -> NoReturn:
    """End a state's call of a function as Step Functions reports it; `kind` is a fault's.

    Raises:
        _ExecutionError: always; ministack's own, on which Retry and Catch work.
    """
    error, message = _LAMBDA[kind]
    raise stepfunctions._ExecutionError(
        error, json.dumps({"errorType": error, "errorMessage": message})
    )


def install_time_outs(book: FaultBook) -> None:
    """Have a state machine's calls of functions fail as the book says."""

    def failing(call: Function) -> Function:
        def called(func_ref: str, event: Any) -> Any:
            fault = book.hit(step_of(_name_in(func_ref)), "lambda", "Invoke")
            if fault is None:
                return call(func_ref, event)
            if fault.kind == "time_out_after":
                call(func_ref, event)
            return fail_invocation(fault.kind)

        return called

    CALL_FUNCTION.replace(failing)


def _name_in(func_ref: str) -> str:
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME, perhaps with a version, or the name alone.
    return func_ref.split(":")[6] if func_ref.startswith("arn:") else func_ref


def kill_caller(port: int) -> None:
    """End the process that calls from a port of loopback at once: it hears of nothing any more."""
    pid = process_at(port)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def process_at(port: int) -> int | None:
    """Return the process of this group, and not this one, that has a connection from a port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1] == f"0100007F:{port:04X}"}
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        if pid != os.getpid() and _is_of_this_group(pid) and sockets & _open_files(folder / "fd"):
            return pid
    return None


def _is_of_this_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == os.getpgid(0)
    except ProcessLookupError:
        return False


def _open_files(folder: Path) -> set[str]:
    # The process may end, or close a file, while it is looked at.
    with suppress(OSError):
        return {_link(file) for file in folder.iterdir()}
    return set()


def _link(file: Path) -> str:
    with suppress(OSError):
        return str(file.readlink())
    return ""


def name_errors_as_on_aws() -> None:
    """Have functions that fail or die be reported to the state machine by AWS's names."""
    RUN_FUNCTION.replace(named_as_on_aws)


def named_as_on_aws(run: Function) -> Function:
    """Return what runs a function as `run` does, and names what went wrong as AWS does."""

    def run_and_name(func: Any, event: Any, request_id: str) -> Any:
        ended = run(func, event, request_id)
        failure = ended.get("body") if ended.get("error") else None
        if isinstance(failure, dict) and _DIED.fullmatch(str(failure.get("errorMessage"))):
            failure["errorType"] = "Runtime.ExitError"
            failure["errorMessage"] = (
                f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
            )
        elif isinstance(failure, dict) and failure.get("errorType") == _RAISED:
            log, message = str(ended.get("log")), str(failure.get("errorMessage"))
            failure["errorType"] = raised_in(log, message) or _RAISED
        return ended

    return run_and_name


def raised_in(log: str, message: str) -> str | None:
    r"""Return the class of the exception with a message, from the traceback at the end of a log.

    On AWS an error has the name of its class; ministack calls each the same.

    >>> raised_in("Traceback…\nlambdas.core.errors.RequestError: paths is 0", "paths is 0")
    'RequestError'
    """
    for line in reversed(log.split("\n")):
        name, _, text = line.partition(": ")
        if text and message.startswith(text) and name.replace(".", "").isidentifier():
            return name.rpartition(".")[2]
    return None
