"""Functions as a state machine calls them: time-outs, deaths, and names of errors as on AWS."""

import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from local.emulation.iam_audit import ServiceRoles
from local.emulation.ministack_patches import (
    CALL_FUNCTION,
    RUN_FUNCTION,
    Function,
    stepfunctions,
)
from local.emulation.state_runner import current_run
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
    """Return the step that a function is of, by its name or ARN, which it returns if it is of none.

    >>> step_of("arn:aws:lambda:us-east-1:1:function:SelfConsistency-StepsPlanWave0A1B2C3D-x1Yz")
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


class FunctionCalls:
    """Stands between a state machine and its functions.

    Args:
        book: says which call fails.
        roles: is asked whether the machine may call a function.
    """

    def __init__(self, book: FaultBook, roles: ServiceRoles) -> None:
        self._book = book
        self._roles = roles

    def install(self) -> None:
        """Have calls fail and be refused, and name what goes wrong in a function as AWS does."""
        RUN_FUNCTION.replace(named_as_on_aws)
        CALL_FUNCTION.replace(self._calling)

    def _calling(self, call: Function) -> Function:
        def called(func_ref: str, event: Any) -> Any:
            run = current_run.get()
            if run is not None:
                # In ministack a state retries although its execution was stopped.
                run.require()
            if func_ref.startswith("arn:"):
                denial = "Lambda.AWSLambdaException"
                self._roles.require("lambda:InvokeFunction", func_ref, denial)
            fault = self._book.hit(step_of(func_ref), "lambda", "Invoke")
            if fault is None:
                return call(func_ref, event)
            if fault.kind == "time_out_after":
                call(func_ref, event)
            return fail_invocation(fault.kind)

        return called


def kill_caller(port: int, server_port: int) -> None:
    """End the process that calls from a port at once: it hears of nothing any more."""
    pid = process_at(port, server_port)
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def process_at(port: int, server_port: int) -> int | None:
    """Return the process that is connected from a port to a server's port, both of loopback."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    ends = [f"0100007F:{port:04X}", f"0100007F:{server_port:04X}"]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1:3] == ends}
    processes = Path("/proc").glob("[0-9]*")
    return next((int(each.name) for each in processes if sockets & _open_files(each / "fd")), None)


def _open_files(folder: Path) -> set[str]:
    # The process may end, or close a file, while it is looked at.
    with suppress(OSError):
        return {_link(file) for file in folder.iterdir()}
    return set()


def _link(file: Path) -> str:
    with suppress(OSError):
        return str(file.readlink())
    return ""


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
