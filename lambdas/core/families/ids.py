"""Model ids: the foundation model within a profile's id or an ARN, and where it is routed."""

import re

# What cross-Region inference profiles begin with. A closed list: `deepseek.v3.2` is a model's id,
# not a profile of the geography "deepseek".
GEOGRAPHIES = ("us", "eu", "apac", "global", "jp", "au", "ca", "us-gov")

_PROFILE = re.compile(rf"({'|'.join(GEOGRAPHIES)})\.(?=[a-z0-9-]+\.)")
_FOUNDATION = re.compile(r"[a-z0-9-]+\.[a-z0-9.:-]+")
_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:"
    r"foundation-model/(?P<model>[^/]+)|inference-profile/(?P<profile>[^/]+)"
    # A custom model's ARN names its base: custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6.
    # Source: pattern of modelId, CreateModelInvocationJob, service model of botocore 1.43.
    r"|custom-model/(?P<base>[^/]+)/[a-z0-9]+)"
)
_TEXTLESS = re.compile(
    r"embed|rerank|canvas|reel|sonic|image|(?:stability|luma|twelvelabs)\.", re.ASCII
)


def foundation_model(model_id: str) -> str | None:
    """Return the bare id of the foundation model within, `None` where the id does not tell it.

    Args:
        model_id: a foundation-model id, a cross-Region inference-profile id, the ARN of one of
            these, or that of a custom model. The ARN of an application profile does not tell.

    >>> foundation_model("us.amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    name = _PROFILE.sub("", _name(model_id), count=1)
    return name if _FOUNDATION.fullmatch(name) else None


def geography(model_id: str) -> str | None:
    """Return where a cross-Region profile routes to, such as `us`; `None` for no such profile.

    >>> geography("global.amazon.nova-2-lite-v1:0")
    'global'
    """
    found = _PROFILE.match(_name(model_id))
    return found[1] if found else None


def answers_in_text(model: str) -> bool:
    """Tell whether a foundation model writes text, as one for embeddings or images does not."""
    return not _TEXTLESS.search(model)


def _name(model_id: str) -> str:
    arn = _ARN.fullmatch(model_id)
    return arn["model"] or arn["profile"] or arn["base"] if arn else model_id
