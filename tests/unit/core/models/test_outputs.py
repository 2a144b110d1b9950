"""What each form reads from a row: documented, with members missing or null, or anything at all."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import InvocationType
from lambdas.core.models.base import Completion, Family, Form, RecordOutput
from lambdas.core.models.registry import FAMILIES, form_named
from tests.unit.core.models import outputs
from tests.unit.core.models.outputs import SAID, TEXT, decoded, documented, read

CUT = Completion(TEXT, cut_off=True)
WITHHELD = Completion(TEXT, filtered=True)
ODD = Completion(TEXT, odd_stop=True)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# One family for each form; other families share it.
FORMS = {
    (type(form), form.rows): pytest.param(
        family.name, form, id=f"{family.name}-{form.invocation_type}"
    )
    for family in FAMILIES
    for form in family.forms
}.values()
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError)


@pytest.mark.parametrize(
    ("family", "form"),
    [
        pytest.param(family, form, id=f"{family.name}-{form.invocation_type}")
        for family in FAMILIES
        for form in family.forms
    ],
)
def test_a_documented_output_is_read(family: Family, form: Form) -> None:
    output, expected = documented(family.name, form)

    assert read(form, output) == expected


def converse_blocks(*blocks: object) -> dict[str, Any]:
    return outputs.converse(output={"message": {"content": list(blocks)}})


@pytest.mark.parametrize(
    ("family", "output"),
    [
        pytest.param(
            "nova",
            converse_blocks(
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


def test_gpt_oss_s_reasoning_within_the_content_is_left_to_answer_extraction() -> None:
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
        ("jurassic", {"completions": [None, {"data": None, "finishReason": None}]}, ["", ""]),
    ],
)
def test_null_members_count_as_absent(
    family: str, output: dict[str, Any], completions: list[str]
) -> None:
    found = read(form_named(family, "InvokeModel"), output)

    assert [completion.text for completion in found.completions] == completions


def test_tokens_that_are_not_stated_are_unknown_rather_than_0() -> None:
    found = read(form_named("nova", "Converse"), outputs.converse(usage=None))

    assert (found.tokens_in, found.tokens_out) == (None, None)


@pytest.mark.parametrize(
    ("family", "output"),
    [
        pytest.param(
            ("nova", "Converse"),
            outputs.converse(
                usage={
                    "inputTokens": 7,
                    "outputTokens": 5,
                    "cacheReadInputTokens": 600,
                    "cacheWriteInputTokens": 40,
                }
            ),
            id="Converse",
        ),
        pytest.param(
            ("claude", "InvokeModel"),
            outputs.claude(
                usage={
                    "input_tokens": 7,
                    "output_tokens": 5,
                    "cache_read_input_tokens": 600,
                    "cache_creation_input_tokens": 40,
                }
            ),
            id="Claude's own form",
        ),
    ],
)
def test_tokens_in_the_prompt_cache_are_tokens_of_the_prompt(
    family: tuple[str, InvocationType], output: dict[str, Any]
) -> None:
    found = read(form_named(*family), output)

    assert (found.tokens_in, found.tokens_out) == (647, 5)
    assert (found.cache_read, found.cache_write) == (600, 40)


def test_an_error_row_has_no_output() -> None:
    form = form_named("nova", "Converse")
    row = decoded(form, b'{"recordId":"q","error":{"errorCode":400,"errorMessage":"no"}}')

    assert row.modelOutput is None
    assert row.error == {"errorCode": 400, "errorMessage": "no"}


@pytest.mark.parametrize(
    ("family", "output", "completion"),
    [
        pytest.param("nova", outputs.converse("max_tokens"), CUT, id="nova cut off"),
        pytest.param(
            "nova", outputs.converse("model_context_window_exceeded"), CUT, id="window full"
        ),
        pytest.param("nova", outputs.converse("content_filtered"), WITHHELD, id="nova filtered"),
        pytest.param("nova", outputs.converse("guardrail_intervened"), WITHHELD, id="guardrail"),
        pytest.param("nova", outputs.converse("malformed_model_output"), ODD, id="malformed"),
        pytest.param("nova", outputs.converse("tool_use"), ODD, id="a tool call without tools"),
        pytest.param("nova", outputs.converse("bored"), ODD, id="unknown reason"),
        pytest.param("nova", outputs.converse(None), SAID, id="no reason"),
        pytest.param("claude", outputs.claude("stop_sequence"), SAID, id="claude stopped"),
        pytest.param("claude", outputs.claude("max_tokens"), CUT, id="claude cut off"),
        pytest.param("claude", outputs.claude("refusal"), WITHHELD, id="claude refuses"),
        pytest.param("claude", outputs.claude("pause_turn"), ODD, id="claude pauses"),
        pytest.param("llama", outputs.llama("length"), CUT, id="llama cut off"),
        pytest.param("llama", outputs.llama("?"), ODD, id="llama odd"),
        pytest.param("mistral", outputs.chat("length", named="stop_reason"), CUT, id="mistral"),
        pytest.param("mistral", outputs.chat("length"), CUT, id="mistral, finish_reason"),
        pytest.param("mistral-text", outputs.mistral_text("length"), CUT, id="mistral text"),
        pytest.param("openai", outputs.chat("length"), CUT, id="gpt-oss cut off"),
        pytest.param("openai", outputs.chat("content_filter"), WITHHELD, id="gpt-oss filtered"),
        pytest.param("openai", outputs.chat("tool_calls"), ODD, id="gpt-oss calls a tool"),
        pytest.param("jurassic", outputs.jurassic("length"), CUT, id="jurassic cut off"),
        pytest.param("cohere-command", outputs.command("max_tokens"), CUT, id="lower case"),
        pytest.param("cohere-command", outputs.command("ERROR"), WITHHELD, id="command failed"),
        pytest.param("cohere-command", outputs.command("MAX_TOKENS"), CUT, id="command cut off"),
        pytest.param("cohere-command", outputs.command("ERROR_LIMIT"), CUT, id="command's window"),
        pytest.param("cohere-command", outputs.command("ERROR_TOXIC"), WITHHELD, id="toxic"),
        pytest.param("cohere-command", outputs.command("USER_CANCEL"), ODD, id="cancelled"),
    ],
)
def test_a_stop_reason_marks_the_completion(
    family: str, output: dict[str, Any], completion: Completion
) -> None:
    assert read(form_named(family, "InvokeModel"), output).completions == [completion]


COUNTS = frozenset(
    {
        *("inputTokens", "outputTokens", "input_tokens", "output_tokens"),
        *("prompt_tokens", "completion_tokens", "prompt_token_count", "generation_token_count"),
    }
)
STOPS = frozenset({"stopReason", "stop_reason", "finish_reason", "finishReason", "reason"})
BESIDE = frozenset({"usage", "prompt", "tokens", "type", "role", "id", "metrics"})


def replaced(value: Any, names: frozenset[str], change: Any) -> Any:
    """Return a value in which the members of these names are changed."""
    if isinstance(value, list):
        return [replaced(each, names, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: change(each) if name in names else replaced(each, names, change)
        for name, each in value.items()
    }


@pytest.mark.parametrize("change", [float, str])
@pytest.mark.parametrize(("family", "form"), FORMS)
def test_counts_of_another_type_are_read_as_the_numbers_they_are(
    family: str, form: Form, change: Any
) -> None:
    output, expected = documented(family, form)

    assert read(form, replaced(output, COUNTS, change)) == expected


@pytest.mark.parametrize("odd", [[{"inputTokens": 7}], "7", 7, True, {"a": [7]}])
@pytest.mark.parametrize("names", [BESIDE - {"type"}, COUNTS, BESIDE - {"type"} | COUNTS])
@pytest.mark.parametrize(("family", "form"), FORMS)
def test_no_member_beside_the_text_costs_the_text(
    family: str, form: Form, names: frozenset[str], odd: object
) -> None:
    output, expected = documented(family, form)

    found = read(form, replaced(output, names, lambda _: odd))

    assert found.completions == expected.completions


@pytest.mark.parametrize("reason", [0, 7, 1.5, True, [], ["stop"], {"a": "stop"}])
@pytest.mark.parametrize(("family", "form"), FORMS)
def test_a_stop_reason_that_is_no_text_is_unknown(family: str, form: Form, reason: object) -> None:
    output, expected = documented(family, form)

    found = read(form, replaced(output, STOPS, lambda _: reason))

    assert [each.text for each in found.completions] == [each.text for each in expected.completions]
    assert not any(each.cut_off or each.filtered for each in found.completions)


def test_a_number_as_stop_reason_is_counted_as_unknown() -> None:
    assert read(form_named("nova", "Converse"), outputs.converse() | {"stopReason": 7}) == (
        RecordOutput([ODD], 7, 5)
    )


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with some of its members replaced or removed."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    if isinstance(value, dict):
        return {
            key: draw(mutated(member)) for key, member in value.items() if draw(st.integers(0, 9))
        }
    if isinstance(value, list):
        return [draw(mutated(each)) for each in value]
    return value


def read_line(form: Form, content: bytes) -> None:
    try:
        row = decoded(form, content)
    except UNDECODABLE:
        return
    if row.modelOutput is None:
        return
    for completion in form.read(row.modelOutput).completions:
        assert isinstance(completion, Completion)
        assert isinstance(completion.text, str)
        assert completion.cut_off + completion.filtered + completion.odd_stop <= 1


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(value=JSON)
def test_any_json_as_a_row_or_as_its_output(family: str, form: Form, value: Any) -> None:
    read_line(form, json.dumps(value).encode())
    read_line(form, json.dumps({"recordId": "q0000000s00", "modelOutput": value}).encode())


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(drawn=st.data())
def test_any_mutation_of_a_documented_output(family: str, form: Form, drawn: st.DataObject) -> None:
    output, _ = documented(family, form)
    row = {"recordId": "q0000000s00", "modelOutput": drawn.draw(mutated(output))}

    read_line(form, json.dumps(row).encode())


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(content=st.binary())
def test_any_bytes_as_a_line(family: str, form: Form, content: bytes) -> None:
    read_line(form, content)
