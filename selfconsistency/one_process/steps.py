"""Calls the steps' handlers as Lambda and the state machine do: JSON in, JSON out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from lambdas.contract import STEPS, StepName
from selfconsistency.one_process.cloud import REGION
from selfconsistency.one_process.moto_calls import ACCOUNT

MACHINE: Final = "machine"
# Nothing ends a function here: a slow model may take as long as its run.
_NO_LIMIT_S = 365 * 86_400.0


class Context:
    """The context that Lambda passes to a function."""

    function_name = "step"
    memory_limit_in_mb = 256
    invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:step"
    aws_request_id = "request-1"

    def __init__(self, left_s: Callable[[], float]) -> None:
        self._left_s = left_s

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run."""
        return int(self._left_s() * 1000)


@dataclass(frozen=True, slots=True)
class Execution:
    """What Step Functions' context object says of an execution."""

    start: object
    name: str
    started_at: str
    redrives: int = 0

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{MACHINE}:{self.name}"

    def payload(self, name: StepName, state: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the task of a state passes to its step."""
        redrives = {"redrives": self.redrives}
        members = {"execution_arn": self.arn, "execution_name": self.name, "start": self.start}
        if name == "Plan":
            return {**members, **redrives, "started_at": self.started_at}
        if name in {"Pilot", "PlanWave", "Report"}:
            return {**state, "execution_arn": self.arn, **redrives}
        if name in {"Submit", "Poll", "Invoke"}:
            return {"state": state, **redrives}
        if name == "Abort":
            return {**members, **redrives, **state}
        return state


def call_step(name: StepName, task: Any, left_s: Callable[[], float] = lambda: _NO_LIMIT_S) -> Any:
    """Call a handler with a task."""
    handler = import_module(f"lambdas.handlers.{STEPS[name]}").handler
    return json.loads(json.dumps(handler(json.loads(json.dumps(task)), Context(left_s))))


def raised_error(error: BaseException) -> Mapping[str, str]:
    """Return an error as a Catch gets it of a function that raised it."""
    raised = {"errorType": type(error).__name__, "errorMessage": str(error)}
    return {"Error": raised["errorType"], "Cause": json.dumps(raised)}
