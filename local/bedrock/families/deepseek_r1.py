"""DeepSeek R1: a prompt in its chat template, one choice with a text.

Source: Amazon Bedrock user guide, DeepSeek models. Its text holds the reasoning as well, up to
`</think>`.
"""

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn
from local.bedrock.families.family import (
    THOUGHT,
    Output,
    billed,
    check_range,
    check_written,
    chosen,
    decoded,
)

DEFAULT_MAX_TOKENS = 8192
DEFAULT_TEMPERATURE = 0.5
_USER, _ASSISTANT = "<｜User｜>", "<｜Assistant｜>"


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: list[str] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class DeepSeekR1:
    """A prompt in, one choice out."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt; the user's text stands between the template's tokens."""
        body = decoded(_DECODER, model_input)
        check_written("prompt", body.prompt)
        check_range("max_tokens", body.max_tokens, 1, 32_768)
        check_range("temperature", body.temperature, 0, 1)
        check_range("top_p", body.top_p, 0, 1)
        text = body.prompt.rpartition(_USER)[2].partition(_ASSISTANT)[0].strip()
        return Asked(
            record_id=record_id,
            turns=(Turn("user", text or body.prompt),),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one choice."""
        (completion,) = completions
        text = f"{THOUGHT}\n</think>\n\n{completion.text}" if nulls else completion.text
        reason = "stop" if completion.finished else "length"
        return billed(asked, completions, {"choices": [{"text": text, "stop_reason": reason}]})
