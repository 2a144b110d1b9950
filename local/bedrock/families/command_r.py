"""Cohere's Command R and R+: a message with its history.

Source: Amazon Bedrock user guide, Cohere Command R and Command R+ models. Billed units are
documented for streaming only.
"""

from typing import Literal

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn
from local.bedrock.families.family import (
    Output,
    billed,
    check_range,
    check_written,
    chosen,
    decoded,
    identity,
)

DEFAULT_MAX_TOKENS = 4000
DEFAULT_TEMPERATURE = 0.3
_ROLES = {"USER": "user", "CHATBOT": "assistant"}


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    role: Literal["USER", "CHATBOT"]
    message: str


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    message: str
    chat_history: list[_Said] = []
    preamble: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    p: float | None = None
    k: float | None = None
    prompt_truncation: str | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    return_prompt: bool | None = None
    stop_sequences: list[str] | None = None
    raw_prompting: bool | None = None


_DECODER = msgspec.json.Decoder(_Body)


class CommandR:
    """A message in, one text out."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a message and what was said before it."""
        body = decoded(_DECODER, model_input)
        check_written("message", body.message)
        check_range("max_tokens", body.max_tokens, 1, 4096)
        check_range("temperature", body.temperature, 0, 1)
        check_range("p", body.p, 0.01, 0.99)
        check_range("k", body.k, 0, 500)
        turns = [Turn("system", body.preamble)] if body.preamble else []
        turns += [Turn(_ROLES[said.role], said.message) for said in body.chat_history]
        return Asked(
            record_id=record_id,
            turns=(*turns, Turn("user", body.message)),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one text, with the history that it becomes part of."""
        (completion,) = completions
        history = [
            {"role": "USER", "message": asked.turns[-1].text},
            {"role": "CHATBOT", "message": completion.text},
        ]
        body = {
            "response_id": f"{identity(asked)}",
            "text": completion.text,
            "generation_id": identity(asked, "generation"),
            "finish_reason": "COMPLETE" if completion.finished else "MAX_TOKENS",
            "chat_history": history,
        }
        absent = {"citations": None, "tool_calls": None, "meta": None} if nulls else {}
        return billed(asked, completions, body | absent)
