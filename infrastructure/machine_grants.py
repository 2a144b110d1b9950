"""What the state machine's grants hold by way of wildcards, and why each stands."""

from collections.abc import Iterable

from aws_cdk import Aws, Fn
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct

from infrastructure.accepted import accept, accept_wildcards

_NAMED_LATER = "Executions, and the children of a map, are named when they start"


def accept_grants(
    workflow: Construct,
    machine: sfn.StateMachine,
    *,
    functions: Iterable[lambda_.IFunction],
    bucket: s3.IBucket,
) -> None:
    """Accept what CDK lets the machine do, and steps with its executions.

    Args:
        workflow: the construct of the states, of which a map is named as its children's label.
        machine: what runs them.
        functions: what its tasks call.
        bucket: whose objects its maps read.
    """
    accept(machine, "SF1", "Step Functions keeps all events for 90 days; a log is a second copy")
    role: IConstruct = machine.role
    versions = [f"{function.function_arn}:*" for function in functions]
    accept_wildcards(role, versions, "CDK's grant takes in versions, of which there are none")
    accept_wildcards(role, ["*"], "X-Ray and the delivery of logs know no resources")
    # CDK writes the bucket's ARN out, instead of asking the bucket for it.
    files = f"arn:{Aws.PARTITION}:s3:::{bucket.bucket_name}/*"
    accept_wildcards(role, [files], "A map reads the lines of a run's file, named in the state")
    accept_wildcards(
        workflow.node.find_child("Redrives"),
        [_executions(machine.state_machine_name)],
        _NAMED_LATER,
    )
    children = machine.node.find_child("DistributedMapPolicy")
    # CDK takes the name out of the ARN.
    name = Fn.select(6, Fn.split(":", machine.state_machine_arn))
    maps = [state for state in workflow.node.find_all() if isinstance(state, sfn.DistributedMap)]
    for of in (name, *(f"{name}/{state.node.id}" for state in maps)):
        accept_wildcards(children, [_executions(of)], _NAMED_LATER)


def _executions(of: str) -> str:
    """Return the ARN of the executions of a machine, or of `MACHINE/MAP`."""
    return f"arn:{Aws.PARTITION}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution:{of}:*"
