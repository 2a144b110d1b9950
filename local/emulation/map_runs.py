"""A distributed map's run: its children fail, are stopped and are redriven as on AWS.

In ministack children outlive a parent that was stopped and a map that has failed, none can be
redriven, and `MaxConcurrencyPath` is ignored. See
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html; that a failed run stops
its children is said of `aborted` in
https://docs.aws.amazon.com/step-functions/latest/apireference/API_MapRunExecutionCounts.html.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import RLock
from typing import Any, Final

from local.emulation.iam_audit import ServiceRoles
from local.emulation.ministack_patches import RUN_MAP, stepfunctions
from local.emulation.state_runner import (
    Execution,
    ExecutionRun,
    Place,
    StoppedError,
    claim_end_of,
    current_run,
    end,
    is_redrivable,
    reopen,
    run_states,
)

_COUNTED: Final = {
    None: "pending",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "aborted",
    "TIMED_OUT": "timedOut",
}
_OTHERS: Final = ("total", "resultsWritten", "failuresNotRedrivable", "pendingRedrive")
_MOST_AT_ONCE: Final = 64


def map_run_record(
    state: Mapping[str, Any], parent: Execution, total: int, at_once: int
) -> dict[str, Any]:
    """Return ministack's record of a map run that begins, all of its children pending."""
    label = state.get("Label") or stepfunctions.new_uuid()
    _, _, _, region, account, _, machine = parent["stateMachineArn"].split(":")
    states = f"arn:aws:states:{region}:{account}"
    counts = dict.fromkeys((*_COUNTED.values(), *_OTHERS), 0)
    counts |= {"total": total, "pending": total}
    return {
        "mapRunArn": f"{states}:mapRun:{machine}/{label}:{stepfunctions.new_uuid()}",
        "executionArn": parent["executionArn"],
        "status": "RUNNING",
        "startDate": stepfunctions.now_iso(),
        "maxConcurrency": at_once,
        "toleratedFailurePercentage": 0.0,
        "toleratedFailureCount": 0,
        "itemCounts": counts,
        "executionCounts": counts,
        "redriveCount": 0,
        "_stateMachineArn": f"{states}:stateMachine:{machine}/{label}",
    }


def child_of(record: Mapping[str, Any], parent: Execution, given: Any, start_at: str) -> Execution:
    """Return ministack's record of a child execution that begins with an input."""
    name, machine_arn = stepfunctions.new_uuid(), record["_stateMachineArn"]
    child = {
        "executionArn": f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
        "stateMachineArn": machine_arn,
        "name": name,
        "status": "RUNNING",
        "startDate": stepfunctions.now_iso(),
        "stopDate": None,
        "input": json.dumps(given),
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": {"included": True},
        "mapRunArn": record["mapRunArn"],
        "events": [],
        "testCase": parent.get("testCase"),
        "mockAttempts": {},
        "_place": Place(start_at, given),
    }
    details = {"executionStartedEventDetails": {"input": child["input"]}}
    stepfunctions._add_event(child, "ExecutionStarted", details)
    return child


