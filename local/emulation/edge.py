"""Faults between the functions and what they call, and between the state machine and them."""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from local.emulation.failing import (
    Answer,
    dynamodb_answer,
    fail_invocation,
    held_back,
    s3_answer,
)
from local.emulation.fault_book import FaultBook
from local.emulation.operations import s3_operation, target_operation
from local.emulation.parts import (
    BATCH_WRITE,
    CALL_FUNCTION,
    SERVE_DYNAMODB,
    SERVE_S3,
    Function,
)
from local.emulation.workers import Workers, kill, step_of
from local.faults.edge import EdgeFault

_Serve = Callable[[], Awaitable[Answer]]
# Set while a batch of writes is served of which some are to be held back.
_holding_back: ContextVar[bool] = ContextVar("_holding_back", default=False)


class Edge:
    """Hits calls as the book says. A call of nobody's function is never hit."""

    def __init__(self, book: FaultBook, workers: Workers) -> None:
        self._book = book
        self._workers = workers

    def install(self) -> None:
        """Stand before S3 and DynamoDB, and between state machines and functions."""
        SERVE_S3.replace(self._before_s3)
        SERVE_DYNAMODB.replace(self._before_dynamodb)
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
    told = json.loads(body)
    if status == 200:
        told["UnprocessedItems"] = {**told.get("UnprocessedItems", {}), **held}
    return status, headers, json.dumps(told).encode()


def _name_in(func_ref: str) -> str:
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME, perhaps with a version, or the name alone.
    return func_ref.split(":")[6] if func_ref.startswith("arn:") else func_ref
