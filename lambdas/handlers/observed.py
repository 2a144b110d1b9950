"""What every handler is wrapped in: logger, tracer, metrics and a reading of its memory."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")
Handler = Callable[[Task, LambdaContext], Receipt]

logger = Logger()
metrics = Metrics()
tracer = Tracer()

_STATUS = Path("/proc/self/status")


def observed(handler: Handler[Task, Receipt]) -> Handler[Task, Receipt]:
    """Return the handler with its log lines, trace and metrics, and its peak memory among them."""

    @wraps(handler)
    def measured(task: Task, context: LambdaContext) -> Receipt:
        try:
            return handler(task, context)
        finally:
            peak_mib = _peak_memory_mib()
            metrics.add_metric("PeakMemory", MetricUnit.Megabytes, peak_mib)
            logger.info("ended", peak_memory_mib=peak_mib)

    wrapped: Any = tracer.capture_lambda_handler(measured, capture_response=False)
    wrapped = metrics.log_metrics(wrapped)
    return wraps(handler)(logger.inject_lambda_context(wrapped, clear_state=True))


def _peak_memory_mib() -> float:
    """Return the most memory this process has held; 0 where the system does not tell.

    `getrusage` also counts what the process held before it became this function.
    """
    if not _STATUS.exists():
        return 0.0
    lines = (line.split() for line in _STATUS.read_text().splitlines())
    return next((int(words[1]) / 1024 for words in lines if words[0] == "VmHWM:"), 0.0)