class Children:
    """One child per item, made when its turn comes.

    Args:
        state: the map state's definition.
        items: what the children are given, one each, before the state's selector.
        effective: the state's input, which the selector refers to.
        parent: the execution that the state is in.
        context: the parent's context object at the state.
        record: the map run's, whose counts follow the children.
    """

    def __init__(  # noqa: PLR0917 (one call)
        self,
        state: Mapping[str, Any],
        items: Sequence[Any],
        effective: Any,
        parent: Execution,
        context: Mapping[str, Any],
        record: dict[str, Any],
    ) -> None:
        self.states = state["ItemProcessor"]["States"]
        self._start_at = state["ItemProcessor"]["StartAt"]
        self._selector = state.get("ItemSelector")
        self._items, self._effective = items, effective
        self._parent, self._record = parent, record
        # So a child begun after a redrive counts no redrive since the map began. That is the least
        # that AWS may give it; its documentation does not say.
        self._context = copy.deepcopy(context)
        self._children: list[Execution | None] = [None] * len(items)
        self._changes = RLock()

    def open_indices(self) -> list[int]:
        """Return the places of all that have not succeeded, those not begun among them."""
        return [
            index
            for index, child in enumerate(self._children)
            if child is None or child["status"] != "SUCCEEDED"
        ]

    def unsuccessful(self) -> list[Execution]:
        """Return those that have ended without success."""
        return [child for child in self._children if child and is_redrivable(child)]

    def outputs(self) -> list[Any]:
        """Return the outputs in order of the items; all have succeeded."""
        return [json.loads(child["output"]) for child in self._children if child]

    def opened(self, index: int) -> Execution:
        """Return the child of an item, running: begun, or reopened where it stands."""
        with self._changes:
            child = self._children[index]
            self._count(child["status"] if child else None, "RUNNING")
            if child is None:
                given = self._given(index)
                child = child_of(self._record, self._parent, given, self._start_at)
                stepfunctions._executions[child["executionArn"]] = child
                self._children[index] = child
            else:
                reopen(child)
            return child

    def end(self, child: Execution, status: str, **outcome: Any) -> None:
        """End a child; the caller has claimed its end."""
        with self._changes:
            self._count(child["status"], status)
            end(child, status, **outcome)

    def stop(self) -> list[Execution]:
        """Abort all that run, and return them."""
        with self._changes:
            stopped = [child for child in self._children if child and claim_end_of(child)]
            for child in stopped:
                self.end(child, "ABORTED")
            return stopped

    def context_of(self, child: Execution, index: int) -> dict[str, Any]:
        """Return a child's context object: its own execution, and the item of the map."""
        context = self._context_at(index)
        context["Execution"] = {
            "Id": child["executionArn"],
            "Input": json.loads(child["input"]),
            "Name": child["name"],
            "RedriveCount": child.get("redriveCount", 0),
            "RoleArn": context["Execution"].get("RoleArn", ""),
            "StartTime": child["startDate"],
        }
        return context

    def _count(self, before: str | None, after: str) -> None:
        # The counts of items and of executions are one.
        counts = self._record["executionCounts"]
        counts[_COUNTED[before]] -= 1
        counts[_COUNTED[after]] += 1

    def _given(self, index: int) -> Any:
        context = self._context_at(index)
        if self._selector:
            return stepfunctions._resolve_params_obj(self._selector, self._effective, context)
        return self._items[index]

    def _context_at(self, index: int) -> dict[str, Any]:
        context = dict(copy.deepcopy(self._context))
        context["Map"] = {"Item": {"Index": index, "Value": self._items[index]}}
        return context


class MapRun:
    """One run of a map state, from its start over its redrives to its success.

    Args:
        state_name: the map state's.
        record: ministack's record of the run, which is kept up to date.
        children: its executions.
    """

    def __init__(self, state_name: str, record: dict[str, Any], children: Children) -> None:
        self.state_name = state_name
        self.record = record
        self._children = children
        self._ends = RLock()

    def carry_out(self, parent: ExecutionRun) -> list[Any]:
        """Run what has not succeeded yet, and return all outputs.

        Raises:
            StoppedError: the parent ended meanwhile.
            _ExecutionError: a child failed.
        """
        at_once = self.record["maxConcurrency"] or _MOST_AT_ONCE
        pool = ThreadPoolExecutor(max_workers=at_once)
        carried: list[Future[None]] = [
            pool.submit(copy_context().run, self._carry, index, parent)
            for index in self._children.open_indices()
        ]
        ended, _ = wait(carried, return_when=FIRST_EXCEPTION)
        # Nobody waits for a child that is stopped: the function it called runs on alone.
        pool.shutdown(wait=False, cancel_futures=True)
        parent.require()
        if self.record["status"] == "FAILED":
            raise stepfunctions._ExecutionError(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )
        try:
            for each in ended:
                each.result()
        except Exception:
            self.stop("FAILED")
            raise
        self._end("SUCCEEDED")
        return self._children.outputs()

    def stop(self, status: str = "ABORTED") -> list[Execution]:
        """End the run with those of its children that still run, and return all these."""
        with self._ends:
            if self.record["status"] != "RUNNING":
                return []
            self._end(status)
        stopped = self._children.stop()
        return [*stopped, *(deeper for child in stopped for deeper in stop_map_of(child))]

    def reopen(self) -> list[Execution]:
        """Get ready to be carried out once more, and return the children that will be redriven."""
        count = self.record["redriveCount"] + 1
        self.record.update(
            status="RUNNING", redriveCount=count, redriveDate=stepfunctions.now_iso()
        )
        self.record.pop("stopDate", None)
        return self._children.unsuccessful()

    def _end(self, status: str) -> None:
        self.record.update(status=status, stopDate=stepfunctions.now_iso())

    def _carry(self, index: int, parent: ExecutionRun) -> None:
        self._require(parent)
        child = self._children.opened(index)
        run = ExecutionRun(child, parent.role_arn)
        current_run.set(run)
        self._run_child(child, run, index, parent)
        if child["status"] != "SUCCEEDED":
            self._require(parent)
            self.stop("FAILED")
            raise StoppedError

    def _require(self, parent: ExecutionRun) -> None:
        parent.require()
        if self.record["status"] != "RUNNING":
            raise StoppedError

    def _run_child(
        self, child: Execution, run: ExecutionRun, index: int, parent: ExecutionRun
    ) -> None:
        try:
            # Whoever stopped the others just now has not seen this one.
            self._require(parent)
            context = self._children.context_of(child, index)
            output = run_states(self._children.states, run, context)
        except StoppedError:
            status, outcome = "ABORTED", {}
        except stepfunctions._ExecutionError as problem:
            status, outcome = "FAILED", {"error": problem.error, "cause": problem.cause}
        else:
            status, outcome = "SUCCEEDED", {"output": json.dumps(output)}
        if run.claim_end():
            self._children.end(child, status, **outcome)


