"""Mistral's chat form: Mistral Large 2407 and later, Ministral, Magistral, Pixtral.

Source: Amazon Bedrock user guide, Mistral AI chat completion; it states no tokens.
"""

from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.chat import ChatMessage, chat_turns
from local.bedrock.families.family import Output, billed, check_range, chosen, decoded

DEFAULT_MAX_TOKENS = 8192
DEFAULT_TEMPERATURE = 0.7


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[ChatMessage]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: list[str] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class MistralChat:
    """Messages in, one choice out, whose reason is called stop_reason."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation."""
        body = decoded(_DECODER, model_input)
        check_range("max_tokens", body.max_tokens, 1, 8192)
        check_range("temperature", body.temperature, 0, 1)
        check_range("top_p", body.top_p, 0, 1)
        return Asked(
            record_id=record_id,
            turns=chat_turns(body.messages),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one choice."""
        (completion,) = completions
        message: dict[str, Any] = {"role": "assistant", "content": completion.text}
        choice = {
            "index": 0,
            "message": message | ({"tool_calls": None} if nulls else {}),
            "stop_reason": "stop" if completion.finished else "length",
        }
        return billed(asked, completions, {"choices": [choice]})
