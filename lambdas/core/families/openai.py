"""Families with bodies in the style of OpenAI's chat completions, and DeepSeek-R1.

Bedrock documents that body for gpt-oss (user guide, OpenAI models) and lets the others' makers
speak for theirs; so the default of all is Converse, whose form is certain. DeepSeek-R1 is asked
through Converse alone: its own form is a prompt that ends within an opened thought, so that
thinking and answer come back as one text.
"""

from lambdas.core.families.base import Family, Trait
from lambdas.core.families.chat import CHAT_ROWS, Chat
from lambdas.core.families.converse import CONVERSE

_ANY = r"[a-z0-9.:-]+"
_CHAT = Chat("InvokeModel", 1, CHAT_ROWS)


def _family(name: str, pattern: str, own: Chat = _CHAT) -> Family:
    return Family(name, pattern, (CONVERSE, own), max_temperature=1.0, max_tokens=32_768)


OPENAI_STYLE = (
    _family(
        "openai",
        rf"openai\.{_ANY}",
        Chat("InvokeModel", 1, CHAT_ROWS, limit="max_completion_tokens"),
    ),
    _family("qwen", rf"qwen\.{_ANY}"),
    _family("deepseek", rf"deepseek\.(?!r1-){_ANY}"),
    _family("kimi", rf"moonshot(?:ai)?\.{_ANY}"),
    _family("minimax", rf"minimax\.{_ANY}"),
    _family("glm", rf"zai\.{_ANY}"),
    _family("nemotron", rf"nvidia\.{_ANY}"),
    _family("gemma", rf"google\.gemma-{_ANY}"),
)

DEEPSEEK_R1 = Family(
    name="deepseek-r1",
    pattern=rf"deepseek\.r1-{_ANY}",
    forms=(CONVERSE,),
    max_temperature=1.0,
    max_tokens=32_768,
    traits=(Trait(r"deepseek\.r1-", only_by_profile=True),),
    listed=False,
)
