"""Families: which model is whose, what a record says, and what is read from a row."""

from typing import Any

import msgspec
import pytest

from lambdas.core.families import (
    Answered,
    Completion,
    Sampling,
    family_named,
    family_of,
)

COMMAND, NOVA = family_named("cohere-command"), family_named("nova")


@pytest.mark.parametrize(
    ("model_id", "family"),
    [
        ("cohere.command-text-v14", "cohere-command"),
        ("amazon.nova-lite-v1:0", "nova"),
        ("us.amazon.nova-lite-v1:0", "nova"),
        ("global.amazon.nova-2-lite-v1:0", "nova"),
        ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "claude"),
        ("us.meta.llama3-3-70b-instruct-v1:0", "llama"),
        ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", "nova"),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/"
            "eu.anthropic.claude-3-haiku-20240307-v1:0",
            "claude",
        ),
        ("us-gov.anthropic.claude-3-haiku-20240307-v1:0", None),
        ("amazon.nova-canvas-v1:0", None),
        ("amazon.titan-text-express-v1", None),
        ("cohere.command-r-v1:0", None),
        ("us.", None),
        ("", None),
        ("amazon.nova-lite-v1:0\n", None),
        ("us.amazon.nova-lite-v1:0 ", None),
        ("amazon.nova-Lite-v1:0", None),
        ("anthropic.claude-3 haiku", None),
        ("meta.llama3/8b", None),
        ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1", None),
    ],
)
def test_family_of(model_id: str, family: str | None) -> None:
    found = family_of(model_id)

    assert (found.name if found else None) == family


def test_a_converse_record_has_temperature_alone_and_neither_top_p_nor_model_id() -> None:
    body = NOVA.body("Q: 1?", Sampling(0.7, 512))

    assert body == {
        "messages": [{"role": "user", "content": [{"text": "Q: 1?"}]}],
        "inferenceConfig": {"maxTokens": 512, "temperature": 0.7},
    }


@pytest.mark.parametrize(
    ("generations", "several"), [(1, {}), (5, {"num_generations": 5})], ids=["one", "five"]
)
def test_a_command_record_asks_for_several_generations_only(
    generations: int, several: dict[str, int]
) -> None:
    body = COMMAND.body("Q: 1?", Sampling(1.0, 100, generations))

    assert body == {"prompt": "Q: 1?", "temperature": 1.0, "max_tokens": 100, **several}


def converse_output(stop: str | None = "end_turn", **members: Any) -> dict[str, Any]:
    content = [{"text": "The answer is 18."}]
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": {"inputTokens": 7, "outputTokens": 5, "totalTokens": 12},
    } | members


def read(family: Any, output: object) -> Answered:
    row = family.rows.decode(
        msgspec.json.encode(
            {"modelInput": {"any": 1}, "modelOutput": output, "recordId": "q0000000s00"}
        )
    )
    answered: Answered = family.read(row.modelOutput)
    return answered


def said(*blocks: object) -> dict[str, Any]:
    return converse_output(output={"message": {"content": list(blocks)}})


@pytest.mark.parametrize(
    ("output", "completion"),
    [
        pytest.param(converse_output(), Completion("The answer is 18."), id="answered"),
        pytest.param(
            converse_output("max_tokens"), Completion("The answer is 18.", cut_off=True), id="cut"
        ),
        pytest.param(
            converse_output("guardrail_intervened"),
            Completion("The answer is 18.", filtered=True),
            id="withheld by a guardrail",
        ),
        pytest.param(
            said(
                {"reasoningContent": {"reasoningText": {"text": "The answer is 9."}}},
                None,
                {"text": "The answer ", "image": None},
                {"text": "is 18."},
            ),
            Completion("The answer is 18."),
            id="reasoning and nulls are passed over",
        ),
        pytest.param(converse_output(output=None), Completion(""), id="output is null"),
        pytest.param(
            converse_output(output={"message": {"content": None}}),
            Completion(""),
            id="content is null",
        ),
        pytest.param(converse_output(None), Completion("The answer is 18."), id="no stop reason"),
    ],
)
def test_reading_converse(output: dict[str, Any], completion: Completion) -> None:
    assert read(NOVA, output) == Answered([completion], 7, 5)


def test_converse_without_usage_states_no_tokens() -> None:
    assert read(NOVA, converse_output(usage=None)).tokens_in is None


def test_reading_command() -> None:
    generations = [
        {"text": "The answer is 18.", "finish_reason": "COMPLETE", "likelihood": None},
        {"text": "It is", "finish_reason": "MAX_TOKENS"},
        {"text": "", "finish_reason": "ERROR_TOXIC"},
        {"text": "The answer", "finish_reason": "ERROR"},
        {"text": None, "finish_reason": None},
        None,
    ]

    assert read(COMMAND, {"generations": generations}) == Answered(
        [
            Completion("The answer is 18."),
            Completion("It is", cut_off=True),
            Completion("", filtered=True),
            Completion("The answer", filtered=True),
            Completion(""),
            Completion(""),
        ]
    )
    assert read(COMMAND, {"generations": None}) == Answered([])
