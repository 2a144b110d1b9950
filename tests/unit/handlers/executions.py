"""Step Functions as the steps ask for it: how often an execution has been redriven."""

import json
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse

from lambdas.aws.clients import states_client

_ASKED = "before-send.sfn.DescribeExecution"


class Executions:
    """Answers DescribeExecution in moto's stead, which has no redrive."""

    def __init__(self) -> None:
        self.redrives = 0
        self.asked = 0
        states_client().meta.events.register_first(_ASKED, self._answer)

    def close(self) -> None:
        states_client().meta.events.unregister(_ASKED, self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.asked += 1
        arn = json.loads(request.body)["executionArn"]
        told = {
            "executionArn": arn,
            "stateMachineArn": arn.rsplit(":", 1)[0].replace("execution", "stateMachine"),
            "status": "RUNNING",
            "startDate": 0,
            "redriveCount": self.redrives,
        }
        return AWSResponse(request.url, 200, {}, _Raw(json.dumps(told).encode()))


class _Raw(BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Any:
        yield self.read()
