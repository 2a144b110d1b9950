"""Model families: how a model is asked through batch inference, and how its answer is read."""

import re

from lambdas.core.families.base import Answered, Completion, Family, InvocationType, Sampling
from lambdas.core.families.cohere_command import COHERE_COMMAND
from lambdas.core.families.converse import converse

__all__ = [
    "FAMILIES",
    "Answered",
    "Completion",
    "Family",
    "InvocationType",
    "Sampling",
    "family_named",
    "family_of",
]

FAMILIES: tuple[Family, ...] = (
    COHERE_COMMAND,
    converse("nova", r"amazon\.nova-(?!canvas|reel|sonic)[a-z0-9.:-]+"),
    converse("claude", r"anthropic\.claude-[a-z0-9.:-]+"),
    converse("llama", r"meta\.llama[a-z0-9.:-]+"),
)

_PROFILE = re.compile(r"(?:global|us|eu|apac|jp|au|ca)\.(?=[a-z0-9]+\.)")
_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)/(.+)"
)


def family_of(model_id: str) -> Family | None:
    """Return the family of a model, `None` where no family knows it.

    Args:
        model_id: a foundation-model id, a cross-Region inference-profile id (`us.amazon.…`), or
            the ARN of one of these. The ARN of an application profile does not tell its model.

    >>> family_of("us.amazon.nova-lite-v1:0").name
    'nova'
    """
    arn = _ARN.fullmatch(model_id)
    name = _PROFILE.sub("", arn[1] if arn else model_id, count=1)
    return next((family for family in FAMILIES if re.fullmatch(family.pattern, name)), None)


def family_named(name: str) -> Family:
    """Return the family with that name, as `plan.json` keeps it."""
    return next(family for family in FAMILIES if family.name == name)
