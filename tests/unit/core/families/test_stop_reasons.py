"""What a completion is worth for how it ended."""

from typing import Any

import pytest

from lambdas.core.families import Completion, form_named
from tests.unit.core.families import outputs
from tests.unit.core.families.outputs import SAID, TEXT, read

CUT = Completion(TEXT, cut_off=True)
WITHHELD = Completion(TEXT, filtered=True)
ODD = Completion(TEXT, odd_stop=True)


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
        pytest.param("nova", outputs.converse("tool_use"), ODD, id="a tool nobody offered"),
        pytest.param("nova", outputs.converse("bored"), ODD, id="a reason nobody knows"),
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
        pytest.param("jamba", outputs.chat("length"), CUT, id="jamba cut off"),
        pytest.param("jurassic", outputs.jurassic("length"), CUT, id="jurassic cut off"),
        pytest.param("titan-text", outputs.titan_text("FINISHED"), SAID, id="titan finished"),
        pytest.param("titan-text", outputs.titan_text("LENGTH"), CUT, id="titan cut off"),
        pytest.param("titan-text", outputs.titan_text("CONTENT_FILTERED"), WITHHELD, id="titan"),
        pytest.param(
            "titan-text",
            outputs.titan_text("RAG_QUERY_WHEN_RAG_DISABLED"),
            ODD,
            id="titan odd",
        ),
        pytest.param("cohere-command-r", outputs.command_r("max_tokens"), CUT, id="lower case"),
        pytest.param("cohere-command-r", outputs.command_r("ERROR"), WITHHELD, id="command r"),
        pytest.param("cohere-command", outputs.command("MAX_TOKENS"), CUT, id="command cut off"),
        pytest.param("cohere-command", outputs.command("ERROR_LIMIT"), CUT, id="command's window"),
        pytest.param("cohere-command", outputs.command("ERROR_TOXIC"), WITHHELD, id="toxic"),
        pytest.param("cohere-command", outputs.command("USER_CANCEL"), ODD, id="cancelled"),
    ],
)
def test_a_stop_reason_says_what_a_completion_is_worth(
    family: str, output: dict[str, Any], completion: Completion
) -> None:
    assert read(form_named(family, "InvokeModel"), output).completions == [completion]
