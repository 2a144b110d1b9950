"""Families whose own form takes messages: Nova, Claude, Mistral's chat models, OpenAI-style ones.

All of them default to Converse; their own form can be requested with `invocation_type`.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.models.base import (
    Body,
    Completion,
    Family,
    Form,
    OutputRow,
    RecordOutput,
    Sampling,
    StopReasons,
    Trait,
    UsageNames,
    member_number,
)
from lambdas.core.models.converse import CONVERSE, CONVERSE_ROWS, Converse
from lambdas.core.models.native_text import MISTRAL_TEXT_MODELS

_MAX_TEMPERATURE = 1.0
_MAX_TOKENS = 32_768

# Nova's own form is that of Converse, member for member.
# Source: Amazon Nova user guide, "Complete request schema".
NOVA = Family(
    name="nova",
    pattern=r"amazon\.nova-[a-z0-9.:-]+",
    forms=(CONVERSE, Converse("InvokeModel", 1, CONVERSE_ROWS)),
    max_temperature=_MAX_TEMPERATURE,
    max_tokens=_MAX_TOKENS,
    traits=(
        # Source: Bedrock user guide, supported Regions and models for batch inference, 2026.
        Trait(r"amazon\.nova-(?:2-lite|premier)", only_by_profile=True),
        # Source: model cards of Nova Micro, Lite, Pro and Premier.
        Trait(r"amazon\.nova-(?:micro|lite|pro|premier)-v1", max_tokens=5000),
    ),
)


_CHAT_STOP_REASONS = StopReasons(
    finished=frozenset({"stop", "end_turn"}),
    cut_off=frozenset({"length", "model_length", "max_tokens"}),
    filtered=frozenset({"content_filter", "content_filtered", "refusal"}),
)


class _ContentPart(msgspec.Struct):
    type: Any = None
    text: str | None = None


class _Message(msgspec.Struct):
    content: str | list[_ContentPart | None] | None = None


class _Choice(msgspec.Struct):
    message: _Message | None = None
    finish_reason: Any = None
    stop_reason: Any = None


class _ChatOutput(msgspec.Struct):
    choices: list[_Choice | None] | None = None
    usage: Any = None


_CHAT_ROWS = msgspec.json.Decoder(OutputRow[_ChatOutput])


@dataclass(frozen=True, slots=True)
class Chat(Form):
    """Messages in, choices out.

    Attributes:
        max_tokens_name: the family's name for the limit of a completion.
    """

    max_tokens_name: str = "max_tokens"

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return the prompt as the one user message."""
        return {
            "messages": [{"role": "user", "content": prompt}],
            self.max_tokens_name: sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.top_p_member("top_p"),
        }

    def read(self, output: _ChatOutput) -> RecordOutput:
        """Return the choices in their order."""
        return RecordOutput(
            [_choice_completion(choice or _Choice()) for choice in output.choices or []],
            member_number(output.usage, "prompt_tokens"),
            member_number(output.usage, "completion_tokens"),
        )


def _choice_completion(choice: _Choice) -> Completion:
    content = choice.message.content if choice.message else None
    if isinstance(content, list):
        texts = (part.text for part in content if part and part.type in (None, "text"))
        content = "".join(text for text in texts if text)
    # `stop_reason` is Mistral's name for it on Bedrock.
    return _CHAT_STOP_REASONS.completion(content, choice.finish_reason or choice.stop_reason)


# Mistral's chat models: Large 2 and later, Ministral, Magistral, Pixtral, Voxtral.
# Source: Bedrock user guide, Mistral AI chat completion.
MISTRAL = Family(
    name="mistral",
    pattern=rf"(?!{MISTRAL_TEXT_MODELS})mistral\.[a-z0-9.:-]+",
    forms=(CONVERSE, Chat("InvokeModel", 1, _CHAT_ROWS, max_tokens=8192)),
    max_temperature=_MAX_TEMPERATURE,
    max_tokens=_MAX_TOKENS,
    traits=(Trait(r"mistral\.mistral-large-2407", max_tokens=8192),),
)


def _openai_style(
    name: str, pattern: str, *traits: Trait, max_tokens_name: str = "max_tokens"
) -> Family:
    chat = Chat("InvokeModel", 1, _CHAT_ROWS, max_tokens_name=max_tokens_name)
    return Family(name, pattern, (CONVERSE, chat), _MAX_TEMPERATURE, _MAX_TOKENS, traits)


_ANY = r"[a-z0-9.:-]+"
# Bedrock documents the body of chat completions for gpt-oss (user guide, OpenAI models), and leaves
# the others to their makers. So the default is Converse, whose form is certain.
#
# Those that think do so in every answer, or unless they are told otherwise. Sources: Bedrock user
# guide, OpenAI models (gpt-oss); the makers' model cards. Of Qwen3 on Bedrock, only 32B thinks: the
# others are Instruct models.
OPENAI_STYLE = (
    _openai_style(
        "openai",
        rf"openai\.{_ANY}",
        Trait(r"openai\.gpt-oss-\d", thinks=True, bounded_by='{"reasoning_effort": "low"}'),
        max_tokens_name="max_completion_tokens",
    ),
    _openai_style("qwen", rf"qwen\.{_ANY}", Trait(r"qwen\.qwen3-32b", thinks=True)),
    _openai_style("deepseek", rf"deepseek\.(?!r1-){_ANY}"),
    _openai_style(
        "kimi",
        rf"moonshot(?:ai)?\.{_ANY}",
        Trait(r"moonshot(?:ai)?\.kimi-k(?:2-thinking|2\.5|3)", thinks=True),
    ),
    _openai_style("minimax", rf"minimax\.{_ANY}", Trait(r"minimax\.minimax-m2", thinks=True)),
    _openai_style("glm", rf"zai\.{_ANY}", Trait(r"zai\.glm-(?:4\.[5-9]|5)", thinks=True)),
    _openai_style(
        "nemotron", rf"nvidia\.{_ANY}", Trait(r"nvidia\.nemotron-(?:nano|super)-", thinks=True)
    ),
    _openai_style("gemma", rf"google\.gemma-{_ANY}"),
)

