"""What a model would refuse, found before anything is paid for, and what its users must know."""

from typing import Any

import pytest

from lambdas.core.models.availability import PaidRun
from lambdas.core.models.limits import (
    SamplingParams,
    model_id_error,
    model_warnings,
    refusals,
)
from lambdas.core.models.registry import family_named, family_of

US_EAST = "arn:aws:bedrock:us-east-1"
ACCOUNT = "123456789012"
COMMAND = "cohere.command-text-v14"
SONNET_45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
OPUS_5 = "global.anthropic.claude-opus-5"


def params(**members: Any) -> SamplingParams:
    defaults = {"greedy": True, "temperatures": (0.7,), "top_p": None, "max_tokens": 512}
    return SamplingParams(**(defaults | members))


def refused(model_id: str, type_: Any = None, **members: Any) -> list[str]:
    family = family_of(model_id)
    assert family is not None
    form = family.form(type_)
    assert form is not None
    return refusals(model_id, family, form, params(**members))


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
        COMMAND,
        f"{US_EAST}:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6",
    ],
)
def test_what_a_model_accepts_is_not_refused(model_id: str) -> None:
    assert refused(model_id) == []


@pytest.mark.parametrize(
    ("model_id", "members", "facts"),
    [
        pytest.param(
            "us.amazon.nova-lite-v1:0",
            {"temperatures": (0.5, 1.5)},
            ("temperatures[1] is 1.5, must be at most 1", "family nova"),
            id="too hot",
        ),
        pytest.param(
            COMMAND,
            {"max_tokens": 5000},
            ("max_tokens is 5000, must be at most 4096", "family cohere-command"),
            id="too long",
        ),
        pytest.param(
            "meta.llama3-8b-instruct-v1:0",
            {"max_tokens": 4096, "type_": "InvokeModel"},
            ("max_tokens is 4096, must be at most 2048", "InvokeModel", "family llama"),
            id="too long for the form",
        ),
        pytest.param(
            "anthropic.claude-3-haiku-20240307-v1:0",
            {"max_tokens": 5000},
            (
                "max_tokens is 5000, must be at most 4096",
                "for anthropic.claude-3-haiku-20240307-v1:0",
            ),
            id="too long for the model",
        ),
        pytest.param(
            "us.amazon.nova-lite-v1:0",
            {"max_tokens": 5001},
            ("max_tokens is 5001, must be at most 5000", "for amazon.nova-lite-v1:0"),
            id="too long for the first Nova models",
        ),
        pytest.param(
            SONNET_45,
            {"top_p": 0.9},
            (
                "top_p is 0.9, must be null for anthropic.claude-sonnet-4-5-20250929-v1:0",
                "remove it",
            ),
            id="temperature and top-p",
        ),
        pytest.param(
            OPUS_5,
            {"temperatures": (1.0,)},
            (
                "greedy is true, must be false for anthropic.claude-opus-5",
                'use "greedy": false, "temperatures": [1.0]',
            ),
            id="greedy at a fixed temperature",
        ),
        pytest.param(
            OPUS_5,
            {"greedy": False, "temperatures": (0.7, 1.0)},
            (
                "temperatures is [0.7, 1.0], must be [1.0] for anthropic.claude-opus-5",
                'use "greedy": false, "temperatures": [1.0]',
            ),
            id="another temperature than the fixed one",
        ),
        pytest.param(
            "anthropic.claude-sonnet-4-20250514-v1:0",
            {},
            (
                'model_id is "anthropic.claude-sonnet-4-20250514-v1:0", must be a cross-Region'
                " inference profile",
                "give us.anthropic.claude-sonnet-4-20250514-v1:0",
            ),
            id="without a profile",
        ),
    ],
)
def test_a_refusal_names_the_value_the_limit_and_the_way_out(
    model_id: str, members: dict[str, Any], facts: tuple[str, ...]
) -> None:
    [refusal] = refused(model_id, members.pop("type_", None), **members)

    assert refusal.startswith(facts[0])
    assert all(fact in refusal for fact in facts)


