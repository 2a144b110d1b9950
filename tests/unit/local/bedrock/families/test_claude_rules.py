"""What some Claude models refuse of sampling."""

import json

import pytest

from local.bedrock.families.claude_rules import check_sampling
from local.bedrock.families.family import RefusedBodyError
from local.bedrock.families.of_model import family_of

OWN = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Q"}],
}


@pytest.mark.parametrize(
    ("base_id", "temperature", "top_p", "complaint"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-opus-4-1-20250805-v1:0", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-sonnet-4-6", 0.7, 0.9, "cannot both be specified"),
        ("anthropic.claude-opus-5-v1:0", 0.7, None, "may only be set to 1"),
        ("anthropic.claude-opus-5", 0, None, "may only be set to 1"),
    ],
)
@pytest.mark.parametrize("form", ["InvokeModel", "Converse"])
def test_what_some_claude_models_refuse(form, base_id, temperature, top_p, complaint):
    own = OWN | {"temperature": temperature, "top_p": top_p}
    inference = {"temperature": temperature, "topP": top_p}
    messages = [{"role": "user", "content": [{"text": "Q"}]}]
    body = own if form == "InvokeModel" else {"messages": messages, "inferenceConfig": inference}

    with pytest.raises(RefusedBodyError, match=complaint):
        family_of(base_id, form).asked("r", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("base_id", "temperature", "top_p"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", 0.7, None),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", None, 0.9),
        ("anthropic.claude-opus-4-20250514-v1:0", 0.7, 0.9),
        ("anthropic.claude-sonnet-4-20250514-v1:0", 0.7, 0.9),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", 0.7, 0.9),
        ("anthropic.claude-opus-5", 1, None),
        ("anthropic.claude-sonnet-5", 0.7, None),
        ("amazon.nova-lite-v1:0", 0.7, 0.9),
    ],
)
def test_what_the_others_take(base_id, temperature, top_p):
    check_sampling(base_id, temperature, top_p)
