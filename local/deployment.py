"""Deploy the app's cloud assembly to an emulator, through CloudFormation as on AWS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import WaiterError

from local.assembly import file_assets, packed_file
from local.emulator import REGION, Emulator
from local.errors import DeploymentError
from selfconsistency.connection import Connection, Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# The waiter counts in whole seconds, by its type alone.
_LOOK_EVERY_S: Any = 0.05
_TIMEOUT_S = 300


def deploy(emulator: Emulator, assembly: Path) -> Stack:
    """Deploy an assembly to a running emulator and return the stack's outputs.

    Template and assets are those that `cdk deploy` brings. Of what `cdk bootstrap` leaves in an
    account, there is what the template refers to: the bucket of assets, and the version.

    Raises:
        DeploymentError: CloudFormation refused the stack or rolled it back; the message says why.
    """
    connection, account_id = emulator.connection(), emulator.account_id()
    stack = _stack_artifact(assembly)
    name, properties = stack["displayName"], stack["properties"]
    _state_bootstrap_version(connection, properties)
    _upload_assets(connection, assembly, account_id)
    formation = connection.cloudformation()
    template_url = _in_account(properties["stackTemplateAssetObjectUrl"], account_id)
    formation.create_stack(
        StackName=name,
        TemplateURL=template_url.replace("s3://", f"{emulator.url}/"),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    return Stack.of_outputs(name, _outputs(formation, name))


def _stack_artifact(assembly: Path) -> dict[str, Any]:
    """Return the manifest's entry of the only stack."""
    artifacts = json.loads((assembly / "manifest.json").read_bytes())["artifacts"].values()
    [stack] = [each for each in artifacts if each["type"] == "aws:cloudformation:stack"]
    found: dict[str, Any] = stack
    return found


def _state_bootstrap_version(connection: Connection, properties: dict[str, Any]) -> None:
    """Set the parameter in which the template looks whether the account is bootstrapped."""
    connection.ssm().put_parameter(
        Name=properties["bootstrapStackVersionSsmParameter"],
        Value=str(properties["requiresBootstrapStackVersion"]),
        Type="String",
    )


def _upload_assets(connection: Connection, assembly: Path, account_id: str) -> None:
    s3 = connection.s3()
    for asset in file_assets(assembly):
        [place] = asset["destinations"].values()
        bucket = _in_account(place["bucketName"], account_id)
        # Its owner may create a bucket again.
        s3.create_bucket(Bucket=bucket)
        content = packed_file(assembly, asset).read_bytes()
        s3.put_object(Bucket=bucket, Key=place["objectKey"], Body=content)


def _in_account(text: str, account_id: str) -> str:
    return text.replace("${AWS::AccountId}", account_id).replace("${AWS::Region}", REGION)


def _outputs(formation: "CloudFormationClient", name: str) -> dict[str, str]:
    """Wait until a stack is created and return its outputs."""
    waiter = formation.get_waiter("stack_create_complete")
    looks = int(_TIMEOUT_S / _LOOK_EVERY_S)
    try:
        waiter.wait(StackName=name, WaiterConfig={"Delay": _LOOK_EVERY_S, "MaxAttempts": looks})
    except WaiterError as error:
        raise DeploymentError(f"stack {name}: {_first_failure(formation, name)}") from error
    [stack] = formation.describe_stacks(StackName=name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def _first_failure(formation: "CloudFormationClient", name: str) -> str:
    """Return which resource failed first, and why."""
    pages = formation.get_paginator("describe_stack_events").paginate(StackName=name)
    events = [event for page in pages for event in page["StackEvents"]]
    for event in reversed(events):
        if event["ResourceStatus"] == "CREATE_FAILED":
            return f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}"
    return f"not created within {_TIMEOUT_S} s"
