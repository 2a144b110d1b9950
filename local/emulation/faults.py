"""Faults between the functions and what they call, and between the state machine and them."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from random import Random
from threading import Lock
from typing import Any, Final, NoReturn

from local.emulation.lambda_processes import Workers, kill, step_of
from local.emulation.ministack_patches import (
    BATCH_WRITE,
    CALL_FUNCTION,
    SERVE_DYNAMODB,
    SERVE_S3,
    SERVE_STATES,
    Function,
    stepfunctions,
)
from local.emulation.operations import s3_operation, target_operation
from local.faults.edge import EdgeFault

# Status, headers and body, as ministack's services give them.
Answer = tuple[int, dict[str, str], bytes]
_S3: Final = {
    "throttle": (503, "SlowDown", "Please reduce your request rate."),
    "error": (500, "InternalError", "We encountered an internal error. Please try again."),
}
_DYNAMODB: Final = {
    "throttle": (
        400,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.",
    ),
    "error": (500, "InternalServerError", "The request processing has failed."),
}
_LAMBDA: Final = {
    "throttle": ("Lambda.TooManyRequestsException", "Rate Exceeded."),
    "error": ("Lambda.ServiceException", "The AWS Lambda service encountered an internal error."),
    "time_out_before": ("Sandbox.Timedout", "Task timed out before the function began"),
    "time_out_after": ("Sandbox.Timedout", "Task timed out after the function had run"),
}
_Serve = Callable[[], Awaitable[Answer]]
# Set while a batch of writes is served of which some are to be held back.
_holding_back: ContextVar[bool] = ContextVar("_holding_back", default=False)


def s3_answer(kind: str) -> Answer:
    """Return S3's answer to a call that it does not serve; `kind` is a fault's.

    >>> s3_answer("throttle")[0]
    503
    """
    status, code, message = _S3.get(kind, _S3["error"])
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return status, {"Content-Type": "application/xml"}, text.encode()


def dynamodb_answer(kind: str) -> Answer:
    """Return DynamoDB's answer to a call that it does not serve; `kind` is a fault's.

    >>> dynamodb_answer("throttle")[0]
    400
    """
    status, code, message = _DYNAMODB.get(kind, _DYNAMODB["error"])
    content = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(content).encode()


def stale_description(answer: Answer) -> Answer:
    """Return what DescribeExecution would have answered just before an execution's last redrive.

    It is eventually consistent:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.

    >>> stale_description((200, {}, b'{"status": "RUNNING", "redriveCount": 1}'))[2]
    b'{"status": "FAILED", "redriveCount": 0}'
    """
    status, headers, body = answer
    content = json.loads(body)
    before = max(content.get("redriveCount", 0) - 1, 0)
    return (
        status,
        headers,
        json.dumps(content | {"status": "FAILED", "redriveCount": before}).encode(),
    )


def fail_invocation(kind: str) -> NoReturn:
    """End a state's call of a function as Step Functions reports it; `kind` is a fault's.

    Raises:
        _ExecutionError: always; ministack's own, on which Retry and Catch work.
    """
    error, message = _LAMBDA[kind]
    raise stepfunctions._ExecutionError(
        error, json.dumps({"errorType": error, "errorMessage": message})
    )


def held_back(requests: dict[str, list[Any]], lots: Random) -> dict[str, list[Any]]:
    """Take some of a batch's writes, at least one and never all, out of `requests`; return them.

    Args:
        requests: table → writes, two or more in all. A table left without any is taken out too.
        lots: draws them.
    """
    places = [(table, place) for table, writes in requests.items() for place in range(len(writes))]
    drawn = set(lots.sample(places, lots.randrange(1, len(places))))
    held = {
        table: [write for place, write in enumerate(writes) if (table, place) in drawn]
        for table, writes in requests.items()
    }
    for table, writes in list(requests.items()):
        left = [write for place, write in enumerate(writes) if (table, place) not in drawn]
        requests.pop(table) if not left else requests.update({table: left})
    return {table: writes for table, writes in held.items() if writes}


class FaultBook:
    """The faults in force, and how often each has hit. Safe to use from several threads.

    Attributes:
        lots: seeded with the faults, for what else a fault leaves to chance.

    >>> book = FaultBook()
    >>> book.use([EdgeFault("Collect", "s3", "PutObject", "throttle", first=1)], seed=0)
    >>> book.hit("Collect", "s3", "PutObject").kind
    'throttle'
    >>> book.hit("Collect", "s3", "PutObject") is None
    True
    >>> book.injected()
    {'throttle Collect s3 PutObject': 1}
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[_Counted] = []
        self.lots = Random(0)  # noqa: S311 (lots, no secrets)

    def use(self, faults: Sequence[EdgeFault], seed: int) -> None:
        """Replace all faults; what was counted and drawn begins anew."""
        counted = [_Counted(fault, f"{seed}:{place}") for place, fault in enumerate(faults)]
        with self._lock:
            self._faults, self.lots = counted, Random(seed)  # noqa: S311 (lots, no secrets)

    def hit(self, function: str, service: str, action: str) -> EdgeFault | None:
        """Return the fault that hits a call, if any: the first in order of the list.

        A call that is hit is not seen by the faults after that one: it is made again.
        """
        with self._lock:
            for counted in self._faults:
                if counted.matches(function, service, action) and counted.hits():
                    return counted.fault
        return None

    def injected(self) -> Mapping[str, int]:
        """Return "KIND FUNCTION SERVICE ACTION" of each fault → how often it has hit.

        An empty function or action reads `any`. Faults that read the same are added up.
        """
        counts: dict[str, int] = {}
        with self._lock:
            for counted in self._faults:
                counts[counted.name] = counts.get(counted.name, 0) + counted.hit_calls
        return counts


