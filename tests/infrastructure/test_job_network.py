"""The network of Bedrock's jobs: what its role may do there, and what Submit is told."""

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.contract import Env
from tests.infrastructure.choices import CHOICES, template_of

StatementsWith = Callable[[str, str], list[dict[str, Any]]]

EC2 = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}"
CHOSEN = CHOICES["network"]
SUBNETS = [f"{EC2}:subnet/{id_}" for id_ in CHOSEN["vpc_subnet_ids"]]
GROUPS = [f"{EC2}:security-group/{id_}" for id_ in CHOSEN["vpc_security_group_ids"]]
INTERFACES = [f"{EC2}:network-interface/*"]
TAG = "BedrockModelInvocationJobArn"
# "Protect batch inference jobs using a VPC", Amazon Bedrock user guide.
LOOKING = {
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
}
REMOVING = {
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
}


@pytest.fixture
def of_network(statements_with: StatementsWith) -> list[dict[str, Any]]:
    return [
        statement
        for statement in statements_with("network", "BatchAccessRole")
        if statement["Action"].startswith("ec2:")
    ]


def test_bedrock_s_role_may_do_what_the_user_guide_says_and_no_more(
    of_network: list[dict[str, Any]],
) -> None:
    actions = {statement["Action"] for statement in of_network}

    assert actions == LOOKING | REMOVING | {"ec2:CreateNetworkInterface", "ec2:CreateTags"}


def test_interfaces_are_placed_in_these_subnets_and_groups_only(
    of_network: list[dict[str, Any]],
) -> None:
    tagged, used = [each for each in of_network if each["Action"] == "ec2:CreateNetworkInterface"]

    assert tagged["Resource"] == INTERFACES
    assert tagged["Condition"]["StringEquals"] == {"aws:RequestTag/BedrockManaged": "true"}
    assert list(tagged["Condition"]["ArnEquals"]) == [f"aws:RequestTag/{TAG}"]
    assert sorted(used["Resource"]) == sorted([*SUBNETS, *GROUPS])


def test_tags_are_put_on_an_interface_as_it_is_created_only(
    of_network: list[dict[str, Any]],
) -> None:
    [tags] = [each for each in of_network if each["Action"] == "ec2:CreateTags"]

    assert tags["Resource"] == INTERFACES
    assert tags["Condition"] == {
        "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", TAG]},
    }


def test_interfaces_of_jobs_in_these_subnets_are_removed_and_no_others(
    of_network: list[dict[str, Any]],
) -> None:
    for statement in of_network:
        if statement["Action"] in REMOVING:
            subnets = statement["Condition"]["StringEquals"]["ec2:Subnet"]
            assert len(subnets) == len(SUBNETS)
            assert list(statement["Condition"]["ArnEquals"]) == [f"ec2:ResourceTag/{TAG}"]


def test_only_looking_is_without_conditions_on_everything(
    of_network: list[dict[str, Any]],
) -> None:
    free = {each["Action"] for each in of_network if "Condition" not in each}

    assert free == LOOKING | {"ec2:CreateNetworkInterface"}


def test_submit_alone_is_told_subnets_and_groups() -> None:
    names = (Env.VPC_SUBNET_IDS, Env.VPC_SECURITY_GROUP_IDS)
    told = {
        found["Properties"]["Handler"]: [
            found["Properties"]["Environment"]["Variables"].get(name) for name in names
        ]
        for found in template_of("network")["Resources"].values()
        if found["Type"] == "AWS::Lambda::Function"
    }

    assert told.pop("lambdas.handlers.submit.handler") == [
        ",".join(CHOSEN["vpc_subnet_ids"]),
        ",".join(CHOSEN["vpc_security_group_ids"]),
    ]
    assert all(values == [None, None] for values in told.values())


def test_no_function_may_do_anything_with_networks(statements_with: StatementsWith) -> None:
    """Bedrock places the interfaces under its own role; creating the job takes no right on them."""
    assert not [
        each
        for each in statements_with("network", "StepsSubmitRole")
        if each["Action"].startswith("ec2:")
    ]


def test_without_a_network_bedrock_s_role_has_nothing_to_do_with_any(
    template: dict[str, Any],
) -> None:
    assert "ec2:" not in str(template["Resources"])
