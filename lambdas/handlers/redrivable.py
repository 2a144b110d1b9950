"""What steps are wrapped in that may find their run failed though it has been redriven."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.redrives import reopened
from lambdas.core.errors import RunEndedError

Receipt = TypeVar("Receipt")
Handler = Callable[[Any, LambdaContext], Receipt]


def redrivable(handler: Handler[Receipt]) -> Handler[Receipt]:
    """Return the handler, which goes on where the run's execution was redriven after its end.

    An execution that was aborted or timed out is redriven at the states it was in, which find
    the run as it was left: failed. The task has `run_id` and `execution_arn`.
    """

    @wraps(handler)
    def reopening(task: Any, context: LambdaContext) -> Receipt:
        try:
            return handler(task, context)
        except RunEndedError:
            # An execution that began before this was deployed does not tell its ARN.
            arn = task.get("execution_arn")
            if arn is None or reopened(task["run_id"], arn) is None:
                raise
            return handler(task, context)

    return reopening
