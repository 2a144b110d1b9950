"""AI21's Jurassic-2: a prompt in, up to sixteen completions out.

Source: Amazon Bedrock user guide, AI21 Labs Jurassic-2 models; `numResults` from AI21's own
API reference. Tokens are not counted, they are listed.
"""

from typing import Any

import msgspec

from local.bedrock.answers.source import (
    CHARS_PER_TOKEN,
    Asked,
    Completion,
    Turn,
    estimated_tokens,
)
from local.bedrock.families.family import (
    Output,
    billed,
    check_range,
    check_written,
    chosen,
    decoded,
)

DEFAULT_MAX_TOKENS = 200
DEFAULT_TEMPERATURE = 0.5
REQUEST_ID = 1234


class _Penalty(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    scale: float
    apply_to_whitespaces: bool | None = None
    apply_to_punctuations: bool | None = None
    apply_to_numbers: bool | None = None
    apply_to_stopwords: bool | None = None
    apply_to_emojis: bool | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    prompt: str
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    num_results: int | None = None
    stop_sequences: list[str] | None = None
    count_penalty: _Penalty | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Jurassic:
    """The exam experiment's model."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt with its sampling parameters."""
        body = decoded(_DECODER, model_input)
        check_written("prompt", body.prompt)
        check_range("maxTokens", body.max_tokens, 1, 8191)
        check_range("temperature", body.temperature, 0, 1)
        check_range("topP", body.top_p, 0, 1)
        check_range("numResults", body.num_results, 1, 16)
        return Asked(
            record_id=record_id,
            turns=(Turn("user", body.prompt),),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=body.num_results or 1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the completions."""
        written = [_completion(each, asked.max_tokens, nulls) for each in completions]
        body = {
            "id": REQUEST_ID,
            "prompt": _parted(asked.prompt, estimated_tokens(asked.prompt)),
            "completions": written,
        }
        return billed(asked, completions, body)


def _completion(completion: Completion, limit: int, nulls: bool) -> dict[str, Any]:
    reason: dict[str, Any] = {"reason": "endoftext"}
    if not completion.finished:
        reason = {"reason": "length", "length": limit}
    parted = _parted(completion.text, completion.token_count)
    return {"data": parted | ({"tokens": None} if nulls else {}), "finishReason": reason}


def _parted(text: str, count: int) -> dict[str, Any]:
    """Return a text with as many tokens as it is billed for."""
    starts = range(0, count * CHARS_PER_TOKEN, CHARS_PER_TOKEN)
    tokens = [
        {
            "generatedToken": {"token": text[start : start + CHARS_PER_TOKEN], "logprob": 0.0},
            "topTokens": None,
            "textRange": {"start": start, "end": min(start + CHARS_PER_TOKEN, len(text))},
        }
        for start in starts
    ]
    return {"text": text, "tokens": tokens}
