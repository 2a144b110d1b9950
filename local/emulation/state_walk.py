"""An execution from state to state, as far as it goes, and how it begins, ends and is reopened.

ministack's own walk starts at the first state and looks for a stop in the parent alone. The states
themselves are carried out by ministack. History: a state that is gone on with is not entered
again, see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from threading import RLock
from typing import Any

from local.emulation.ministack_patches import stepfunctions

# ministack's own record of an execution.
Execution = dict[str, Any]
_ends = RLock()
_DETAILS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
}
_States = Mapping[str, Any]
_Context = dict[str, Any]


class StoppedError(Exception):
    """The execution has ended some other way meanwhile: by hand, by its time limit, with a map."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an execution stands.

    Attributes:
        state: the state's name; None after the last.
        given: the state's input; after the last, the output.
        entered: whether the history has it that the state was entered.
    """

    state: str | None
    given: Any
    entered: bool = False


class Attempt:
    """The only one that may carry an execution on and end it, until there is another.

    Args:
        execution: becomes this attempt's.
        role_arn: in whose name its states act.
    """

    def __init__(self, execution: Execution, role_arn: str) -> None:
        self.execution = execution
        self.role_arn = role_arn
        with _ends:
            execution["_attempt"] = self

    def goes_on(self) -> bool:
        """Tell whether the execution still runs, and runs in this attempt."""
        return self.execution["status"] == "RUNNING" and self.execution["_attempt"] is self

    def require(self) -> None:
        """Let a state go on.

        Raises:
            StoppedError: the execution has ended, or is another attempt's.
        """
        if not self.goes_on():
            raise StoppedError

    def claim_end(self) -> bool:
        """Take the right to end the execution, once; False if there is nothing to end."""
        with _ends:
            ends = self.goes_on()
            if ends:
                self.execution["_attempt"] = None
        return ends


# The attempt whose states this thread carries out.
current_attempt: ContextVar[Attempt | None] = ContextVar("current_attempt", default=None)


def claim_end_of(execution: Execution) -> bool:
    """Take the right to end an execution from the attempt that it is in, if it is in any."""
    attempt = execution.get("_attempt")
    return isinstance(attempt, Attempt) and attempt.claim_end()


def end(execution: Execution, status: str, **outcome: Any) -> None:
    """End an execution; `outcome` is its output, or error and cause, in the service's words."""
    event, details = _DETAILS[status]
    execution.update(status=status, stopDate=stepfunctions.now_iso(), **outcome)
    stepfunctions._add_event(execution, event, {details: outcome})


def reopen(execution: Execution) -> str:
    """Have an execution run again where it stands, and return the time of it."""
    redriven_at: str = stepfunctions.now_iso()
    count = execution.get("redriveCount", 0) + 1
    execution.update(status="RUNNING", stopDate=None, output=None)
    execution.update(redriveCount=count, redriveDate=redriven_at)
    for outlived in ("error", "cause"):
        execution.pop(outlived, None)
    stepfunctions._add_event(
        execution, "ExecutionRedriven", {"executionRedrivenEventDetails": {"redriveCount": count}}
    )
    return redriven_at


def described(execution: Execution) -> dict[str, Any]:
    """Return what DescribeExecution and status events tell of an execution's redrives."""
    status = execution["status"]
    of_map = "mapRunArn" in execution
    details = {"redriveCount": execution.get("redriveCount", 0)}
    if "redriveDate" in execution:
        details["redriveDate"] = execution["redriveDate"]
    if not is_redrivable(execution):
        reason = f"Execution is {status} and cannot be redriven"
        return {**details, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {**details, "redriveStatus": "REDRIVABLE_BY_MAP_RUN" if of_map else "REDRIVABLE"}


def is_redrivable(execution: Execution) -> bool:
    """Tell whether an execution has ended without success."""
    return execution["status"] in ("FAILED", "ABORTED", "TIMED_OUT")


def walk(states: _States, attempt: Attempt, context: _Context) -> Any:
    """Carry an execution on from where it stands, and return its output.

    Args:
        states: name → definition.
        attempt: its execution holds its place as `_place`, which is moved along.
        context: the context object; each state is written into it.

    Raises:
        StoppedError: the execution ended meanwhile; it stays at the state that it was in.
        _ExecutionError: a state failed; likewise.
    """
    execution = attempt.execution
    while execution["_place"].state is not None:
        attempt.require()
        place = _entered(states, execution["_place"], attempt, context)
        after = _carried_out(states[str(place.state)], place, attempt, context)
        attempt.require()
        _note(attempt, states[str(place.state)], "Exited", place.state, output=after.given)
        execution["_place"] = after
    return execution["_place"].given


def _entered(states: _States, place: Place, attempt: Attempt, context: _Context) -> Place:
    if place.state is None or place.state not in states:
        raise stepfunctions._ExecutionError(
            "States.Runtime", f"State '{place.state}' not found in definition"
        )
    entered_at = stepfunctions.now_iso()
    context["State"] = {"Name": place.state, "EnteredTime": entered_at, "RetryCount": 0}
    if not place.entered:
        _note(attempt, states[place.state], "Entered", place.state, input=place.given)
    entered = Place(place.state, place.given, entered=True)
    attempt.execution["_place"] = entered
    return entered


def _carried_out(
    state: Mapping[str, Any], place: Place, attempt: Attempt, context: _Context
) -> Place:
    kind, given = state.get("Type"), place.given
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, given, context))
    if kind == "Succeed":
        given = stepfunctions._apply_input_path(state, given, context)
        return Place(None, stepfunctions._apply_output_path(state, given, context))
    execute = getattr(stepfunctions, f"_execute_{str(kind).lower()}", None)
    if execute is None:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type: {kind}")
    inner = (attempt.execution,) if kind in ("Task", "Parallel", "Map") else ()
    try:
        return Place(*reversed(execute(state, given, *inner, context)))
    except (StoppedError, stepfunctions._ExecutionError):
        raise
    except Exception as problem:
        raise stepfunctions._ExecutionError("States.Runtime", str(problem)) from problem


def _note(
    attempt: Attempt, state: Mapping[str, Any], what: str, name: str | None, **content: Any
) -> None:
    details = {key: json.dumps(value) for key, value in content.items()}
    stepfunctions._add_event(
        attempt.execution,
        f"{state.get('Type')}State{what}",
        {f"state{what}EventDetails": {"name": name, **details}},
    )
