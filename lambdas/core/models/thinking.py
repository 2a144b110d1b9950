"""Models that think before they answer: the tokens of their thoughts, and what bounds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What thoughts about a question take where nothing bounds them, and the least room for them.
# Recorded sets of word problems have 500 to 2,000 tokens of thoughts.
THINKING_TOKENS = 2_000
# The same for a model that is asked for little effort.
_BRIEF_TOKENS = 500
_NO_EFFORT = frozenset({"none"})
_LITTLE_EFFORT = frozenset({"minimal", "low"})
# Members under which the families take what they are told about thinking. Sources: Bedrock user
# guide, Extended and Adaptive thinking (Claude), OpenAI models, Amazon Nova 2 (reasoningConfig);
# chat templates of Qwen, GLM and DeepSeek (enable_thinking, thinking).
_GROUPS = ("thinking", "reasoning_config", "reasoningConfig", "chat_template_kwargs")
_GROUPS_OF_EFFORT = ("output_config", "reasoning", *_GROUPS)
_SWITCHES = ("enable_thinking", "thinking")
_EFFORTS = ("reasoning_effort", "effort", "maxReasoningEffort")


@dataclass(frozen=True, slots=True)
class Thinking:
    """The thoughts before an answer.

    Attributes:
        tokens: likely ones; 0 without thoughts.
        bounded: whether the request bounds them, or turns them off.
    """

    tokens: int
    bounded: bool

    @property
    def least_max_tokens(self) -> int:
        """The least `max_tokens` with room for the thoughts and an answer."""
        if not self.tokens:
            return 1
        return self.tokens + 1 if self.bounded else THINKING_TOKENS


def thinking_of(thinks: bool, fields: Mapping[str, Any]) -> Thinking:
    """Return how a model thinks.

    Args:
        thinks: whether it does unless it is told otherwise.
        fields: `model_fields` of the request.

    >>> thinking_of(True, {}), thinking_of(True, {"thinking": {"type": "disabled"}})
    (Thinking(tokens=2000, bounded=False), Thinking(tokens=0, bounded=True))
    """
    groups = [fields[name] for name in _GROUPS if isinstance(fields.get(name), Mapping)]
    types = [group.get("type") for group in groups]
    switches = [each.get(name) for each in (fields, *groups) for name in _SWITCHES]
    effort = _effort(fields)
    if "disabled" in types or False in switches or effort in _NO_EFFORT:
        return Thinking(0, bounded=True)
    budgets = [group.get("budget_tokens") for group in groups]
    budget = next((each for each in budgets if isinstance(each, int) and each > 0), None)
    if budget is not None:
        return Thinking(budget, bounded=True)
    asked = thinks or "enabled" in types or "adaptive" in types or True in switches or effort
    if effort in _LITTLE_EFFORT:
        return Thinking(_BRIEF_TOKENS, bounded=True)
    return Thinking(THINKING_TOKENS if asked else 0, bounded=not asked)


def _effort(fields: Mapping[str, Any]) -> str | None:
    groups = [fields.get(name) for name in _GROUPS_OF_EFFORT]
    members = [fields, *(group for group in groups if isinstance(group, Mapping))]
    efforts = (each.get(name) for each in members for name in _EFFORTS)
    return next((effort for effort in efforts if isinstance(effort, str)), None)
