"""Executions that keep their time limit, stop with all their children, and can be redriven."""

import contextvars
import json
from threading import Thread, Timer
from typing import Any, Final

from local.emulation.iam_audit import ServiceRoles
from local.emulation.map_runs import MapRun, stop_map_of
from local.emulation.ministack_patches import (
    DESCRIBE_EXECUTION,
    PUT_EVENTS,
    RUN_EXECUTION,
    SERVE_STATES,
    STOP_EXECUTION,
    Function,
    stepfunctions,
)
from local.emulation.state_runner import (
    Execution,
    ExecutionRun,
    Place,
    StoppedError,
    claim_end_of,
    current_run,
    described,
    end,
    reopen,
    run_states,
    scales_limits,
)

_REDRIVE_FIELDS: Final = ("redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason")


class Executions:
    """Runs executions instead of ministack, whose states it uses.

    Args:
        roles: is asked what the machines' roles may do.
    """

    def __init__(self, roles: ServiceRoles) -> None:
        self._roles = roles

    def install(self) -> None:
        """Take over from ministack."""
        RUN_EXECUTION.replace(lambda _: self.run)
        STOP_EXECUTION.replace(self._stopping_children)

    def run(self, exec_arn: str) -> None:
        """Run an execution from where it stands, to its end."""
        execution = stepfunctions._executions[exec_arn]
        machine = stepfunctions._state_machines[execution["stateMachineArn"]]
        definition = json.loads(execution.setdefault("_definition", machine["definition"]))
        if "_place" not in execution:
            execution["_place"] = Place(definition["StartAt"], json.loads(execution["input"]))
        run = ExecutionRun(execution, machine["roleArn"])
        current_run.set(run)
        limit = self._limit(run, definition)
        try:
            self._carry_out(run, definition, _context_of(execution, machine, definition))
        finally:
            limit.cancel()

    def _carry_out(self, run: ExecutionRun, definition: Any, context: Any) -> None:
        execution = run.execution
        try:
            output = run_states(definition["States"], run, context)
        except StoppedError:
            return
        except stepfunctions._ExecutionError as problem:
            if run.claim_end():
                stepfunctions._fail_execution(execution, problem.error, problem.cause)
            return
        if run.claim_end():
            end(execution, "SUCCEEDED", output=json.dumps(output))
            stepfunctions._emit_execution_status_event(execution)

    def _limit(self, run: ExecutionRun, definition: Any) -> Timer:
        seconds = definition.get("TimeoutSeconds", 0)
        if scales_limits():
            seconds *= stepfunctions._SFN_WAIT_SCALE
        context = contextvars.copy_context()
        limit = Timer(seconds, context.run, (self._time_out, run))
        limit.daemon = True
        if seconds:
            limit.start()
        return limit

    def _time_out(self, run: ExecutionRun) -> None:
        if run.claim_end():
            end(run.execution, "TIMED_OUT")
            self._stop_children(run.execution)
            stepfunctions._emit_execution_status_event(run.execution)

    def _stopping_children(self, stop: Function) -> Function:
        def stopped(data: Any) -> Any:
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


class Redrives:
    """Serves RedriveExecution, which ministack lacks, and shows redrives elsewhere.

    See https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html.

    Args:
        executions: runs a redriven execution.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    def install(self) -> None:
        """Serve the call, and show redrives in descriptions and status events."""
        SERVE_STATES.replace(self._serving_redrive)
        DESCRIBE_EXECUTION.replace(_describing)
        PUT_EVENTS.replace(_putting)

    def redrive(self, asked: Any) -> Any:
        """Redrive an execution if that is allowed, and return the service's answer."""
        arn = asked.get("executionArn", "")
        execution = stepfunctions._executions.get(arn)
        if execution is None:
            return stepfunctions.error_response_json(
                "ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", 400
            )
        if _is_repeated(asked, execution):
            return stepfunctions.json_response({"redriveDate": execution["redriveDate"]})
        shown = described(execution)
        if shown["redriveStatus"] != "REDRIVABLE":
            reason = shown.get("redriveStatusReason", "Redrive the parent of its map run instead")
            return stepfunctions.error_response_json("ExecutionNotRedrivable", reason, 400)
        redriven_at = reopen(execution)
        execution["_redriven_by"] = asked.get("clientToken")
        _resume_map(execution)
        stepfunctions._emit_execution_status_event(execution)
        # Whose account and region it is lies in the context.
        context = contextvars.copy_context()
        Thread(target=context.run, args=(self._executions.run, arn), daemon=True).start()
        return stepfunctions.json_response({"redriveDate": redriven_at})

    def _serving_redrive(self, serve: Function) -> Function:
        async def served(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
            if not headers.get("x-amz-target", "").endswith(".RedriveExecution"):
                return await serve(method, path, headers, body, query_params)
            return stepfunctions._finalize_response(self.redrive(json.loads(body)))

        return served


def _is_repeated(asked: Any, execution: Execution) -> bool:
    # A client whose answer was lost asks again with the token that it made up for the call.
    token = execution.get("_redriven_by") if execution["status"] == "RUNNING" else None
    return token is not None and token == asked.get("clientToken")


def _resume_map(execution: Execution) -> None:
    # A map that failed and was caught is over: the execution stands elsewhere.
    map_run = execution.get("_map_run")
    place = execution.get("_place")
    if isinstance(map_run, MapRun) and place and place.state == map_run.state_name:
        execution["_redriven_map"] = map_run


def _describing(describe: Function) -> Function:
    def describing(data: Any) -> Any:
        answered = describe(data)
        execution = stepfunctions._executions.get(data.get("executionArn"))
        if execution is None:
            return answered
        return stepfunctions.json_response({**json.loads(answered[2]), **described(execution)})

    return describing


def _putting(put: Function) -> Function:
    def putting(data: Any, *args: Any, **details: Any) -> Any:
        for entry in data.get("Entries", ()):
            detail = json.loads(entry["Detail"]) if entry.get("Source") == "aws.states" else {}
            execution = stepfunctions._executions.get(detail.get("executionArn"))
            if execution is not None:
                shown = described(execution)
                detail |= {name: shown.get(name) for name in _REDRIVE_FIELDS}
                detail["redriveDate"] = stepfunctions._iso_to_epoch_ms(shown.get("redriveDate"))
                entry["Detail"] = json.dumps(detail)
        return put(data, *args, **details)

    return putting
