"""Anthropic Claude: messages in, blocks of text and of thinking out.

Source: Bedrock user guide, Anthropic Claude Messages API. A temperature of 1, the default of all
these models, is not sent: from Opus 4.7 on they answer the mere member with an error (model card
of Opus 4.7; "`temperature` is deprecated for this model" for Opus 5 and Sonnet 5 as well).
"""

from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Family, Form, Row, Sampling, Stops, Trait
from lambdas.core.families.converse import CONVERSE_ROWS, Converse

_VERSION = "bedrock-2023-05-31"
_DEFAULT_TEMPERATURE = 1.0
_STOPS = Stops(
    finished=frozenset({"end_turn", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "model_context_window_exceeded"}),
    filtered=frozenset({"refusal"}),
)


class _Block(msgspec.Struct):
    type: str | None = None
    text: str | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None


class _ClaudeOutput(msgspec.Struct):
    content: list[_Block | None] | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class Claude(Form):
    """Claude's own form."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the one user message."""
        return {
            "anthropic_version": _VERSION,
            "max_tokens": sampling.max_tokens,
            "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
            **sampling.heat(_DEFAULT_TEMPERATURE),
            **sampling.nucleus("top_p"),
        }

    def read(self, output: _ClaudeOutput) -> Answered:
        """Return the one completion; only blocks of type text are the answer."""
        blocks = output.content or []
        text = "".join(
            block.text for block in blocks if block and block.type == "text" and block.text
        )
        usage = output.usage or _Usage()
        completion = _STOPS.completion(text, output.stop_reason)
        return Answered([completion], usage.input_tokens, usage.output_tokens)


CLAUDE = Family(
    name="claude",
    pattern=r"anthropic\.claude-[a-z0-9.:-]+",
    forms=(
        Converse(
            "Converse",
            1,
            CONVERSE_ROWS,
            max_temperature=1.0,
            default_temperature=_DEFAULT_TEMPERATURE,
        ),
        Claude("InvokeModel", 1, msgspec.json.Decoder(Row[_ClaudeOutput])),
    ),
    max_temperature=1.0,
    max_tokens=32_768,
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
        # Opus 4.7 and later, and all of the fifth generation.
        Trait(
            r"anthropic\.claude-(?:opus-4-[7-9](?!\d)|[a-z]+-[5-9](?!\d))",
            only_temperature=_DEFAULT_TEMPERATURE,
        ),
        # From 3.7 on; Sonnet 4.6 also answers to its bare id in eu-west-2.
        # Source: Bedrock user guide, supported Regions and models for batch inference, 2026.
        Trait(
            r"anthropic\.claude-(?:3-7|(?!instant|sonnet-4-6)[a-z]+-[4-9])",
            only_by_profile=True,
        ),
    ),
)
