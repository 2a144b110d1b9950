"""A distributed map's run: its children fail, are stopped and are redriven as on AWS.

In ministack children outlive a parent that was stopped and a map that has failed, and none can be
gone on with. See https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html; that a
failed run stops its children is said of `aborted` in
https://docs.aws.amazon.com/step-functions/latest/apireference/API_MapRunExecutionCounts.html.
"""

import json
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import RLock
from typing import Any, Final

from local.emulation.attempts import Attempt, Execution, StoppedError, current_attempt
from local.emulation.children import Children
from local.emulation.walk import walk

_MOST_AT_ONCE: Final = 64


class MapRun:
    """One run of a map state, from its start over its redrives to its success.

    Args:
        state_name: the map state's.
        record: ministack's record of the run, which is kept up to date.
        children: its executions.
        is_too_many: whether so many unsuccessful children are more than the state tolerates.
    """

    def __init__(
        self,
        state_name: str,
        record: dict[str, Any],
        children: Children,
        is_too_many: Callable[[int], bool],
    ) -> None:
        self.state_name = state_name
        self.record = record
        self._children = children
        self._is_too_many = is_too_many
        self._ends = RLock()

    def carry_out(self, parent: Attempt) -> list[Any]:
        """Run what has not succeeded yet, and return all outputs, None for a tolerated failure.

        Raises:
            StoppedError: the parent ended meanwhile.
            _ExecutionError: more children failed than the state tolerates.
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
            raise _threshold_exceeded()
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

    def to_redrive(self) -> list[Execution]:
        """Return the children that have ended without success."""
        return self._children.unsuccessful()

    def reopen(self) -> None:
        """Get ready to be carried out once more."""
        from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

        count = self.record["redriveCount"] + 1
        self.record.update(
            status="RUNNING", redriveCount=count, redriveDate=stepfunctions.now_iso()
        )
        self.record.pop("stopDate", None)

    def _end(self, status: str) -> None:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        self.record.update(status=status, stopDate=stepfunctions.now_iso())

    def _carry(self, index: int, parent: Attempt) -> None:
        self._require(parent)
        child = self._children.opened(index)
        attempt = Attempt(child, parent.role_arn)
        current_attempt.set(attempt)
        self._walk(child, attempt, index, parent)
        if child["status"] == "SUCCEEDED":
            return
        self._require(parent)
        if self._is_too_many(self._children.counts.unsuccessful):
            self.stop("FAILED")
            raise StoppedError

    def _require(self, parent: Attempt) -> None:
        parent.require()
        if self.record["status"] != "RUNNING":
            raise StoppedError

    def _walk(self, child: Execution, attempt: Attempt, index: int, parent: Attempt) -> None:
        from ministack.services.stepfunctions import _ExecutionError  # noqa: PLC0415 (as above)

        try:
            # Whoever stopped the others just now has not seen this one.
            self._require(parent)
            output = walk(self._children.states, attempt, self._children.context_of(child, index))
        except StoppedError:
            status, told = "ABORTED", {}
        except _ExecutionError as problem:
            status, told = "FAILED", {"error": problem.error, "cause": problem.cause}
        else:
            status, told = "SUCCEEDED", {"output": json.dumps(output)}
        if attempt.claim_end():
            self._children.end(child, status, **told)


def _threshold_exceeded() -> Exception:
    from ministack.services.stepfunctions import _ExecutionError  # noqa: PLC0415 (as above)

    error: Exception = _ExecutionError(
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )
    return error


def stop_map_of(execution: Execution) -> list[Execution]:
    """Abort the map run that an execution is in, if it is in any; return the children stopped."""
    map_run = execution.get("_map_run")
    return map_run.stop() if isinstance(map_run, MapRun) else []
