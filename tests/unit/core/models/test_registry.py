"""The registry: families by model id, profile, ARN and name."""

import re

import pytest

from lambdas.core.models.registry import (
    FAMILIES,
    family_named,
    family_of,
    form_named,
    foundation_model,
    geography,
    limit_geography,
)
from lambdas.core.prices import ANY_GEOGRAPHY

US_EAST = "arn:aws:bedrock:us-east-1"
ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("model_id", "family"),
    [
        ("amazon.nova-lite-v1:0", "nova"),
        ("amazon.nova-lite-v1:0:300k", "nova"),
        ("us.amazon.nova-lite-v1:0", "nova"),
        ("global.amazon.nova-2-lite-v1:0", "nova"),
        ("us.amazon.nova-premier-v1:0", "nova"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "claude"),
        ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "claude"),
        ("jp.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude"),
        ("au.anthropic.claude-haiku-4-5-20251001-v1:0", "claude"),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", "claude"),
        ("global.anthropic.claude-opus-5", "claude"),
        ("meta.llama2-13b-chat-v1", "llama2"),
        ("meta.llama3-8b-instruct-v1:0", "llama"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "llama"),
        ("us.meta.llama4-scout-17b-instruct-v1:0", "llama4"),
        ("mistral.mistral-7b-instruct-v0:2", "mistral-text"),
        ("mistral.mixtral-8x7b-instruct-v0:1", "mistral-text"),
        ("mistral.mistral-large-2402-v1:0", "mistral-text"),
        ("mistral.mistral-small-2402-v1:0", "mistral-text"),
        ("mistral.mistral-large-2407-v1:0", "mistral"),
        ("mistral.ministral-3-8b-instruct", "mistral"),
        ("mistral.magistral-small-2509", "mistral"),
        ("us.mistral.pixtral-large-2502-v1:0", "mistral"),
        ("openai.gpt-oss-120b-1:0", "openai"),
        ("qwen.qwen3-32b-v1:0", "qwen"),
        ("deepseek.v3-v1:0", "deepseek"),
        ("deepseek.v3.2", "deepseek"),
        ("us.deepseek.r1-v1:0", "deepseek-r1"),
        ("moonshot.kimi-k2-thinking", "kimi"),
        ("moonshotai.kimi-k2.5", "kimi"),
        ("minimax.minimax-m2.1", "minimax"),
        ("zai.glm-4.7", "glm"),
        ("nvidia.nemotron-nano-12b-v2", "nemotron"),
        ("google.gemma-3-27b-it", "gemma"),
        ("cohere.command-text-v14", "cohere-command"),
        ("cohere.command-text-v14:7:4k", "cohere-command"),
        ("cohere.command-light-text-v14", "cohere-command"),
        ("ai21.j2-mid-v1", "jurassic"),
        ("ai21.j2-ultra-v1", "jurassic"),
        (f"{US_EAST}::foundation-model/amazon.nova-pro-v1:0", "nova"),
        (f"{US_EAST}:{ACCOUNT}:inference-profile/eu.anthropic.claude-3-haiku-v1:0", "claude"),
        (f"{US_EAST}:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6", "nova"),
        (f"{US_EAST}:{ACCOUNT}:custom-model/meta.llama3-3-70b:128k/a1b2c3d4e5f6", "llama"),
        ("arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/meta.llama3-8b-v1:0", "llama"),
        (f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6", None),
        (f"{US_EAST}:{ACCOUNT}:custom-model/imported/a1b2c3d4e5f6", None),
        (f"{US_EAST}:{ACCOUNT}:imported-model/a1b2c3d4e5f6", None),
        (f"{US_EAST}:{ACCOUNT}:provisioned-model/a1b2c3d4e5f6", None),
        ("amazon.nova-canvas-v1:0", None),
        ("amazon.nova-2-sonic-v1:0", None),
        ("amazon.nova-2-multimodal-embeddings-v1:0", None),
        ("amazon.titan-embed-text-v2:0", None),
        ("amazon.titan-image-generator-v2:0", None),
        ("cohere.embed-english-v3", None),
        ("cohere.command-r-plus-v1:0", None),
        ("ai21.jamba-1-5-mini-v1:0", None),
        ("amazon.titan-text-express-v1", None),
        ("cohere.rerank-v3-5:0", None),
        ("stability.sd3-5-large-v1:0", None),
        ("gpt-4", None),
        ("gpt-4.1", None),
        ("us.", None),
        ("us.nova", None),
        ("in.amazon.nova-lite-v1:0", "nova"),
        ("mars.amazon.nova-lite-v1:0", "nova"),
        ("neptune.amazon.nova-lite-v1:0", None),
        ("us.unknown.nova-lite-v1:0", None),
        ("us.us.amazon.nova-lite-v1:0", None),
        ("", None),
        ("amazon.nova-lite-v1:0\n", None),
        ("us.amazon.nova-lite-v1:0 ", None),
        ("amazon.nova-Lite-v1:0", None),
        ("anthropic.claude-3 haiku", None),
        ("meta.llama3/8b", None),
    ],
)
def test_family_of(model_id: str, family: str | None) -> None:
    found = family_of(model_id)

    assert (found.name if found else None) == family


