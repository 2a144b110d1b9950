"""Runs an execution from state to state, from where it stands; how it ends and is reopened.

ministack's own loop starts at the first state and looks for a stop in the parent alone. The states
themselves are carried out by ministack. History: a state that is resumed is not entered
again, see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
"""

import json
import os
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

from local.emulation.ministack_patches import stepfunctions

SCALE_LIMITS = "SELFCONSISTENCY_SCALE_LIMITS"
# ministack's own record of an execution.
Execution = dict[str, Any]
_ends = RLock()
_States = Mapping[str, Any]
_Context = dict[str, Any]


class StoppedError(Exception):
    """The execution has ended meanwhile: stopped by hand, by its time limit, or with its map."""


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


class ExecutionRun:
    """A run of an execution, from its start or from a redrive on: only the latest may end it.

    Args:
        execution: whose latest run this becomes.
        role_arn: in whose name its states act.
    """

    def __init__(self, execution: Execution, role_arn: str) -> None:
        self.execution = execution
        self.role_arn = role_arn
        with _ends:
            execution["_run"] = self

    def is_current(self) -> bool:
        """Return whether the execution still runs, and this is its latest run."""
        return self.execution["status"] == "RUNNING" and self.execution["_run"] is self

    def require(self) -> None:
        """Let a state continue.

        Raises:
            StoppedError: the execution has ended, or is another run's.
        """
        if not self.is_current():
            raise StoppedError

    def claim_end(self) -> bool:
        """Take the right to end the execution, once; False if there is nothing to end."""
        with _ends:
            ends = self.is_current()
            if ends:
                self.execution["_run"] = None
        return ends


# The run whose states this thread carries out.
current_run: ContextVar[ExecutionRun | None] = ContextVar("current_run", default=None)


def claim_end_of(execution: Execution) -> bool:
    """Take the right to end an execution from its latest run, if it has one."""
    run = execution.get("_run")
    return isinstance(run, ExecutionRun) and run.claim_end()


def end(execution: Execution, status: str, **outcome: Any) -> None:
    """End an execution; `outcome` is its output, or error and cause, in the service's words."""
    execution.update(status=status, stopDate=stepfunctions.now_iso(), **outcome)
    ended = status.title().replace("_", "")
    details = {f"execution{ended}EventDetails": outcome}
    stepfunctions._add_event(execution, f"Execution{ended}", details)


def reopen(execution: Execution) -> str:
    """Mark an execution as redriven, and return the time of it."""
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
    """Return what DescribeExecution and status events say of an execution's redrives."""
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
    """Return whether an execution has ended without success."""
    return execution["status"] in ("FAILED", "ABORTED", "TIMED_OUT")


def run_states(states: _States, run: ExecutionRun, context: _Context) -> Any:
    """Run an execution's states from where it stands, and return its output.

    Args:
        states: name → definition.
        run: its execution holds its place as `_place`, which is moved along.
        context: the context object; each state is written into it.

    Raises:
        StoppedError: the execution ended meanwhile; it stays at the state that it was in.
        _ExecutionError: a state failed; likewise.
    """
    execution = run.execution
    while execution["_place"].state is not None:
        run.require()
        place = _entered(states, execution["_place"], run, context)
        began = time.monotonic()
        after = _carried_out(states[str(place.state)], place, run, context)
        if states[str(place.state)]["Type"] == "Wait" and not scales_limits():
            after = really_waited(after, execution, time.monotonic() - began)
        run.require()
        _note(run, states[str(place.state)], "Exited", place.state, output=after.given)
        execution["_place"] = after
    return execution["_place"].given


def scales_limits() -> bool:
    """Return whether limits of time are scaled as waits are: a test's days pass in seconds."""
    return os.environ.get(SCALE_LIMITS) == "1"


def really_waited(place: Place, execution: Execution, waited_s: float) -> Place:
    """Return a place after a wait, whose job's receipt has the whole seconds that really passed.

    The steps add up `wait_s` for the limits of a job (lambdas/core/job_clock.py), and a scaled wait
    would count in full. What a whole second lacks is kept for the execution's next wait.
    """
    job = place.given.get("bedrock") if isinstance(place.given, dict) else None
    if not job:
        return place
    waited_s += execution.get("_rest_s", 0.0)
    execution["_rest_s"] = waited_s % 1
    return replace(place, given={**place.given, "bedrock": {**job, "wait_s": int(waited_s)}})


def _entered(states: _States, place: Place, run: ExecutionRun, context: _Context) -> Place:
    entered_at = stepfunctions.now_iso()
    context["State"] = {"Name": place.state, "EnteredTime": entered_at, "RetryCount": 0}
    if not place.entered:
        _note(run, states[str(place.state)], "Entered", place.state, input=place.given)
    run.execution["_place"] = entered = replace(place, entered=True)
    return entered


def _carried_out(state: Any, place: Place, run: ExecutionRun, context: _Context) -> Place:
    kind, given = state.get("Type"), place.given
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, given, context))
    if kind == "Succeed":
        given = stepfunctions._apply_input_path(state, given, context)
        return Place(None, stepfunctions._apply_output_path(state, given, context))
    inner = (run.execution,) if kind in ("Task", "Parallel", "Map") else ()
    try:
        execute = getattr(stepfunctions, f"_execute_{str(kind).lower()}")
        return Place(*reversed(execute(state, given, *inner, context)))
    except (StoppedError, stepfunctions._ExecutionError):
        raise
    except Exception as problem:
        raise stepfunctions._ExecutionError("States.Runtime", str(problem)) from problem


def _note(run: ExecutionRun, state: Any, what: str, name: str | None, **content: Any) -> None:
    details = {key: json.dumps(value) for key, value in content.items()}
    stepfunctions._add_event(
        run.execution,
        f"{state.get('Type')}State{what}",
        {f"state{what}EventDetails": {"name": name, **details}},
    )
