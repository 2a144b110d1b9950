"""AI21's Jamba: messages in, up to sixteen choices out.

Source: Amazon Bedrock user guide, AI21 Labs Jamba models.
"""

from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.chat import ChatMessage, chat_turns, chat_usage
from local.bedrock.families.family import (
    Output,
    RefusedBodyError,
    billed,
    check_range,
    chosen,
    decoded,
    identity,
)

DEFAULT_MAX_TOKENS = 4096
DEFAULT_TEMPERATURE = 1.0


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[ChatMessage]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: list[str] | str | None = None
    n: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Jamba:
    """Several choices of one prompt, unless it is sampled greedily."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation with its sampling parameters."""
        body = decoded(_DECODER, model_input)
        check_range("max_tokens", body.max_tokens, 0, 4096)
        check_range("temperature", body.temperature, 0, 2)
        check_range("top_p", body.top_p, 0.01, 1)
        check_range("n", body.n, 1, 16)
        temperature, count = chosen(body.temperature, DEFAULT_TEMPERATURE), body.n or 1
        if count > 1 and temperature == 0:
            raise RefusedBodyError(f"n must be 1 when temperature is 0: {count}")
        return Asked(
            record_id=record_id,
            turns=chat_turns(body.messages),
            temperature=temperature,
            count=count,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the choices."""
        output = billed(asked, completions, {"id": f"chat-{identity(asked)}"})
        output.body["choices"] = [
            _choice(number, completion, nulls) for number, completion in enumerate(completions)
        ]
        output.body["usage"] = chat_usage(output)
        return output


def _choice(number: int, completion: Completion, nulls: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": completion.text}
    return {
        "index": number,
        "message": message | ({"tool_calls": None} if nulls else {}),
        "finish_reason": "stop" if completion.finished else "length",
    }
