"""The functions' processes: which of them sent a request, and how one of them dies."""

import os
import re
import signal
from collections.abc import Mapping
from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from local.emulation.ministack_patches import INVOKE_WORKER, RUN_FUNCTION, Function

_STEP = re.compile(r"Steps([A-Za-z]+?)[0-9A-F]{8}")
# A trace header carries further fields as they are, and every SDK sends it along with each call:
# https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
_TRACE_HEADER = "x-amzn-trace-id"
_NOT_TRACED = "Root=1-00000000-000000000000000000000000;Sampled=0"
_NUMBER = re.compile(r";Worker=(\d+)")
# What ministack calls any exception of a function.
_RAISED = "Runtime.HandlerError"
# How ministack and the kernel tell that a process has gone.
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


class Workers:
    """The processes that functions run in, each told its number with every invocation."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._lock = Lock()
        self._workers: WeakValueDictionary[int, Any] = WeakValueDictionary()

    def install(self) -> None:
        """Have every process send its number along with its calls, and its death told as on AWS."""
        INVOKE_WORKER.replace(self._numbered)
        RUN_FUNCTION.replace(_dying_as_on_aws)

    def calling(self, headers: Mapping[str, str]) -> Any | None:
        """Return the process that sent a request, or None if it was none of a function's."""
        found = _NUMBER.search(headers.get(_TRACE_HEADER, ""))
        return self._workers.get(int(found[1])) if found else None

    def _numbered(self, invoke: Function) -> Function:
        def numbered(worker: Any, event: Any, request_id: str, **details: Any) -> Any:
            trace_id = details.pop("trace_id", None) or _NOT_TRACED
            number = self._number_of(worker)
            return invoke(
                worker, event, request_id, trace_id=f"{trace_id};Worker={number}", **details
            )

        return numbered

    def _number_of(self, worker: Any) -> int:
        with self._lock:
            if not hasattr(worker, "number"):
                worker.number = next(self._numbers)
                self._workers[worker.number] = worker
            number: int = worker.number
            return number


def kill(worker: Any) -> None:
    """End a function's process at once: it hears of nothing any more."""
    process = worker._proc
    if process is not None and process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)


def _dying_as_on_aws(run: Function) -> Function:
    def run_and_tell(func: Any, event: Any, request_id: str) -> Any:
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

    return run_and_tell


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
