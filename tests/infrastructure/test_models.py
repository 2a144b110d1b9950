"""IAM's limits on the length of policies, with the longest possible values."""

import json
from collections import Counter
from typing import Any

import pytest
from aws_cdk import App

from infrastructure.settings import Settings, SettingsError
from infrastructure.synth import make_template
from tests.infrastructure.contexts import KEY, template_of

# Characters of all inline policies of a role together, without white space (IAM quotas).
LIMIT = 10_240
LONG = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "111122223333",
    "AWS::URLSuffix": "amazonaws.com",
}
# Characters of a managed policy.
MANAGED_LIMIT = 6_144
# CloudFormation's names, of a stack's name and a logical id, have at most 64 characters.
NAME = "x" * 64
ARN = f"arn:aws:service:ap-southeast-2:111122223333:kind:{NAME}"


def resolved(value: Any) -> Any:
    """Return a template's value with long names in place of references."""
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return LONG.get(value["Ref"], NAME)
    if "Fn::Join" in value:
        return "".join(resolved(value["Fn::Join"][1]))
    if "Fn::GetAtt" in value or "Fn::Select" in value:
        return ARN
    return {key: resolved(each) for key, each in value.items()}


def sizes(template: dict[str, Any]) -> Counter[str]:
    """Return the characters of each role's policies."""
    found: Counter[str] = Counter()
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            document = resolved(resource["Properties"]["PolicyDocument"])
            written = len(json.dumps(document, separators=(",", ":")))
            found.update({role["Ref"]: written for role in resource["Properties"]["Roles"]})
    return found


def test_the_policies_of_every_role_are_short_enough(template: dict[str, Any]) -> None:
    ((role, most),) = sizes(template).most_common(1)

    assert most <= LIMIT, role


def regions(count: int) -> dict[str, Any]:
    """Return a context of so many Regions, with the longest names."""
    sides = ("southeast", "northeast", "southwest", "northwest")
    many = [f"ap-{side}-{number}" for side in sides for number in range(10)]
    return {"profile_regions": {"us": many[:count]}}


def most_regions(**context: Any) -> int:
    """Return the most Regions that the settings accept."""
    for count in range(1, 40):
        try:
            Settings.from_context(App(context=regions(count + 1) | context).node)
        except SettingsError:
            return count
    raise AssertionError("any number is accepted")


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({}, id="defaults"),
        pytest.param({"model_prefixes": ["writer."]}, id="a prefix"),
        pytest.param({"kms_key_arn": KEY}, id="a key"),
    ],
)
def test_policies_are_short_enough_with_the_most_regions_that_the_settings_accept(
    context: dict[str, Any],
) -> None:
    most = most_regions(**context)

    written = max(sizes(make_template(regions(most) | context)).values())

    # A Region takes 350 to 450 characters: none is refused that would still fit.
    assert LIMIT - 600 <= written <= LIMIT


def test_the_network_s_policy_is_short_enough_with_the_most_subnets_and_groups() -> None:
    [policy] = [
        found["Properties"]["PolicyDocument"]
        for found in template_of("network")["Resources"].values()
        if found["Type"] == "AWS::IAM::ManagedPolicy"
    ]

    assert len(json.dumps(resolved(policy), separators=(",", ":"))) <= MANAGED_LIMIT
