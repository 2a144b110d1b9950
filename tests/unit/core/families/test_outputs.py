"""What is read from a row, in each form as it is documented and in each way it departs."""

from typing import Any

import pytest

from lambdas.core.families import FAMILIES, Answered, Completion, Family, Form, form_named
from tests.unit.core.families import outputs
from tests.unit.core.families.outputs import SAID, TEXT, decoded, documented, read


@pytest.mark.parametrize(
    ("family", "form"),
    [
        pytest.param(family, form, id=f"{family.name}-{form.invocation_type}")
        for family in FAMILIES
        for form in family.forms
    ],
)
def test_a_documented_output_is_read(family: Family, form: Form) -> None:
    output, answered = documented(family.name, form)

    assert read(form, output) == answered


def said(*blocks: object) -> dict[str, Any]:
    return outputs.converse(output={"message": {"content": list(blocks)}})


@pytest.mark.parametrize(
    ("family", "output"),
    [
        pytest.param(
            "nova",
            said(
                {"reasoningContent": {"reasoningText": {"text": "The answer is 9."}}},
                None,
                {"text": "The answer ", "image": None},
                {"text": "is 18.", "reasoningContent": None},
            ),
            id="converse blocks",
        ),
        pytest.param(
            "claude",
            outputs.claude(
                content=[
                    {"type": "thinking", "thinking": "The answer is 9.", "signature": "x"},
                    {"type": "redacted_thinking", "data": "x", "text": "9"},
                    None,
                    {"type": "text", "text": "The answer "},
                    {"type": "text", "text": "is 18.", "citations": None},
                ]
            ),
            id="claude thinks",
        ),
        pytest.param(
            "deepseek",
            outputs.chat(
                choices=[
                    {
                        "message": {
                            "content": TEXT,
                            "reasoning_content": "The answer is 9.",
                            "reasoning": "The answer is 9.",
                        },
                        "finish_reason": "stop",
                    }
                ]
            ),
            id="reasoning beside the content",
        ),
        pytest.param(
            "mistral",
            outputs.chat(
                choices=[
                    {
                        "message": {
                            "content": [
                                {"type": "thinking", "thinking": [{"text": "9"}]},
                                {"type": "text", "text": TEXT},
                                None,
                            ]
                        },
                        "finish_reason": "stop",
                    }
                ]
            ),
            id="content in parts",
        ),
    ],
)
def test_thinking_is_not_the_answer(family: str, output: dict[str, Any]) -> None:
    assert read(form_named(family, "InvokeModel"), output).completions == [SAID]


def test_gpt_oss_s_reasoning_within_the_content_stays_for_extraction_to_take_out() -> None:
    content = "<reasoning>9?</reasoning>The answer is 18."
    output = outputs.chat(choices=[{"message": {"content": content}, "finish_reason": "stop"}])

    [completion] = read(form_named("openai", "InvokeModel"), output).completions

    assert completion == Completion(content)


@pytest.mark.parametrize(
    ("family", "output", "completions"),
    [
        ("nova", {}, [""]),
        ("nova", outputs.converse(output=None), [""]),
        ("nova", outputs.converse(output={"message": None}), [""]),
        ("nova", outputs.converse(output={"message": {"content": None}}), [""]),
        ("claude", {"content": None, "usage": None}, [""]),
        ("llama", {"generation": None}, [""]),
        ("mistral-text", {"outputs": [None, {"text": None}]}, ["", ""]),
        ("openai", {"choices": [None, {"message": None}]}, ["", ""]),
        ("openai", {"choices": []}, []),
        ("cohere-command", {"generations": [{"text": None}, None]}, ["", ""]),
        ("cohere-command", {"generations": None}, []),
        ("cohere-command-r", {"meta": {"billed_units": None}}, [""]),
        ("jurassic", {"completions": [None, {"data": None, "finishReason": None}]}, ["", ""]),
        ("titan-text", {"results": [None]}, [""]),
        ("titan-text", {"results": None}, []),
    ],
)
def test_null_members_are_absent_ones(
    family: str, output: dict[str, Any], completions: list[str]
) -> None:
    answered = read(form_named(family, "InvokeModel"), output)

    assert [completion.text for completion in answered.completions] == completions


def test_tokens_that_are_not_stated_are_unknown_and_not_none_at_all() -> None:
    answered = read(form_named("nova", "Converse"), outputs.converse(usage=None))

    assert (answered.tokens_in, answered.tokens_out) == (None, None)


def test_command_r_s_billed_tokens_are_read_where_they_stand() -> None:
    billed = {"meta": {"billed_units": {"input_tokens": 7, "output_tokens": 5}}}

    answered = read(form_named("cohere-command-r", "InvokeModel"), outputs.command_r() | billed)

    assert answered == Answered([SAID], 7, 5)


def test_an_error_row_has_no_output() -> None:
    form = form_named("nova", "Converse")
    row = decoded(form, b'{"recordId":"q","error":{"errorCode":400,"errorMessage":"no"}}')

    assert row.modelOutput is None
    assert row.error is not None
    assert (row.error.errorCode, row.error.errorMessage) == (400, "no")
