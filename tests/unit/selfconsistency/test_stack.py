from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError as AwsError

from selfconsistency.connection import Connection, Stack, find_stack
from selfconsistency.shell import ClientError

OUTPUTS = {
    "Bucket": "b",
    "Table": "t",
    "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:W",
    "Console": "https://console",
}


@dataclass(frozen=True)
class Account(Connection):
    """CloudFormation with the stacks given."""

    stacks: Any = None

    def cloudformation(self) -> Any:
        return self

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803
        if StackName not in self.stacks:
            raise AwsError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        outputs = self.stacks[StackName].items()
        shown = [{"OutputKey": key, "OutputValue": value} for key, value in outputs]
        return {"Stacks": [{"Outputs": shown}]}


def account(**stacks: dict[str, str]) -> Account:
    return Account(boto3.Session(region_name="us-east-1"), stacks=stacks)


def test_a_stack_is_found_by_name() -> None:
    assert find_stack(account(Ours=OUTPUTS), "Ours") == Stack(
        "Ours", "b", "t", OUTPUTS["StateMachineArn"]
    )


def test_a_missing_stack_is_told_with_region_and_way_out() -> None:
    with pytest.raises(ClientError, match=r"no stack 'Other' in us-east-1: .*cdk deploy.*--stack"):
        find_stack(account(Ours=OUTPUTS), "Other")


def test_a_stack_of_another_app_is_told_so() -> None:
    with pytest.raises(ClientError, match="'CDKToolkit' has no output Table, StateMachineArn"):
        find_stack(account(CDKToolkit={"Bucket": "b"}), "CDKToolkit")


def test_an_execution_s_arn_follows_from_the_state_machine_s() -> None:
    stack = Stack.of_outputs("Ours", OUTPUTS)

    assert stack.execution_arn("r1") == "arn:aws:states:us-east-1:000000000000:execution:W:r1"
