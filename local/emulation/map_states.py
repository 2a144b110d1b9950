"""The distributed map state: its run is made or gone on with, and its output put together."""

from typing import Any

from local.emulation.attempts import Execution, StoppedError, current_attempt
from local.emulation.children import Children
from local.emulation.map_record import map_run_record, threshold_of
from local.emulation.map_run import MapRun
from local.emulation.parts import RUN_MAP
from local.emulation.service_roles import ServiceRoles


class MapStates:
    """Carries distributed maps out in ministack's stead.

    Args:
        roles: is asked what the machines' roles may do.
    """

    def __init__(self, roles: ServiceRoles) -> None:
        self._roles = roles

    def install(self) -> None:
        """Take over from ministack."""
        RUN_MAP.replace(lambda _: self.run)

    def run(
        self,
        state_def: Any,
        raw_input: Any,
        effective: Any,
        _iterator: Any,
        execution: Execution,
        ctx: Any,
    ) -> tuple[Any, Any]:
        """Carry out a map, from its start or where a redrive found it.

        The arguments are those of ministack's function, and so is what is returned: the state's
        output and the name of the next state, None after the last.

        Raises:
            StoppedError: the execution ended meanwhile.
            _ExecutionError: the map has failed.
        """
        from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

        attempt = current_attempt.get()
        if attempt is None:
            raise StoppedError
        map_run = execution.pop("_redriven_map", None)
        if map_run is None:
            execution.pop("_map_run", None)
            map_run = self._begun(state_def, effective, execution, ctx)
        else:
            self._reopen(map_run)
        execution["_map_run"] = map_run
        results = map_run.carry_out(attempt)
        execution.pop("_map_run")
        selected = stepfunctions._apply_result_selector(state_def, results)
        output = stepfunctions._apply_result_path(state_def, raw_input, selected)
        output = stepfunctions._apply_output_path(state_def, output, ctx)
        return output, stepfunctions._next_or_end(state_def)

    def _begun(self, state: Any, effective: Any, execution: Execution, ctx: Any) -> MapRun:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        machine_arn = ctx["StateMachine"]["Id"]
        self._roles.require("states:StartExecution", machine_arn, "States.Permissions")
        items = _items(state, effective, ctx)
        label = state.get("Label") or stepfunctions.new_uuid()
        record = map_run_record(state, execution, label, len(items))
        stepfunctions._map_runs[record["mapRunArn"]] = record
        children = Children(state, items, effective, execution, ctx, record)
        is_too_many = threshold_of(state, len(items))
        return MapRun(ctx["State"]["Name"], record, children, is_too_many)

    def _reopen(self, map_run: MapRun) -> None:
        map_run.reopen()
        for child in map_run.to_redrive():
            arn = child["executionArn"]
            self._roles.require("states:RedriveExecution", arn, "States.Permissions")


def _items(state: Any, effective: Any, ctx: Any) -> list[Any]:
    from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

    if state.get("ItemReader"):
        items = stepfunctions._read_map_items(state["ItemReader"], effective, ctx)
    else:
        items = stepfunctions._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, ctx)
    return items if isinstance(items, list) else [items]
