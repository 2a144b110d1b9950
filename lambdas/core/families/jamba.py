"""AI21 Jamba, whose records bring up to sixteen completions each.

Its own form comes first: with `n` the prompt is billed once for all of them. At temperature 0 the
service fails every request for more than one (Bedrock user guide, AI21 Labs Jamba models).
"""

from lambdas.core.families.base import Family
from lambdas.core.families.chat import CHAT_ROWS, Chat
from lambdas.core.families.converse import CONVERSE

JAMBA = Family(
    name="jamba",
    pattern=r"ai21\.jamba-[a-z0-9.:-]+",
    forms=(Chat("InvokeModel", 16, CHAT_ROWS), CONVERSE),
    max_temperature=2.0,
    max_tokens=4096,
    listed=False,
)
