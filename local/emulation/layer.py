"""A layer around ministack's public application: faults in what functions call, and a log of it."""

import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qs

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.emulation.iam_audit import CallLog
from local.emulation.lambda_processes import kill_caller
from local.emulation.ministack_patches import iam_actions, iam_evaluator, responses, router
from local.faults.answers import (
    Answer,
    dynamodb_answer,
    held_back,
    s3_answer,
    stale_description,
)
from local.faults.book import FaultBook

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# AWS_SDK_UA_APP_ID, which the stack sets to the step's name, ends up in each User-Agent:
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html
_STEP = re.compile(r"(?:^| )app/([\w.-]+)")
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
_SIGNED = ("host", "content-type", "x-amz-target")
_REFUSALS = {"s3": s3_answer, "dynamodb": dynamodb_answer}


@dataclass(frozen=True, slots=True)
class FunctionRequest:
    """A request of a step's function.

    Attributes:
        scope: the server's, which the application gets.
        headers: by their names in lower case.
        step: whose function makes it.
        access_key, region, service: those that it is signed with.
        body: all of it, once it is read.
    """

    scope: Scope
    headers: Mapping[str, str]
    step: str
    access_key: str
    region: str
    service: str
    body: bytes = b""

    @classmethod
    def read(cls, scope: Scope) -> Self | None:
        """Return a request, `None` if no function makes it: it names no step, or is not signed."""
        pairs = ((name.decode().lower(), text.decode("latin-1")) for name, text in scope["headers"])
        headers = dict(pairs)
        step = _STEP.search(headers.get("user-agent", ""))
        signed = _CREDENTIAL.search(headers.get("authorization", ""))
        if step is None or signed is None:
            return None
        access_key, region, service = signed.groups()
        return cls(scope, headers, step[1], access_key, region, service)

    @property
    def operation(self) -> str:
        """What is asked for, by the name of its IAM action: a multipart upload is a PutObject."""
        return next((action.partition(":")[2] for action, _ in self.checked()), "")

    def checked(self) -> Iterator[tuple[str, str]]:
        """Yield the actions that ministack asks the policies about, each with its resource."""
        method, path = self.scope["method"], self.scope["path"]
        query = parse_qs(self.scope["query_string"].decode(), keep_blank_values=True)
        asked = (method, path, self.headers, self.body, query)
        service = router.detect_service(method, path, self.headers, query)
        action = iam_actions.extract_iam_action(service, *asked)
        account = responses.get_account_id()
        if action:
            yield (
                action,
                iam_actions.extract_resource_arn(service, *asked, self.region, account),
            )
        if service == "s3":
            yield from iam_actions.s3_additional_checks(*asked)

    def with_content(self, content: Any) -> Self:
        """Return the request with other JSON in its body, signed by the root user."""
        body = json.dumps(content).encode()
        kept = {name: self.headers[name] for name in _SIGNED if name in self.headers}
        url = f"https://{self.headers['host']}{self.scope['path']}"
        request = AWSRequest(self.scope["method"], url, headers=kept, data=body)
        root = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(root, self.service, self.region).add_auth(request)
        headers = [(name.lower().encode(), text.encode()) for name, text in request.headers.items()]
        return replace(self, scope={**self.scope, "headers": headers}, body=body)


class EmulatorLayer:
    """An ASGI application: ministack's, with faults in what functions ask of it, and a log.

    Args:
        application: ministack's.
        book: says which call is hit.
        log: receives what was allowed.
    """

    def __init__(self, application: Application, book: FaultBook, log: CallLog) -> None:
        self._application = application
        self._book = book
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = FunctionRequest.read(scope) if scope["type"] == "http" else None
        if request is None:
            await self._application(scope, receive, send)
            return
        body = await _body(receive)
        status, answered, content = await self._answer(replace(request, body=body))
        await send({"type": "http.response.start", "status": status, "headers": [*answered]})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, request: FunctionRequest) -> Answer:
        step, service, operation = request.step, request.service, request.operation
        if service == "states":
            return await self._described(request)
        fault = self._book.hit(step, service, operation) if service in _REFUSALS else None
        match fault and fault.kind:
            case None:
                return await self._served(request)
            case "throttle" if operation == "BatchWriteItem":
                return await self._served_in_part(request)
            case "throttle" | "error" as kind:
                return _REFUSALS[service](kind)
            case "die_after":
                await self._served(request)
        kill_caller(request.scope["client"][1], request.scope["server"][1])
        return _REFUSALS[service]("error")

    async def _served(self, request: FunctionRequest) -> Answer:
        """Have ministack answer, and note the call if it was allowed."""
        messages: list[Any] = []

        async def send(message: Any) -> None:
            messages.append(message)

        await self._application(request.scope, _replayed(request.body), send)
        body = b"".join(message.get("body", b"") for message in messages)
        answer = Answer(messages[0]["status"], messages[0]["headers"], body)
        caller = iam_evaluator.resolve_caller_identity(request.access_key)
        if caller and not answer.is_denial:
            # arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION
            role = caller["userArn"].split("/")[1]
            for action, resource in request.checked():
                self._log.note(role, action, resource)
        return answer

    async def _described(self, request: FunctionRequest) -> Answer:
        answer = await self._served(request)
        if request.operation != "DescribeExecution" or answer.status != 200:
            return answer
        stale = self._book.hit(request.step, "states", request.operation)
        return stale_description(answer) if stale else answer

    async def _served_in_part(self, request: FunctionRequest) -> Answer:
        content = json.loads(request.body)
        writes = content["RequestItems"]
        # DynamoDB itself fails a batch of which it can write nothing.
        if sum(map(len, writes.values())) < 2:
            return dynamodb_answer("throttle")
        held = held_back(writes, self._book.lots)
        answer = await self._served(request.with_content(content))
        if answer.status != 200:
            return answer
        written = json.loads(answer.body)
        unprocessed = {**written.get("UnprocessedItems", {}), **held}
        return answer.with_content({**written, "UnprocessedItems": unprocessed})


async def _body(receive: Receive) -> bytes:
    message = await receive()
    parts = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _replayed(body: bytes) -> Receive:
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": body}]

    async def replayed() -> Any:
        return messages.pop() if len(messages) > 1 else messages[0]

    return replayed
