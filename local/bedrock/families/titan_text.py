"""Amazon Titan text: a prompt in, one output out.

Source: Amazon Bedrock user guide, Amazon Titan Text models.
"""

from typing import Any

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

DEFAULT_MAX_TOKENS = 512
DEFAULT_TEMPERATURE = 0.7


class _Generation(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    temperature: float | None = None
    top_p: float | None = None
    max_token_count: int | None = None
    stop_sequences: list[str] | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    input_text: str
    text_generation_config: _Generation = msgspec.field(default_factory=_Generation)


_DECODER = msgspec.json.Decoder(_Body)


class TitanText:
    """A prompt in, one output with its tokens out.

    Args:
        base_id: the model; Lite, Express and Premier take different numbers of tokens.
    """

    def __init__(self, base_id: str) -> None:
        self._most_tokens = _MOST_TOKENS.get(base_id.split("-")[2], 8192)

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a prompt with its sampling parameters."""
        body = decoded(_DECODER, model_input)
        wanted = body.text_generation_config
        check_written("inputText", body.input_text)
        check_range("textGenerationConfig/temperature", wanted.temperature, 0, 1)
        check_range("textGenerationConfig/topP", wanted.top_p, 0, 1)
        count_name = "textGenerationConfig/maxTokenCount"
        check_range(count_name, wanted.max_token_count, 1, self._most_tokens)
        return Asked(
            record_id=record_id,
            turns=(Turn("user", body.input_text),),
            temperature=chosen(wanted.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=wanted.max_token_count or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one output."""
        (completion,) = completions
        written: dict[str, Any] = {
            "tokenCount": completion.token_count,
            "outputText": completion.text,
            "completionReason": "FINISH" if completion.finished else "LENGTH",
        }
        body: dict[str, Any] = {
            "inputTextTokenCount": estimated_tokens(asked.prompt),
            "results": [written],
        }
        absent = {"amazon-bedrock-guardrailAction": None} if nulls else {}
        return billed(asked, completions, body | absent)


_MOST_TOKENS = {"lite": 4096, "express": 8192, "premier": 3072}
