"""Model ids: who makes the models, and the geography in front of a cross-Region profile's id."""

import re
from collections.abc import Sequence

# Bedrock's providers, as model ids begin. Source: Bedrock user guide, supported foundation models,
# and the ids of AWS's price lists, November 2026.
PROVIDERS = (
    *("ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "luma", "meta", "minimax"),
    *("mistral", "moonshot", "moonshotai", "nvidia", "openai", "qwen", "stability", "twelvelabs"),
    *("writer", "xai", "zai"),
)
# AWS adds geographies (`in` in September 2026), so whatever stands before a provider is one.
# `deepseek.v3.2` has none: `v3` is no provider.
_GEOGRAPHY = re.compile(r"([a-z-]{2,6})\.(?=([a-z0-9-]+)\.)")


def geography_of(name: str, providers: Sequence[str] = ()) -> str | None:
    """Return where a cross-Region profile routes to, `None` for any other model.

    Args:
        name: id of a model or profile; of an ARN, what stands behind its type.
        providers: further ones that the caller knows.

    >>> geography_of("in.anthropic.claude-opus-5"), geography_of("deepseek.v3.2")
    ('in', None)
    """
    found = _GEOGRAPHY.match(name)
    return found[1] if found and found[2] in (*PROVIDERS, *providers) else None


def without_geography(name: str, providers: Sequence[str] = ()) -> str:
    """Return the id of the model behind a cross-Region profile, or the id that was given.

    >>> without_geography("us.amazon.nova-lite-v1:0")
    'amazon.nova-lite-v1:0'
    """
    geography = geography_of(name, providers)
    return name.removeprefix(f"{geography}.") if geography else name
