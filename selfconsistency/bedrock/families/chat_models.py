"""Models asked with messages: Claude, Nova, Mistral's later ones, OpenAI's style; and Converse.

Source: Amazon Bedrock user guide, Anthropic Claude Messages API, Mistral AI chat completion and
OpenAI models; Amazon Nova user guide, complete request schema.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

import msgspec

from selfconsistency.bedrock.answers.source import Asked, Turn, estimated_tokens
from selfconsistency.bedrock.families.family import (
    THOUGHT,
    Body,
    Completions,
    Family,
    Ranges,
    RefusedBodyError,
    identity,
    stop_reason,
)

_CLAUDE_VERSION = "bedrock-2023-05-31"
_CLAUDE = re.compile(r"anthropic\.claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")
_REFUSED = "The model returned the following errors: "
_LATENCY_MS = 1
_CREATED = 1_750_000_000


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class _ClaudeText(_Text):
    type: str = "text"


class _ClaudeMessage(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: str | list[_ClaudeText]


class _ClaudeBody(msgspec.Struct, forbid_unknown_fields=True):
    anthropic_version: str
    max_tokens: int
    messages: list[_ClaudeMessage]
    system: str | list[_ClaudeText] = ""
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = None
    anthropic_beta: list[str] | None = None
    thinking: dict[str, Any] | None = None


class Anthropic(Family):
    """Claude's own form: messages in, content blocks out."""

    decoder = msgspec.json.Decoder(_ClaudeBody)
    ranges: ClassVar[Ranges] = {
        "max_tokens": (1, 200_000),
        "temperature": (0, 1),
        "top_p": (0, 1),
        "top_k": (0, 500),
    }
    default_temperature = 1.0

    def check(self, body: Any) -> None:
        """Refuse another version."""
        if body.anthropic_version != _CLAUDE_VERSION:
            raise RefusedBodyError(
                f"anthropic_version: {body.anthropic_version!r} is not {_CLAUDE_VERSION!r}"
            )

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the turns, the system's first."""
        check_sampling(self.base_id, body.temperature, body.top_p)
        system = _text(body.system)
        first = [Turn("system", system)] if system else []
        return _checked([*first, *(Turn(each.role, _text(each.content)) for each in body.messages)])

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the one message."""
        (completion,) = completions
        content: list[dict[str, Any]] = [{"type": "text", "text": completion.text}]
        if nulls:
            content = [
                {"type": "thinking", "thinking": THOUGHT, "signature": "c2ln", "text": None},
                content[0] | {"citations": None},
            ]
        return {
            "id": f"msg_bdrk_{identity(asked)}",
            "type": "message",
            "role": "assistant",
            "model": self.base_id,
            "content": content,
            "stop_reason": "end_turn" if completion.finished else "max_tokens",
            "stop_sequence": None,
            "usage": {
                "input_tokens": estimated_tokens(asked.prompt),
                "output_tokens": completion.token_count,
            },
        }


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    content: list[_Text]


class _Inference(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None


class _ConverseBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    messages: list[_Message]
    system: list[_Text] = []
    inference_config: _Inference = msgspec.field(default_factory=_Inference)
    additional_model_request_fields: dict[str, Any] | None = None


class Converse(Family):
    """Records of invocation type Converse, the same form for every model that has it.

    What batch does not take (toolConfig, modelId) is refused.
    """

    decoder = msgspec.json.Decoder(_ConverseBody)
    ranges: ClassVar[Ranges] = {
        "temperature": (0, 1),
        "top_p": (0, 1),
        "max_tokens": (1, 1_000_000),
    }
    section = "inferenceConfig/"
    default_temperature = 1.0

    def sampling(self, body: Any) -> Any:
        """Return the sampling parameters."""
        return body.inference_config

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the turns, the system's first."""
        check_sampling(self.base_id, body.inference_config.temperature, body.inference_config.top_p)
        said = (Turn(each.role, _text(each.content)) for each in body.messages)
        return _checked([*(Turn("system", block.text) for block in body.system), *said])

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the one message."""
        return _message(asked, completions, nulls) | {"metrics": {"latencyMs": _LATENCY_MS}}


class _NovaInference(_Inference, rename="camel"):
    top_k: int | None = None


class _NovaBody(_ConverseBody, rename="camel"):
    inference_config: _NovaInference = msgspec.field(default_factory=_NovaInference)
    schema_version: Literal["messages-v1"] = "messages-v1"


class Nova(Converse):
    """Amazon Nova's own form, nearly that of Converse."""

    decoder = msgspec.json.Decoder(_NovaBody)
    ranges: ClassVar[Ranges] = {
        "max_tokens": (1, 65_536),
        "temperature": (0, 1),
        "top_p": (0, 1),
        "top_k": (0, 128),
    }
    default_temperature = 0.7

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the one message."""
        return _message(asked, completions, nulls)


class _ChatText(_Text):
    type: Literal["text"] = "text"


class _ChatMessage(msgspec.Struct, forbid_unknown_fields=True):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_ChatText]


class _ChatBody(msgspec.Struct, forbid_unknown_fields=True):
    messages: list[_ChatMessage]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None


class _MistralBody(_ChatBody):
    stop: list[str] | None = None


class MistralChat(Family):
    """Mistral Large 2407 and later, Ministral, Magistral, Pixtral: messages in, one choice out.

    Its reason is called stop_reason, and it states no tokens.
    """

    decoder = msgspec.json.Decoder(_MistralBody)
    ranges: ClassVar[Ranges] = {"max_tokens": (1, 8192), "temperature": (0, 1), "top_p": (0, 1)}
    default_max_tokens = 8192
    default_temperature = 0.7

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the turns; a developer's are the system's."""
        roles = {"developer": "system"}
        said = (
            Turn(roles.get(each.role, each.role), _text(each.content)) for each in body.messages
        )
        return _checked(said)

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:  # noqa: ARG002
        """Write the one choice."""
        (completion,) = completions
        message: dict[str, Any] = {"role": "assistant", "content": completion.text}
        message |= {"tool_calls": None} if nulls else {}
        reason = stop_reason(completion)
        return {"choices": [{"index": 0, "message": message, "stop_reason": reason}]}


