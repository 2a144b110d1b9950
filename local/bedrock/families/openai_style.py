"""Chat completions as OpenAI has them: gpt-oss, Qwen, DeepSeek and others.

Source: Amazon Bedrock user guide, OpenAI models, for gpt-oss, whose content begins with its
reasoning in `<reasoning>` tags; that the others take the same form is inferred. Whether any of
them takes `n` is not documented: more than one choice is refused.
"""

from typing import Any, Literal

import msgspec

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.chat import ChatMessage, chat_turns, chat_usage
from local.bedrock.families.family import (
    THOUGHT,
    Output,
    billed,
    check_range,
    chosen,
    decoded,
    identity,
)

DEFAULT_MAX_TOKENS = 4096
DEFAULT_TEMPERATURE = 1.0
CREATED = 1_750_000_000


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[ChatMessage]
    model: str | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    n: int | None = None
    stop: list[str] | str | None = None
    stream: Literal[False] | None = None
    seed: int | None = None
    reasoning_effort: Literal["low", "medium", "high"] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


_DECODER = msgspec.json.Decoder(_Body)


class OpenAiStyle:
    """Messages in, one choice out."""

    def __init__(self, base_id: str) -> None:
        self._base_id = base_id

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a conversation."""
        body = decoded(_DECODER, model_input)
        limit = chosen(body.max_completion_tokens, chosen(body.max_tokens, DEFAULT_MAX_TOKENS))
        check_range("max_tokens", limit, 1, 131_072)
        check_range("temperature", body.temperature, 0, 2)
        check_range("top_p", body.top_p, 0, 1)
        check_range("n", body.n, 1, 1)
        return Asked(
            record_id=record_id,
            turns=chat_turns(body.messages),
            temperature=chosen(body.temperature, DEFAULT_TEMPERATURE),
            count=1,
            max_tokens=int(limit),
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write the one choice."""
        (completion,) = completions
        output = billed(asked, completions, {"id": f"chatcmpl-{identity(asked)}"})
        choice: dict[str, Any] = {
            "index": 0,
            "message": self._message(completion.text, nulls),
            "finish_reason": "stop" if completion.finished else "length",
        }
        output.body.update(
            object="chat.completion",
            created=CREATED,
            model=self._base_id,
            choices=[choice | ({"logprobs": None} if nulls else {})],
            usage=chat_usage(output),
        )
        return output

    def _message(self, text: str, nulls: bool) -> dict[str, Any]:
        """Return the message; with `nulls`, the model's reasoning is where it puts it."""
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if not nulls:
            return message
        if self._base_id.startswith("openai."):
            message["content"] = f"<reasoning>{THOUGHT}</reasoning>{text}"
            return message | {"refusal": None, "tool_calls": None}
        return message | {"reasoning_content": THOUGHT, "refusal": None, "tool_calls": None}
