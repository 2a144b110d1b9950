"""Step Functions: how often an execution was redriven."""

import json
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse

from lambdas.aws.clients import states_client

_ASKED = "before-send.sfn.DescribeExecution"


class Executions:
    """Answers DescribeExecution instead of moto, which knows no redrives."""

    def __init__(self) -> None:
        self.redrives = 0
        self.calls = 0
        states_client().meta.events.register_first(_ASKED, self._answer)

    def close(self) -> None:
        states_client().meta.events.unregister(_ASKED, self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.calls += 1
        arn = json.loads(request.body)["executionArn"]
        response = {
            "executionArn": arn,
            "stateMachineArn": arn.rsplit(":", 1)[0].replace("execution", "stateMachine"),
            "status": "RUNNING",
            "startDate": 0,
            "redriveCount": self.redrives,
        }
        return AWSResponse(request.url, 200, {}, _Raw(json.dumps(response).encode()))


class _Raw(BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Any:
        yield self.read()
