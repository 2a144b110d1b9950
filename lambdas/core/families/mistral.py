"""Mistral's chat models: Large 2 and later, Ministral, Magistral, Pixtral, Voxtral.

Source: Bedrock user guide, Mistral AI chat completion.
"""

from lambdas.core.families.base import Family, Trait
from lambdas.core.families.chat import CHAT_ROWS, Chat
from lambdas.core.families.converse import CONVERSE
from lambdas.core.families.mistral_text import TEXT_MODELS

MISTRAL = Family(
    name="mistral",
    pattern=rf"(?!{TEXT_MODELS})mistral\.[a-z0-9.:-]+",
    forms=(CONVERSE, Chat("InvokeModel", 1, CHAT_ROWS, max_tokens=8192)),
    max_temperature=1.0,
    max_tokens=32_768,
    traits=(Trait(r"mistral\.mistral-large-2407", max_tokens=8192),),
)