def stop_map_of(execution: Execution) -> list[Execution]:
    """Abort the map run that an execution is in, if it is in any; return the children stopped."""
    map_run = execution.get("_map_run")
    return map_run.stop() if isinstance(map_run, MapRun) else []


class MapStates:
    """Runs distributed maps instead of ministack: over a file's lines, tolerating no failure.

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
        """Run a map, from its start or from where a redrive found it.

        The arguments are those of ministack's function, and so is what is returned: the state's
        output and the name of the next state, None after the last.

        Raises:
            StoppedError: the execution ended meanwhile.
            _ExecutionError: the map has failed.
        """
        run = current_run.get()
        if run is None:
            raise StoppedError
        map_run = execution.pop("_redriven_map", None)
        if map_run is None:
            execution.pop("_map_run", None)
            map_run = self._begun(state_def, effective, execution, ctx)
        else:
            self._require("states:RedriveExecution", map_run.reopen())
        execution["_map_run"] = map_run
        outputs = map_run.carry_out(run)
        execution.pop("_map_run")
        output = stepfunctions._apply_result_path(state_def, raw_input, outputs)
        output = stepfunctions._apply_output_path(state_def, output, ctx)
        return output, stepfunctions._next_or_end(state_def)

    def _begun(self, state: Any, effective: Any, execution: Execution, ctx: Any) -> MapRun:
        machine_arn = ctx["StateMachine"]["Id"]
        self._require("states:StartExecution", [{"executionArn": machine_arn}])
        items = self._items(state["ItemReader"], effective, ctx)
        at_once = _max_concurrency(state, effective, ctx)
        record = map_run_record(state, execution, len(items), at_once)
        stepfunctions._map_runs[record["mapRunArn"]] = record
        children = Children(state, items, effective, execution, ctx, record)
        return MapRun(ctx["State"]["Name"], record, children)

    def _items(self, reader: Any, effective: Any, ctx: Any) -> list[Any]:
        named = stepfunctions._resolve_params_obj(reader["Parameters"], effective, ctx)
        resource = f"arn:aws:s3:::{named['Bucket']}/{named['Key']}"
        self._roles.require("s3:GetObject", resource, "States.ItemReaderFailed")
        items: list[Any] = stepfunctions._read_map_items(reader, effective, ctx)
        return items

    def _require(self, action: str, executions: Sequence[Mapping[str, Any]]) -> None:
        for each in executions:
            self._roles.require(action, each["executionArn"], "States.Permissions")


def _max_concurrency(state: Any, effective: Any, ctx: Any) -> int:
    """Return how many children run at once, 0 for no limit; a path is read in the state's input."""
    path = state.get("MaxConcurrencyPath")
    given = stepfunctions._resolve_path_or_ctx(path, effective, ctx) if path else None
    return int(given or state.get("MaxConcurrency") or 0)