class _Counted:
    def __init__(self, fault: EdgeFault, seed: str) -> None:
        self.fault = fault
        self.hit_calls = 0
        self._calls = 0
        self._lots = Random(seed)  # noqa: S311 (lots, no secrets)

    @property
    def name(self) -> str:
        fault = self.fault
        return f"{fault.kind} {fault.function or 'any'} {fault.service} {fault.action or 'any'}"

    def matches(self, function: str, service: str, action: str) -> bool:
        fault = self.fault
        return (
            fault.service == service
            and fault.function in ("", function)
            and fault.action in ("", action)
        )

    def hits(self) -> bool:
        self._calls += 1
        beyond = self._calls - self.fault.skip
        hit = 0 < beyond <= self.fault.first or (
            beyond > self.fault.first and self._lots.random() < self.fault.share
        )
        self.hit_calls += hit
        return hit


class FaultInjector:
    """Hits calls as the book says. A call of nobody's function is never hit."""

    def __init__(self, book: FaultBook, workers: Workers) -> None:
        self._book = book
        self._workers = workers

    def install(self) -> None:
        """Stand before S3, DynamoDB and Step Functions, and between it and the functions."""
        SERVE_S3.replace(self._before_s3)
        SERVE_DYNAMODB.replace(self._before_dynamodb)
        SERVE_STATES.replace(self._before_states)
        BATCH_WRITE.replace(self._some_held_back)
        CALL_FUNCTION.replace(self._before_function)

    def _before_s3(self, serve: Function) -> Function:
        async def served(
            method: str, path: str, headers: Any, body: Any, query_params: Any, **more: Any
        ) -> Any:
            async def go_on() -> Any:
                return await serve(method, path, headers, body, query_params, **more)

            operation = s3_operation(method, path, headers, query_params)
            return await self._serve("s3", operation, headers, go_on, s3_answer)

        return served

    def _before_dynamodb(self, serve: Function) -> Function:
        async def served(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
            async def go_on() -> Any:
                return await serve(method, path, headers, body, query_params)

            operation = target_operation(headers)
            return await self._serve("dynamodb", operation, headers, go_on, dynamodb_answer)

        return served

    def _before_states(self, serve: Function) -> Function:
        async def served(method: str, path: str, headers: Any, body: Any, query_params: Any) -> Any:
            answer = await serve(method, path, headers, body, query_params)
            operation, worker = target_operation(headers), self._workers.calling(headers)
            if worker is None or operation != "DescribeExecution" or answer[0] != 200:
                return answer
            fault = self._book.hit(step_of(worker.func_name), "states", operation)
            return stale_description(answer) if fault else answer

        return served

    async def _serve(
        self,
        service: str,
        operation: str,
        headers: Any,
        go_on: _Serve,
        refusal: Callable[[str], Answer],
    ) -> Answer:
        worker = self._workers.calling(headers)
        fault = worker and self._book.hit(step_of(worker.func_name), service, operation)
        if not fault:
            return await go_on()
        if fault.kind in ("die_before", "die_after"):
            return await _serve_the_dying(fault, worker, go_on, refusal)
        if fault.kind == "throttle" and operation == "BatchWriteItem":
            return await _serve_in_part(go_on)
        return refusal(fault.kind)

    def _some_held_back(self, write: Function) -> Function:
        def written(data: Any) -> Any:
            requests = data.get("RequestItems") if _holding_back.get() else None
            if not requests:
                return write(data)
            # DynamoDB itself fails a batch of which it can write nothing.
            if sum(map(len, requests.values())) < 2:
                return dynamodb_answer("throttle")
            held = held_back(requests, self._book.lots)
            return _with_unprocessed(write(data), held)

        return written

    def _before_function(self, call: Function) -> Function:
        def called(func_ref: str, event: Any) -> Any:
            fault = self._book.hit(step_of(_name_in(func_ref)), "lambda", "Invoke")
            if fault is None:
                return call(func_ref, event)
            if fault.kind == "time_out_after":
                call(func_ref, event)
            return fail_invocation(fault.kind)

        return called


async def _serve_in_part(go_on: _Serve) -> Answer:
    token = _holding_back.set(True)
    try:
        return await go_on()
    finally:
        _holding_back.reset(token)


async def _serve_the_dying(
    fault: EdgeFault, worker: Any, go_on: _Serve, refusal: Callable[[str], Answer]
) -> Answer:
    answer = await go_on() if fault.kind == "die_after" else refusal("error")
    kill(worker)
    return answer


def _with_unprocessed(answer: Answer, held: dict[str, list[Any]]) -> Answer:
    status, headers, body = answer
    content = json.loads(body)
    if status == 200:
        content["UnprocessedItems"] = {**content.get("UnprocessedItems", {}), **held}
    return status, headers, json.dumps(content).encode()


def _name_in(func_ref: str) -> str:
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME, perhaps with a version, or the name alone.
    return func_ref.split(":")[6] if func_ref.startswith("arn:") else func_ref
