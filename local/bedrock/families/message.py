"""The answer in which Converse and Nova agree: one message, why it stopped, its tokens."""

from typing import Any

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.family import THOUGHT, Output, billed


def message_output(asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
    """Return the answer; with `nulls`, a block of reasoning stands before the text."""
    (completion,) = completions
    output = billed(asked, completions, {})
    tokens_in, tokens_out = output.tokens_in, output.tokens_out
    output.body.update(
        output={"message": {"role": "assistant", "content": _content(completion.text, nulls)}},
        stopReason="end_turn" if completion.finished else "max_tokens",
        usage={
            "inputTokens": tokens_in,
            "outputTokens": tokens_out,
            "totalTokens": tokens_in + tokens_out,
        },
    )
    if nulls:
        output.body.update(additionalModelResponseFields=None, performanceConfig=None, trace=None)
    return output


def _content(text: str, nulls: bool) -> list[dict[str, Any]]:
    if not nulls:
        return [{"text": text}]
    thought = {"reasoningText": {"text": THOUGHT, "signature": None}}
    return [
        {"text": None, "image": None, "reasoningContent": thought},
        {"text": text, "image": None, "reasoningContent": None},
    ]
