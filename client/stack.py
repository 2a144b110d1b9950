"""The deployed stack as the client sees it: four outputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from botocore.exceptions import ClientError as AwsError

from client.connection import Connection
from client.errors import ClientError
from lambdas.contract import Output

DEFAULT_NAME = "SelfConsistency"


@dataclass(frozen=True, slots=True)
class Stack:
    """Names of what was deployed."""

    name: str
    bucket: str
    table: str
    state_machine_arn: str

    @classmethod
    def of_outputs(cls, name: str, outputs: Mapping[str, str]) -> Self:
        """Return the stack whose CloudFormation outputs are given.

        Raises:
            ClientError: an output is missing, so the stack is not one of this app.
        """
        needed = (Output.BUCKET, Output.TABLE, Output.STATE_MACHINE_ARN)
        missing = [key for key in needed if key not in outputs]
        if missing:
            raise ClientError(
                f"stack {name!r} has no output {', '.join(missing)}: it is not a stack of this app"
            )
        return cls(name, *(outputs[key] for key in needed))

    def execution_arn(self, execution_name: str) -> str:
        """Return the ARN that an execution of this name has."""
        return f"{self.state_machine_arn.replace(':stateMachine:', ':execution:')}:{execution_name}"


def find_stack(connection: Connection, name: str) -> Stack:
    """Look a deployed stack up by its name.

    Raises:
        ClientError: there is none of that name in this account and Region, or it is of
            another app.
    """
    try:
        described = connection.cloudformation().describe_stacks(StackName=name)
    except AwsError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        region = connection.session.region_name
        raise ClientError(
            f"no stack {name!r} in {region}: deploy it there with `cdk deploy`, or name yours "
            "with --stack"
        ) from error
    outputs = described["Stacks"][0].get("Outputs", [])
    return Stack.of_outputs(name, {entry["OutputKey"]: entry["OutputValue"] for entry in outputs})
