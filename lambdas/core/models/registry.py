"""All model families, and how a model id, a profile or an ARN leads to its family."""

import re

from lambdas.contract import InvocationType
from lambdas.contract.model_ids import geography_of, without_geography
from lambdas.core.models.base import Family, Form
from lambdas.core.models.converse import ANY_MODEL
from lambdas.core.models.native_chat import CLAUDE, DEEPSEEK_R1, MISTRAL, NOVA, OPENAI_STYLE
from lambdas.core.models.native_text import (
    COHERE_COMMAND,
    JURASSIC,
    LLAMA,
    LLAMA_2,
    LLAMA_4,
    MISTRAL_TEXT,
)
from lambdas.core.prices import ANY_GEOGRAPHY, GOVCLOUD, TABLE_REGIONS

# No id matches two of them.
FAMILIES: tuple[Family, ...] = (
    NOVA,
    CLAUDE,
    LLAMA,
    LLAMA_4,
    LLAMA_2,
    MISTRAL,
    MISTRAL_TEXT,
    *OPENAI_STYLE,
    DEEPSEEK_R1,
    COHERE_COMMAND,
    JURASSIC,
    ANY_MODEL,
)

_FOUNDATION = re.compile(r"[a-z0-9-]+\.[a-z0-9.:-]+")
_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:"
    r"foundation-model/(?P<model>[^/]+)|inference-profile/(?P<profile>[^/]+)"
    # A custom model's ARN names its base: custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6.
    # Source: pattern of modelId, CreateModelInvocationJob, service model of botocore 1.43.
    r"|custom-model/(?P<base>[^/]+)/[a-z0-9]+)"
)
_NOT_TEXT = re.compile(
    r"embed|rerank|canvas|reel|sonic|image|(?:stability|luma|twelvelabs)\.", re.ASCII
)


def family_of(model_id: str) -> Family | None:
    """Return the family of a model, `None` for a model of no known family.

    Args:
        model_id: see `foundation_model`.

    >>> family_of("us.amazon.nova-lite-v1:0").name
    'nova'
    """
    model = foundation_model(model_id)
    if model is None or not generates_text(model):
        return None
    return next((family for family in FAMILIES if re.fullmatch(family.pattern, model)), None)


def family_named(name: str) -> Family:
    """Return the family with that name, as in `plan.json`."""
    return next(family for family in FAMILIES if family.name == name)


def form_named(family: str, invocation_type: InvocationType) -> Form:
    """Return a family's form of that type, both as in `plan.json`."""
    return next(
        form for form in family_named(family).forms if form.invocation_type == invocation_type
    )


def foundation_model(model_id: str) -> str | None:
    """Return the bare id of the foundation model, `None` if `model_id` does not contain it.

    Args:
        model_id: the id or ARN of a foundation model or cross-Region inference profile, or the
            ARN of a custom model. An application profile's ARN does not contain its model.

    >>> foundation_model("us.amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    name = without_geography(_name(model_id))
    return name if _FOUNDATION.fullmatch(name) else None


def geography(model_id: str) -> str | None:
    """Return where a cross-Region profile routes to, such as `us`; `None` for anything else.

    >>> geography("global.amazon.nova-2-lite-v1:0")
    'global'
    """
    return geography_of(_name(model_id))


def price_geography(model_id: str) -> str | None:
    """Return the geography whose prices a model has; an application profile's is not known.

    >>> price_geography("us.amazon.nova-lite-v1:0")
    'us'
    """
    return ANY_GEOGRAPHY if ":application-inference-profile/" in model_id else geography(model_id)


def limit_geography(model_id: str, region: str | None) -> str | None:
    """Return the geography whose prices a spending limit counts, of a stack in a Region.

    The built-in prices of a model without a profile are those of two Regions. Another Region costs
    at most what the dearest geography does.

    Args:
        model_id: as a request gives it.
        region: of the stack, `None` where it is not known.

    >>> limit_geography("amazon.nova-pro-v1:0", "eu-central-1")
    'any'
    """
    if region is not None and region.startswith(f"{GOVCLOUD}-"):
        return GOVCLOUD
    profile = price_geography(model_id)
    in_table = region is None or region in TABLE_REGIONS
    return profile if profile is not None or in_table else ANY_GEOGRAPHY


def generates_text(model: str) -> bool:
    """Return whether a foundation model writes text; one for embeddings or images does not."""
    return not _NOT_TEXT.search(model)


def _name(model_id: str) -> str:
    arn = _ARN.fullmatch(model_id)
    return arn["model"] or arn["profile"] or arn["base"] if arn else model_id
