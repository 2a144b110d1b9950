"""Kinds of states: the task of a step, and the map over the lines of a file."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from lambdas.contract import StepName
from lambdas.contract.jobs import Job
from lambdas.contract.schema import Partition

# Transient errors of AWS. An exception of ours means that the run is wrong and is never retried;
# an expected outcome is a value, not an exception.
TRANSIENT = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
)
# The account runs too many functions at once. Nothing has run yet, so waiting is enough.
THROTTLED = ("Lambda.TooManyRequestsException",)
# The function's environment died, or ran out of memory or time. Every step can be repeated.
CRASHED = (
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    "States.Timeout",
)

# How often the execution was redriven. DescribeExecution says so too, but perhaps late.
REDRIVES: Mapping[str, Any] = {"redrives": sfn.JsonPath.number_at("$$.Execution.RedriveCount")}
# A payload that identifies the execution and its attempt, and holds its input.
EXECUTION: Mapping[str, Any] = {
    "execution_arn": sfn.JsonPath.execution_id,
    "execution_name": sfn.JsonPath.execution_name,
    "start": sfn.JsonPath.object_at("$$.Execution.Input"),
    **REDRIVES,
}
# In a child execution: the parent's redrives before the child began, and those of the child itself.
# A child keeps its input when it is redriven, and each of its redrives is one of the parent's.
CHILD_REDRIVES: Mapping[str, Any] = {
    "redrives": sfn.JsonPath.math_add(
        sfn.JsonPath.number_at("$.redrives"), sfn.JsonPath.number_at("$$.Execution.RedriveCount")
    )
}


def step_task(
    scope: Construct,
    name: StepName,
    function: lambda_.Function,
    *,
    comment: str,
    payload: Mapping[str, Any] | None = None,
    result_path: str | None = None,
    state_name: str | None = None,
) -> sfn.TaskStateBase:
    """Return the task of a step, with its retries and its timeout.

    The function receives `payload`, or the state itself. Its receipt goes to `result_path`, or
    replaces the state. The state has the step's name, unless several states call the step.
    """
    timeout = function.timeout or Duration.minutes(15)
    task = tasks.LambdaInvoke(
        scope,
        state_name or name,
        comment=comment,
        lambda_function=function,
        payload=sfn.TaskInput.from_object(dict(payload)) if payload else None,
        payload_response_only=True,
        result_path=result_path,
        # The function's own timeout comes first and leaves its reason in the log.
        task_timeout=sfn.Timeout.duration(timeout.plus(Duration.seconds(30))),
        retry_on_service_exceptions=False,
    )
    for errors, attempts, max_delay_min in (
        (TRANSIENT, 8, 1),
        (THROTTLED, 20, 10),
        (CRASHED, 2, 1),
    ):
        task.add_retry(
            errors=list(errors),
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=attempts,
            max_delay=Duration.minutes(max_delay_min),
            jitter_strategy=sfn.JitterType.FULL,
        )
    return task


def file_map(
    scope: Construct,
    name: str,
    *,
    comment: str,
    bucket: s3.IBucket,
    key_path: str,
    line: type[Job | Partition],
    max_concurrency: int,
    child: sfn.IChainable,
) -> sfn.DistributedMap:
    """Return a map that runs a child execution for each line of a JSONL file.

    A child receives the members of its line, and the redrives of the parent until it begins.

    `key_path` is the path in the state to the file's key, and `line` the type of its lines.
    `max_concurrency` is a number and not a path, so that the deployed limit holds whatever a
    request says. The state passes through unchanged: what the children return is discarded.
    """
    members = {
        each.name: sfn.JsonPath.object_at(f"$$.Map.Item.Value.{each.name}") for each in fields(line)
    }
    lines = sfn.DistributedMap(
        scope,
        name,
        comment=comment,
        label=name,
        item_reader=sfn.S3JsonLItemReader(bucket=bucket, key=sfn.JsonPath.string_at(key_path)),
        item_selector={**members, **REDRIVES},
        map_execution_type=sfn.StateMachineType.STANDARD,
        max_concurrency=max_concurrency,
        result_path=sfn.JsonPath.DISCARD,
    )
    return lines.item_processor(child)


def state_payload(*names: str) -> dict[str, Any]:
    """Return a payload of members of the state, by their own names."""
    return {name: sfn.JsonPath.string_at(f"$.{name}") for name in names}
