"""Mistral's completion form: Mistral 7B, Mixtral, and the first Mistral Small and Large.

Source: Amazon Bedrock user guide, Mistral AI text completion; it states no tokens.
"""

from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.family import (
    Output,
    billed,
    check_range,
    check_written,
    chosen,
    decoded,
)
from local.bedrock.families.instructions import instructed

DEFAULT_MAX_TOKENS = 512
DEFAULT_TEMPERATURE = 0.5


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    max_tokens: int | None = None
    stop: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None


_DECODER = msgspec.json.Decoder(_Body)


class MistralText:
    """A prompt in, one output out."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt."""
        body = decoded(_DECODER, model_input)
        check_written("prompt", body.prompt)
        check_range("max_tokens", body.max_tokens, 1, 8192)
        check_range("temperature", body.temperature, 0, 1)
        check_range("top_p", body.top_p, 0, 1)
        check_range("top_k", body.top_k, 1, 200)
        return Asked(
            record_id=record_id,
            turns=instructed(body.prompt),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one output."""
        (completion,) = completions
        output: dict[str, Any] = {
            "text": completion.text,
            "stop_reason": "stop" if completion.finished else "length",
        }
        outputs = [output | ({"logprobs": None} if nulls else {})]
        return billed(asked, completions, {"outputs": outputs})
