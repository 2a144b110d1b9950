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

# Of all inline policies of a role together (IAM quotas); a Region takes about 350 of them.
MAX_POLICY_CHARACTERS = 10_240
# What Submit's and Invoke's, the longest, have beside the foundation models, with names as long as
# they come and with a key of the customer's own.
_BESIDE_MODELS = 1_800
# One template serves every partition and Region.
_LONGEST_PARTITION, _LONGEST_REGION = "aws-us-gov", "ap-southeast-2"

_MODEL_NAME = re.compile(r"[a-z0-9.:-]+")
_GEOGRAPHY = re.compile(r"([a-z-]+)\.(?=[a-z0-9]+\.)")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)/")
# Of the account's own making, with a name that need not tell the family.
_OWN_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:"
    r"(?:application-inference-profile/[a-z0-9]+|custom-model/[a-z0-9.:/-]+)"
)


def is_model(model_id: str) -> bool:
    """Return whether this has the form of a model's or profile's id or ARN."""
    named = _MODEL_NAME.fullmatch(_ARN.sub("", model_id))
    return bool(named or _OWN_ARN.fullmatch(model_id))


def is_known(model_id: str, prefixes: Sequence[str] = ()) -> bool:
    """Return whether a run of this stack may ask for a model, given by id or ARN.

    Args:
        model_id: of the form that `is_model` wants.
        prefixes: what ids of models begin with, beyond those of the families.
    """
    name = _ARN.sub("", model_id)
    geography = geography_of(model_id, prefixes)
    name = name.removeprefix(f"{geography}.") if geography else name
    return name.startswith((*FAMILIES, *prefixes)) or bool(_OWN_ARN.fullmatch(model_id))


def geography_of(model_id: str, prefixes: Sequence[str] = ()) -> str | None:
    """Return where a cross-Region profile routes to, such as `us`; `None` where it is none.

    >>> geography_of("us.amazon.nova-lite-v1:0"), geography_of("deepseek.v3.2")
    ('us', None)
    """
    name = _ARN.sub("", model_id)
    found = _GEOGRAPHY.match(name)
    return found[1] if found and not name.startswith((*FAMILIES, *prefixes)) else None


def model_arns(
    profile_regions: Mapping[str, Sequence[str]], prefixes: Sequence[str] = ()
) -> list[str]:
    """Return the foundation models that a job of this stack may reach.

    Args:
        profile_regions: geography of a profile → the Regions it routes to.
        prefixes: what ids of models begin with, beyond those of the families.

    Returns:
        Every family in the stack's own Region, and those with profiles in each Region of these,
        as well as the further prefixes, of which nothing is known.
        The wildcard at the end stands for the family's sizes and versions, which a request chooses.
    """
    own = _place(Aws.REGION)
    routed = [_place(region) for region in routed_regions(profile_regions)]
    return [
        *(f"{own}:foundation-model/{begin}*" for begin in (*FAMILIES, *prefixes)),
        *(
            f"{place}:foundation-model/{begin}*"
            for place in routed
            for begin in (*_PROFILED, *prefixes)
        ),
    ]


def policy_characters(
    profile_regions: Mapping[str, Sequence[str]], prefixes: Sequence[str] = ()
) -> int:
    """Return the most characters that the policies of a role have, wherever they are deployed."""
    arns = [
        arn.replace(Aws.PARTITION, _LONGEST_PARTITION).replace(Aws.REGION, _LONGEST_REGION)
        for arn in model_arns(profile_regions, prefixes)
    ]
    # Each between quotes, with a comma behind it.
    return _BESIDE_MODELS + sum(len(arn) + 3 for arn in arns)


def routed_regions(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the Regions in which a profile may call a model; "" where its ARN names none."""
    regions = {region for routed in profile_regions.values() for region in routed}
    if GLOBAL in profile_regions:
        regions.add("")
    return sorted(regions)


def any_profile_arns() -> list[str]:
    """Return the profiles of this account and Region, AWS's and its own.

    Wildcards, because a request chooses; what stands behind a profile is among `model_arns`.
    """
    own = _place(Aws.REGION, Aws.ACCOUNT_ID)
    return [f"{own}:inference-profile/*", application_profiles_arn()]


def custom_models_arn() -> str:
    """Return the models that this account has made in this Region; a request chooses one."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:custom-model/*"


def application_profiles_arn() -> str:
    """Return the application profiles of this account and Region: their ids tell nothing."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:application-inference-profile/*"


def any_job_arn() -> str:
    """Return the batch jobs of this account and Region; no id is known before its job exists."""
    return f"{_place(Aws.REGION, Aws.ACCOUNT_ID)}:model-invocation-job/*"


def _place(region: str, account: str = "") -> str:
    return f"arn:{Aws.PARTITION}:bedrock:{region}:{account}"
