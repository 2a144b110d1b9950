"""Messages as OpenAI has them, in which Mistral, Jamba, gpt-oss, Qwen and others are asked."""

from typing import Literal

import msgspec

from local.bedrock.answers.source import Turn
from local.bedrock.families.family import Output, check_turns


class ChatPart(msgspec.Struct, forbid_unknown_fields=True):
    """A piece of a message."""

    text: str
    type: Literal["text"] = "text"


class ChatMessage(msgspec.Struct, forbid_unknown_fields=True):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[ChatPart]


def chat_turns(messages: list[ChatMessage]) -> tuple[Turn, ...]:
    """Return a conversation's turns.

    Raises:
        RefusedBodyError: it is empty, roles do not alternate, or a message is blank.
    """
    turns = tuple(Turn(_ROLES.get(each.role, each.role), _text(each)) for each in messages)
    check_turns(turns)
    return turns


def chat_usage(output: Output) -> dict[str, int]:
    """Return the tokens that an answer states."""
    return {
        "prompt_tokens": output.tokens_in,
        "completion_tokens": output.tokens_out,
        "total_tokens": output.tokens_in + output.tokens_out,
    }


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in message.content)


_ROLES = {"developer": "system"}
