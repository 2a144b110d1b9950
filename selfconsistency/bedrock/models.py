"""Which models there are, by which ids they are asked, and the ARNs under which IAM knows them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from selfconsistency.bedrock.catalogue import NOT_SUPPORTED, Catalogue
from selfconsistency.bedrock.errors import ResourceNotFoundError, ValidationError

# Model families with a batch entry in the AWS documentation ("Supported Regions and models for
# batch inference"). Below the line: kept for the published experiments; AWS no longer offers
# them for batch inference.
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
    # ---
    "ai21.j2-",
    "cohere.command-light-text-",
    "cohere.command-text-",
)
# Of these, what makes pictures or speech, and the Claude models before the third.
NO_BATCH = (
    *("amazon.nova-canvas", "amazon.nova-reel", "amazon.nova-sonic", "amazon.nova-2-sonic"),
    *("anthropic.claude-instant-", "anthropic.claude-v2"),
)

# The Regions that a cross-Region profile may send a request to, as far as policies must name them.
PROFILE_REGIONS: Mapping[str, tuple[str, ...]] = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "eu": ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"),
    "apac": ("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "ca": ("ca-central-1", "ca-west-1"),
    "in": ("ap-south-1", "ap-south-2"),
    "us-gov": ("us-gov-east-1", "us-gov-west-1"),
    "global": (),
}

# Asked only through a profile: Claude from 3.7 on, Nova 2 Lite, Nova Premier.
_PROFILE_ONLY: Final = re.compile(
    r"anthropic\.claude-(?:3-7-|[a-z]+-[4-9])|amazon\.nova-(?:2-lite|premier)"
)
_ARN: Final = re.compile(r"arn:aws[a-z-]*:bedrock:([a-z0-9-]*):(\d*):([a-z-]+)/(.+)")


@dataclass(frozen=True, slots=True)
class Model:
    """A model, cross-Region profile, application profile or custom model that a request names.

    `arn` is what the caller is allowed to use, `arns` what a role must be able to invoke: the
    model here, or the profile and its model in each Region.
    """

    base_id: str
    arn: str
    arns: tuple[str, ...]

    @property
    def behind(self) -> tuple[str, ...]:
        """The foundation models among `arns`."""
        return tuple(arn for arn in self.arns if ":foundation-model/" in arn)


class Models:
    """The models of one account and Region.

    Args:
        profiles: ARN of each application profile → the model or cross-Region profile it copies.
        catalogue: of the day.
    """

    def __init__(
        self, region: str, account: str, profiles: Mapping[str, str], catalogue: Catalogue
    ) -> None:
        self.catalogue = catalogue
        self._region = region
        self._account = account
        self._profiles = profiles

    def for_batch(self, model_id: str) -> Model:
        """Return the model that a job's `modelId` names.

        Raises:
            ValidationError: there is none, or batch inference does not support it.
            ResourceNotFoundError: it is at the end of its life, or Legacy.
        """
        model = self.asked(model_id)
        if not model.base_id.startswith(BATCH_FAMILIES) or model.base_id.startswith(NO_BATCH):
            raise ValidationError(NOT_SUPPORTED)
        self.catalogue.check_batch(model.base_id)
        return model

    def asked(self, model_id: str) -> Model:
        """Return the model that an id or ARN names, for a call that it is to answer.

        Raises:
            ValidationError: there is none, or it is asked only through a profile.
            ResourceNotFoundError: it is at the end of its life, or Legacy.
        """
        model = self.named(model_id)
        self.catalogue.check_life(model.base_id)
        return model

    def foundation(self, identifier: str) -> tuple[str, str]:
        """Return the bare id and the ARN of a foundation model, asked through a profile or not.

        Raises:
            ResourceNotFoundError: it is none.
        """
        base_id = _name(identifier)
        if base_id.partition(".")[0] in PROFILE_REGIONS or "." not in base_id:
            raise ResourceNotFoundError(f"Could not resolve the foundation model {identifier}.")
        return base_id, _foundation_arn(self._region, base_id)

    def named(self, model_id: str) -> Model:
        """Return the model that an id or ARN names.

        Raises:
            ValidationError: there is none, or it is asked only through a profile.
        """
        found = _ARN.fullmatch(model_id)
        if found is None:
            return self._of_name(model_id)
        kind, name = found[3], found[4]
        if kind in ("foundation-model", "inference-profile"):
            return self._of_name(name)
        if kind == "custom-model" and "/" in name:
            return Model(name.rpartition("/")[0], model_id, (model_id,))
        if kind == "application-inference-profile" and model_id in self._profiles:
            copied = self._of_name(_name(self._profiles[model_id]), profiled=True)
            return Model(copied.base_id, model_id, (model_id, *copied.behind))
        raise ValidationError("The provided model identifier is invalid.")

    def profile(self, identifier: str) -> Model:
        """Return the model behind an inference profile.

        Raises:
            ResourceNotFoundError: there is no such profile in the account.
        """
        arns = {arn: arn for arn in self._profiles} | {_name(arn): arn for arn in self._profiles}
        try:
            found = self.named(arns.get(identifier, identifier))
        except ValidationError:
            found = None
        if found is None or "inference-profile/" not in found.arn:
            raise ResourceNotFoundError(f"Could not find the inference profile {identifier}.")
        return found

    def _of_name(self, name: str, *, profiled: bool = False) -> Model:
        geography, _, rest = name.partition(".")
        if geography in PROFILE_REGIONS and "." in rest:
            return self._of_profile(name, geography, rest)
        if _PROFILE_ONLY.match(name) and not profiled:
            raise ValidationError(
                f"Invocation of model ID {name} with on-demand throughput isn\u2019t supported. "
                "Retry your request with the ID or ARN of an inference profile that contains this "
                "model."
            )
        if "." not in name:
            raise ValidationError("The provided model identifier is invalid.")
        here = _foundation_arn(self._region, name)
        return Model(name, here, (here,))

    def _of_profile(self, name: str, geography: str, base_id: str) -> Model:
        arn = f"arn:aws:bedrock:{self._region}:{self._account}:inference-profile/{name}"
        models = (_foundation_arn(each, base_id) for each in self._routed(geography))
        return Model(base_id, arn, (arn, *models))

    def _routed(self, geography: str) -> Iterator[str]:
        """Yield the Regions of a profile in order; the global ones also name no Region."""
        regions = {self._region, *PROFILE_REGIONS[geography]}
        yield from sorted(regions | ({""} if geography == "global" else set()))


def _name(model_id: str) -> str:
    """Return what stands behind an ARN's type."""
    return model_id.partition("/")[2] if model_id.startswith("arn:") else model_id


def _foundation_arn(region: str, base_id: str) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{base_id}"
