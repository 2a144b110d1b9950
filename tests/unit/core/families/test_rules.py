"""What is refused before anything is paid for, each with the value and the way out."""

from typing import Any

import pytest

from lambdas.core.families import family_named, family_of
from lambdas.core.families.rules import Wanted, refusals

US_EAST = "arn:aws:bedrock:us-east-1"
ACCOUNT = "123456789012"
COMMAND = "cohere.command-text-v14"
SONNET_45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
OPUS_5 = "global.anthropic.claude-opus-5"


def wanted(**members: Any) -> Wanted:
    plain = {"greedy": True, "temperatures": (0.7,), "top_p": None, "max_tokens": 512}
    return Wanted(**(plain | members))


def refused(model_id: str, type_: Any = None, **members: Any) -> list[str]:
    family = family_of(model_id)
    assert family is not None
    form = family.form(type_)
    assert form is not None
    return refusals(model_id, family, form, wanted(**members))


@pytest.mark.parametrize(
    "model_id",
    [
        "us.amazon.nova-lite-v1:0",
        "amazon.nova-pro-v1:0",
        "us.amazon.nova-premier-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "anthropic.claude-3-5-sonnet-20240620-v1:0",
        "anthropic.claude-sonnet-4-6",
        SONNET_45,
        "us.meta.llama3-3-70b-instruct-v1:0",
        "openai.gpt-oss-20b-1:0",
        "us.deepseek.r1-v1:0",
        "ai21.j2-mid-v1",
        "ai21.jamba-1-5-mini-v1:0",
        COMMAND,
        f"{US_EAST}:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6",
    ],
)
def test_what_a_model_takes_is_not_refused(model_id: str) -> None:
    assert refused(model_id) == []


@pytest.mark.parametrize(
    ("model_id", "members", "problem"),
    [
        pytest.param(
            "us.amazon.nova-lite-v1:0",
            {"temperatures": (0.5, 1.5)},
            "temperatures[1] is 1.5, must be at most 1 for the family nova",
            id="too hot",
        ),
        pytest.param(
            "ai21.jamba-1-5-mini-v1:0",
            {"temperatures": (1.5,), "type_": "Converse"},
            "temperatures[0] is 1.5, must be at most 1 for Converse records",
            id="too hot for the form",
        ),
        pytest.param(
            COMMAND,
            {"max_tokens": 5000},
            "max_tokens is 5000, must be at most 4096 for the family cohere-command",
            id="too long",
        ),
        pytest.param(
            "meta.llama3-8b-instruct-v1:0",
            {"max_tokens": 4096, "type_": "InvokeModel"},
            "max_tokens is 4096, must be at most 2048 for InvokeModel records of the family llama",
            id="too long for the form",
        ),
        pytest.param(
            "anthropic.claude-3-haiku-20240307-v1:0",
            {"max_tokens": 5000},
            "max_tokens is 5000, must be at most 4096 for anthropic.claude-3-haiku-20240307-v1:0",
            id="too long for the model",
        ),
        pytest.param(
            SONNET_45,
            {"top_p": 0.9},
            "top_p is 0.9, must be null for anthropic.claude-sonnet-4-5-20250929-v1:0, which"
            " refuses temperature and top-p together; remove it",
            id="two samplers",
        ),
        pytest.param(
            OPUS_5,
            {"temperatures": (1.0,)},
            "greedy is true, must be false for anthropic.claude-opus-5, which samples at"
            ' temperature 1 alone; use "greedy": false, "temperatures": [1.0]',
            id="greedy at a fixed temperature",
        ),
        pytest.param(
            OPUS_5,
            {"greedy": False, "temperatures": (0.7, 1.0)},
            "temperatures is [0.7, 1.0], must be [1.0] for anthropic.claude-opus-5, which samples"
            ' at no other; use "greedy": false, "temperatures": [1.0]',
            id="another temperature than the fixed one",
        ),
        pytest.param(
            "anthropic.claude-sonnet-4-20250514-v1:0",
            {},
            'model_id is "anthropic.claude-sonnet-4-20250514-v1:0", must be a cross-Region'
            " inference profile, for Bedrock has this model in no other way; give"
            " us.anthropic.claude-sonnet-4-20250514-v1:0, or the profile of your geography",
            id="without a profile",
        ),
    ],
)
def test_what_a_model_refuses(model_id: str, members: dict[str, Any], problem: str) -> None:
    assert refused(model_id, members.pop("type_", None), **members) == [problem]


def test_all_that_a_model_refuses_is_said_at_once() -> None:
    problems = refused("anthropic.claude-opus-5", top_p=0.9, max_tokens=40_000)

    assert [problem.split()[0] for problem in problems] == [
        "model_id",
        "max_tokens",
        "top_p",
        "greedy",
        "temperatures",
    ]


@pytest.mark.parametrize(
    ("model_id", "refuses"),
    [
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", True),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", True),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", True),
        ("us.anthropic.claude-sonnet-4-6", True),
        ("us.anthropic.claude-sonnet-5", True),
        ("us.anthropic.claude-opus-4-20250514-v1:0", False),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", False),
        ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", False),
        ("us.anthropic.claude-3-5-haiku-20241022-v1:0", False),
        ("us.amazon.nova-lite-v1:0", False),
    ],
)
def test_top_p_beside_temperature(model_id: str, refuses: bool) -> None:
    assert bool(refused(model_id, top_p=0.9)) == refuses


@pytest.mark.parametrize(
    ("model_id", "fixed"),
    [
        (OPUS_5, True),
        ("us.anthropic.claude-opus-5-5", True),
        ("us.anthropic.claude-sonnet-5", True),
        ("us.anthropic.claude-opus-4-7", True),
        ("us.anthropic.claude-opus-4-8", True),
        ("us.anthropic.claude-opus-4-6-v1", False),
        ("us.anthropic.claude-sonnet-4-6", False),
        ("us.anthropic.claude-opus-4-20250514-v1:0", False),
        (SONNET_45, False),
        ("anthropic.claude-3-haiku-20240307-v1:0", False),
    ],
)
def test_models_of_one_temperature(model_id: str, fixed: bool) -> None:
    assert bool(refused(model_id)) == fixed
    assert refused(model_id, greedy=False, temperatures=(1.0,)) == []


@pytest.mark.parametrize(
    ("model_id", "reached"),
    [
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", False),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", False),
        ("anthropic.claude-opus-4-20250514-v1:0", False),
        ("amazon.nova-2-lite-v1:0", False),
        ("amazon.nova-premier-v1:0", False),
        ("deepseek.r1-v1:0", False),
        (f"{US_EAST}::foundation-model/amazon.nova-premier-v1:0", False),
        ("global.amazon.nova-2-lite-v1:0", True),
        (f"{US_EAST}:{ACCOUNT}:inference-profile/us.amazon.nova-premier-v1:0", True),
        (f"{US_EAST}:{ACCOUNT}:custom-model/amazon.nova-premier-v1:0/a1b2c3d4e5f6", True),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", True),
    ],
)
def test_models_of_profiles_alone(model_id: str, reached: bool) -> None:
    assert (refused(model_id) == []) == reached


def test_the_model_behind_an_application_profile_is_held_to_its_rules() -> None:
    profile = f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"
    claude = family_named("claude")

    told = refusals(profile, claude, claude.forms[0], wanted(), "anthropic.claude-opus-5")
    untold = refusals(profile, claude, claude.forms[0], wanted())

    assert [problem.split()[0] for problem in told] == ["greedy", "temperatures"]
    assert untold == []
