"""The child executions of one map run: opened, reopened, and what each is told."""

import copy
import json
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any

from local.emulation.attempts import Execution, claim_end_of
from local.emulation.endings import end, is_redrivable, reopen
from local.emulation.map_record import Counts, child_of


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
        self.states = (state.get("ItemProcessor") or state["Iterator"])["States"]
        self._start_at = (state.get("ItemProcessor") or state["Iterator"])["StartAt"]
        self._selector = state.get("ItemSelector") or state.get("Parameters")
        self._items, self._effective = items, effective
        self._parent, self._record = parent, record
        self._context = copy.deepcopy(context)
        self._children: list[Execution | None] = [None] * len(items)
        self._changes = RLock()
        self.counts = Counts(record)

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
        """Return all outputs in order of the items, None for a child without one."""
        return [json.loads((child or {}).get("output") or "null") for child in self._children]

    def opened(self, index: int) -> Execution:
        """Return the child of an item, running: begun, or reopened where it stands."""
        from ministack.services import stepfunctions  # noqa: PLC0415 (its process only)

        with self._changes:
            child = self._children[index]
            self.counts.move(child["status"] if child else None, "RUNNING")
            if child is None:
                given = self._given(index)
                child = child_of(self._record, self._parent, given, self._start_at)
                stepfunctions._executions[child["executionArn"]] = child
                self._children[index] = child
            else:
                reopen(child)
            return child

    def end(self, child: Execution, status: str, **told: Any) -> None:
        """End a child; the caller has claimed its end."""
        with self._changes:
            self.counts.move(child["status"], status)
            end(child, status, **told)

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

    def _given(self, index: int) -> Any:
        from ministack.services import stepfunctions  # noqa: PLC0415 (as above)

        if not self._selector:
            return self._items[index]
        return stepfunctions._resolve_params_obj(
            self._selector, self._effective, self._context_at(index)
        )

    def _context_at(self, index: int) -> dict[str, Any]:
        context = dict(copy.deepcopy(self._context))
        context["Map"] = {"Item": {"Index": index, "Value": self._items[index]}}
        return context
