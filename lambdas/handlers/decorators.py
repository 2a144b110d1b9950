"""The decorators of the handlers: logging and metrics for each, resumption for some."""

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.functions import is_metrics_disabled
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.redrives import reopen_if_redriven
from lambdas.aws.run_table import run_table
from lambdas.contract.schema import broken
from lambdas.core.errors import RunEndedError

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")
Handler = Callable[[Task, LambdaContext], Receipt]


class ChildTask(TypedDict):
    """A child execution's state, and the redrives of the run that it knows of.

    `redrives` are those of the parent before the child began, and the child's own: each of these
    was one of the parent's.
    """

    state: dict[str, Any]
    redrives: int


logger = Logger()
metrics = Metrics()

_PROCESS_STATUS = Path("/proc/self/status")


def observed(handler: Handler[Task, Receipt]) -> Handler[Task, Receipt]:
    """Return the handler with a fresh log context, metrics, and its peak memory in both.

    The lines of a run's files and the tasks made of them have the format of the run's plan. What
    is wrong with one is a `FormatError`, too.
    """

    @wraps(handler)
    def measured(task: Task, context: LambdaContext) -> Receipt:
        try:
            return handler(task, context)
        except msgspec.DecodeError as error:
            raise broken(f"a task or file of run {_run_id(task)}", error) from error
        finally:
            peak_mib = _peak_memory_mib()
            add_metric("PeakMemory", MetricUnit.Megabytes, peak_mib)
            logger.info("ended", peak_memory_mib=peak_mib)

    published: Any = metrics.log_metrics(measured)

    def either(task: Task, context: LambdaContext) -> Receipt:
        receipt: Receipt = (measured if is_metrics_disabled() else published)(task, context)
        return receipt

    return wraps(handler)(logger.inject_lambda_context(either, clear_state=True))


def add_metric(name: str, unit: MetricUnit, value: float) -> None:
    """Add a metric, unless metrics are off.

    They are where steps run in threads: Powertools has one set of metrics for all.
    """
    if not is_metrics_disabled():
        metrics.add_metric(name, unit, value)


def redrivable(handler: Handler[Any, Receipt]) -> Handler[Any, Receipt]:
    """Return the handler, which first reopens a failed run if its execution was redriven.

    A redriven execution restarts at the state in which it was aborted or timed out. That state's
    step finds the run marked as failed. The task has `run_id`, `execution_arn` and `redrives`.
    """

    @wraps(handler)
    def reopening(task: Any, context: LambdaContext) -> Receipt:
        run_table().reopen(task["run_id"], task["execution_arn"], task["redrives"])
        return handler(task, context)

    return reopening


def redrivable_child(handler: Handler[Any, Receipt]) -> Handler[ChildTask, Receipt]:
    """Return the handler of a child execution's state, which first reopens a redriven run.

    The child's count may be too low: a redrive that fails before it comes to a child is counted
    by the parent alone. So Step Functions is asked before the handler's `RunEndedError` is final.
    """

    @wraps(handler)
    def reopening(task: ChildTask, context: LambdaContext) -> Receipt:
        state = task["state"]
        run_id, execution_arn = state["run_id"], state["execution_arn"]
        run_table().reopen(run_id, execution_arn, task["redrives"])
        try:
            return handler(state, context)
        except RunEndedError:
            reopen_if_redriven(run_id, execution_arn)
            return handler(state, context)

    return reopening


def _run_id(task: object) -> object:
    """Return the run's id in a task, or in the state that a child's task has; "?" without one."""
    members = task if isinstance(task, Mapping) else {}
    state = members.get("state")
    return (state if isinstance(state, Mapping) else members).get("run_id", "?")


def _peak_memory_mib() -> float:
    """Return the most memory this process has held; 0 on a system without /proc.

    `getrusage` also counts what the process held before it became this function.
    """
    if not _PROCESS_STATUS.exists():
        return 0.0
    lines = (line.split() for line in _PROCESS_STATUS.read_text().splitlines())
    return next((int(words[1]) / 1024 for words in lines if words[0] == "VmHWM:"), 0.0)
