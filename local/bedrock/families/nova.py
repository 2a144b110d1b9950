"""Amazon Nova: its own messages form.

Source: Amazon Nova user guide, complete request schema.
"""

from typing import Any, Literal

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.family import Output, check_range, chosen, decoded
from local.bedrock.families.message import Message, TextBlock, message_output, message_turns

DEFAULT_MAX_TOKENS = 512
DEFAULT_TEMPERATURE = 0.7


class _Inference(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    messages: list[Message]
    system: list[TextBlock] = []
    inference_config: _Inference = msgspec.field(default_factory=_Inference)
    schema_version: Literal["messages-v1"] = "messages-v1"
    additional_model_request_fields: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Nova:
    """Messages in, one message out, in nearly the words of Converse."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation."""
        body = decoded(_DECODER, model_input)
        inference = body.inference_config
        check_range("inferenceConfig/maxTokens", inference.max_tokens, 1, 65_536)
        check_range("inferenceConfig/temperature", inference.temperature, 0, 1)
        check_range("inferenceConfig/topP", inference.top_p, 0, 1)
        check_range("inferenceConfig/topK", inference.top_k, 0, 128)
        return Asked(
            record_id=record_id,
            turns=message_turns(body.system, body.messages),
            temperature=chosen(inference.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=inference.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one message."""
        return message_output(asked, completions, nulls=nulls)
