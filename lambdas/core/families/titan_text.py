"""The legacy Amazon Titan Text: a text in, a text out.

Source: Bedrock user guide, Amazon Titan Text models. Its own form comes first: it leaves the
prompt of worked examples as it is, where Converse makes a chat turn of it, and these models are
from before batch jobs took Converse records.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import (
    Answered,
    Completion,
    Family,
    Form,
    Row,
    Sampling,
    Stops,
    Trait,
    sum_stated,
)
from lambdas.core.families.converse import CONVERSE

_STOPS = Stops(
    finished=frozenset({"finish", "finished", "stop_criteria_met"}),
    cut_off=frozenset({"length"}),
    filtered=frozenset({"content_filtered"}),
)


class _Written(msgspec.Struct):
    outputText: str | None = None
    tokenCount: int | None = None
    completionReason: str | None = None


class _TitanOutput(msgspec.Struct):
    inputTextTokenCount: int | None = None
    written: list[_Written | None] | None = msgspec.field(default=None, name="results")


class TitanText(Form):
    """Titan's own form."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt and how it is sampled."""
        return {
            "inputText": prompt,
            "textGenerationConfig": {
                "maxTokenCount": sampling.max_tokens,
                "temperature": sampling.temperature,
                **sampling.nucleus("topP"),
            },
        }

    def read(self, output: _TitanOutput) -> Answered:
        """Return the texts in their order, of which there is one."""
        written = [each or _Written() for each in output.written or []]
        counts = [each.tokenCount for each in written]
        return Answered(
            [_completion(each) for each in written],
            output.inputTextTokenCount,
            sum_stated(counts),
        )


TITAN_TEXT = Family(
    name="titan-text",
    pattern=r"amazon\.titan-(?:text|tg1)-[a-z0-9.:-]+",
    forms=(TitanText("InvokeModel", 1, msgspec.json.Decoder(Row[_TitanOutput])), CONVERSE),
    max_temperature=1.0,
    max_tokens=8192,
    traits=(
        Trait(r"amazon\.titan-text-lite-", max_tokens=4096),
        Trait(r"amazon\.titan-text-premier-", max_tokens=3072),
    ),
    listed=False,
)


def _completion(written: _Written) -> Completion:
    return _STOPS.completion(written.outputText, written.completionReason)
