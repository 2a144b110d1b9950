"""Anthropic's Claude: the Messages form.

Source: Amazon Bedrock user guide, Anthropic Claude Messages API.
"""

from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens
from local.bedrock.families.claude_rules import check_sampling
from local.bedrock.families.family import (
    THOUGHT,
    Output,
    RefusedBodyError,
    billed,
    check_range,
    check_turns,
    chosen,
    decoded,
    identity,
)

VERSION = "bedrock-2023-05-31"
DEFAULT_TEMPERATURE = 1.0


class _Block(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    type: str = "text"


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: str | list[_Block]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    anthropic_version: str
    max_tokens: int
    messages: list[_Message]
    system: str | list[_Block] = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = None
    anthropic_beta: list[str] | None = None
    thinking: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Anthropic:
    """Messages in, content blocks out."""

    def __init__(self, base_id: str) -> None:
        self._base_id = base_id

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation."""
        body = decoded(_DECODER, model_input)
        if body.anthropic_version != VERSION:
            raise RefusedBodyError(
                f"anthropic_version: {body.anthropic_version!r} is not {VERSION!r}"
            )
        check_range("max_tokens", body.max_tokens, 1, 200_000)
        check_range("temperature", body.temperature, 0, 1)
        check_range("top_p", body.top_p, 0, 1)
        check_range("top_k", body.top_k, 0, 500)
        check_sampling(self._base_id, body.temperature, body.top_p)
        system = _text(body.system)
        turns = [Turn("system", system)] if system else []
        turns += [Turn(message.role, _text(message.content)) for message in body.messages]
        check_turns(turns)
        temperature = chosen(body.temperature, DEFAULT_TEMPERATURE)
        return Asked(record_id, tuple(turns), temperature, 1, body.max_tokens)

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one message."""
        (completion,) = completions
        content: list[dict[str, Any]] = [{"type": "text", "text": completion.text}]
        if nulls:
            content = [
                {"type": "thinking", "thinking": THOUGHT, "signature": "c2ln", "text": None},
                content[0] | {"citations": None},
            ]
        body = {
            "id": f"msg_bdrk_{identity(asked)}",
            "type": "message",
            "role": "assistant",
            "model": self._base_id,
            "content": content,
            "stop_reason": "end_turn" if completion.finished else "max_tokens",
            "stop_sequence": None,
            "usage": {
                "input_tokens": estimated_tokens(asked.prompt),
                "output_tokens": completion.token_count,
            },
        }
        return billed(asked, completions, body)


def _text(content: str | list[_Block]) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content)
