"""IAM's limit on the inline policies of a role, with values as long as they come."""

import json
from collections import Counter
from typing import Any

import pytest

from infrastructure.app import make_template
from infrastructure.models import MAX_PROFILE_REGIONS, PROFILE_REGIONS, routed_regions

# Characters of all inline policies of a role together, white space left out (IAM quotas).
LIMIT = 10_240
LONG = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "111122223333",
    "AWS::URLSuffix": "amazonaws.com",
}
# Names that CloudFormation makes of a stack's name and a logical id have at most 64 characters.
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


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_they_are_with_as_many_regions_as_the_settings_take(
    monkeypatch: pytest.MonkeyPatch, partition: str
) -> None:
    monkeypatch.setitem(LONG, "AWS::Partition", partition)
    most = MAX_PROFILE_REGIONS if partition == "aws" else 18
    regions = [f"ap-southeast-{number}" for number in range(1, 10)]
    regions += [f"ap-northeast-{number}" for number in range(1, 10)]
    regions += [f"eu-central-{number}" for number in range(1, 7)]

    written = sizes(make_template({"profile_regions": {"us": regions[:most]}}))

    assert max(written.values()) <= LIMIT


def test_the_regions_of_all_known_profiles_are_not_too_many() -> None:
    assert len(routed_regions(PROFILE_REGIONS)) <= MAX_PROFILE_REGIONS
