"""From state to state, as far as an execution goes.

ministack's own walk starts at the first state and looks for a stop in the parent alone. The states
themselves are carried out by ministack. History: a state that is gone on with is not entered
again, see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.emulation.attempts import Attempt, Place, StoppedError

_States = Mapping[str, Any]
_Context = dict[str, Any]


def walk(states: _States, attempt: Attempt, context: _Context) -> Any:
    """Carry an execution on from where it stands, and return its output.

    Args:
        states: name → definition.
        attempt: its execution holds its place as `_place`, which is moved along.
        context: the context object, which is told each state.

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
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

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
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

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
    attempt: Attempt, state: Mapping[str, Any], what: str, name: str | None, **told: Any
) -> None:
    from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

    details = {key: json.dumps(value) for key, value in told.items()}
    stepfunctions._add_event(
        attempt.execution,
        f"{state.get('Type')}State{what}",
        {f"state{what}EventDetails": {"name": name, **details}},
    )
