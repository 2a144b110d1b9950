"""RedriveExecution, which ministack lacks, and what is told of redrives elsewhere.

See https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html.
"""

import json
from typing import Any, Final

from local.emulation.attempts import Execution
from local.emulation.endings import described, reopen
from local.emulation.executions import Executions
from local.emulation.map_run import MapRun
from local.emulation.operations import target_operation
from local.emulation.parts import DESCRIBE_EXECUTION, PUT_EVENTS, SERVE_STATES, Function

_TOLD_TO_RULES: Final = ("redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason")


class Redrives:
    """Serves RedriveExecution.

    Args:
        executions: carries a redriven execution on.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    def install(self) -> None:
        """Serve the call, and have descriptions and status events tell of redrives."""
        SERVE_STATES.replace(self._serving_redrive)
        DESCRIBE_EXECUTION.replace(_describing)
        PUT_EVENTS.replace(_putting)

    def redrive(self, asked: Any) -> Any:
        """Return the service's answer to a request for a redrive, which is begun if it may be."""
        from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

        arn = asked.get("executionArn", "")
        execution = stepfunctions._executions.get(arn)
        if execution is None:
            return stepfunctions.error_response_json(
                "ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", 400
            )
        if _is_repeated(asked, execution):
            return stepfunctions.json_response({"redriveDate": execution["redriveDate"]})
        told = described(execution)
        if told["redriveStatus"] != "REDRIVABLE":
            reason = told.get("redriveStatusReason", "Redrive the parent of its map run instead")
            return stepfunctions.error_response_json("ExecutionNotRedrivable", reason, 400)
        redriven_at = reopen(execution)
        execution["_redriven_by"] = asked.get("clientToken")
        _go_on_with_map(execution)
        stepfunctions._emit_execution_status_event(execution)
        self._executions.start(arn)
        return stepfunctions.json_response({"redriveDate": redriven_at})

    def _serving_redrive(self, serve: Function) -> Function:
        async def served(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
            from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

            if target_operation(headers) != "RedriveExecution":
                return await serve(method, path, headers, body, query_params)
            return stepfunctions._finalize_response(self.redrive(json.loads(body)))

        return served


def _is_repeated(asked: Any, execution: Execution) -> bool:
    # A client whose answer was lost asks again with the token that it made up for the call.
    token = asked.get("clientToken")
    running = execution["status"] == "RUNNING"
    return running and token is not None and token == execution.get("_redriven_by")


def _go_on_with_map(execution: Execution) -> None:
    # A map that failed and was caught is left for good: the execution stands elsewhere.
    map_run = execution.get("_map_run")
    place = execution.get("_place")
    if isinstance(map_run, MapRun) and place and place.state == map_run.state_name:
        execution["_redriven_map"] = map_run


def _describing(describe: Function) -> Function:
    def describing(data: Any) -> Any:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        answered = describe(data)
        execution = stepfunctions._executions.get(data.get("executionArn"))
        if execution is None:
            return answered
        return stepfunctions.json_response({**json.loads(answered[2]), **described(execution)})

    return describing


def _putting(put: Function) -> Function:
    def putting(data: Any, *args: Any, **details: Any) -> Any:
        for entry in data.get("Entries", ()):
            if entry.get("Source") == "aws.states":
                entry["Detail"] = _with_redrives(entry["Detail"])
        return put(data, *args, **details)

    return putting


def _with_redrives(detail_text: str) -> str:
    from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

    detail = json.loads(detail_text)
    execution = stepfunctions._executions.get(detail.get("executionArn"))
    if execution is not None:
        told = described(execution)
        detail.update({name: told.get(name) for name in _TOLD_TO_RULES})
        detail["redriveDate"] = stepfunctions._iso_to_epoch_ms(told.get("redriveDate"))
    return json.dumps(detail)
