"""Models that a run may use: their ids, and the ARNs that policies name."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lambdas.contract import model_ids

if TYPE_CHECKING:
    from aws_cdk import Aws

# Text models' ids begin with these. Cross-Region profiles exist for the first group ("Supported
# cross-Region inference profiles" of the Amazon Bedrock user guide). Command's first models and
# Jurassic stay, to repeat the published experiment.
_FAMILIES_WITH_PROFILES = (
    "amazon.nova-",
    "anthropic.claude-",
    "deepseek.",
    "meta.llama",
    "mistral.",
)
FAMILIES = (
    *_FAMILIES_WITH_PROFILES,
    "ai21.",
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

# Geography of a profile → the Regions it routes to ("Supported cross-Region inference profiles" of
# the Amazon Bedrock user guide). An extra Region costs nothing; a missing one fails jobs.
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
        # Mumbai and Hyderabad, since 2026-09-29.
        "in": ("ap-south-1", "ap-south-2"),
        GLOBAL: (),
    }
)

# All inline policies of a role together (IAM quotas); each Region takes about 350 characters.
MAX_POLICY_CHARACTERS = 10_240
# The rest of the policies of Submit and Invoke, which have the longest, with a customer's key and
# the longest possible names.
_CHARACTERS_BESIDE_MODELS = 1_800
# One template serves every partition and Region.
_LONGEST_PARTITION, _LONGEST_REGION = "aws-us-gov", "ap-southeast-2"

_MODEL_NAME = re.compile(r"[a-z0-9.:-]+")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)/")
# The account's own profiles and models; their names need not reveal the family.
_ACCOUNT_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:"
    r"(?:application-inference-profile/[a-z0-9]+|custom-model/[a-z0-9.:/-]+)"
)


def is_model(model_id: str) -> bool:
    """Return whether this has the form of a model's or profile's id or ARN."""
    name = _MODEL_NAME.fullmatch(_ARN.sub("", model_id))
    return bool(name or _ACCOUNT_ARN.fullmatch(model_id))


def is_known(model_id: str, prefixes: Sequence[str] = ()) -> bool:
    """Return whether the stack's policies allow a model.

    Args:
        model_id: id or ARN, of the form that `is_model` checks.
        prefixes: how ids of further models begin, in addition to the families.
    """
    name = model_ids.without_geography(_ARN.sub("", model_id), _providers(prefixes))
    return name.startswith((*FAMILIES, *prefixes)) or bool(_ACCOUNT_ARN.fullmatch(model_id))


def geography_of(model_id: str, prefixes: Sequence[str] = ()) -> str | None:
    """Return the geography of a cross-Region profile, such as `us`; `None` for a model.

    >>> geography_of("us.amazon.nova-lite-v1:0"), geography_of("deepseek.v3.2")
    ('us', None)
    """
    return model_ids.geography_of(_ARN.sub("", model_id), _providers(prefixes))


def policy_characters(
    profile_regions: Mapping[str, Sequence[str]], prefixes: Sequence[str] = ()
) -> int:
    """Return the upper bound of a role's policy characters in any partition and Region."""
    arns = _model_arns(_LONGEST_PARTITION, _LONGEST_REGION, profile_regions, prefixes)
    # Each ARN stands in quotes, with a comma behind it.
    return _CHARACTERS_BESIDE_MODELS + sum(len(arn) + 3 for arn in arns)


def model_arns(
    profile_regions: Mapping[str, Sequence[str]], prefixes: Sequence[str] = ()
) -> list[str]:
    """Return the ARNs of the foundation models that a job of this stack may call.

    Args:
        profile_regions: geography of a profile → the Regions it routes to.
        prefixes: how ids of further models begin, in addition to the families.

    Returns:
        Every family and prefix in the stack's own Region; in the profiles' Regions those families
        that have profiles, and every prefix, because nothing is known about its models.
        The wildcard at the end covers the family's sizes and versions: a request chooses one.
    """
    aws = _aws()
    return _model_arns(aws.PARTITION, aws.REGION, profile_regions, prefixes)


def _model_arns(
    partition: str,
    own_region: str,
    profile_regions: Mapping[str, Sequence[str]],
    prefixes: Sequence[str],
) -> list[str]:
    own, *routed = (
        f"arn:{partition}:bedrock:{region}:"
        for region in (own_region, *_routed_regions(profile_regions))
    )
    return [
        *(f"{own}:foundation-model/{begin}*" for begin in (*FAMILIES, *prefixes)),
        *(
            f"{region}:foundation-model/{begin}*"
            for region in routed
            for begin in (*_FAMILIES_WITH_PROFILES, *prefixes)
        ),
    ]


def granted_regions(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the Regions in which `model_arns` allows the models of profiles.

    `GLOBAL` stands for ARNs without a Region, which a global profile routes to.
    """
    return [_aws().REGION, *(region or GLOBAL for region in _routed_regions(profile_regions))]


def any_profile_arns() -> list[str]:
    """Return the ARNs of this account's and AWS's profiles in this Region.

    They hold wildcards because a request chooses. `model_arns` has the models behind the profiles.
    """
    own = _own_bedrock_arn()
    return [f"{own}:inference-profile/*", application_profiles_arn()]


def custom_models_arn() -> str:
    """Return the ARN of this account's custom models in this Region; a request chooses one."""
    return f"{_own_bedrock_arn()}:custom-model/*"


def any_model_arn() -> str:
    """Return the ARN of Bedrock's foundation models in this Region, for reading about them."""
    aws = _aws()
    return f"arn:{aws.PARTITION}:bedrock:{aws.REGION}::foundation-model/*"


def application_profiles_arn() -> str:
    """Return the ARN of this account's application profiles; their ids do not name the model."""
    return f"{_own_bedrock_arn()}:application-inference-profile/*"


def any_job_arn() -> str:
    """Return the ARN of this account's batch jobs; a job's id is unknown before it exists."""
    return f"{_own_bedrock_arn()}:model-invocation-job/*"


def _providers(prefixes: Sequence[str]) -> list[str]:
    """Return the providers of further models."""
    return [prefix.partition(".")[0] for prefix in prefixes]


def _routed_regions(profile_regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the Regions in which a profile may call a model; "" for ARNs that name none."""
    regions = {region for routed in profile_regions.values() for region in routed}
    if GLOBAL in profile_regions:
        regions.add("")
    return sorted(regions)


def _own_bedrock_arn() -> str:
    aws = _aws()
    return f"arn:{aws.PARTITION}:bedrock:{aws.REGION}:{aws.ACCOUNT_ID}"


def _aws() -> "type[Aws]":
    """Return CDK's tokens; imported late, because settings are also read where there is no Node."""
    from aws_cdk import Aws  # noqa: PLC0415

    return Aws
