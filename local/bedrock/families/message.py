"""Where Converse and Nova agree: the messages they take, and the one they answer with."""

from collections.abc import Sequence
from typing import Any

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn
from local.bedrock.families.family import THOUGHT, Output, billed, check_turns


class TextBlock(msgspec.Struct, forbid_unknown_fields=True):
    """A piece of a message, or of the system's."""

    text: str


class Message(msgspec.Struct, forbid_unknown_fields=True):
    """A message of a conversation."""

    role: str
    content: list[TextBlock]


def message_turns(system: Sequence[TextBlock], messages: Sequence[Message]) -> tuple[Turn, ...]:
    """Return a conversation's turns, the system's first.

    Raises:
        RefusedBodyError: it is empty, roles do not alternate, or a message is blank.
    """
    said = (Turn(each.role, "\n".join(block.text for block in each.content)) for each in messages)
    turns = (*(Turn("system", block.text) for block in system), *said)
    check_turns(turns)
    return turns


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
