"""Converse records: one form for Nova, Claude and Llama, where a path is a record.

Form of request and output: Bedrock API reference, Converse; `modelInvocationType` Converse of
CreateModelInvocationJob. Members may be null in batch output where they are absent elsewhere.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Completion, Family, Row, Sampling

_CUT_OFF = frozenset({"max_tokens", "model_context_window_exceeded"})
_FILTERED = frozenset({"content_filtered", "guardrail_intervened"})


class _Block(msgspec.Struct):
    text: str | None = None


class _Message(msgspec.Struct):
    content: list[_Block | None] | None = None


class _Output(msgspec.Struct):
    message: _Message | None = None


class _Usage(msgspec.Struct):
    inputTokens: int | None = None
    outputTokens: int | None = None


class _ConverseOutput(msgspec.Struct):
    output: _Output | None = None
    stopReason: str | None = None
    usage: _Usage | None = None


class Converse(Family):
    """A family asked in the Converse form."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the one user message; top-p is left to the model's default.

        Some models refuse temperature and top-p together.
        """
        return {
            "messages": [{"role": "user", "content": [{"text": prompt}]}],
            "inferenceConfig": {
                "maxTokens": sampling.max_tokens,
                "temperature": sampling.temperature,
            },
        }

    def read(self, output: _ConverseOutput) -> Answered:
        """Return the one completion; reasoning blocks and null members are passed over."""
        message = output.output.message if output.output else None
        blocks = (message.content if message else None) or []
        text = "".join(block.text for block in blocks if block and block.text)
        reason = output.stopReason or ""
        completion = Completion(text, reason in _CUT_OFF, reason in _FILTERED)
        usage = output.usage or _Usage()
        return Answered([completion], usage.inputTokens, usage.outputTokens)


def converse(name: str, pattern: str) -> Converse:
    """Return the family of the models whose id matches the pattern."""
    return Converse(
        name=name,
        pattern=pattern,
        invocation_type="Converse",
        max_generations=1,
        max_temperature=1.0,
        max_tokens=32_768,
        rows=msgspec.json.Decoder(Row[_ConverseOutput]),
    )