@pytest.mark.parametrize(
    ("model_id", "model", "routed"),
    [
        ("amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", None),
        ("apac.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "apac"),
        ("us-gov.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", "us-gov"),
        ("deepseek.v3.2", "deepseek.v3.2", None),
        ("in.anthropic.claude-opus-5", "anthropic.claude-opus-5", "in"),
        ("global.moonshotai.kimi-k3.1", "moonshotai.kimi-k3.1", "global"),
        ("qwen.qwen3-32b-v1:0", "qwen.qwen3-32b-v1:0", None),
        ("us.deepseek.r1-v1:0", "deepseek.r1-v1:0", "us"),
        (
            f"{US_EAST}:{ACCOUNT}:inference-profile/global.amazon.nova-2-lite-v1:0",
            "amazon.nova-2-lite-v1:0",
            "global",
        ),
        (f"{US_EAST}::foundation-model/zai.glm-4.7", "zai.glm-4.7", None),
        (
            f"{US_EAST}:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6",
            "amazon.nova-lite-v1:0:300k",
            None,
        ),
        (f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6", None, None),
        ("arn:aws:s3:::amazon.nova-lite", None, None),
        ("us.", None, None),
    ],
)
def test_foundation_model_and_geography(
    model_id: str, model: str | None, routed: str | None
) -> None:
    assert foundation_model(model_id) == model
    assert geography(model_id) == routed


def test_no_two_families_claim_one_model() -> None:
    models = [
        "amazon.nova-lite-v1:0",
        "meta.llama2-13b-chat-v1",
        "meta.llama3-8b-instruct-v1:0",
        "meta.llama4-scout-17b-instruct-v1:0",
        "mistral.mistral-large-2402-v1:0",
        "mistral.mistral-large-2407-v1:0",
        "deepseek.r1-v1:0",
        "deepseek.v3.2",
        "cohere.command-text-v14",
        "ai21.j2-mid-v1",
    ]

    for model in models:
        claims = [family.name for family in FAMILIES if re.fullmatch(family.pattern, model)]

        assert len(claims) == 1, (model, claims)


def test_a_family_is_found_by_its_name() -> None:
    assert [family_named(family.name) for family in FAMILIES] == list(FAMILIES)


def test_a_form_is_found_by_family_and_type() -> None:
    for family in FAMILIES:
        for form in family.forms:
            assert form_named(family.name, form.invocation_type) is form


def test_no_id_is_of_the_family_converse_which_a_user_names_for_any_model() -> None:
    assert family_of("writer.palmyra-x5-v1:0") is None
    assert [form.invocation_type for form in family_named("converse").forms] == ["Converse"]


def test_own_forms_with_several_completions_per_record_are_the_default_otherwise_converse() -> None:
    own_first = {each.name for each in FAMILIES if each.forms[0].invocation_type == "InvokeModel"}

    assert own_first == {"cohere-command", "jurassic"}


def test_a_form_that_a_family_lacks_is_none() -> None:
    jurassic = family_named("jurassic")

    assert jurassic.form("Converse") is None
    assert jurassic.form() is jurassic.forms[0]


@pytest.mark.parametrize(
    ("model_id", "region", "geography"),
    [
        ("amazon.nova-pro-v1:0", None, None),
        ("amazon.nova-pro-v1:0", "us-east-1", None),
        ("amazon.nova-pro-v1:0", "us-east-2", ANY_GEOGRAPHY),
        ("eu.amazon.nova-pro-v1:0", "eu-central-1", "eu"),
        ("amazon.nova-pro-v1:0", "us-gov-west-1", "us-gov"),
        ("arn:aws:bedrock:eu-west-1::foundation-model/a.b", "eu-west-1", ANY_GEOGRAPHY),
    ],
)
def test_a_limit_counts_the_prices_of_the_stack_s_region(
    model_id: str, region: str | None, geography: str | None
) -> None:
    assert limit_geography(model_id, region) == geography
