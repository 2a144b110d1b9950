"""Step Functions: how often an execution was redriven, and what it says of that."""

import json
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError

from lambdas.aws.clients import states_client

_ASKED = "before-send.sfn.DescribeExecution"


class Executions:
    """Answers DescribeExecution instead of moto, which knows no redrives.

    Attributes:
        redrives: of the execution.
        status: of the execution.
        stale: so many further answers are those of before its last redrive.
        reachable: whether it answers at all.
        calls: how often it was asked.
    """

    def __init__(self) -> None:
        self.redrives = 0
        self.status = "RUNNING"
        self.stale = 0
        self.reachable = True
        self.calls = 0
        states_client().meta.events.register_first(_ASKED, self._answer)

    def close(self) -> None:
        states_client().meta.events.unregister(_ASKED, self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.calls += 1
        if not self.reachable:
            raise EndpointConnectionError(endpoint_url=request.url)
        is_stale = self.stale > 0
        self.stale -= is_stale
        arn = json.loads(request.body)["executionArn"]
        response = {
            "executionArn": arn,
            "stateMachineArn": arn.rsplit(":", 1)[0].replace("execution", "stateMachine"),
            "status": "FAILED" if is_stale else self.status,
            "startDate": 0,
            "redriveCount": max(self.redrives - is_stale, 0),
        }
        return AWSResponse(request.url, 200, {}, _Raw(json.dumps(response).encode()))


class _Raw(BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Any:
        yield self.read()
