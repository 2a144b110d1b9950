"""The chat-completions form, which Mistral, Jamba and the OpenAI-style families share.

Models that reason give their thinking in a member of its own (`reasoning`, `reasoning_content`),
which is passed over, or as `<reasoning>…</reasoning>` within the content, as gpt-oss does on
Bedrock; that stays in the text, and extraction takes it out.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Completion, Form, Row, Sampling, Stops

_STOPS = Stops(
    finished=frozenset({"stop", "end_turn"}),
    cut_off=frozenset({"length", "model_length", "max_tokens"}),
    filtered=frozenset({"content_filter", "content_filtered", "refusal"}),
)


class _Part(msgspec.Struct):
    type: str | None = None
    text: str | None = None


class _Message(msgspec.Struct):
    content: str | list[_Part | None] | None = None


class _Choice(msgspec.Struct):
    message: _Message | None = None
    finish_reason: str | None = None
    stop_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _ChatOutput(msgspec.Struct):
    choices: list[_Choice | None] | None = None
    usage: _Usage | None = None


CHAT_ROWS = msgspec.json.Decoder(Row[_ChatOutput])


@dataclass(frozen=True, slots=True)
class Chat(Form):
    """Messages in, choices out.

    Attributes:
        limit: what the family calls the most tokens of a completion.
    """

    limit: str = "max_tokens"

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the one user message; `n` only where several are wanted."""
        return {
            "messages": [{"role": "user", "content": prompt}],
            self.limit: sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.nucleus("top_p"),
            **sampling.several("n"),
        }

    def read(self, output: _ChatOutput) -> Answered:
        """Return the choices in their order; `stop_reason` is Mistral's word on Bedrock."""
        usage = output.usage or _Usage()
        return Answered(
            [_completion(choice or _Choice()) for choice in output.choices or []],
            usage.prompt_tokens,
            usage.completion_tokens,
        )


def _completion(choice: _Choice) -> Completion:
    content = choice.message.content if choice.message else None
    if isinstance(content, list):
        texts = (part.text for part in content if part and part.type in {None, "text"})
        content = "".join(text for text in texts if text)
    return _STOPS.completion(content, choice.finish_reason or choice.stop_reason)
