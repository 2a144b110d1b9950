"""How long a model thinks, by what a request tells it."""

from typing import Any

import pytest

from lambdas.core.models.thinking import Thinking, thinking_of

OFF = Thinking(0, bounded=True)
UNBOUNDED = Thinking(2000, bounded=False)
BRIEF = Thinking(500, bounded=True)


@pytest.mark.parametrize(
    ("fields", "thinking"),
    [
        ({}, UNBOUNDED),
        ({"top_k": 40}, UNBOUNDED),
        ({"thinking": {"type": "adaptive"}}, UNBOUNDED),
        ({"thinking": "disabled"}, UNBOUNDED),
        ({"reasoning_effort": "high"}, UNBOUNDED),
        ({"output_config": {"effort": "medium"}}, UNBOUNDED),
        ({"thinking": {"type": "disabled"}}, OFF),
        ({"enable_thinking": False}, OFF),
        ({"chat_template_kwargs": {"enable_thinking": False}}, OFF),
        ({"chat_template_kwargs": {"thinking": False}}, OFF),
        ({"reasoning_effort": "none"}, OFF),
        ({"reasoning_effort": "low"}, BRIEF),
        ({"output_config": {"effort": "low"}}, BRIEF),
        ({"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}, BRIEF),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, Thinking(1024, bounded=True)),
    ],
)
def test_a_model_that_thinks(fields: dict[str, Any], thinking: Thinking) -> None:
    assert thinking_of(True, fields) == thinking


@pytest.mark.parametrize(
    ("fields", "tokens"),
    [
        ({}, 0),
        ({"thinking": {"type": "enabled", "budget_tokens": 4096}}, 4096),
        ({"thinking": {"type": "adaptive"}}, 2000),
        ({"reasoningConfig": {"type": "enabled"}}, 2000),
        ({"chat_template_kwargs": {"enable_thinking": True}}, 2000),
    ],
)
def test_a_model_that_thinks_only_if_it_is_asked(fields: dict[str, Any], tokens: int) -> None:
    assert thinking_of(False, fields).tokens == tokens