# Through Converse only: R1's own form is a prompt that ends inside an opened thought, so thinking
# and answer come back as one text.
DEEPSEEK_R1 = Family(
    name="deepseek-r1",
    pattern=rf"deepseek\.r1-{_ANY}",
    forms=(CONVERSE,),
    max_temperature=_MAX_TEMPERATURE,
    max_tokens=_MAX_TOKENS,
    traits=(Trait(r"deepseek\.r1-", only_by_profile=True, thinks=True),),
)


_CLAUDE_API_VERSION = "bedrock-2023-05-31"
# The default of all Claude models. It is not sent: from Opus 4.7 on they answer the mere member
# with an error (model card of Opus 4.7; "`temperature` is deprecated for this model" for Opus 5
# and Sonnet 5 as well).
_CLAUDE_TEMPERATURE = 1.0
_CLAUDE_STOP_REASONS = StopReasons(
    finished=frozenset({"end_turn", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "model_context_window_exceeded"}),
    filtered=frozenset({"refusal"}),
)
_CLAUDE_USAGE = UsageNames(
    "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"
)


class _ClaudeBlock(msgspec.Struct):
    type: Any = None
    text: str | None = None


class _ClaudeOutput(msgspec.Struct):
    content: list[_ClaudeBlock | None] | None = None
    stop_reason: Any = None
    usage: Any = None


class Claude(Form):
    """Claude's own form: messages in, blocks of text and of thinking out.

    Source: Bedrock user guide, Anthropic Claude Messages API.
    """

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return the prompt as the one user message."""
        return {
            "anthropic_version": _CLAUDE_API_VERSION,
            "max_tokens": sampling.max_tokens,
            "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
            **sampling.temperature_member(_CLAUDE_TEMPERATURE),
            **sampling.top_p_member("top_p"),
        }

    def read(self, output: _ClaudeOutput) -> RecordOutput:
        """Return the one completion; only blocks of type text are the answer."""
        blocks = output.content or []
        text = "".join(
            block.text for block in blocks if block and block.type == "text" and block.text
        )
        completion = _CLAUDE_STOP_REASONS.completion(text, output.stop_reason)
        return _CLAUDE_USAGE.output(completion, output.usage)


CLAUDE = Family(
    name="claude",
    pattern=r"anthropic\.claude-[a-z0-9.:-]+",
    forms=(
        Converse("Converse", 1, CONVERSE_ROWS, default_temperature=_CLAUDE_TEMPERATURE),
        Claude("InvokeModel", 1, msgspec.json.Decoder(OutputRow[_ClaudeOutput])),
    ),
    max_temperature=_MAX_TEMPERATURE,
    max_tokens=_MAX_TOKENS,
    traits=(
        # Output limits: Anthropic, models overview.
        Trait(r"anthropic\.claude-3-(?!5|7)", max_tokens=4096),
        Trait(r"anthropic\.claude-3-5", max_tokens=8192),
        # Opus 4.1, Sonnet 4.5, Haiku 4.5 and later.
        Trait(
            r"anthropic\.claude-(?:opus-4-[1-9](?!\d)|(?:sonnet|haiku)-4-[5-9](?!\d)"
            r"|[a-z]+-[5-9](?!\d))",
            one_sampler=True,
        ),
        # Opus 4.7 and later, and the whole fifth generation.
        Trait(
            r"anthropic\.claude-(?:opus-4-[7-9](?!\d)|[a-z]+-[5-9](?!\d))",
            only_temperature=_CLAUDE_TEMPERATURE,
        ),
        Trait(r"anthropic\.claude-opus-4(?:-1)?-\d{8}", max_tokens=32_000),
        # The fifth generation thinks adaptively unless it is told otherwise. Fable and from 5.5 on
        # Opus and Sonnet cannot be told. Source: model cards, 2026.
        Trait(
            r"anthropic\.claude-(?:(?:opus|sonnet)-5(?!-\d(?!\d))|haiku-5)",
            thinks=True,
            bounded_by='{"thinking": {"type": "disabled"}}',
        ),
        Trait(r"anthropic\.claude-(?:fable|(?:opus|sonnet)-5-[5-9](?!\d))", thinks=True),
        # From 3.7 on; eu-west-2 also takes the bare id of Sonnet 4.6.
        # Source: Bedrock user guide, supported Regions and models for batch inference, 2026.
        Trait(
            r"anthropic\.claude-(?:3-7|(?!instant|sonnet-4-6)[a-z]+-[4-9])",
            only_by_profile=True,
        ),
    ),
)
