"""Executions that keep their machine's time limit, stop as a whole, and go on where they stood."""

import contextvars
import json
from threading import Thread, Timer
from typing import Any

from local.emulation.attempts import (
    Attempt,
    Execution,
    Place,
    StoppedError,
    claim_end_of,
    current_attempt,
)
from local.emulation.endings import end
from local.emulation.map_run import stop_map_of
from local.emulation.parts import CALL_FUNCTION, RUN_EXECUTION, STOP_EXECUTION, Function
from local.emulation.service_roles import ServiceRoles
from local.emulation.walk import walk


class Executions:
    """Carries executions out in ministack's stead. Its states are ministack's.

    Args:
        roles: is asked what the machines' roles may do.
    """

    def __init__(self, roles: ServiceRoles) -> None:
        self._roles = roles

    def install(self) -> None:
        """Take over from ministack."""
        RUN_EXECUTION.replace(lambda _: self.run)
        STOP_EXECUTION.replace(self._stopping_children)
        CALL_FUNCTION.replace(_unless_stopped)

    def start(self, execution_arn: str) -> None:
        """Carry an execution on in a thread of its own."""
        # Whose account and region it is lies in the context.
        context = contextvars.copy_context()
        Thread(target=context.run, args=(self.run, execution_arn), daemon=True).start()

    def run(self, exec_arn: str) -> None:
        """Carry an execution on from where it stands, to its end."""
        from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

        execution = stepfunctions._executions[exec_arn]
        machine = stepfunctions._state_machines[execution["stateMachineArn"]]
        definition = json.loads(execution.setdefault("_definition", machine["definition"]))
        if "_place" not in execution:
            execution["_place"] = Place(definition["StartAt"], json.loads(execution["input"]))
        attempt = Attempt(execution, machine["roleArn"])
        current_attempt.set(attempt)
        limit = self._limit(attempt, definition)
        try:
            self._carry_out(attempt, definition, _context_of(execution, machine, definition))
        finally:
            limit.cancel()

    def _carry_out(self, attempt: Attempt, definition: Any, context: Any) -> None:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        execution = attempt.execution
        try:
            output = walk(definition["States"], attempt, context)
        except StoppedError:
            return
        except stepfunctions._ExecutionError as problem:
            if attempt.claim_end():
                stepfunctions._fail_execution(execution, problem.error, problem.cause)
            return
        if attempt.claim_end():
            end(execution, "SUCCEEDED", output=json.dumps(output))
            stepfunctions._emit_execution_status_event(execution)

    def _limit(self, attempt: Attempt, definition: Any) -> Timer:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        # Scaled like waits, of which a scale of 0 leaves none.
        seconds = definition.get("TimeoutSeconds", 0) * stepfunctions._SFN_WAIT_SCALE
        context = contextvars.copy_context()
        limit = Timer(seconds, context.run, (self._time_out, attempt))
        limit.daemon = True
        if seconds:
            limit.start()
        return limit

    def _time_out(self, attempt: Attempt) -> None:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        if attempt.claim_end():
            end(attempt.execution, "TIMED_OUT")
            self._stop_children(attempt.execution)
            stepfunctions._emit_execution_status_event(attempt.execution)

    def _stopping_children(self, stop: Function) -> Function:
        def stopped(data: Any) -> Any:
            from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

            execution = stepfunctions._executions.get(data.get("executionArn"))
            if execution is not None:
                claim_end_of(execution)
                self._stop_children(execution)
            return stop(data)

        return stopped

    def _stop_children(self, execution: Execution) -> None:
        for child in stop_map_of(execution):
            role_arn = execution["_context"]["Execution"]["RoleArn"]
            self._roles.denial(role_arn, "states:StopExecution", child["executionArn"])


def _context_of(execution: Execution, machine: Any, definition: Any) -> Any:
    context = execution.setdefault(
        "_context",
        {
            "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
            "Execution": {
                "Id": execution["executionArn"],
                "Input": execution["_place"].given,
                "Name": execution["name"],
                "RoleArn": machine["roleArn"],
                "StartTime": execution["startDate"],
            },
            "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
            "variables": {},
        },
    )
    context["Execution"]["RedriveCount"] = execution.get("redriveCount", 0)
    return context


def _unless_stopped(call: Function) -> Function:
    # A state whose execution was stopped goes on trying again in ministack.
    def called(func_ref: str, event: Any) -> Any:
        attempt = current_attempt.get()
        if attempt is not None:
            attempt.require()
        return call(func_ref, event)

    return called
