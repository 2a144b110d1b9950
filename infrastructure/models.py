"""The models a run may ask for, as ARNs that policies name."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from aws_cdk import Aws

# What the ids of each family's text models begin with. Those of the first are also reached through
# cross-Region profiles ("Supported cross-Region inference profiles" of the Amazon Bedrock user
# guide); Command's first models and Jurassic are kept for runs of the published experiment.
_PROFILED = (
    "amazon.nova-",
    "anthropic.claude-",
    "deepseek.",
    "meta.llama",
    "mistral.",
)
FAMILIES = (
    *_PROFILED,
    "ai21.",
    "amazon.titan-text-",
    "cohere.command",
    "google.gemma-",
    "minimax.",
    "moonshot",
    "nvidia.",
    "openai.gpt-oss-",
    "qwen.",
    "zai.",
)

# The global profile routes to models whose ARN names no Region.
GLOBAL = "global"

# Where each geography's profiles route, after "Supported cross-Region inference profiles" of the
# Amazon Bedrock user guide. A Region too many costs nothing, a missing one fails jobs.
PROFILE_REGIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "us": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        "eu": ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"),
        "apac": (
            *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
            *("ap-southeast-1", "ap-southeast-2", "ap-southeast-4"),
        ),
        "jp": ("ap-northeast-1", "ap-northeast-3"),
        "au": ("ap-southeast-2", "ap-southeast-4"),
        "ca": ("ca-central-1", "ca-west-1"),
        GLOBAL: (),
    }
)

# The policies of a role have 10,240 characters (IAM quotas); a Region takes about 350 of them.
MAX_PROFILE_REGIONS = 24

_MODEL_NAME = re.compile(r"[a-z0-9.:-]+")
_GEOGRAPHY = re.compile(r"([a-z-]+)\.(?=[a-z0-9]+\.)")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)/")
# Of the account's own making, with a name that need not tell the family.
_OWN_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:"
    r"(?:application-inference-profile/[a-z0-9]+|custom-model/[a-z0-9.:/-]+)"
)


def is_known(model_id: str) -> bool:
    """Return whether a run of this stack may ask for a model, given by id or ARN."""
    name = _ARN.sub("", model_id)
    geography = geography_of(model_id)
    name = name.removeprefix(f"{geography}.") if geography else name
    known = name.startswith(FAMILIES) and _MODEL_NAME.fullmatch(name)
    return bool(known or _OWN_ARN.fullmatch(model_id))


def geography_of(model_id: str) -> str | None:
    """Return where a cross-Region profile routes to, such as `us`; `None` where it is none.

    >>> geography_of("us.amazon.nova-lite-v1:0"), geography_of("deepseek.v3.2")
    ('us', None)
    """
    name = _ARN.sub("", model_id)
    found = _GEOGRAPHY.match(name)
    return found[1] if found and not name.startswith(FAMILIES) else None


def model_arns(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the foundation models that a job of this stack may reach.

    Args:
        profile_regions: geography of a profile → the Regions it routes to.

    Returns:
        Every family in the stack's own Region, and those with profiles in each Region of these.
        The wildcard at the end stands for the family's sizes and versions, which a request chooses.
    """
    own = _place(Aws.REGION)
    routed = [_place(region) for region in routed_regions(profile_regions)]
    return [
        *(f"{own}:foundation-model/{family}*" for family in FAMILIES),
        *(f"{place}:foundation-model/{family}*" for place in routed for family in _PROFILED),
    ]


def routed_regions(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the Regions in which a profile may call a model; "" where its ARN names none."""
    regions = {region for routed in profile_regions.values() for region in routed}
    if GLOBAL in profile_regions:
        regions.add("")
    return sorted(regions)


def any_of_account() -> list[str]:
    """Return what an account makes of models: profiles and models of its own, in this Region.

    Wildcards, because a request chooses; what stands behind a profile is among `model_arns`.
    """
    own = _place(Aws.REGION, Aws.ACCOUNT_ID)
    return [f"{own}:inference-profile/*", application_profiles_arn(), f"{own}:custom-model/*"]


def application_profiles_arn() -> str:
    """Return the application profiles of this account and Region: their ids tell nothing."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:application-inference-profile/*"


def any_job_arn() -> str:
    """Return the batch jobs of this account and Region; no id is known before its job exists."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:model-invocation-job/*"


def _place(region: str, account: str = "") -> str:
    return f"arn:{Aws.PARTITION}:bedrock:{region}:{account}"