class _OpenAiBody(_ChatBody):
    model: str | None = None
    max_completion_tokens: int | None = None
    n: int | None = None
    stop: list[str] | str | None = None
    stream: Literal[False] | None = None
    seed: int | None = None
    reasoning_effort: Literal["low", "medium", "high"] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


class OpenAiStyle(MistralChat):
    """Chat completions as OpenAI has them: gpt-oss, Qwen, DeepSeek and others.

    The user guide has the form of gpt-oss, whose content begins with its reasoning in `<reasoning>`
    tags; that the others take the same form is inferred. Whether any of them takes `n` is not
    documented: more than one choice is refused.
    """

    decoder = msgspec.json.Decoder(_OpenAiBody)
    ranges: ClassVar[Ranges] = {
        "max_tokens": (1, 131_072),
        "temperature": (0, 2),
        "top_p": (0, 1),
        "n": (1, 1),
    }
    default_max_tokens = 4096
    default_temperature = 1.0

    def check(self, body: Any) -> None:
        """Let the newer name of `max_tokens` go before."""
        if body.max_completion_tokens is not None:
            body.max_tokens = body.max_completion_tokens

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the one choice."""
        (completion,) = completions
        tokens_in, tokens_out = estimated_tokens(asked.prompt), completion.token_count
        choice: dict[str, Any] = {
            "index": 0,
            "message": self._message(completion.text, nulls),
            "finish_reason": stop_reason(completion),
        }
        return {
            "id": f"chatcmpl-{identity(asked)}",
            "object": "chat.completion",
            "created": _CREATED,
            "model": self.base_id,
            "choices": [choice | ({"logprobs": None} if nulls else {})],
            "usage": {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            },
        }

    def _message(self, text: str, nulls: bool) -> dict[str, Any]:
        """Return the message; with `nulls`, the model's reasoning is where it puts it."""
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if not nulls:
            return message
        if self.base_id.startswith("openai."):
            message["content"] = f"<reasoning>{THOUGHT}</reasoning>{text}"
            return message | {"refusal": None, "tool_calls": None}
        return message | {"reasoning_content": THOUGHT, "refusal": None, "tool_calls": None}


def check_sampling(base_id: str, temperature: float | None, top_p: float | None) -> None:
    """Refuse what some Claude models do not take, whichever form asks them.

    Seen on the service by users: from Opus 4.1 and the 4.5 models on, temperature and top-p
    together; from Opus 5 on, any temperature but 1. Models of other families take anything.

    Raises:
        RefusedBodyError: the combination is one that the model refuses.
    """
    found = _CLAUDE.match(base_id)
    if found is None:
        return
    opus, version = found[1] == "opus", (int(found[2]), int(found[3] or 0))
    if opus and version >= (5, 0) and temperature not in (None, 1):
        raise RefusedBodyError(
            f"{_REFUSED}`temperature` may only be set to 1 for this model: {temperature}"
        )
    one_of_two = version >= ((4, 1) if opus else (4, 5))
    if one_of_two and None not in (temperature, top_p):
        raise RefusedBodyError(
            f"{_REFUSED}`temperature` and `top_p` cannot both be specified for this model. "
            "Please use only one."
        )


def _text(content: str | Sequence[_Text]) -> str:
    return content if isinstance(content, str) else "\n".join(block.text for block in content)


def _checked(conversation: Iterable[Turn]) -> tuple[Turn, ...]:
    """Return the turns, which must go from user to user alternately, system turns apart.

    Raises:
        RefusedBodyError: there is none, roles do not alternate, or a message is blank.
    """
    turns = tuple(conversation)
    said = [turn for turn in turns if turn.role != "system"]
    roles = [turn.role for turn in said]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2) + ["user"]:
        raise RefusedBodyError(
            "A conversation must start and end with a user message, and roles must alternate "
            f"between user and assistant: {roles}"
        )
    if not all(turn.text.strip() for turn in said):
        raise RefusedBodyError("The text field in the ContentBlock object is blank.")
    return turns


def _message(asked: Asked, completions: Completions, nulls: bool) -> Body:
    """Return the answer of Converse and Nova; with `nulls`, a block of reasoning comes first."""
    (completion,) = completions
    content: list[dict[str, Any]] = [{"text": completion.text}]
    if nulls:
        thought = {"reasoningText": {"text": THOUGHT, "signature": None}}
        content = [
            {"text": None, "image": None, "reasoningContent": thought},
            {"text": completion.text, "image": None, "reasoningContent": None},
        ]
    tokens_in, tokens_out = estimated_tokens(asked.prompt), completion.token_count
    body = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": "end_turn" if completion.finished else "max_tokens",
        "usage": {
            "inputTokens": tokens_in,
            "outputTokens": tokens_out,
            "totalTokens": tokens_in + tokens_out,
        },
    }
    absent = ("additionalModelResponseFields", "performanceConfig", "trace") if nulls else ()
    return body | dict.fromkeys(absent)
