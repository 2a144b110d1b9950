"""Converse records: one form for the models of nearly all families; each path is a record.

Form of request and output: Bedrock API reference, Converse; `modelInvocationType` Converse of
CreateModelInvocationJob. Batch output may have null for members that are otherwise absent.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.models.base import (
    Body,
    Family,
    Form,
    OutputRow,
    RecordOutput,
    Sampling,
    StopReasons,
    UsageNames,
)

_STOP_REASONS = StopReasons(
    finished=frozenset({"end_turn", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "model_context_window_exceeded"}),
    filtered=frozenset({"content_filtered", "guardrail_intervened", "refusal"}),
)
_USAGE = UsageNames("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")


class _Block(msgspec.Struct):
    text: str | None = None


class _Message(msgspec.Struct):
    content: list[_Block | None] | None = None


class _Output(msgspec.Struct):
    message: _Message | None = None


class ConverseOutput(msgspec.Struct):
    """One assistant message; reasoning blocks have no text."""

    output: _Output | None = None
    stopReason: Any = None
    usage: Any = None


@dataclass(frozen=True, slots=True)
class Converse(Form):
    """The form that Bedrock offers for all models alike.

    Attributes:
        default_temperature: the models' own, which is not sent; `None` to send every temperature.
    """

    default_temperature: float | None = None

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return the prompt as the one user message."""
        return {
            "messages": [{"role": "user", "content": [{"text": prompt}]}],
            "inferenceConfig": {
                "maxTokens": sampling.max_tokens,
                **sampling.temperature_member(self.default_temperature),
                **sampling.top_p_member("topP"),
            },
        }

    def read(self, output: ConverseOutput) -> RecordOutput:
        """Return the one completion; skip reasoning blocks and null members."""
        message = output.output.message if output.output else None
        blocks = (message.content if message else None) or []
        text = "".join([block.text for block in blocks if block and block.text])
        completion = _STOP_REASONS.completion(text, output.stopReason)
        return _USAGE.output(completion, output.usage)


CONVERSE_ROWS = msgspec.json.Decoder(OutputRow[ConverseOutput])
CONVERSE = Converse("Converse", 1, CONVERSE_ROWS)
# For any other model that supports Converse: the user names this family, and no id matches it.
ANY_MODEL = Family("converse", r"(?!)", (CONVERSE,), max_temperature=1.0, max_tokens=32_768)
