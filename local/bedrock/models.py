"""Which models take batch inference, and the ARNs under which IAM knows a model."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.bedrock.errors import ValidationError

# Model families with a batch entry in the AWS documentation ("Supported Regions and models for
# batch inference"); the last two are the published experiment's, no longer offered by AWS.
BATCH_FAMILIES = (
    "amazon.nova-",
    "anthropic.claude-",
    "deepseek.",
    "google.gemma-",
    "meta.llama",
    "minimax.",
    "mistral.",
    "moonshot",
    "nvidia.",
    "openai.gpt-oss-",
    "qwen.",
    "zai.",
    "cohere.command-text-v14",
    "cohere.command-light-text-v14",
)

# The Regions that a cross-Region profile may send a request to, as far as policies must name them.
PROFILE_REGIONS: Mapping[str, tuple[str, ...]] = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "eu": ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"),
    "apac": ("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    "global": (),
}


@dataclass(frozen=True, slots=True)
class BatchModel:
    """A model or cross-Region profile that a job names.

    `arn` is what the caller is allowed to use, `arns` what the role must be able
    to invoke: the model here, or the profile and its model in each Region.
    """

    base_id: str
    arn: str
    arns: tuple[str, ...]


def batch_model(model_id: str, region: str, account: str) -> BatchModel:
    """Return the model that a `modelId` names.

    Raises:
        ValidationError: batch inference does not support it.
    """
    name = model_id.rsplit("/", 1)[-1] if model_id.startswith("arn:") else model_id
    geography, _, rest = name.partition(".")
    profile = geography in PROFILE_REGIONS
    base_id = rest if profile else name
    if ":application-inference-profile/" in model_id:
        return BatchModel(base_id, model_id, (model_id,))
    if not base_id.startswith(BATCH_FAMILIES):
        raise ValidationError("Batch inference is not supported for the requested model.")
    here = _foundation_arn(region, base_id)
    if not profile:
        return BatchModel(base_id, here, (here,))
    profile_arn = f"arn:aws:bedrock:{region}:{account}:inference-profile/{name}"
    regions = {region, *PROFILE_REGIONS[geography]} | ({""} if geography == "global" else set())
    arns = (profile_arn, *(_foundation_arn(each, base_id) for each in sorted(regions)))
    return BatchModel(base_id, profile_arn, arns)


def _foundation_arn(region: str, base_id: str) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{base_id}"
