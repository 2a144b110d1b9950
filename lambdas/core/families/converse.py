"""Converse records: one form for the models of nearly all families; a path is a record.

Form of request and output: Bedrock API reference, Converse; `modelInvocationType` Converse of
CreateModelInvocationJob. Members may be null in batch output where they are absent elsewhere.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Family, Form, Row, Sampling, Stops

_STOPS = Stops(
    finished=frozenset({"end_turn", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "model_context_window_exceeded"}),
    filtered=frozenset({"content_filtered", "guardrail_intervened", "refusal"}),
)


class _Block(msgspec.Struct):
    text: str | None = None


class _Message(msgspec.Struct):
    content: list[_Block | None] | None = None


class _Output(msgspec.Struct):
    message: _Message | None = None


class _Usage(msgspec.Struct):
    inputTokens: int | None = None
    outputTokens: int | None = None


class ConverseOutput(msgspec.Struct):
    """One assistant message; blocks of reasoning have no text."""

    output: _Output | None = None
    stopReason: str | None = None
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class Converse(Form):
    """The form that Bedrock has for all models alike.

    Attributes:
        default_temperature: that of the models, which is not sent; `None` to send every one.
    """

    default_temperature: float | None = None

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the one user message."""
        return {
            "messages": [{"role": "user", "content": [{"text": prompt}]}],
            "inferenceConfig": {
                "maxTokens": sampling.max_tokens,
                **sampling.heat(self.default_temperature),
                **sampling.nucleus("topP"),
            },
        }

    def read(self, output: ConverseOutput) -> Answered:
        """Return the one completion; reasoning blocks and null members are passed over."""
        message = output.output.message if output.output else None
        blocks = (message.content if message else None) or []
        text = "".join(block.text for block in blocks if block and block.text)
        usage = output.usage or _Usage()
        completion = _STOPS.completion(text, output.stopReason)
        return Answered([completion], usage.inputTokens, usage.outputTokens)


CONVERSE_ROWS = msgspec.json.Decoder(Row[ConverseOutput])
CONVERSE = Converse("Converse", 1, CONVERSE_ROWS, max_temperature=1.0)

# For a model that no family knows but that supports Converse: named by the user, told by no id.
ANY_MODEL = Family("converse", r"(?!)", (CONVERSE,), max_temperature=1.0, max_tokens=32_768)
