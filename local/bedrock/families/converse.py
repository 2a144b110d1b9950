"""Records of invocation type Converse, the same form for every model that has it."""

from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.claude_rules import check_sampling
from local.bedrock.families.family import Output, check_range, chosen, decoded
from local.bedrock.families.message import Message, TextBlock, message_output, message_turns

DEFAULT_MAX_TOKENS = 512
DEFAULT_TEMPERATURE = 1.0
LATENCY_MS = 1


class _Inference(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    messages: list[Message]
    system: list[TextBlock] = []
    inference_config: _Inference = msgspec.field(default_factory=_Inference)
    additional_model_request_fields: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Converse:
    """Messages in, one message out.

    Args:
        base_id: the model, for what it refuses of sampling.
    """

    def __init__(self, base_id: str = "") -> None:
        self._base_id = base_id

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation; what batch does not take (toolConfig, modelId) is refused."""
        body = decoded(_DECODER, model_input)
        inference = body.inference_config
        check_range("inferenceConfig/temperature", inference.temperature, 0, 1)
        check_range("inferenceConfig/topP", inference.top_p, 0, 1)
        check_range("inferenceConfig/maxTokens", inference.max_tokens, 1, 1_000_000)
        check_sampling(self._base_id, inference.temperature, inference.top_p)
        return Asked(
            record_id=record_id,
            turns=message_turns(body.system, body.messages),
            temperature=chosen(inference.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=inference.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one message."""
        output = message_output(asked, completions, nulls=nulls)
        output.body["metrics"] = {"latencyMs": LATENCY_MS}
        return output
