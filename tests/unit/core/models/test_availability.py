"""What Bedrock is known to offer of a model: batch inference, and until when."""

import pytest

from lambdas.core.models.availability import (
    KnownLifeCycle,
    batch_error,
    batch_remark,
    known_life_cycle,
    life_cycle_remarks,
    takes_batches,
)

NOVEMBER = "2026-11-30T12:00:00Z"


@pytest.mark.parametrize(
    ("model", "supported"),
    [
        ("amazon.nova-lite-v1:0", True),
        ("amazon.nova-lite-v1:0:300k", True),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", True),
        ("anthropic.claude-opus-4-5-20251101-v1:0", True),
        ("anthropic.claude-opus-4-6-v1", True),
        ("anthropic.claude-sonnet-4-6", True),
        ("anthropic.claude-opus-5", True),
        ("openai.gpt-oss-120b-1:0", True),
        ("meta.llama4-scout-17b-instruct-v1:0", True),
        ("anthropic.claude-opus-4-7", False),
        ("anthropic.claude-opus-4-8", False),
        ("anthropic.claude-sonnet-5", False),
        ("anthropic.claude-opus-5-5", False),
        ("anthropic.claude-sonnet-5-5", False),
        ("anthropic.claude-haiku-5-5", False),
        ("anthropic.claude-fable-5-1", False),
        ("moonshotai.kimi-k3", False),
        ("openai.gpt-5.4", False),
        ("openai.gpt-6.1-sol", False),
        ("cohere.command-text-v14", False),
        ("ai21.j2-mid-v1", False),
        ("moonshotai.kimi-k3.1", None),
        ("anthropic.claude-opus-6", None),
        ("amazon.nova-lite-v2:0", None),
        ("writer.palmyra-x5-v1:0", None),
    ],
)
def test_batch_support_is_per_model(model: str, supported: bool | None) -> None:
    assert takes_batches(model) is supported


@pytest.mark.parametrize(
    ("model", "ends_on"),
    [
        ("cohere.command-r-plus-v1:0", "2026-08-19"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "2026-09-10"),
        ("anthropic.claude-sonnet-4-20250514-v1:0", "2026-10-14"),
        ("ai21.jamba-1-5-mini-v1:0", "2026-11-26"),
        ("meta.llama3-1-405b-instruct-v1:0", "2026-07-07"),
        ("meta.llama3-1-8b-instruct-v1:0", "2027-03-30"),
        ("meta.llama3-70b-instruct-v1:0", "2027-03-30"),
        ("meta.llama4-maverick-17b-instruct-v1:0", "2027-03-30"),
        ("google.gemma-3-27b-it", "2027-03-30"),
        ("deepseek.r1-v1:0", "2027-03-30"),
        ("deepseek.v3-v1:0", "2027-03-30"),
        ("minimax.minimax-m2.1", "2027-03-30"),
        ("zai.glm-4.7", "2027-03-30"),
        ("qwen.qwen3-coder-30b-a3b-v1:0", "2027-03-30"),
        ("mistral.mixtral-8x7b-instruct-v0:1", "2027-03-30"),
    ],
)
def test_known_ends_of_life(model: str, ends_on: str) -> None:
    assert known_life_cycle(model) == KnownLifeCycle(ends_on)


@pytest.mark.parametrize(
    "model",
    ["amazon.nova-lite-v1:0", "anthropic.claude-opus-4-20250514-v1:0", "minimax.minimax-m2.5"],
)
def test_a_model_without_a_known_end(model: str) -> None:
    assert known_life_cycle(model) is None


def test_a_model_is_gone_from_its_last_day_on_and_legacy_half_a_year_before() -> None:
    life = KnownLifeCycle("2027-03-30")

    assert not life.has_ended("2027-03-29T23:59:59Z")
    assert life.has_ended("2027-03-30T00:00:00Z")
    # 183 days before.
    assert life.is_legacy("2026-09-28T00:00:00Z")
    assert not life.is_legacy("2026-09-27T23:59:59Z")


def test_a_known_no_is_refused_with_two_ways_out_and_anything_else_is_not() -> None:
    error = batch_error("us.anthropic.claude-sonnet-5", "anthropic.claude-sonnet-5", 100) or ""

    assert error.startswith(
        'model_id is "us.anthropic.claude-sonnet-5", must be a model with batch'
    )
    assert "such as us.amazon.nova-lite-v1:0" in error
    assert "no job has 100 records: they run on demand" in error
    assert batch_error("us.anthropic.claude-opus-5", "anthropic.claude-opus-5", 100) is None
    assert batch_error("writer.palmyra-x5-v1:0", "writer.palmyra-x5-v1:0", 100) is None


@pytest.mark.parametrize(
    ("model", "begins"),
    [
        pytest.param("amazon.nova-lite-v1:0", [], id="known, and here to stay"),
        pytest.param(
            "meta.llama3-3-70b-instruct-v1:0",
            ["m: its end of life on Bedrock is 2027-03-30; until then Bedrock refuses it to"],
            id="near its end",
        ),
        pytest.param(
            "ai21.j2-mid-v1",
            [
                "m: Bedrock does not offer batch inference for it (November 2026)",
                "m: it reached its end of life on Bedrock by 2026-11-01",
            ],
            id="gone, in a rehearsal",
        ),
        pytest.param(
            "writer.palmyra-x5-v1:0",
            ["m: Bedrock is not known to offer batch inference for it"],
            id="unknown",
        ),
        pytest.param(
            None, ["m: Bedrock is not known to offer batch inference for it"], id="any model"
        ),
    ],
)
def test_remarks(model: str | None, begins: list[str]) -> None:
    first = batch_remark("m", model)
    found = [*([first] if first else []), *life_cycle_remarks("m", model, NOVEMBER)]

    assert len(found) == len(begins)
    assert all(remark.startswith(begin) for remark, begin in zip(found, begins, strict=True))
