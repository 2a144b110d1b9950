"""Model families: how a model is asked through batch inference, and how its answer is read."""

import re

from lambdas.contract import InvocationType
from lambdas.core.families.base import Answered, Completion, Family, Form, Sampling
from lambdas.core.families.claude import CLAUDE
from lambdas.core.families.cohere_command import COHERE_COMMAND
from lambdas.core.families.cohere_command_r import COHERE_COMMAND_R
from lambdas.core.families.converse import ANY_MODEL
from lambdas.core.families.ids import answers_in_text, foundation_model, geography
from lambdas.core.families.jamba import JAMBA
from lambdas.core.families.jurassic import JURASSIC
from lambdas.core.families.llama import LLAMA, LLAMA_2, LLAMA_4
from lambdas.core.families.mistral import MISTRAL
from lambdas.core.families.mistral_text import MISTRAL_TEXT
from lambdas.core.families.nova import NOVA
from lambdas.core.families.openai import DEEPSEEK_R1, OPENAI_STYLE
from lambdas.core.families.titan_text import TITAN_TEXT

__all__ = [
    "FAMILIES",
    "Answered",
    "Completion",
    "Family",
    "Form",
    "Sampling",
    "family_named",
    "family_of",
    "form_named",
    "foundation_model",
    "geography",
]

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
    COHERE_COMMAND_R,
    COHERE_COMMAND,
    JAMBA,
    JURASSIC,
    TITAN_TEXT,
    ANY_MODEL,
)


def family_of(model_id: str) -> Family | None:
    """Return the family of a model, `None` where no family knows it.

    Args:
        model_id: as `foundation_model` takes it.

    >>> family_of("us.amazon.nova-lite-v1:0").name
    'nova'
    """
    model = foundation_model(model_id)
    if model is None or not answers_in_text(model):
        return None
    return next((family for family in FAMILIES if re.fullmatch(family.pattern, model)), None)


def family_named(name: str) -> Family:
    """Return the family with that name, as `plan.json` keeps it."""
    return next(family for family in FAMILIES if family.name == name)


def form_named(family: str, invocation_type: InvocationType) -> Form:
    """Return a family's form of that type, as `plan.json` keeps the two."""
    return next(
        form for form in family_named(family).forms if form.invocation_type == invocation_type
    )
