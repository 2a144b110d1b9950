"""Records of invocation type Converse, the same form for every model."""

from collections.abc import Sequence
from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens
from local.bedrock.families.family import Output, RefusedBodyError, check_range

DEFAULT_MAX_TOKENS = 512
DEFAULT_TEMPERATURE = 1.0
LATENCY_MS = 1


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: list[_Text]


class _Inference(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    messages: list[_Message]
    system: list[_Text] = []
    inference_config: _Inference = msgspec.field(default_factory=_Inference)
    additional_model_request_fields: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Converse:
    """Messages in, one message out."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation; what batch does not take (toolConfig, modelId) is refused."""
        try:
            body = _DECODER.decode(model_input)
        except msgspec.MsgspecError as error:
            raise RefusedBodyError(f"Malformed input request: {error}") from error
        inference = body.inference_config
        check_range("inferenceConfig/temperature", inference.temperature, 0, 1)
        check_range("inferenceConfig/topP", inference.top_p, 0, 1)
        check_range("inferenceConfig/maxTokens", inference.max_tokens, 1, 1_000_000)
        _check_messages(body.messages)
        system = [Turn("system", block.text) for block in body.system]
        said = [Turn(each.role, _text(each.content)) for each in body.messages]
        temperature = inference.temperature
        return Asked(
            record_id=record_id,
            turns=(*system, *said),
            temperature=DEFAULT_TEMPERATURE if temperature is None else temperature,
            count=1,
            max_tokens=inference.max_tokens or DEFAULT_MAX_TOKENS,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one message."""
        completion = completions[0]
        tokens_in, tokens_out = estimated_tokens(asked.prompt), completion.token_count
        body: dict[str, Any] = {
            "output": {"message": {"role": "assistant", "content": [{"text": completion.text}]}},
            "stopReason": "end_turn" if completion.finished else "max_tokens",
            "usage": {
                "inputTokens": tokens_in,
                "outputTokens": tokens_out,
                "totalTokens": tokens_in + tokens_out,
            },
            "metrics": {"latencyMs": LATENCY_MS},
        }
        return Output(_with_nulls(body, completion.text) if nulls else body, tokens_in, tokens_out)


def _check_messages(messages: Sequence[_Message]) -> None:
    roles = [message.role for message in messages]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2) + ["user"]:
        raise RefusedBodyError(
            "A conversation must start and end with a user message, and roles must alternate "
            f"between user and assistant: {roles}"
        )
    if not all(_text(message.content).strip() for message in messages):
        raise RefusedBodyError("The text field in the ContentBlock object is blank.")


def _text(content: Sequence[_Text]) -> str:
    return "\n".join(block.text for block in content)


def _with_nulls(body: dict[str, Any], text: str) -> dict[str, Any]:
    thought = {"reasoningText": {"text": "The answer is 0.", "signature": None}}
    content = [
        {"text": None, "image": None, "reasoningContent": thought},
        {"text": text, "image": None, "reasoningContent": None},
    ]
    return body | {
        "output": {"message": {"role": "assistant", "content": content}},
        "additionalModelResponseFields": None,
        "performanceConfig": None,
        "trace": None,
    }
