"""cohere.command-text-v14: a prompt in, up to five generations out."""

from typing import Any

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

DEFAULT_MAX_TOKENS = 20
DEFAULT_TEMPERATURE = 0.9


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    temperature: float | None = None
    p: float | None = None
    k: float | None = None
    max_tokens: int | None = None
    num_generations: int | None = None
    stop_sequences: list[str] | None = None
    return_likelihoods: str | None = None
    truncate: str | None = None


_DECODER = msgspec.json.Decoder(_Body)


class CohereCommand:
    """The published experiment's model, which drew five generations per record."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt with its sampling parameters."""
        body = decoded(_DECODER, model_input)
        check_written("prompt", body.prompt)
        check_range("temperature", body.temperature, 0, 5)
        check_range("p", body.p, 0, 1)
        check_range("k", body.k, 0, 500)
        check_range("max_tokens", body.max_tokens, 1, 4096)
        check_range("num_generations", body.num_generations, 1, 5)
        return Asked(
            record_id=record_id,
            turns=(Turn("user", body.prompt),),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=body.num_generations or 1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the generations; the prompt is billed once."""
        generations: list[dict[str, Any]] = [
            {
                "id": identity(asked, str(number)),
                "text": completion.text,
                "finish_reason": "COMPLETE" if completion.finished else "MAX_TOKENS",
            }
            | ({"likelihood": None} if nulls else {})
            for number, completion in enumerate(completions)
        ]
        body = {"generations": generations, "id": identity(asked), "prompt": asked.prompt}
        return billed(asked, completions, body)