def test_all_refusals_come_together() -> None:
    found = refused("anthropic.claude-opus-5", top_p=0.9, max_tokens=40_000)

    assert [refusal.split()[0] for refusal in found] == [
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
def test_models_that_refuse_top_p_with_temperature(model_id: str, refuses: bool) -> None:
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
def test_models_with_one_temperature_only(model_id: str, fixed: bool) -> None:
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
def test_models_available_through_profiles_only(model_id: str, reached: bool) -> None:
    assert (refused(model_id) == []) == reached


def test_the_limits_of_the_model_behind_an_application_profile_apply() -> None:
    profile = f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"
    claude = family_named("claude")

    looked_up = refusals(profile, claude, claude.forms[0], params(), "anthropic.claude-opus-5")
    unknown = refusals(profile, claude, claude.forms[0], params())

    assert [refusal.split()[0] for refusal in looked_up] == ["greedy", "temperatures"]
    assert unknown == []


@pytest.mark.parametrize(
    ("model_id", "expected", "way_out"),
    [
        ("amazon.titan-embed-text-v2:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("us.amazon.nova-canvas-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("amazon.nova-2-sonic-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("cohere.rerank-v3-5:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("stability.sd3-5-large-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("anthropic.claude-v2:1", "batch inference", "a later one"),
        ("anthropic.claude-instant-v1", "batch inference", "a later one"),
        (f"{US_EAST}:{ACCOUNT}:provisioned-model/a1b2", "provisioned", "the model they were made"),
        (f"{US_EAST}:{ACCOUNT}:imported-model/a1b2", "imported", "the model they were made of"),
        (f"{US_EAST}:{ACCOUNT}:custom-model/imported/a1b2", "imported", "the model they were made"),
        ("arn:aws:sagemaker:us-east-1:1:endpoint/mine", "foundation model", "the model they were"),
    ],
)
def test_models_without_batch_inference(model_id: str, expected: str, way_out: str) -> None:
    nova = family_named("nova")

    error = model_id_error(model_id) or ""

    assert error.startswith(f'model_id is "{model_id}", must be ')
    assert expected in error
    assert way_out in error
    assert refusals(model_id, nova, nova.forms[0], SamplingParams(True, (9.0,), None, 99_999)) == [
        error
    ]


def test_a_model_of_no_known_family_may_have_batch_inference() -> None:
    assert model_id_error("writer.palmyra-x5-v1:0") is None
    assert model_id_error(f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6") is None


def test_a_model_that_writes_no_text_is_refused_behind_an_application_profile_too() -> None:
    profile = f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"

    error = model_id_error(profile, "amazon.titan-embed-text-v2:0") or ""

    assert error.startswith(f'model_id is "{profile}", must be a model that answers in text')


def test_more_tokens_than_the_price_s_source_names_are_a_remark() -> None:
    model = "qwen.qwen3-32b-v1:0"

    [remark] = model_warnings(model, model, 8193)

    assert remark.startswith(f"{model}: max_tokens is 8193, and the source of its price names 8192")
    assert model_warnings(model, model, 8192) == []


PAID = PaidRun("2026-11-30T12:00:00Z")


def refused_if_paid(model_id: str, paid: PaidRun | None = PAID, **members: Any) -> list[str]:
    family = family_of(model_id)
    assert family is not None
    return refusals(model_id, family, family.forms[0], params(**members), paid=paid)


def test_a_model_past_its_end_of_life_is_refused_unless_nothing_is_paid_for() -> None:
    haiku = "anthropic.claude-3-haiku-20240307-v1:0"

    [refusal] = refused_if_paid(haiku)

    assert refusal.startswith(f'model_id is "{haiku}", must be a model that Bedrock has')
    assert "by 2026-09-10" in refusal
    assert refusal.endswith("give another one, such as us.amazon.nova-lite-v1:0")
    assert refused_if_paid(haiku, PaidRun("2026-09-09T23:59:59Z")) == []
    assert refused_if_paid(haiku, None) == []


def test_what_bedrock_says_of_a_model_s_life_overrules_the_list() -> None:
    known = PaidRun("2026-11-30T12:00:00Z", life_cycle_known=True)

    assert refused_if_paid("anthropic.claude-3-haiku-20240307-v1:0", known) == []


@pytest.mark.parametrize(
    ("model_id", "way_out"),
    [
        ("us.anthropic.claude-opus-5", 'model_fields, such as {"thinking": {"type": "disabled"}}'),
        ("global.anthropic.claude-haiku-5-5", '{"thinking": {"type": "disabled"}}'),
        ("us.anthropic.claude-opus-5-5", "bound the thinking by model_fields"),
        ("us.anthropic.claude-sonnet-5", '{"thinking": {"type": "disabled"}}'),
        ("us.anthropic.claude-fable-5-1", "by model_fields"),
        ("openai.gpt-oss-20b-1:0", '{"reasoning_effort": "low"}'),
        ("us.deepseek.r1-v1:0", "raise it"),
        ("qwen.qwen3-32b-v1:0", "raise it"),
        ("moonshot.kimi-k2-thinking", "raise it"),
        ("zai.glm-4.7", "raise it"),
        ("minimax.minimax-m2.1", "raise it"),
        ("nvidia.nemotron-nano-9b-v2", "raise it"),
    ],
)
def test_a_model_that_thinks_needs_room_for_it(model_id: str, way_out: str) -> None:
    warm = {"greedy": False, "temperatures": (1.0,)}

    [refusal] = refused_if_paid(model_id, max_tokens=1999, **warm)

    assert refusal.startswith("max_tokens is 1999, must be at least 2000 for ")
    assert way_out in refusal
    assert refused_if_paid(model_id, max_tokens=2000, **warm) == []
    assert refused_if_paid(model_id, None, max_tokens=1999, **warm) == []


@pytest.mark.parametrize(
    "model_id",
    [
        "us.amazon.nova-2-lite-v1:0",
        "us.anthropic.claude-opus-4-6-v1",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "qwen.qwen3-235b-a22b-2507-v1:0",
        "deepseek.v3.2",
    ],
)
def test_a_model_that_does_not_think_unless_asked_needs_no_room(model_id: str) -> None:
    assert refused_if_paid(model_id, max_tokens=512) == []


def test_bounded_thoughts_and_those_turned_off_need_their_own_room_only() -> None:
    opus: dict[str, Any] = {
        "model_id": "us.anthropic.claude-opus-5",
        "greedy": False,
        "temperatures": (1.0,),
    }
    bounded = {"thinking": {"type": "enabled", "budget_tokens": 1024}}

    off = refused_if_paid(max_tokens=512, model_fields={"thinking": {"type": "disabled"}}, **opus)
    enough = refused_if_paid(max_tokens=1025, model_fields=bounded, **opus)
    [too_little] = refused_if_paid(max_tokens=1024, model_fields=bounded, **opus)

    assert off == enough == []
    assert too_little.startswith("max_tokens is 1024, must be at least 1025")
