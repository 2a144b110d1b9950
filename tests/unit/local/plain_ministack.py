"""Asks ministack, as it is, for what local/emulation adds to its Step Functions.

Run on the emulator's interpreter; prints what it answers, in JSON.
"""

import asyncio
import json
import time

from ministack.app import app

ROLE = "arn:aws:iam::000000000000:role/machine"
PAUSE = {"Type": "Wait", "Seconds": 2, "End": True}
PASS = {"Type": "Pass", "End": True}
FAIL = {"Type": "Fail", "Error": "Wrong"}
CHILDREN = {
    "Type": "Map",
    "ItemsPath": "$.items",
    "MaxConcurrencyPath": "$.at_once",
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Pause",
        "States": {"Pause": PAUSE},
    },
    "End": True,
}


async def answered(operation, content):
    body, sent = json.dumps(content).encode(), []
    headers = {
        "host": "localhost",
        "content-type": "application/x-amz-json-1.0",
        "content-length": str(len(body)),
        "x-amz-target": f"AWSStepFunctions.{operation}",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "client": ("127.0.0.1", 1),
    }

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return json.loads(b"".join(message.get("body", b"") for message in sent))


def call(operation, **content):
    return asyncio.run(answered(operation, content))


def begun(name, state, **machine):
    definition = json.dumps({"StartAt": "State", "States": {"State": state}, **machine})
    made = call("CreateStateMachine", name=name, definition=definition, roleArn=ROLE)
    given = json.dumps({"items": [1, 2], "at_once": 1})
    started = call("StartExecution", stateMachineArn=made["stateMachineArn"], input=given)
    return started["executionArn"]


def status(arn):
    return call("DescribeExecution", executionArn=arn)["status"]


def ended(arn):
    while status(arn) == "RUNNING":
        time.sleep(0.02)
    return status(arn)


def map_run_of(arn):
    while not (found := call("ListMapRuns", executionArn=arn)["mapRuns"]):
        time.sleep(0.02)
    return found[0]["mapRunArn"]


def children_of(map_run):
    while not (found := call("ListExecutions", mapRunArn=map_run)["executions"]):
        time.sleep(0.02)
    return found


timed, mapped, failed = (
    begun("timed", PAUSE, TimeoutSeconds=1),
    begun("mapped", CHILDREN),
    begun("failed", FAIL),
)
map_run = map_run_of(mapped)
child = children_of(map_run)[0]["executionArn"]
call("StopExecution", executionArn=mapped)
ended(failed)
print(
    json.dumps(
        {
            "redrive": call("RedriveExecution", executionArn=failed),
            "redriveStatus": call("DescribeExecution", executionArn=failed).get("redriveStatus"),
            "TimeoutSeconds": ended(timed),
            "child of a stopped map": ended(child),
            "MaxConcurrencyPath": call("DescribeMapRun", mapRunArn=map_run)["maxConcurrency"],
        }
    )
)
