"""cohere.command-text-v14: a prompt in, up to five generations out."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens
from local.bedrock.families.family import Output, RefusedBodyError, check_range

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
        try:
            body = _DECODER.decode(model_input)
        except msgspec.MsgspecError as error:
            raise RefusedBodyError(f"Malformed input request: {error}") from error
        check_range("temperature", body.temperature, 0, 5)
        check_range("p", body.p, 0, 1)
        check_range("k", body.k, 0, 500)
        check_range("max_tokens", body.max_tokens, 1, 4096)
        check_range("num_generations", body.num_generations, 1, 5)
        if not body.prompt.strip():
            raise RefusedBodyError("Malformed input request: #/prompt: is blank")
        temperature = body.temperature
        return Asked(
            record_id=record_id,
            turns=(Turn("user", body.prompt),),
            temperature=DEFAULT_TEMPERATURE if temperature is None else temperature,
            count=body.num_generations or 1,
            max_tokens=body.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the generations; the prompt is billed once."""
        generations: list[dict[str, Any]] = [
            {
                "id": str(uuid5(NAMESPACE_URL, f"{asked.record_id}/{number}")),
                "text": completion.text,
                "finish_reason": "COMPLETE" if completion.finished else "MAX_TOKENS",
            }
            | ({"likelihood": None} if nulls else {})
            for number, completion in enumerate(completions)
        ]
        body = {
            "generations": generations,
            "id": str(uuid5(NAMESPACE_URL, asked.record_id)),
            "prompt": asked.prompt,
        }
        tokens_out = sum(completion.token_count for completion in completions)
        return Output(body, estimated_tokens(asked.prompt), tokens_out)
