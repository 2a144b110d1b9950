"""Meta's Llama: a prompt in the model's own chat template, one generation.

Source: Amazon Bedrock user guide, Meta Llama models; the templates are Meta's.
"""

import re

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens
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
# Llama 3 writes <|start_header_id|>user<|end_header_id|> … <|eot_id|>, Llama 4 <|header_start|>.
_HEADER = re.compile(
    r"<\|(?:start_header_id|header_start)\|>\s*(\w+)\s*<\|(?:end_header_id|header_end)\|>"
)
_END = re.compile(r"<\|(?:eot_id|eot|eom_id)\|>")


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    max_gen_len: int | None = None
    temperature: float | None = None
    top_p: float | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Llama:
    """A prompt in, one generation out, with its tokens."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt."""
        body = decoded(_DECODER, model_input)
        check_written("prompt", body.prompt)
        check_range("max_gen_len", body.max_gen_len, 1, 8192)
        check_range("temperature", body.temperature, 0, 1)
        check_range("top_p", body.top_p, 0, 1)
        return Asked(
            record_id=record_id,
            turns=templated(body.prompt),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=body.max_gen_len or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one generation."""
        (completion,) = completions
        body = {
            "generation": completion.text,
            "prompt_token_count": estimated_tokens(asked.prompt),
            "generation_token_count": completion.token_count,
            "stop_reason": "stop" if completion.finished else "length",
        }
        return billed(asked, completions, body | ({"images": None} if nulls else {}))


def templated(prompt: str) -> tuple[Turn, ...]:
    r"""Return the turns between a template's headers; a prompt without any is one user turn.

    What has no header before it, and the empty turn that the model is to fill, are left out.

    >>> templated("<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>")
    (Turn(role='user', text='Hi'),)
    """
    parts = _HEADER.split(prompt)
    turns = [
        Turn(role, _END.split(text, maxsplit=1)[0].strip())
        for role, text in zip(parts[1::2], parts[2::2], strict=True)
    ]
    return tuple(turn for turn in turns if turn.text) or instructed(prompt)
