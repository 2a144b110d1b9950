"""The models a run may ask for, as ARNs that policies name."""

from collections.abc import Mapping, Sequence

from aws_cdk import Aws

# What the ids of each family begin with. Those of the first three are also reached through
# cross-Region profiles; Command is kept for runs of the published experiment.
_PROFILED = ("amazon.nova-", "anthropic.claude-", "meta.llama")
FAMILIES = (*_PROFILED, "cohere.command-text-v14")

# The global profile routes to models whose ARN names no Region.
GLOBAL = "global"


def model_arns(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the foundation models that a job of this stack may reach.

    Args:
        profile_regions: geography of a profile → the Regions it routes to.

    Returns:
        Every family in the stack's own Region, and those with profiles in each Region of these.
        The wildcard at the end stands for the family's sizes and versions, which a request chooses.
    """
    regions = {region for routed in profile_regions.values() for region in routed}
    if GLOBAL in profile_regions:
        regions.add("")
    own = _place(Aws.REGION)
    routed = [_place(region) for region in sorted(regions)]
    return [
        *(f"{own}:foundation-model/{family}*" for family in FAMILIES),
        *(f"{place}:foundation-model/{family}*" for place in routed for family in _PROFILED),
    ]


def any_profile_arn() -> str:
    """Return the inference profiles of this account and Region.

    A wildcard, because a request chooses the profile; the models behind it are `model_arns`.
    """
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:inference-profile/*"


def any_job_arn() -> str:
    """Return the batch jobs of this account and Region; no id is known before its job exists."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:model-invocation-job/*"


def _place(region: str, account: str = "") -> str:
    return f"arn:{Aws.PARTITION}:bedrock:{region}:{account}"
